import type { Repository } from '../oci/reference.ts'
import type { Run } from '../run-context.ts'

/**
 * Opens an upload and cancels it. If the registry does not support the check, this is logged.
 *
 * @throws ActionError what the registry would refuse the push with
 */
export async function checkPush({ access, host }: Run, repository: Repository): Promise<void> {
  if (await access.registry.probePush(repository, { signal: host.signal })) return
  host.log.info(`Preflight could not ask ${repository.registry} whether ${repository.repository} can be pushed to`)
}

import type { Repository } from '../oci/reference.ts'
import type { Run } from '../run-context.ts'

/**
 * Checks push access by opening an upload and canceling it: `onCancel` receives the cancellation, which is not awaited. If the registry does
 * not support this check, it is logged.
 * | @throws ActionError the error with which the registry would reject the push
 */
export async function checkPush(
  { access, host }: Run,
  repository: Repository,
  onCancel: (cancelling: Promise<void>) => void,
): Promise<void> {
  if (await access.registry.probePush(repository, { signal: host.signal, onCancel })) return
  host.log.info(`Preflight could not ask ${repository.registry} whether ${repository.repository} can be pushed to`)
}

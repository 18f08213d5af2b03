import type { Host } from '../host/host.ts'
import type { Access } from '../login/login.ts'
import type { Repository } from '../oci/reference.ts'

/**
 * Opens an upload and cancels it. A registry that does not let itself be asked is told in the log.
 *
 * @throws ActionError what the registry would refuse the push with
 */
export async function checkPush(
  repository: Repository,
  { login, host }: { readonly login: Pick<Access, 'registry'>; readonly host: Pick<Host, 'log' | 'signal'> },
): Promise<void> {
  if (await login.registry.checkPush(repository, { signal: host.signal })) return
  host.log.info(`Preflight could not ask ${repository.registry} whether ${repository.repository} can be pushed to`)
}

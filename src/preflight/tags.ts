import { ActionError } from '../errors.ts'
import type { Host } from '../host/host.ts'
import type { LoggedIn } from '../login/login.ts'
import { formatReference, type Reference } from '../oci/reference.ts'
import type { Digest } from '../oci/types.ts'
import type { Plan } from '../plan/plan.ts'

type Means = { readonly login: Pick<LoggedIn, 'registry'>; readonly host: Pick<Host, 'env' | 'log' | 'signal'> }

/**
 * Looks whether a fixed tag exists that may not be written over. In a re-run it may be what an earlier attempt wrote,
 * which only the digest will tell: then it is said, and publishing decides.
 *
 * @throws ActionError `tag-exists`
 */
export async function checkTag(reference: Reference, { ifExists }: Plan, { login, host }: Means): Promise<void> {
  const name = formatReference(reference)
  const digest = await find(reference, { login, host })
  if (digest === undefined) return
  const attempt = Number(host.env['GITHUB_RUN_ATTEMPT'] ?? 1)
  if (ifExists === 'skip') {
    host.log.info(`${name} exists already and stays as it is: ${digest}`)
  } else if (attempt > 1) {
    host.log.info(`${name} exists already: ${digest}. This is attempt ${attempt} of the run, so the same image is fine`)
  } else {
    throw tagExists(reference, digest)
  }
}

async function find(reference: Reference, { login, host }: Means): Promise<Digest | undefined> {
  try {
    const found = await login.registry.headManifest(reference, reference.tag ?? 'latest', { signal: host.signal })
    return found?.digest
  } catch (error) {
    if (!(error instanceof ActionError) || error.code === 'cancelled') throw error
    // A registry may let push who may not read; whether it does is checked beside this.
    host.log.info(`Preflight could not look whether ${formatReference(reference)} exists: ${error.message}`)
    return undefined
  }
}

/** The error for a fixed tag that is another image, which `if-exists: fail` leaves alone. */
export function tagExists(reference: Reference, digest: Digest): ActionError {
  return new ActionError('tag-exists', `${formatReference(reference)} exists already: it is ${digest}`, {
    hint: 'Choose another tag, or set `if-exists` to skip (leave it) or overwrite.',
  })
}

import { ActionError } from '../../errors/action-error.ts'
import type { Repository } from '../../oci/reference.ts'
import { uploadCancelEndpoint } from '../endpoint.ts'
import type { Exchange } from '../transport/exchange.ts'

const refusals = new Set(['registry-unauthorized', 'registry-denied'])
/** Attempts altogether: a registry that does not know how to cancel must not hold up anything. */
const mostAttempts = 4
/** Milliseconds for the cancel in a run that is itself cancelled: the runner grants 7.5 s, and the clean up has to go in there too. */
const lastMoment = 2_500

/**
 * Closes the upload at `location`, so that nothing is left in the registry. Never throws: registries drop abandoned uploads
 * by themselves, in a week or so, and some cannot cancel.
 */
export async function cancelUpload(
  exchange: Exchange,
  target: Repository,
  { location, signal: given }: { readonly location: string; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const hurried = given?.aborted === true
  const signal = hurried ? AbortSignal.timeout(lastMoment) : given
  const attempts = hurried ? 1 : mostAttempts
  // distribution wants `delete` in the token, and GHCR gives no token at all to those who may not delete.
  for (const actions of ['pull,push', 'pull,push,delete']) {
    try {
      await exchange.call(uploadCancelEndpoint(target, location, actions), { signal, attempts })
      return
    } catch (error) {
      if (!(error instanceof ActionError && refusals.has(error.code))) return
    }
  }
}

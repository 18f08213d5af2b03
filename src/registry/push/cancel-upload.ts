import { ActionError } from '../../errors/action-error.ts'
import type { Repository } from '../../oci/reference.ts'
import { uploadCancelEndpoint } from '../endpoint.ts'
import type { Exchange } from '../transport/exchange.ts'

const authorizationErrors = new Set(['registry-unauthorized', 'registry-denied'])
/** Maximum number of attempts: a registry that does not support cancelling must not delay the step. */
const mostAttempts = 4
/**
 * Milliseconds for cancelling an upload when the run is cancelled: the runner grants 7.5 s, which must also suffice for
 * the cleanup.
 */
const lastMoment = 2_500

/**
 * Cancels the upload at `location`. Never throws: registries delete abandoned uploads automatically, usually within a
 * week, and some do not support cancelling.
 */
export async function cancelUpload(
  exchange: Exchange,
  target: Repository,
  { location, signal: given }: { readonly location: string; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const isCancelled = (): boolean => given?.aborted === true
  if (!isCancelled()) await requestCancel(exchange, target, { location, signal: given, attempts: mostAttempts })
  // The request may have been aborted before the registry received it.
  if (isCancelled()) {
    await requestCancel(exchange, target, { location, signal: AbortSignal.timeout(lastMoment), attempts: 1 })
  }
}

type CancelRequest = {
  readonly location: string
  readonly signal: AbortSignal | undefined
  readonly attempts: number
}

async function requestCancel(
  exchange: Exchange,
  target: Repository,
  { location, signal, attempts }: CancelRequest,
): Promise<void> {
  // distribution requires `delete` in the token scope, and GHCR issues no token at all to users without permission to
  // delete.
  for (const actions of ['pull,push', 'pull,push,delete']) {
    try {
      await exchange.call(uploadCancelEndpoint(target, location, actions), { signal, attempts })
      return
    } catch (error) {
      if (!(error instanceof ActionError && authorizationErrors.has(error.code))) return
    }
  }
}

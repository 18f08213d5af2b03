import type { Repository } from '../oci/reference.ts'
import { uploadCancelEndpoint } from './endpoint.ts'
import type { Exchange } from './exchange.ts'

/** Milliseconds. A runner grants a cancelled step 7.5 s, and the clean up has to go in there too. */
const patience = 1_500

/**
 * Cancels an upload, which would take room in the registry until that cleans up by itself, in a week or so; also when the
 * run is cancelled. Never throws: some registries cannot, and what led here is the error to tell.
 */
export async function cancelUpload(exchange: Exchange, target: Repository, location: string): Promise<void> {
  const signal = AbortSignal.timeout(patience)
  await exchange.sendWhole(uploadCancelEndpoint(target, location), { signal }).catch(() => undefined)
}

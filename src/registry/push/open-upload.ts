import { cancelled } from '../../errors/cancelled.ts'

/** Milliseconds in which a request that opens an upload may still end after the run or a sibling has been cancelled. */
const grace = 1_500

/**
 * Runs a request that opens an upload. When `signal` is aborted during the request, the request gets `grace` to end: an
 * upload whose Location never arrives cannot be cancelled and stays open in the registry.
 *
 * @throws ActionError `cancelled` if `signal` was aborted before, or when the grace period is over; what `request` throws
 */
export async function openUpload<T>(
  signal: AbortSignal | undefined,
  request: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  if (signal === undefined) return await request(undefined)
  if (signal.aborted) throw cancelled()
  const late = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const onAbort = (): void => {
    timer = setTimeout(() => late.abort(signal.reason), grace)
  }
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await request(late.signal)
  } finally {
    signal.removeEventListener('abort', onAbort)
    clearTimeout(timer)
  }
}

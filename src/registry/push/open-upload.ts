import { cancelled } from '../../errors/cancelled.ts'

/** Grace period in milliseconds for a request that opens an upload, after the run or a sibling was cancelled. */
const grace = 1_500

/**
 * Runs a request that opens an upload. If `signal` is aborted during the request, it gets a grace period: an upload
 * whose Location never arrives cannot be cancelled and stays open in the registry.
 *
 * @throws ActionError `cancelled` if `signal` was aborted before the request or the grace period is over, and errors of
 * `request`
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

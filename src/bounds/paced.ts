export type Pace = {
  /** Bytes that must arrive within `time`. `Infinity` makes `time` a deadline for the whole. */
  readonly bytes: number
  /** Milliseconds spent waiting for the source. */
  readonly time: number
  /** Milliseconds on any clock. */
  readonly now: () => number
}

/**
 * Yields `source` as long as it is fast enough. Only the time spent waiting for the source counts: a slow reader is not
 * the server's fault. A silent source is not detected here, because connections have their own timeout.
 *
 * @throws Error with the code `ETIMEDOUT`, like a connection
 */
export async function* paced<T extends Uint8Array>(
  source: AsyncIterable<T>,
  { bytes, time, now }: Pace,
): AsyncGenerator<T, void, void> {
  let waited = 0
  let received = 0
  let before = now()
  for await (const chunk of source) {
    waited += now() - before
    received += chunk.length
    if (waited > time) {
      if (received < bytes) throw tooSlow(time)
      waited = 0
      received = 0
    }
    yield chunk
    before = now()
  }
}

function tooSlow(time: number): Error {
  return Object.assign(new Error(`the answer comes too slowly: it is not complete after ${time / 1000} s`), {
    code: 'ETIMEDOUT',
  })
}

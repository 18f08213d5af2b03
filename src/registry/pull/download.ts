import { Readable } from 'node:stream'
import { limits } from '../../bounds/limits.ts'
import { paced } from '../../bounds/paced.ts'
import { ActionError } from '../../errors/action-error.ts'
import { verified } from '../../oci/digest.ts'
import { formatRepository, type Repository } from '../../oci/reference.ts'
import type { Descriptor } from '../../oci/types.ts'
import type { HttpFailure } from '../../retry/failure.ts'
import { blobGetEndpoint } from '../endpoint.ts'
import type { Answer, Exchange } from '../transport/exchange.ts'
import { type HttpOutcome, toConnectionFailure } from '../transport/exchange-once.ts'

/** Transfers in a row that bring nothing new, or next to nothing. */
const mostStalls = 4
/** Bytes. */
const leastProgress = 4096

const breakOff: HttpFailure = {
  kind: 'connection',
  code: 'ECONNRESET',
  message: 'the transfer ended early',
  cause: undefined,
}

/**
 * A blob's content, checked against its descriptor as it passes: the stream fails with `content-mismatch` at its end if it is another.
 * A transfer that breaks off is taken up where it stopped. Rejects when the blob cannot be opened.
 */
export async function downloadBlob(
  exchange: Exchange,
  target: Repository,
  blob: Descriptor,
  { signal, now }: { readonly signal?: AbortSignal | undefined; readonly now: () => number },
): Promise<Readable> {
  const pace = { bytes: limits.blobProgress, time: limits.blobTime, now }
  let stalls = 0
  const what = `Cannot read blob ${blob.digest} of ${formatRepository(target)}`
  const opened = await exchange.retry(blobGetEndpoint(target, blob.digest, 0), async () => await request(0), { signal })
  const stream = Readable.from(verified(content(opened), blob, what), { objectMode: false })
  // A stream that is destroyed before it was read never enters the generator.
  stream.once('close', () => opened.body.destroy())
  return stream

  async function request(start: number): Promise<HttpOutcome<Answer>> {
    return await exchange.send(blobGetEndpoint(target, blob.digest, start), { signal })
  }

  async function* content(first: Answer): AsyncGenerator<Uint8Array> {
    let position = 0
    let answer = first
    for (;;) {
      // A registry without ranges begins at the beginning again.
      let skip = answer.status === 200 ? position : 0
      const before = position
      let failure: HttpFailure = breakOff
      try {
        for await (const chunk of paced(answer.body, pace)) {
          const rest = chunk.subarray(Math.min(skip, chunk.length))
          skip -= chunk.length - rest.length
          if (rest.length === 0) continue
          position += rest.length
          yield rest
        }
        // Storage that closes early ends the body without an error when it gave no length.
        if (position >= blob.size) return
      } catch (error) {
        failure = toConnectionFailure(error, signal)
      }
      // A few bytes at each attempt would go on for ever.
      const enough = Math.min(leastProgress, blob.size - before)
      answer = await takeUp(position, failure, position - before >= enough)
    }
  }

  /** The rest from `start` on. The break itself counts as the first attempt when nothing at all had come. */
  async function takeUp(start: number, failure: HttpFailure, progress: boolean): Promise<Answer> {
    stalls = progress ? 0 : stalls + 1
    if (stalls > mostStalls)
      throw new ActionError('registry-unavailable', `${what}: it breaks off at byte ${start} again and again`)
    return await exchange.retry(
      blobGetEndpoint(target, blob.digest, start),
      async (attempt) => (attempt === 1 ? { ok: false, failure } : await request(start)),
      { signal },
    )
  }
}

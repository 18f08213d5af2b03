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

/** Maximum number of consecutive transfers with little or no progress. */
const mostStalls = 4
/** Minimum progress of a transfer in bytes. */
const leastProgress = 4096

const breakOff: HttpFailure = {
  kind: 'connection',
  code: 'ECONNRESET',
  message: 'the transfer ended early',
  cause: undefined,
}

/**
 * Downloads a blob and verifies it while it is read: the stream fails with `content-mismatch` at its end if the content
 * does not match the descriptor. An interrupted transfer is resumed. Rejects if the blob cannot be opened.
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
  // If the stream is destroyed before it is read, the generator never starts and cannot clean up.
  stream.once('close', () => opened.body.destroy())
  return stream

  async function request(start: number): Promise<HttpOutcome<Answer>> {
    return await exchange.send(blobGetEndpoint(target, blob.digest, start), { signal })
  }

  async function* content(first: Answer): AsyncGenerator<Uint8Array> {
    let position = 0
    let answer = first
    for (;;) {
      // A registry without support for ranges starts from the beginning.
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
        // If storage sent no length, closing the connection early ends the body without an error.
        if (position >= blob.size) return
      } catch (error) {
        failure = toConnectionFailure(error, signal)
      }
      // A few bytes per attempt would never finish.
      const enough = Math.min(leastProgress, blob.size - before)
      answer = await takeUp(position, failure, position - before >= enough)
    }
  }

  /** Requests the rest from `start` on. If nothing was received, the interruption counts as the first attempt. */
  async function takeUp(start: number, failure: HttpFailure, progress: boolean): Promise<Answer> {
    stalls = progress ? 0 : stalls + 1
    if (stalls > mostStalls)
      throw new ActionError('registry-unavailable', `${what}: the transfer was repeatedly interrupted at byte ${start}`)
    return await exchange.retry(
      blobGetEndpoint(target, blob.digest, start),
      async (attempt) => (attempt === 1 ? { ok: false, failure } : await request(start)),
      { signal },
    )
  }
}

import { Readable } from 'node:stream'
import { ActionError, messageOf } from '../errors.ts'
import { verified } from '../oci/digest.ts'
import type { Repository } from '../oci/reference.ts'
import type { Descriptor } from '../oci/types.ts'
import type { Attempt } from './attempt.ts'
import { locate } from './deliver.ts'
import {
  blobHeadEndpoint,
  uploadCancelEndpoint,
  uploadPatchEndpoint,
  uploadPutEndpoint,
  uploadStartEndpoint,
  uploadStatusEndpoint,
} from './endpoint.ts'
import type { Answer, CallOptions, Exchange } from './exchange.ts'
import type { Failure } from './retry.ts'

export type UploadOptions = {
  /** Where a refused mount has already opened an upload. */
  readonly location?: string | undefined
  /** Bytes; a blob that is larger goes up in pieces of this size. */
  readonly chunkSize: number
  /** Called with the bytes sent so far; after a break the number may be lower than before. */
  readonly onProgress?: ((bytes: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** An open upload: where the next request goes, how much the registry has, and the least size of a piece it takes. */
type Upload = {
  readonly location: string
  readonly offset: number
  readonly chunkSize: number
  readonly resumed: boolean
}

/**
 * Uploads a blob: one PUT with all of it, or pieces when it is larger than `chunkSize`. When that breaks off, asks how far the registry has
 * come and goes on from there, or begins again. `open` gives the content from a byte on.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs
 */
export async function uploadBlob(
  exchange: Exchange,
  target: Repository,
  blob: Descriptor,
  open: (start: number) => Readable,
  options: UploadOptions,
): Promise<void> {
  const { signal, chunkSize } = options
  const { what } = uploadStartEndpoint(target, blob)
  let upload: Upload | undefined =
    options.location === undefined ? undefined : { location: options.location, offset: 0, chunkSize, resumed: false }

  try {
    await exchange.retry(uploadStartEndpoint(target, blob), once, { signal })
  } catch (error) {
    // What was sent in vain takes room in the registry until it cleans up by itself, in a week or so.
    if (upload !== undefined && signal?.aborted !== true) await cancel(upload)
    throw error
  }

  async function once(attempt: number): Promise<Attempt<void>> {
    if (attempt > 1) {
      // It may have been the answer that was lost, not the content.
      const head = await exchange.sendWhole(blobHeadEndpoint(target, blob.digest, 'push'), { signal })
      if (!head.ok) return head
      if (head.value.status === 200) return { ok: true, value: undefined }
      upload = upload && (await resume(upload))
    }
    if (upload === undefined) {
      const started = await start()
      if (!started.ok) return started
      upload = started.value
    }
    const sent = await sendRest(upload)
    return sent.ok ? sent : { ok: false, failure: abandonIfRefused(sent.failure, upload) }
  }

  async function start(): Promise<Attempt<Upload>> {
    const sent = await exchange.sendWhole(uploadStartEndpoint(target, blob), { signal })
    if (!sent.ok) return sent
    const least = Number(sent.value.headers['oci-chunk-min-length'] ?? 0)
    const size = Math.max(chunkSize, Number.isSafeInteger(least) ? least : 0)
    return { ok: true, value: { location: next(sent.value), offset: 0, chunkSize: size, resumed: false } }
  }

  async function cancel({ location }: Upload): Promise<void> {
    // The error that led here is the one to tell.
    await exchange.sendWhole(uploadCancelEndpoint(target, location)).catch(() => undefined)
  }

  /** The upload as the registry has it, or undefined when it is gone. */
  async function resume(broken: Upload): Promise<Upload | undefined> {
    const sent = await exchange.sendWhole(uploadStatusEndpoint(target, blob, broken.location), { signal })
    if (!sent.ok) return undefined
    const offset = received(sent.value.headers['range'])
    if (offset === undefined || offset > blob.size) return undefined
    // The answer's Location counts: distribution keeps the offset in its `_state`.
    return { ...broken, location: next(sent.value, broken.location), offset, resumed: true }
  }

  async function sendRest(from: Upload): Promise<Attempt<void>> {
    if (from.offset === 0 && blob.size <= from.chunkSize) {
      // All in one go, so that it can be checked on its way: a layer damaged on this disk shall not be looked for on the network.
      const body = () => stream(verified(content(0, Number.POSITIVE_INFINITY), blob, what))
      return await finish(from.location, blob.size, { body })
    }
    let current = from
    while (current.offset < blob.size) {
      const { location, offset } = current
      const length = Math.min(current.chunkSize, blob.size - offset)
      const endpoint = uploadPatchEndpoint(target, blob, location, { start: offset, length })
      const sent = await exchange.sendWhole(endpoint, { body: () => stream(content(offset, length)), signal })
      if (!sent.ok) return sent
      current = { ...current, location: next(sent.value, location), offset: offset + length }
      upload = current
    }
    return await finish(current.location, 0, {})
  }

  async function finish(location: string, length: number, { body }: CallOptions): Promise<Attempt<void>> {
    const endpoint = uploadPutEndpoint(target, blob, location, length)
    const sent = await exchange.sendWhole(endpoint, { body: body ?? (() => ''), signal })
    if (!sent.ok) return sent
    const digest = sent.value.headers['docker-content-digest']
    if (digest !== undefined && digest !== blob.digest && digest.split(':')[0] === blob.digest.split(':')[0]) {
      throw new ActionError('content-mismatch', `${endpoint.what}: the registry took it for ${digest}`)
    }
    return { ok: true, value: undefined }
  }

  /**
   * An upload that the registry no longer knows, or content it finds damaged after a break, is given up for a new one; so is one that
   * it does not let us go on with. The failure is made one that passes: the attempts are counted all the same.
   */
  function abandonIfRefused(failure: Failure, used: Upload): Failure {
    if (failure.kind === 'connection' || failure.status === 401 || failure.status === 403 || failure.status >= 500)
      return failure
    const gone = failure.status === 404 && !failure.faults.some(({ code }) => code === 'NAME_UNKNOWN')
    const doubtful = failure.status === 416 || failure.faults.some(({ code }) => doubtfulCodes.has(code))
    if (!used.resumed && !gone && !doubtful) return failure
    upload = undefined
    return { ...failure, passing: true }
  }

  /** `length` bytes of the content from `start` on, counted. What cannot be read here is not the network's fault. */
  async function* content(start: number, length: number): AsyncGenerator<Uint8Array> {
    let sent = 0
    try {
      for await (const chunk of open(start)) {
        const part = chunk.subarray(0, length - sent)
        yield part
        sent += part.length
        options.onProgress?.(start + sent)
        if (sent >= length) return
      }
    } catch (cause) {
      throw new ActionError('content-mismatch', `${what}: it cannot be read here: ${messageOf(cause)}`, { cause })
    }
  }
}

const doubtfulCodes = new Set([
  'BLOB_UPLOAD_UNKNOWN',
  'BLOB_UPLOAD_INVALID',
  'DIGEST_INVALID',
  'SIZE_INVALID',
  'RANGE_INVALID',
])

/** Where the next request of an upload goes, the query kept as it is. */
function next({ headers, url }: Pick<Answer, 'headers' | 'url'>, before?: string): string {
  const location = headers['location'] ?? before
  if (location === undefined) throw new ActionError('registry-refused', 'Cannot upload: the registry gave no Location')
  return locate(location, url).href
}

/**
 * The bytes that `Range: 0-<last>` says were received. distribution answers `0-0` for none as for one byte: none is the safe reading,
 * since a registry that has the byte refuses the piece (416) and the upload begins again.
 */
function received(range: string | undefined): number | undefined {
  const last = /^(?:bytes=)?0-(\d+)$/.exec(range ?? '')?.[1]
  if (last === undefined) return undefined
  return last === '0' ? 0 : Number(last) + 1
}

function stream(source: AsyncIterable<Uint8Array>): Readable {
  return Readable.from(source, { objectMode: false })
}

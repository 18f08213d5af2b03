import { Readable } from 'node:stream'
import { ActionError, messageOf } from '../../errors/action-error.ts'
import { verified } from '../../oci/digest.ts'
import type { Repository } from '../../oci/reference.ts'
import type { Descriptor } from '../../oci/types.ts'
import type { Failure } from '../../retry/retry.ts'
import {
  blobHeadEndpoint,
  type Endpoint,
  uploadPatchEndpoint,
  uploadPutEndpoint,
  uploadStartEndpoint,
  uploadStatusEndpoint,
} from '../endpoint.ts'
import type { Attempt } from '../transport/attempt.ts'
import { locate } from '../transport/deliver.ts'
import type { Answer, Exchange } from '../transport/exchange.ts'
import { cancelUpload } from './cancel-upload.ts'
import { type Course, courseAfter } from './upload-course.ts'

export type UploadOptions = {
  /** Where a refused mount has already opened an upload. */
  readonly location?: string | undefined
  /** Bytes; a blob that is larger goes up in pieces of this size. */
  readonly chunkSize: number
  /** Called with the bytes sent so far; after a break the number may be lower than before. */
  readonly onProgress?: ((bytes: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** An open upload: where the next request goes, how much the registry has, and the least size of a piece that it takes. */
type Upload = {
  readonly location: string
  readonly offset: number
  readonly leastPiece: number
  readonly resumed: boolean
  /** What ties the upload to the one machine that has it, where the registry is several behind a gateway. */
  readonly cookie?: string
}

/**
 * Uploads a blob: with one PUT, or in pieces when it is larger than `chunkSize`. When that breaks off, asks how far the registry has come
 * and goes on from there, or begins again. `open` gives the content from a byte on.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs
 */
export async function uploadBlob(
  exchange: Exchange,
  target: Repository,
  blob: Descriptor,
  open: (start: number) => Readable,
  { location, chunkSize, onProgress, signal }: UploadOptions,
): Promise<void> {
  const startEndpoint = uploadStartEndpoint(target, blob)
  const { what } = startEndpoint
  let course: Course = { pieceSize: chunkSize, patch: true }
  let upload: Upload | undefined =
    location === undefined ? undefined : { location, offset: 0, leastPiece: 0, resumed: false }

  try {
    await exchange.retry(startEndpoint, once, { signal })
  } catch (error) {
    // The error that led here is the one to tell.
    if (upload !== undefined) await cancelUpload(exchange, target, { location: upload.location, signal })
    throw error
  }

  async function once(attempt: number): Promise<Attempt<void>> {
    if (attempt > 1) {
      // It may have been the answer that was lost, not the content.
      const head = await exchange.sendWhole(blobHeadEndpoint(target, blob.digest, 'push'), { signal })
      if (!head.ok) return head
      if (head.value.status === 200) return done
      upload = upload && (await resume(upload))
    }
    if (upload === undefined) {
      const started = await start()
      if (!started.ok) return started
      upload = started.value
    }
    return await sendRest(upload)
  }

  async function start(): Promise<Attempt<Upload>> {
    const sent = await exchange.sendWhole(startEndpoint, { signal })
    if (!sent.ok) return sent
    const least = Number(sent.value.headers['oci-chunk-min-length'] ?? 0)
    const leastPiece = Number.isSafeInteger(least) ? least : 0
    const cookie = cookieOf(sent.value.headers['set-cookie'])
    const sticky = cookie === '' ? {} : { cookie }
    return { ok: true, value: { location: next(sent.value), offset: 0, leastPiece, resumed: false, ...sticky } }
  }

  /**
   * The upload as the registry has it, or undefined when it is gone. It is with distribution (2.8.3), which answers 404 BLOB_UPLOAD_INVALID
   * once the file on its disk is longer than the offset in our `_state`, be it a PUT or a PATCH that broke off.
   */
  async function resume(broken: Upload): Promise<Upload | undefined> {
    const sent = await exchange.sendWhole(sticking(uploadStatusEndpoint(target, blob, broken.location), broken), {
      signal,
    })
    if (!sent.ok) {
      // Given up, unless it is gone already.
      const gone = sent.failure.kind === 'answer' && sent.failure.status === 404
      if (!gone) await cancelUpload(exchange, target, { location: broken.location, signal })
      return undefined
    }
    const offset = received(sent.value.headers['range'])
    if (offset === undefined || offset > blob.size) return undefined
    // The answer's Location counts: distribution keeps the offset in its `_state`.
    return { ...broken, location: next(sent.value, broken.location), offset, resumed: true }
  }

  async function sendRest(from: Upload): Promise<Attempt<void>> {
    const pieceSize = Math.max(course.pieceSize, from.leastPiece)
    if (from.offset === 0 && (!course.patch || blob.size <= pieceSize)) {
      return await finish(from, () => stream(whole()))
    }
    let current = from
    while (current.offset < blob.size) {
      const { offset } = current
      const length = Math.min(pieceSize, blob.size - offset)
      const endpoint = sticking(uploadPatchEndpoint(target, blob, current.location, { start: offset, length }), current)
      const sent = await exchange.sendWhole(endpoint, { body: () => stream(content(offset, length)), signal })
      if (!sent.ok) return failed(sent.failure, current, true)
      current = { ...current, location: next(sent.value, current.location), offset: offset + length }
      upload = current
    }
    return await finish(current)
  }

  /** Ends the upload, with all of the content or with none. */
  async function finish(from: Upload, body?: () => Readable): Promise<Attempt<void>> {
    const length = body === undefined ? 0 : blob.size
    const endpoint = sticking(uploadPutEndpoint(target, blob, from.location, length), from)
    const sent = await exchange.sendWhole(endpoint, { body: body ?? (() => ''), signal })
    if (!sent.ok) return failed(sent.failure, from, false)
    const digest = sent.value.headers['docker-content-digest']?.toLowerCase()
    if (digest !== undefined && digest !== blob.digest && digest.split(':')[0] === blob.digest.split(':')[0]) {
      throw new ActionError('content-mismatch', `${what}: the registry took it for ${digest}`)
    }
    return done
  }

  /** A refusal that another course may avoid is made one that passes, for a new upload; the attempts are counted all the same. */
  async function failed(
    failure: Failure,
    { resumed, location: at }: Upload,
    patching: boolean,
  ): Promise<Attempt<void>> {
    const other = courseAfter(failure, course, { size: blob.size, resumed, patching })
    if (other === undefined || failure.kind === 'connection') return { ok: false, failure }
    course = other
    upload = undefined
    await cancelUpload(exchange, target, { location: at, signal })
    return { ok: false, failure: { ...failure, passing: true } }
  }

  /** All of the content, checked on its way: a layer damaged on this disk shall not be looked for on the network. */
  function whole(): AsyncIterable<Uint8Array> {
    return verified(content(0, Number.POSITIVE_INFINITY), blob, what)
  }

  /** `length` bytes of the content from `begin` on, counted. What cannot be read here is not the network's fault. */
  async function* content(begin: number, length: number): AsyncGenerator<Uint8Array> {
    let sent = 0
    try {
      for await (const chunk of open(begin)) {
        const part = chunk.subarray(0, length - sent)
        yield part
        sent += part.length
        onProgress?.(begin + sent)
        if (sent >= length) return
      }
    } catch (cause) {
      throw new ActionError('content-mismatch', `${what}: it cannot be read here: ${messageOf(cause)}`, { cause })
    }
  }
}

function sticking(endpoint: Endpoint, { cookie }: Upload): Endpoint {
  return cookie === undefined ? endpoint : { ...endpoint, headers: { ...endpoint.headers, cookie } }
}

/**
 * The cookies of `Set-Cookie`, joined with commas or not, as they go back: names and values alone.
 * https://www.rfc-editor.org/rfc/rfc6265#section-4.2
 */
function cookieOf(header = ''): string {
  const pairs = header.slice(0, 4096).matchAll(/(?:^|,)\s*([^\s=;,"]+=[^\s;,]*)/g)
  return [...pairs].map(([, pair = '']) => pair).join('; ')
}

const done: Attempt<void> = { ok: true, value: undefined }

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
  const last = /^(?:bytes[= ])?0-(\d+)$/i.exec(range?.trim() ?? '')?.[1]
  if (last === undefined) return undefined
  return last === '0' ? 0 : Number(last) + 1
}

function stream(source: AsyncIterable<Uint8Array>): Readable {
  return Readable.from(source, { objectMode: false })
}

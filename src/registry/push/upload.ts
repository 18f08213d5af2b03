import { Readable } from 'node:stream'
import { ActionError, messageOf } from '../../errors/action-error.ts'
import { verified } from '../../oci/digest.ts'
import type { Repository } from '../../oci/reference.ts'
import type { Descriptor } from '../../oci/types.ts'
import type { HttpFailure } from '../../retry/failure.ts'
import {
  blobHeadEndpoint,
  type Endpoint,
  uploadPatchEndpoint,
  uploadPutEndpoint,
  uploadStartEndpoint,
  uploadStatusEndpoint,
} from '../endpoint.ts'
import { locate } from '../transport/deliver.ts'
import type { Answer, Exchange } from '../transport/exchange.ts'
import type { HttpOutcome } from '../transport/exchange-once.ts'
import { cancelUpload } from './cancel-upload.ts'
import { openUpload } from './open-upload.ts'
import { type Course, courseAfter } from './upload-course.ts'

export type UploadOptions = {
  /** The location of the upload that the registry opened instead of mounting the blob. */
  readonly location?: string | undefined
  /** The upload that has received content before. */
  readonly begun?: BegunUpload | undefined
  /** Chunk size in bytes for larger blobs. */
  readonly chunkSize: number
  /** Called with the number of bytes sent so far, which may decrease after an interruption. */
  readonly onProgress?: ((bytes: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** The content to upload, its destination and the client. */
type Task = Pick<UploadOptions, 'onProgress' | 'signal'> & {
  readonly exchange: Exchange
  readonly target: Repository
  readonly blob: Descriptor
  /** Returns the content from byte `start` on. */
  readonly open: (start: number) => Readable
  /** The beginning of an error message. */
  readonly what: string
}

/** An open upload: the location of the next request, the received size, and the minimum chunk size. */
export type Upload = {
  readonly location: string
  readonly offset: number
  readonly leastPiece: number
  readonly resumed: boolean
  /** Pins the upload to the instance that has it, if the registry has several behind a gateway. */
  readonly cookie?: string
}

/** An upload that has received content while other work went on. */
export type BegunUpload = {
  readonly upload: Upload
  /** Whether the connection was lost, so that the received size is unknown. */
  readonly isInterrupted: boolean
}

/** The state of an upload: `next` is the next request. */
export type UploadState =
  /** Opens an upload. */
  | { readonly next: 'start'; readonly course: Course; readonly upload?: undefined }
  /** Sends a chunk, or all of the content at once. */
  | { readonly next: 'send'; readonly course: Course; readonly upload: Upload }
  /** After a failure: checks whether the registry received the blob nevertheless. */
  | { readonly next: 'look'; readonly course: Course; readonly upload?: Upload | undefined }
  /** Requests how much of the content the registry has received. */
  | { readonly next: 'resume'; readonly course: Course; readonly upload: Upload }
  | { readonly next: 'done'; readonly course: Course; readonly upload?: undefined }

/** The state after a request, and the failure of the request if it failed. */
type Stepped = { readonly state: UploadState; readonly failure?: HttpFailure }

/**
 * Uploads a blob with one PUT, or in chunks if it is larger than `chunkSize`. After an interruption, requests the
 * received size and resumes from there, or starts again. `open` returns the content from a byte on.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs
 */
export async function uploadBlob(
  exchange: Exchange,
  target: Repository,
  blob: Descriptor,
  open: (start: number) => Readable,
  { location, begun, chunkSize, onProgress, signal }: UploadOptions,
): Promise<void> {
  const startEndpoint = uploadStartEndpoint(target, blob)
  const task = { exchange, target, blob, open, what: startEndpoint.what, onProgress, signal }
  const course: Course = { pieceSize: chunkSize, patch: true }
  let state = firstState(course, { location, begun })
  const attempt = async (): Promise<HttpOutcome<void>> => {
    while (state.next !== 'done') {
      const stepped: Stepped = await step(task, state)
      state = stepped.state
      if (stepped.failure !== undefined) return { ok: false, failure: stepped.failure }
    }
    return { ok: true, value: undefined }
  }
  try {
    await exchange.retry(startEndpoint, attempt, { signal })
  } catch (error) {
    // Cancelling never throws, so the original error is reported.
    if (state.upload !== undefined) await cancelUpload(exchange, target, { location: state.upload.location, signal })
    throw error
  }
}

function firstState(course: Course, { location, begun }: Pick<UploadOptions, 'location' | 'begun'>): UploadState {
  if (begun !== undefined) return { next: begun.isInterrupted ? 'resume' : 'send', course, upload: begun.upload }
  if (location === undefined) return { next: 'start', course }
  return { next: 'send', course, upload: { location, offset: 0, leastPiece: 0, resumed: false } }
}

/** Makes the next request of a state. */
async function step(task: Task, state: Exclude<UploadState, { next: 'done' }>): Promise<Stepped> {
  switch (state.next) {
    case 'look':
      return await look(task, state)
    case 'resume':
      return await resume(task, state)
    case 'start':
      return await start(task, state)
    case 'send':
      return await send(task, state)
  }
}

type StateOf<N extends UploadState['next']> = Extract<UploadState, { next: N }>

/** Checks for the blob, because an interruption may have lost only the answer. */
async function look({ exchange, target, blob, signal }: Task, state: StateOf<'look'>): Promise<Stepped> {
  const { course, upload } = state
  const head = await exchange.sendWhole(blobHeadEndpoint(target, blob.digest, 'push'), { signal })
  if (!head.ok) return { state, failure: head.failure }
  if (head.value.status === 200) return { state: { next: 'done', course } }
  return { state: upload === undefined ? { next: 'start', course } : { next: 'resume', course, upload } }
}

/**
 * Resumes the upload at the received size, or starts another if it is gone. distribution (2.8.3) answers 404
 * BLOB_UPLOAD_INVALID once the file on its disk is longer than the offset in our `_state`, after an interrupted PUT or
 * PATCH.
 */
async function resume(
  { exchange, target, blob, signal }: Task,
  { course, upload }: StateOf<'resume'>,
): Promise<Stepped> {
  const endpoint = sticking(uploadStatusEndpoint(target, blob, upload.location), upload)
  const sent = await exchange.sendWhole(endpoint, { signal })
  if (!sent.ok) {
    // Cancelled, unless it is gone already.
    const gone = sent.failure.kind === 'answer' && sent.failure.status === 404
    if (!gone) await cancelUpload(exchange, target, { location: upload.location, signal })
    return { state: { next: 'start', course } }
  }
  const offset = received(sent.value.headers['range'])
  if (offset === undefined || offset > blob.size) return { state: { next: 'start', course } }
  // Use the Location of the answer: distribution keeps the offset in its `_state`.
  const location = nextLocation(sent.value, upload.location)
  return { state: { next: 'send', course, upload: { ...upload, location, offset, resumed: true } } }
}

async function start({ exchange, target, blob, signal }: Task, { course }: StateOf<'start'>): Promise<Stepped> {
  const endpoint = uploadStartEndpoint(target, blob)
  const sent = await openUpload(signal, (late) => exchange.sendWhole(endpoint, { signal: late }))
  if (!sent.ok) return { state: { next: 'look', course }, failure: sent.failure }
  return { state: { next: 'send', course, upload: openedUpload(sent.value) } }
}

/** Returns the upload that an answer has opened. */
export function openedUpload(answer: Pick<Answer, 'headers' | 'url'>): Upload {
  const least = Number(answer.headers['oci-chunk-min-length'] ?? 0)
  const leastPiece = Number.isSafeInteger(least) ? least : 0
  const cookie = cookieOf(answer.headers['set-cookie'])
  const sticky = cookie === '' ? {} : { cookie }
  return { location: nextLocation(answer), offset: 0, leastPiece, resumed: false, ...sticky }
}

/**
 * Sends all of the content with the request that completes the upload, or the next chunk, or the completion after the
 * last chunk.
 */
async function send(task: Task, state: StateOf<'send'>): Promise<Stepped> {
  const { blob, what } = task
  const { course, upload } = state
  const { offset } = upload
  const pieceSize = Math.max(course.pieceSize, upload.leastPiece)
  if (offset === 0 && (!course.patch || blob.size <= pieceSize)) {
    // Verified while it is sent: a layer that was corrupted on this disk must not be mistaken for a network failure.
    const whole = () => stream(verified(content(task, 0, Number.POSITIVE_INFINITY), blob, what))
    return await finish(task, state, { length: blob.size, body: whole })
  }
  if (offset >= blob.size) return await finish(task, state, { length: 0, body: () => '' })
  const length = Math.min(pieceSize, blob.size - offset)
  const { exchange, target, signal } = task
  const endpoint = sticking(uploadPatchEndpoint(target, blob, upload.location, { start: offset, length }), upload)
  const sent = await exchange.sendWhole(endpoint, { body: () => stream(content(task, offset, length)), signal })
  if (!sent.ok) return await refused(task, state, { failure: sent.failure, patching: true })
  const location = nextLocation(sent.value, upload.location)
  return { state: { ...state, upload: { ...upload, location, offset: offset + length } } }
}

/** Completes the upload, with all of the content or with none. */
async function finish(
  task: Task,
  state: StateOf<'send'>,
  { length, body }: { readonly length: number; readonly body: () => string | Readable },
): Promise<Stepped> {
  const { exchange, target, blob, what, signal } = task
  const { course, upload } = state
  const endpoint = sticking(uploadPutEndpoint(target, blob, upload.location, length), upload)
  const sent = await exchange.sendWhole(endpoint, { body, signal })
  if (!sent.ok) return await refused(task, state, { failure: sent.failure, patching: false })
  const digest = sent.value.headers['docker-content-digest']?.toLowerCase()
  if (digest !== undefined && digest !== blob.digest && digest.split(':')[0] === blob.digest.split(':')[0]) {
    throw new ActionError('content-mismatch', `${what}: the registry stored it as ${digest}`)
  }
  return { state: { next: 'done', course } }
}

/**
 * Turns a rejection that another course may avoid into a transient failure for a new upload. The attempts are counted
 * nevertheless.
 */
async function refused(
  { exchange, target, blob, signal }: Task,
  { course, upload }: StateOf<'send'>,
  { failure, patching }: { readonly failure: HttpFailure; readonly patching: boolean },
): Promise<Stepped> {
  const other = courseAfter(failure, course, { size: blob.size, resumed: upload.resumed, patching })
  if (other === undefined || failure.kind === 'connection') return { state: { next: 'look', course, upload }, failure }
  await cancelUpload(exchange, target, { location: upload.location, signal })
  return { state: { next: 'look', course: other }, failure: { ...failure, transient: true } }
}

/**
 * Yields `length` bytes of the content from `begin` on and reports progress. Errors of reading it are not treated as
 * network failures.
 */
async function* content({ open, what, onProgress }: Task, begin: number, length: number): AsyncGenerator<Uint8Array> {
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
    // The content may come from another repository.
    if (cause instanceof ActionError) throw cause.with({ message: `${what}: it cannot be read: ${cause.message}` })
    throw new ActionError('content-mismatch', `${what}: it cannot be read on this machine: ${messageOf(cause)}`, {
      cause,
    })
  }
}

/** Pins a request to the instance that has the upload. */
export function sticking(endpoint: Endpoint, { cookie }: Upload): Endpoint {
  return cookie === undefined ? endpoint : { ...endpoint, headers: { ...endpoint.headers, cookie } }
}

/**
 * Returns the cookies of `Set-Cookie`, joined with commas or not, in the form for `Cookie`: only names and values.
 * https://www.rfc-editor.org/rfc/rfc6265#section-4.2
 */
function cookieOf(header = ''): string {
  const pairs = header.slice(0, 4096).matchAll(/(?:^|,)\s*([^\s=;,"]+=[^\s;,]*)/g)
  return [...pairs].map(([, pair = '']) => pair).join('; ')
}

/** Returns the location of an upload's next request, with its query unchanged. */
export function nextLocation({ headers, url }: Pick<Answer, 'headers' | 'url'>, before?: string): string {
  const location = headers['location'] ?? before
  if (location === undefined)
    throw new ActionError('registry-refused', 'Cannot upload: the answer of the registry has no Location')
  return locate(location, url).href
}

/**
 * Returns the number of received bytes from `Range: 0-<last>`. distribution answers `0-0` for zero bytes as well as for
 * one. It is read as zero, which is safe: a registry that has the byte rejects the chunk (416), and the upload starts
 * again.
 */
function received(range: string | undefined): number | undefined {
  const last = /^(?:bytes[= ])?0-(\d+)$/i.exec(range?.trim() ?? '')?.[1]
  if (last === undefined) return undefined
  return last === '0' ? 0 : Number(last) + 1
}

function stream(source: AsyncIterable<Uint8Array>): Readable {
  return Readable.from(source, { objectMode: false })
}

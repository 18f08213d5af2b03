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
  /** Where a refused mount has already opened an upload. */
  readonly location?: string | undefined
  /** Bytes; a blob that is larger goes up in pieces of this size. */
  readonly chunkSize: number
  /** Called with the bytes sent so far; after a break the number may be lower than before. */
  readonly onProgress?: ((bytes: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** What is uploaded, where to, and by what. */
type Task = Pick<UploadOptions, 'onProgress' | 'signal'> & {
  readonly exchange: Exchange
  readonly target: Repository
  readonly blob: Descriptor
  /** The content from byte `start` on. */
  readonly open: (start: number) => Readable
  /** Begins the message of an error. */
  readonly what: string
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

/** How far an upload is: `next` says which request comes next. */
export type UploadState =
  /** Opens an upload. */
  | { readonly next: 'start'; readonly course: Course; readonly upload?: undefined }
  /** Sends a piece, or all of the content at once. */
  | { readonly next: 'send'; readonly course: Course; readonly upload: Upload }
  /** After a failure: asks whether the registry has the blob after all. */
  | { readonly next: 'look'; readonly course: Course; readonly upload?: Upload | undefined }
  /** Asks how much of the content the registry has. */
  | { readonly next: 'resume'; readonly course: Course; readonly upload: Upload }
  | { readonly next: 'done'; readonly course: Course; readonly upload?: undefined }

/** The state after a request, and the failure of the request if it failed. */
type Stepped = { readonly state: UploadState; readonly failure?: HttpFailure }

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
  const task = { exchange, target, blob, open, what: startEndpoint.what, onProgress, signal }
  const course: Course = { pieceSize: chunkSize, patch: true }
  let state: UploadState =
    location === undefined
      ? { next: 'start', course }
      : { next: 'send', course, upload: { location, offset: 0, leastPiece: 0, resumed: false } }
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
    // The error that led here is the one to report.
    if (state.upload !== undefined) await cancelUpload(exchange, target, { location: state.upload.location, signal })
    throw error
  }
}

/** Makes the request that a state asks for. */
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

/** It may have been the answer that was lost, not the content. */
async function look({ exchange, target, blob, signal }: Task, state: StateOf<'look'>): Promise<Stepped> {
  const { course, upload } = state
  const head = await exchange.sendWhole(blobHeadEndpoint(target, blob.digest, 'push'), { signal })
  if (!head.ok) return { state, failure: head.failure }
  if (head.value.status === 200) return { state: { next: 'done', course } }
  return { state: upload === undefined ? { next: 'start', course } : { next: 'resume', course, upload } }
}

/**
 * Takes the upload up where the registry has it, or starts another when it is gone. It is with distribution (2.8.3), which answers
 * 404 BLOB_UPLOAD_INVALID once the file on its disk is longer than the offset in our `_state`, be it a PUT or a PATCH that broke off.
 */
async function resume(
  { exchange, target, blob, signal }: Task,
  { course, upload }: StateOf<'resume'>,
): Promise<Stepped> {
  const endpoint = sticking(uploadStatusEndpoint(target, blob, upload.location), upload)
  const sent = await exchange.sendWhole(endpoint, { signal })
  if (!sent.ok) {
    // Given up, unless it is gone already.
    const gone = sent.failure.kind === 'answer' && sent.failure.status === 404
    if (!gone) await cancelUpload(exchange, target, { location: upload.location, signal })
    return { state: { next: 'start', course } }
  }
  const offset = received(sent.value.headers['range'])
  if (offset === undefined || offset > blob.size) return { state: { next: 'start', course } }
  // The answer's Location counts: distribution keeps the offset in its `_state`.
  const location = nextLocation(sent.value, upload.location)
  return { state: { next: 'send', course, upload: { ...upload, location, offset, resumed: true } } }
}

async function start({ exchange, target, blob, signal }: Task, { course }: StateOf<'start'>): Promise<Stepped> {
  const endpoint = uploadStartEndpoint(target, blob)
  const sent = await openUpload(signal, (late) => exchange.sendWhole(endpoint, { signal: late }))
  if (!sent.ok) return { state: { next: 'look', course }, failure: sent.failure }
  const least = Number(sent.value.headers['oci-chunk-min-length'] ?? 0)
  const leastPiece = Number.isSafeInteger(least) ? least : 0
  const cookie = cookieOf(sent.value.headers['set-cookie'])
  const sticky = cookie === '' ? {} : { cookie }
  const upload = { location: nextLocation(sent.value), offset: 0, leastPiece, resumed: false, ...sticky }
  return { state: { next: 'send', course, upload } }
}

/** All of the content with the request that ends the upload, or the next piece, or the end after the last piece. */
async function send(task: Task, state: StateOf<'send'>): Promise<Stepped> {
  const { blob, what } = task
  const { course, upload } = state
  const { offset } = upload
  const pieceSize = Math.max(course.pieceSize, upload.leastPiece)
  if (offset === 0 && (!course.patch || blob.size <= pieceSize)) {
    // Checked on its way: a layer damaged on this disk must not be taken for a fault of the network.
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

/** Ends the upload, with all of the content or with none. */
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
    throw new ActionError('content-mismatch', `${what}: the registry took it for ${digest}`)
  }
  return { state: { next: 'done', course } }
}

/** A refusal that another course may avoid becomes a transient failure, for a new upload; the attempts are counted all the same. */
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

/** `length` bytes of the content from `begin` on, counted. What cannot be read here is not the network's fault. */
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
    throw new ActionError('content-mismatch', `${what}: it cannot be read here: ${messageOf(cause)}`, { cause })
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

/** Where the next request of an upload goes, the query kept as it is. */
function nextLocation({ headers, url }: Pick<Answer, 'headers' | 'url'>, before?: string): string {
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

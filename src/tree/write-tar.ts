import { ActionError } from '../errors.ts'
import type { FileEntry } from './file-entry.ts'
import { blockSize, paddingFor, tarHeader } from './tar-header.ts'
import type { Content } from './tree.ts'

export type TarOptions = {
  /** No entry is newer than this, in seconds since 1970 (SOURCE_DATE_EPOCH). */
  readonly epoch?: number | undefined
}

/** Files up to this size are read ahead, so that thousands of small ones do not wait for each other. */
const smallFile = 128 * 1024
const readAhead = 16
/** What is yielded at a time at least: fewer, larger pieces cost less to hash and to compress. */
const pieceSize = 256 * 1024

/**
 * The entries as a tar archive: the same bytes for the same entries, on every system. Times are whole seconds, as BuildKit writes them;
 * names of owners are left out. Throws `context-changed` when a file has not the size that its entry says.
 */
export async function* writeTar(entries: readonly FileEntry[], options: TarOptions = {}): AsyncGenerator<Uint8Array> {
  yield* inPieces(blocks(entries, options))
}

async function* blocks(entries: readonly FileEntry[], { epoch }: TarOptions): AsyncGenerator<Uint8Array> {
  for await (const { entry, content } of withContent(entries)) {
    const seconds = Math.floor(entry.node.mtime / 1000)
    yield tarHeader(entry, epoch === undefined ? seconds : Math.min(seconds, epoch))
    if (content === undefined) continue
    let size = 0
    for await (const chunk of content) {
      size += chunk.length
      if (size > entry.node.size) throw resized(entry, `more than ${entry.node.size}`)
      yield chunk
    }
    if (size < entry.node.size) throw resized(entry, `${size} instead of ${entry.node.size}`)
    yield paddingFor(size)
  }
  yield Buffer.alloc(2 * blockSize)
}

type WithContent = { readonly entry: FileEntry; readonly content: Content | Iterable<Uint8Array> | undefined }

/** Each entry with its content, in order. */
async function* withContent(entries: readonly FileEntry[]): AsyncGenerator<WithContent> {
  const ahead = new Map<FileEntry, Promise<readonly Uint8Array[]>>()
  let next = 0
  for (const [index, entry] of entries.entries()) {
    for (; next < entries.length && next < index + readAhead; next += 1) {
      const upcoming = entries[next]
      if (upcoming?.open === undefined || upcoming.node.size > smallFile) continue
      const reading = upcoming.open().then((content) => readAll(content))
      // The error is thrown where the entry is written, or by an earlier entry.
      reading.catch(() => undefined)
      ahead.set(upcoming, reading)
    }
    const read = ahead.get(entry)
    ahead.delete(entry)
    yield { entry, content: read ? await read : await entry.open?.() }
  }
}

/** `buffer()` of node:stream/consumers goes through a Blob, which costs more than opening and reading the file. */
async function readAll(content: Content): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = []
  for await (const chunk of content) chunks.push(chunk)
  return chunks
}

/** Small chunks joined, large ones passed on. */
async function* inPieces(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of source) {
    parts.push(chunk)
    length += chunk.length
    if (length < pieceSize) continue
    yield parts.length === 1 ? chunk : Buffer.concat(parts, length)
    parts = []
    length = 0
  }
  if (length > 0) yield Buffer.concat(parts, length)
}

function resized({ path }: FileEntry, found: string): ActionError {
  return new ActionError('context-changed', `Cannot put ${path} into an archive: it gave ${found} bytes`, {
    hint: 'Something wrote to the file while it was read. Let it finish before this step, and run again.',
  })
}

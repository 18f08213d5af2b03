import { createPause } from '../../bounds/pause.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { FileEntry } from '../file-entry.ts'
import type { Content } from '../tree.ts'
import { blockSize, extendedHeader, paddingFor, paddingSize, tarHeader, writeTarHeader } from './tar-header.ts'

export type TarOptions = {
  /** Maximum modification time of the entries, in seconds since 1970 (SOURCE_DATE_EPOCH). */
  readonly epoch?: number | undefined
  /** Called with each entry and the offset of its content in the archive, before the piece in which its content begins. */
  readonly onEntry?: ((entry: FileEntry, offset: number) => void) | undefined
  /**
   * Whether the reader has used a piece when it asks for the next one, so that both can have the same memory: freed by
   * garbage collection alone, the pieces of a hundred thousand files take 40 MB.
   */
  readonly isReused?: boolean
}

/** Small files are read in parallel, in batches of at most this many files and bytes. */
const batchLimit = { files: 64, bytes: 256 * 1024 }

/** Bytes of memory for the pieces of small files. Those that do not fit have many long names, and memory of their own. */
const reusedSize = 512 * 1024

/** Files that are read between two turns of the event loop: some milliseconds. */
const filesAtOnce = 512

/**
 * Writes the entries as a tar archive: the same bytes for the same entries on every system. Times are whole seconds, as
 * BuildKit writes them; owner names are omitted. Throws `context-changed` if the size of a file differs from its entry.
 */
export async function* writeTar(entries: Iterable<FileEntry>, options: TarOptions = {}): AsyncGenerator<Uint8Array> {
  const pause = createPause({ every: filesAtOnce })
  const allocate = options.isReused ? reusingOne() : (size: number): Buffer => Buffer.alloc(size)
  let position = 0
  for (const batch of batches(entries)) {
    // The reader may be as fast as the files are read, and then nothing else waits.
    await pause(batch.length)
    const [first] = batch
    if (first && first.node.size > batchLimit.bytes) {
      for await (const piece of streamed(first, position, options)) {
        position += piece.length
        yield piece
      }
    } else {
      // One chunk for many files: hashing and compressing small chunks costs more per chunk than per byte.
      const archive = await joined(batch, position, { ...options, allocate })
      position += archive.length
      yield archive
    }
  }
  yield Buffer.alloc(2 * blockSize)
}

/** Groups the entries in order: small ones into batches, each larger one alone. */
function* batches(entries: Iterable<FileEntry>): Generator<readonly FileEntry[]> {
  let batch: FileEntry[] = []
  let bytes = 0
  for (const entry of entries) {
    const { size } = entry.node
    if (batch.length > 0 && (bytes + size > batchLimit.bytes || batch.length === batchLimit.files)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(entry)
    bytes += size
  }
  if (batch.length > 0) yield batch
}

/** Returns a function that returns zeroed memory, which is valid until its next call. */
function reusingOne(): (size: number) => Buffer {
  let calls = 0
  let memory: Buffer | undefined
  return (size) => {
    calls += 1
    // Most layers have a single piece.
    if (calls === 1 || size > reusedSize) return Buffer.alloc(size)
    if (memory === undefined) memory = Buffer.alloc(reusedSize)
    else memory.fill(0, 0, size)
    return memory.subarray(0, size)
  }
}

/** Returns small entries at a position of the archive: headers, contents and padding. */
async function joined(
  batch: readonly FileEntry[],
  position: number,
  { epoch, onEntry, allocate }: TarOptions & { readonly allocate: (size: number) => Buffer },
): Promise<Uint8Array> {
  const extended = new Map<FileEntry, Buffer>()
  let size = 0
  for (const entry of batch) {
    const more = extendedHeader(entry, secondsOf(entry, epoch))
    if (more) extended.set(entry, more)
    size += (more?.length ?? 0) + blockSize + contentSize(entry)
  }
  // The byte that reading a file may change after its end.
  const archive = allocate(size + 1)
  const waiting: Promise<void>[] = []
  let at = 0
  for (const entry of batch) {
    const more = extended.get(entry)
    if (more) archive.set(more, at)
    at += more?.length ?? 0
    writeTarHeader(entry, secondsOf(entry, epoch), { target: archive, at })
    at += blockSize
    onEntry?.(entry, position + at)
    const copying = copyContent(entry, archive, at)
    at += contentSize(entry)
    if (copying === undefined) continue
    // A later file may throw first.
    copying.catch(() => undefined)
    waiting.push(copying)
  }
  if (waiting.length > 0) await Promise.all(waiting)
  return archive.subarray(0, size)
}

function contentSize({ node, open }: FileEntry): number {
  return open === undefined ? 0 : node.size + paddingSize(node.size)
}

/** Writes the content of a file to an archive, which has zeros there. Returns a promise only if it must be waited for. */
function copyContent(entry: FileEntry, archive: Buffer, start: number): Promise<void> | undefined {
  const opened = entry.open?.(entry)
  if (opened === undefined) return undefined
  if (opened instanceof Promise) return opened.then((content) => copyFrom(content, entry, { archive, start }))
  return copyFrom(opened, entry, { archive, start })
}

function copyFrom(
  content: Content,
  entry: FileEntry,
  { archive, start }: { readonly archive: Buffer; readonly start: number },
): Promise<void> | undefined {
  if (content.readInto === undefined) return copyStream(content, entry, { archive, start })
  content.readInto(archive, start)
  return undefined
}

async function copyStream(
  content: Content,
  entry: FileEntry,
  { archive, start }: { readonly archive: Buffer; readonly start: number },
): Promise<void> {
  let size = 0
  for await (const chunk of content) {
    const before = size
    size = grown(entry, size + chunk.length)
    archive.set(chunk, start + before)
  }
  assertWhole(entry, size)
}

/** Streams a large entry: header, content and padding. */
async function* streamed(
  entry: FileEntry,
  position: number,
  { epoch, onEntry }: TarOptions,
): AsyncGenerator<Uint8Array> {
  const header = tarHeader(entry, secondsOf(entry, epoch))
  onEntry?.(entry, position + header.length)
  yield header
  if (entry.open === undefined) return
  let size = 0
  for await (const chunk of await entry.open(entry)) {
    size = grown(entry, size + chunk.length)
    yield chunk
  }
  assertWhole(entry, size)
  yield paddingFor(size)
}

function secondsOf({ node }: FileEntry, epoch: number | undefined): number {
  const seconds = Math.floor(node.mtime / 1000)
  return epoch === undefined ? seconds : Math.min(seconds, epoch)
}

/** Checks that a file has not grown beyond the size in its header. */
function grown(entry: FileEntry, size: number): number {
  if (size > entry.node.size) throw resized(entry, `more than ${entry.node.size}`)
  return size
}

function assertWhole(entry: FileEntry, size: number): void {
  if (size < entry.node.size) throw resized(entry, `${size} instead of ${entry.node.size}`)
}

function resized({ path }: FileEntry, found: string): ActionError {
  return new ActionError('context-changed', `Cannot put ${path} to an archive: it has ${found} bytes`, {
    hint: 'Make sure that nothing writes to the file during this step, then run the job again.',
  })
}

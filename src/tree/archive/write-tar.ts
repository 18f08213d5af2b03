import { createPause } from '../../bounds/pause.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { FileEntry } from '../file-entry.ts'
import { blockSize, paddingFor, paddingSize, tarHeader } from './tar-header.ts'

export type TarOptions = {
  /** Maximum modification time of the entries, in seconds since 1970 (SOURCE_DATE_EPOCH). */
  readonly epoch?: number | undefined
}

/** Small files are read in parallel, in batches of at most this many files and bytes. */
const batchLimit = { files: 64, bytes: 256 * 1024 }

/** Files that are read between two turns of the event loop: some milliseconds. */
const filesAtOnce = 512

/**
 * Writes the entries as a tar archive: the same bytes for the same entries on every system. Times are whole seconds, as
 * BuildKit writes them; owner names are omitted. Throws `context-changed` if the size of a file differs from its entry.
 */
export async function* writeTar(entries: Iterable<FileEntry>, options: TarOptions = {}): AsyncGenerator<Uint8Array> {
  const pause = createPause({ every: filesAtOnce })
  for (const batch of batches(entries)) {
    // The reader may be as fast as the files are read, and then nothing else waits.
    await pause(batch.length)
    const [first] = batch
    if (first && first.node.size > batchLimit.bytes) yield* streamed(first, options)
    // One chunk for many files: hashing and compressing small chunks costs more per chunk than per byte.
    else yield await joined(batch, options)
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

/** Returns small entries: headers, contents and padding. */
async function joined(batch: readonly FileEntry[], options: TarOptions): Promise<Buffer> {
  const headers = batch.map((entry) => headerOf(entry, options))
  let size = 0
  for (const [index, { node, open }] of batch.entries()) {
    size += (headers[index]?.length ?? 0) + (open === undefined ? 0 : node.size + paddingSize(node.size))
  }
  // The byte that reading a file may change after its end.
  const archive = Buffer.allocUnsafeSlow(size + 1)
  let end = 0
  await Promise.all(
    batch.map((entry, index) => {
      const header = headers[index] as Uint8Array
      archive.set(header, end)
      const start = end + header.length
      end = start
      if (entry.open === undefined) return undefined
      end += entry.node.size + paddingSize(entry.node.size)
      return copyContent(entry, archive, start)
    }),
  )
  return archive.subarray(0, size)
}

/** Writes the content of a file, and its padding, to an archive. */
async function copyContent(entry: FileEntry, archive: Buffer, start: number): Promise<void> {
  const { node, open } = entry
  const content = await open?.(entry)
  if (content === undefined) return
  if (content.readInto) content.readInto(archive, start)
  else {
    let size = 0
    for await (const chunk of content) {
      const before = size
      size = grown(entry, size + chunk.length)
      archive.set(chunk, start + before)
    }
    assertWhole(entry, size)
  }
  archive.fill(0, start + node.size, start + node.size + paddingSize(node.size))
}

/** Streams a large entry: header, content and padding. */
async function* streamed(entry: FileEntry, options: TarOptions): AsyncGenerator<Uint8Array> {
  yield headerOf(entry, options)
  if (entry.open === undefined) return
  let size = 0
  for await (const chunk of await entry.open(entry)) {
    size = grown(entry, size + chunk.length)
    yield chunk
  }
  assertWhole(entry, size)
  yield paddingFor(size)
}

function headerOf(entry: FileEntry, { epoch }: TarOptions): Uint8Array {
  const seconds = Math.floor(entry.node.mtime / 1000)
  return tarHeader(entry, epoch === undefined ? seconds : Math.min(seconds, epoch))
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

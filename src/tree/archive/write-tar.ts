import { ActionError } from '../../errors/action-error.ts'
import type { FileEntry } from '../file-entry.ts'
import { blockSize, paddingFor, tarHeader } from './tar-header.ts'

export type TarOptions = {
  /** Maximum modification time of the entries, in seconds since 1970 (SOURCE_DATE_EPOCH). */
  readonly epoch?: number | undefined
}

/** Small files are read in parallel, in batches of at most this many files and bytes. */
const batchLimit = { files: 64, bytes: 256 * 1024 }

/**
 * Writes the entries as a tar archive: the same bytes for the same entries on every system. Times are whole seconds, as
 * BuildKit writes them; owner names are omitted. Throws `context-changed` if the size of a file differs from its entry.
 */
export async function* writeTar(entries: readonly FileEntry[], options: TarOptions = {}): AsyncGenerator<Uint8Array> {
  for (const batch of batches(entries)) {
    const [first] = batch
    if (first && first.node.size > batchLimit.bytes) yield* streamed(first, options)
    // One chunk for many files: hashing and compressing small chunks costs more per chunk than per byte.
    else yield Buffer.concat((await Promise.all(batch.map((entry) => whole(entry, options)))).flat())
  }
  yield Buffer.alloc(2 * blockSize)
}

/** Groups the entries in order: small ones into batches, each larger one alone. */
function* batches(entries: readonly FileEntry[]): Generator<readonly FileEntry[]> {
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

/** Returns a small entry: header, content and padding. */
async function whole(entry: FileEntry, options: TarOptions): Promise<readonly Uint8Array[]> {
  const parts: Uint8Array[] = [headerOf(entry, options)]
  if (entry.open === undefined) return parts
  let size = 0
  for await (const chunk of await entry.open(entry)) {
    size = grown(entry, size + chunk.length)
    parts.push(chunk)
  }
  parts.push(endOf(entry, size))
  return parts
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
  yield endOf(entry, size)
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

function endOf(entry: FileEntry, size: number): Uint8Array {
  if (size < entry.node.size) throw resized(entry, `${size} instead of ${entry.node.size}`)
  return paddingFor(size)
}

function resized({ path }: FileEntry, found: string): ActionError {
  return new ActionError('context-changed', `Cannot put ${path} to an archive: it has ${found} bytes`, {
    hint: 'Make sure that nothing writes to the file during this step, then run the job again.',
  })
}

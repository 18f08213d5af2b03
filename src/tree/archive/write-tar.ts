import { ActionError } from '../../errors/action-error.ts'
import type { FileEntry } from '../file-entry.ts'
import { blockSize, paddingFor, tarHeader } from './tar-header.ts'

export type TarOptions = {
  /** No entry is newer than this, in seconds since 1970 (SOURCE_DATE_EPOCH). */
  readonly epoch?: number | undefined
}

/** Small files are read together, so many and so many bytes of them at most, so that thousands do not wait for each other. */
const batchLimit = { files: 64, bytes: 256 * 1024 }

/**
 * The entries as a tar archive: the same bytes for the same entries, on every system. Times are whole seconds, as BuildKit writes them;
 * names of owners are left out. Throws `context-changed` when a file has not the size that its entry says.
 */
export async function* writeTar(entries: readonly FileEntry[], options: TarOptions = {}): AsyncGenerator<Uint8Array> {
  for (const batch of batches(entries)) {
    const [first] = batch
    if (first && first.node.size > batchLimit.bytes) yield* streamed(first, options)
    // One piece for many files: each costs less to hash and to compress than to pass on by itself.
    else yield Buffer.concat((await Promise.all(batch.map((entry) => whole(entry, options)))).flat())
  }
  yield Buffer.alloc(2 * blockSize)
}

/** The entries in order: one that is larger than a batch by itself, what is small together with its neighbours. */
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

/** A small entry: its header, its content and the padding. */
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

/** The same of a large one, as it comes. */
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

/** How much of a file has come, which is never more than its header says. */
function grown(entry: FileEntry, size: number): number {
  if (size > entry.node.size) throw resized(entry, `more than ${entry.node.size}`)
  return size
}

function endOf(entry: FileEntry, size: number): Uint8Array {
  if (size < entry.node.size) throw resized(entry, `${size} instead of ${entry.node.size}`)
  return paddingFor(size)
}

function resized({ path }: FileEntry, found: string): ActionError {
  return new ActionError('context-changed', `Cannot put ${path} into an archive: it gave ${found} bytes`, {
    hint: 'Make sure that nothing writes to the file during this step, then run the job again.',
  })
}

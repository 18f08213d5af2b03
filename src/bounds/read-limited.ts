import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { formatBytes } from '../text/bytes.ts'

/** Thrown when a source exceeds its limit or is not a regular file. */
export class LimitError extends Error {
  override readonly name = 'LimitError'
}

/**
 * Returns all bytes of `source`, at most `limit`.
 *
 * @throws LimitError as soon as the limit is exceeded (the source is then closed), and the errors of the source
 */
export async function readLimited(source: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of source) {
    size += chunk.length
    if (size > limit) throw tooLarge(limit)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Returns the first `length` bytes of `source`, or all if it has fewer. The source is then closed. Throws the errors of the source. */
export async function readBeginning(source: AsyncIterable<Uint8Array>, length: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of source) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= length) break
  }
  return Buffer.concat(chunks).subarray(0, length)
}

/**
 * Returns the text of a regular file of at most `limit` bytes. Devices, pipes and directories are rejected because they may be endless.
 *
 * @throws LimitError, or the error of the file system (ENOENT, EACCES)
 */
export async function readFileLimited(path: string, limit: number): Promise<string> {
  return (await readBytesLimited(path, limit)).toString('utf8')
}

/**
 * As `readFileLimited`, but returns the bytes.
 *
 * @throws LimitError, or the error of the file system (ENOENT, EACCES)
 */
export async function readBytesLimited(path: string, limit: number): Promise<Buffer> {
  // Without O_NONBLOCK the open itself would wait for the other end of a pipe.
  const file = await open(path, readingOnly)
  try {
    const found = await file.stat()
    refuseOthers(found, limit)
    return await readOpened(file, found.size, limit)
  } finally {
    await file.close()
  }
}

/** Returns the first `size` bytes of a file, all if it is 0, as in /proc. A stream would take twice as long for a small file (measured). */
async function readOpened(file: FileHandle, size: number, limit: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let total = 0
  while (size === 0 || total < size) {
    const part = Buffer.allocUnsafe(size === 0 ? unknownSize : size - total)
    const { bytesRead } = await file.read(part)
    if (bytesRead === 0) break
    parts.push(part.subarray(0, bytesRead))
    total += bytesRead
    if (total > limit) throw tooLarge(limit)
  }
  return Buffer.concat(parts, total)
}

/** Bytes per read of a file that does not report its size. */
const unknownSize = 16 * 1024

/** As `readFileLimited`, for the few small files that are read before anything else can begin. Throws the same. */
export function readFileLimitedSync(path: string, limit: number): string {
  return readBytesLimitedSync(path, limit).toString('utf8')
}

/** As `readFileLimitedSync`, but returns the bytes. */
export function readBytesLimitedSync(path: string, limit: number): Buffer {
  const file = openSync(path, readingOnly)
  try {
    refuseOthers(fstatSync(file), limit)
    const bytes = readFileSync(file)
    if (bytes.length > limit) throw tooLarge(limit)
    return bytes
  } finally {
    closeSync(file)
  }
}

/**
 * Reads a regular file of a directory that others wrote, from `start` to before `end`. Opened on the first read: a stream that is never read
 * would keep its file open.
 *
 * @throws LimitError for a pipe or device, which could wait forever, and the errors of the file system
 */
export async function* readRegularFile(
  path: string,
  { start = 0, end }: { readonly start?: number; readonly end?: number } = {},
): AsyncGenerator<Uint8Array> {
  const file = await open(path, readingOnly)
  try {
    refuseIrregular(await file.stat())
    if (end !== undefined && end <= start) return
    const last = end === undefined ? {} : { end: end - 1 }
    yield* file.createReadStream({ start, ...last, autoClose: false, highWaterMark: 256 * 1024 })
  } finally {
    await file.close()
  }
}

const readingOnly = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

function refuseOthers(stat: Stats, limit: number): void {
  refuseIrregular(stat)
  if (stat.size > limit) throw tooLarge(limit)
}

function refuseIrregular(stat: Stats): void {
  if (!stat.isFile()) throw new LimitError('it is not a regular file')
}

function tooLarge(limit: number): LimitError {
  return new LimitError(`it is larger than ${formatBytes(limit)}`)
}

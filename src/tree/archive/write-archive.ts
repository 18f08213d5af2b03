import { randomUUID } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { FileEntry } from '../file-entry.ts'
import { makeFolders } from '../make-folders.ts'
import { streamToFile } from '../stream-to-file.ts'
import { toWriteError } from './write-failure.ts'
import { writeTar } from './write-tar.ts'

export type WriteOptions = {
  readonly signal: AbortSignal
  /** Called with the number of bytes written so far. */
  readonly onProgress?: (bytes: number) => void
}

/**
 * Writes entries as a tar archive to the file `dest` and returns its size in bytes. The file is replaced atomically
 * when the archive is complete.
 *
 * @throws ActionError `disk-full`, `output-unwritable`, `cancelled`, and errors of reading the entries
 */
export async function writeArchive(
  dest: string,
  entries: readonly FileEntry[],
  { signal, onProgress }: WriteOptions,
): Promise<number> {
  const part = `${dest}.${randomUUID()}.part`
  let size = 0
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of writeTar(entries)) {
      size += piece.length
      onProgress?.(size)
      yield piece
    }
  }
  try {
    makeFolders(dirname(dest))
    const source = Readable.from(counted(), { objectMode: false, highWaterMark: 1024 * 1024 })
    await streamToFile(part, { flags: 'wx' }, (stream) => pipeline(source, stream, { signal }))
    await rename(part, dest)
    return size
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined)
    throw toWriteError(error, dest)
  }
}

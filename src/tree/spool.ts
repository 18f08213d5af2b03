import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open as openFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isDiskFull } from '../errors/action-error.ts'
import { freeSpace } from '../host/free-space.ts'
import { decompressed } from './archive/decompress.ts'
import { readToEnd } from './archive/read-to-end.ts'
import { diskFull } from './archive/write-failure.ts'
import type { Content } from './tree.ts'

/** Opens a range of an archive's uncompressed bytes. */
export type OpenRange = (offset: number, size: number) => Promise<Content>

export type SpoolOptions = {
  /** The directory for the unpacked archive; the caller removes it. */
  readonly folder: string
  /** Begins messages. */
  readonly what: string
  /** Returns how many of the uncompressed bytes can be requested; called at the first request. */
  readonly size: () => number
  readonly free?: (folder: string) => Promise<number | undefined>
}

/**
 * Gives random access to a compressed archive: the first request unpacks it to a file. Nothing is read before that.
 * Throws `disk-full` if the free space is insufficient, before anything is written if the system reports it.
 */
export function spool(open: () => Promise<Content>, options: SpoolOptions): OpenRange {
  const { folder, what, size: needed, free = freeSpace } = options
  let spooled: Promise<string> | undefined
  const unpack = async (): Promise<string> => {
    await mkdir(folder, { recursive: true })
    const size = needed()
    const room = await free(folder)
    if (room !== undefined && size > room) {
      throw diskFull(`${what}: it unpacks to ${size} bytes, and ${room} are free in ${folder}`)
    }
    const file = join(folder, `${randomUUID()}.tar`)
    // Opened first: a stream that fails before its file is open would create the file after it was removed.
    const target = await openFile(file, 'wx')
    try {
      await readToEnd(await open(), (source) =>
        pipeline(first(size, decompressed(source, what)), target.createWriteStream()),
      )
    } catch (error) {
      // Already closed, unless no stream was created.
      await target.close().catch(() => undefined)
      await rm(file, { force: true })
      throw isDiskFull(error) ? diskFull(`${what}: no space is left in ${folder}`, error) : error
    }
    return file
  }
  return async (offset, size) => {
    spooled ??= unpack()
    const file = await spooled
    if (size === 0) return none()
    return createReadStream(file, { start: offset, end: offset + size - 1, highWaterMark: 256 * 1024 })
  }
}

/** Yields the first `size` bytes of `source`, but reads it to its end, where the checksum of the compression is. */
async function* first(size: number, source: Content): AsyncGenerator<Uint8Array> {
  let left = size
  for await (const chunk of source) {
    if (left > 0) yield chunk.subarray(0, left)
    left -= chunk.length
  }
}

async function* none(): AsyncGenerator<Uint8Array> {}

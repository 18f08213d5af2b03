import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open as openFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isDiskFull } from '../errors/action-error.ts'
import { freeSpace } from '../host/free-space.ts'
import { decompressed } from './archive/decompress.ts'
import { toItsEnd } from './archive/to-its-end.ts'
import { diskFull } from './archive/write-failure.ts'
import type { Content } from './tree.ts'

/** A part of an archive's uncompressed bytes. */
export type OpenRange = (offset: number, size: number) => Promise<Content>

export type SpoolOptions = {
  /** Where the archive is unpacked to; the caller removes it. */
  readonly folder: string
  /** Begins messages. */
  readonly what: string
  /** How many of the uncompressed bytes will ever be asked for; known when the first are. */
  readonly size: () => number
  readonly free?: (folder: string) => Promise<number | undefined>
}

/**
 * Access to any part of a compressed archive: at the first request it is unpacked once to a file. Nothing is read before.
 * Throws `disk-full` where there is no room for it, before anything is written if the system can tell.
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
    // Opened first: a stream that fails before its file is open would make the file after it was removed.
    const target = await openFile(file, 'wx')
    try {
      await toItsEnd(await open(), (source) =>
        pipeline(first(size, decompressed(source, what)), target.createWriteStream()),
      )
    } catch (error) {
      // Closed already, unless no stream was made of it.
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

/** The first `size` bytes of `source`, which is read to its end: the checksum of its compression is there. */
async function* first(size: number, source: Content): AsyncGenerator<Uint8Array> {
  let left = size
  for await (const chunk of source) {
    if (left > 0) yield chunk.subarray(0, left)
    left -= chunk.length
  }
}

async function* none(): AsyncGenerator<Uint8Array> {}

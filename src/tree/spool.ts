import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { decompressed } from './decompress.ts'
import { readWhole } from './read-whole.ts'
import type { Content } from './tree.ts'

/** A part of an archive's uncompressed bytes. */
export type OpenRange = (offset: number, size: number) => Promise<Content>

/**
 * Access to any part of a compressed archive: at the first request the whole of it is unpacked once to a file in `folder`,
 * which the caller removes with the folder. Nothing is read before.
 */
export function spool(open: () => Promise<Content>, folder: string, what: string): OpenRange {
  let spooled: Promise<string> | undefined
  const unpack = async (): Promise<string> => {
    await mkdir(folder, { recursive: true })
    const file = join(folder, `${randomUUID()}.tar`)
    await readWhole(await open(), (source) =>
      pipeline(decompressed(source, what), createWriteStream(file, { flags: 'wx' })),
    )
    return file
  }
  return async (offset, size) => {
    spooled ??= unpack()
    const file = await spooled
    if (size === 0) return none()
    return createReadStream(file, { start: offset, end: offset + size - 1, highWaterMark: 256 * 1024 })
  }
}

async function* none(): AsyncGenerator<Uint8Array> {}

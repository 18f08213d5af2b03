import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { posix } from 'node:path'
import { Readable } from 'node:stream'
import { readLimited } from '../../bounds/read-limited.ts'
import type { ActionError } from '../../errors/action-error.ts'
import { decompressed, isCompressed } from '../../tree/archive/decompress.ts'
import { readTar, type TarLimits, tarLimits } from '../../tree/archive/read-tar.ts'
import { type OpenRange, spool } from '../../tree/spool.ts'
import type { Content } from '../../tree/tree.ts'

/**
 * The files of a tar archive on this disk, by their names in it. Names are never used as paths: links are resolved
 * within the archive.
 */
export type ArchivedFiles = {
  /** Returns the size of a file in bytes, after following links; undefined if it is not in the archive. */
  readonly sizeOf: (name: string) => number | undefined
  /** Returns the same name for a file and all links to it. */
  readonly realName: (name: string) => string
  /** Opens the content of a file for which `sizeOf` is defined. */
  readonly open: (name: string) => Promise<Content>
  /** Reads a small file; undefined if it is not in the archive. */
  readonly read: (name: string, most: number) => Promise<Buffer | undefined>
}

/** An archive of images has a few files per layer. */
const archiveLimits: TarLimits = { ...tarLimits, entries: 100_000, names: 16 * 2 ** 20 }
/** Maximum length of a chain of links. */
const mostHops = 8

/**
 * Opens the archive at `path`, which may be compressed. A compressed archive is unpacked to `folder` when the first of
 * its files is opened.
 *
 * @throws ActionError `archive-invalid`, `archive-unsupported`; the error of `fail` for a file over its limit; errors
 * of the file system
 */
export async function openArchivedFiles(
  path: string,
  {
    folder,
    what,
    fail,
  }: { readonly folder: string; readonly what: string; readonly fail: (found: string) => ActionError },
): Promise<ArchivedFiles> {
  const files = new Map<string, { readonly offset: number; readonly size: number }>()
  const links = new Map<string, string>()
  let end = 0
  for await (const { name, node, linkTo, offset } of readTar(
    decompressed(createReadStream(path), what),
    what,
    archiveLimits,
  )) {
    const clean = cleaned(name)
    // The last entry of a name applies, as in tar.
    files.delete(clean)
    links.delete(clean)
    if (linkTo !== undefined) links.set(clean, cleaned(linkTo))
    else if (node.type === 'symlink') links.set(clean, cleaned(posix.join(posix.dirname(clean), node.target ?? '')))
    else if (node.type === 'file') {
      files.set(clean, { offset, size: node.size })
      end = Math.max(end, offset + node.size)
    }
  }

  const openRange: OpenRange = (await startsCompressed(path))
    ? spool(async () => createReadStream(path), { folder, what, size: () => end })
    : async (offset, size) =>
        size === 0 ? Readable.from([]) : createReadStream(path, { start: offset, end: offset + size - 1 })

  const realName = (name: string): string => {
    let real = cleaned(name)
    for (let hops = 0; hops < mostHops && !files.has(real); hops += 1) real = links.get(real) ?? real
    return real
  }
  const find = (name: string) => files.get(realName(name))
  const openFile = async (name: string): Promise<Content> => {
    const file = find(name)
    if (file === undefined) throw fail(`it has no ${name}`)
    return await openRange(file.offset, file.size)
  }
  return {
    sizeOf: (name) => find(name)?.size,
    realName,
    open: openFile,
    read: async (name, most) => {
      const size = find(name)?.size
      if (size === undefined) return undefined
      if (size > most) throw fail(`${name} has ${size} bytes, the limit is ${most}`)
      return await readLimited(await openFile(name), most)
    },
  }
}

async function startsCompressed(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(6) })
    return isCompressed(buffer.subarray(0, bytesRead))
  } finally {
    await file.close()
  }
}

function cleaned(name: string): string {
  return posix.normalize(`/${name}`).slice(1)
}

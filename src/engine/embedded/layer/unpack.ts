import { ActionError } from '../../../errors.ts'
import { decompressed } from '../../../tree/decompress.ts'
import type { Opener, Overlay } from '../../../tree/overlay.ts'
import { cleanPath, joinPath, nameOf, parentOf } from '../../../tree/path.ts'
import { readTar, type TarEntry, tarLimits } from '../../../tree/read-tar.ts'
import { resolvePath } from '../../../tree/resolve.ts'
import { type OpenRange, spool } from '../../../tree/spool.ts'
import type { Content, TreeNode } from '../../../tree/tree.ts'
import { makeDirectories } from './directory.ts'
import type { Owner } from './owner.ts'

export type Archive = { readonly open: () => Promise<Content> /** For messages: its path. */; readonly name: string }

/**
 * Whether ADD unpacks a file: one that is a tar archive, compressed or not, whatever its name.
 * Throws `archive-unsupported` for xz of a rare kind, where only unpacking could tell.
 */
export async function isArchive({ open, name }: Archive): Promise<boolean> {
  const entries = readTar(decompressed(await open(), `Cannot unpack ${name}`), `Cannot unpack ${name}`)
  try {
    return !(await entries.next()).done
  } catch (error) {
    if (error instanceof ActionError && error.code === 'archive-invalid') return false
    throw error
  } finally {
    await entries.return(undefined)
  }
}

/**
 * Unpacks an archive into the directory `into` as ADD does: that directory is the root that links and `..` cannot leave,
 * parents that the archive does not have are 0755 and root's, owners are the archive's unless `owner` is given.
 * Content is unpacked to the folder `temporary` when it is read. Throws `archive-invalid` for names that lead out.
 */
export async function unpack(
  archive: Archive,
  directory: string,
  {
    into,
    owner,
    time,
    temporary,
  }: { readonly into: Overlay; readonly owner?: Owner | undefined; readonly time: number; readonly temporary: string },
): Promise<void> {
  const what = `Cannot unpack ${archive.name}`
  const content = spool(archive.open, temporary, what)
  const below = { lstat: (path: string) => into.lstat(joinPath(directory, path)) }
  const place = async (written: string): Promise<string> => {
    const name = inside(written, what)
    return joinPath(directory, joinPath(await resolvePath(below, parentOf(name)), nameOf(name)))
  }
  for await (const entry of readTar(decompressed(await archive.open(), what), what, tarLimits)) {
    if (inside(entry.name, what) === '') continue
    const path = await place(entry.name)
    if (nameOf(path).startsWith('.wh.')) {
      throw new ActionError('archive-invalid', `${what}: ${entry.name} would be taken for a deletion in an image layer`)
    }
    await makeDirectories(into, parentOf(path), { mode: 0o755, time, exact: true })
    if (entry.linkTo === undefined)
      await into.put(path, { node: { ...entry.node, ...owner }, ...contentOf(entry, content) })
    else await link(into, path, { target: await place(entry.linkTo), entry, owner, what })
  }
}

function contentOf({ node, offset }: TarEntry, content: OpenRange): { readonly open?: Opener } {
  return node.type === 'file' ? { open: () => content(offset, node.size) } : {}
}

type Link = {
  readonly target: string
  readonly entry: TarEntry
  readonly owner: Owner | undefined
  readonly what: string
}

/** A further name of a file. What its entry says of mode, owner and time holds for the file then, as in BuildKit. */
async function link(into: Overlay, path: string, { target, entry, owner, what }: Link): Promise<void> {
  const node = await into.lstat(target)
  if (node?.type !== 'file')
    throw new ActionError('archive-invalid', `${what}: ${path} is a hard link to ${target}, which is no file before it`)
  const { mode, uid, gid, mtime } = { ...entry.node, ...owner }
  const shared: TreeNode = { ...node, mode, uid, gid, mtime, inode: node.inode ?? Symbol(target) }
  const open = into.additions.get(target)?.open ?? (() => into.base.open(target))
  // Archivers write the same for all names, so that there is nothing to do for the others.
  if (mode !== node.mode || uid !== node.uid || gid !== node.gid || mtime !== node.mtime) {
    for (const [name, other] of into.additions) {
      if (other.node.inode === shared.inode) await into.put(name, { node: shared, open })
    }
  }
  await into.put(target, { node: shared, open })
  await into.put(path, { node: shared, open })
}

/** A name of the archive relative to its root; an absolute one is meant below it, but one that leads out is no accident. */
function inside(name: string, what: string): string {
  let depth = 0
  for (const part of name.split('/')) {
    if (part === '..') depth -= 1
    else if (part !== '' && part !== '.') depth += 1
    if (depth < 0) throw new ActionError('archive-invalid', `${what}: its entry ${name} leads out of the archive`)
  }
  return cleanPath(name)
}

import { ActionError } from '../../../errors/action-error.ts'
import { decompressed } from '../../../tree/archive/decompress.ts'
import { endOf, readTar } from '../../../tree/archive/read-tar.ts'
import type { TarEntry } from '../../../tree/archive/tar-entry.ts'
import type { Opener } from '../../../tree/file-entry.ts'
import type { Addition, Overlay } from '../../../tree/overlay.ts'
import { cleanPath, joinPath, nameOf, parentOf } from '../../../tree/path.ts'
import { resolvePath } from '../../../tree/resolve.ts'
import { spool } from '../../../tree/spool.ts'
import type { Content, TreeNode } from '../../../tree/tree.ts'
import { makeDirectories } from './directory.ts'
import type { Owner } from './owner.ts'

export type Archive = { readonly open: () => Promise<Content> /** For messages: its path. */; readonly name: string }

/**
 * Whether ADD unpacks a file: a tar archive, compressed or not, whatever its name. As in BuildKit, a file whose first
 * entry is damaged is not an archive; damage further on is an error. Throws `archive-unsupported` for an archive that
 * starts with a sparse file, and for rare kinds of xz that only unpacking could identify.
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
 * Unpacks an archive into the directory `into` like ADD: links and `..` cannot leave that directory, parents missing in
 * the archive have mode 0755 and belong to root, owners are those of the archive unless `owner` is set. Content is
 * unpacked to the directory `temporary` when it is read. Throws `archive-invalid` for names that lead outside.
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
  let size = 0
  const content = spool(archive.open, { folder: temporary, what, size: () => size })
  const open: Opener = ({ node, at }) => content(Number(at), node.size)
  const below = { lstat: (path: string) => into.lstat(joinPath(directory, path)) }
  const place = async (written: string): Promise<string> => {
    const name = inside(written, what)
    return joinPath(directory, joinPath(await resolvePath(below, parentOf(name)), nameOf(name)))
  }
  const changed: ChangedFiles = new Map()
  for await (const entry of readTar(decompressed(await archive.open(), what), what)) {
    size = endOf(entry)
    if (inside(entry.name, what) === '') continue
    const path = await place(entry.name)
    if (nameOf(path).startsWith('.wh.')) {
      throw new ActionError('archive-invalid', `${what}: ${entry.name} would be taken for a deletion in an image layer`)
    }
    await makeDirectories(into, parentOf(path), { mode: 0o755, time, exact: true })
    // Systems do not store a mode for symbolic links: a created link has all bits, whatever the archive says.
    const mode = entry.node.type === 'symlink' ? 0o777 : entry.node.mode
    const node = { ...entry.node, mode, ...owner }
    if (entry.linkTo === undefined)
      await into.put(path, node.type === 'file' ? { node, open, at: entry.offset } : { node })
    else await link(into, path, { target: await place(entry.linkTo), entry, owner, what, changed })
  }
  await changeAll(into, changed)
}

/** The nodes of files by their inode, if the entry of a further name changed their attributes. */
type ChangedFiles = Map<string | symbol, TreeNode>

/** Changes the attributes of all names of files, once: an archive can have thousands of names with different ones. */
async function changeAll(into: Overlay, changed: ChangedFiles): Promise<void> {
  if (changed.size === 0) return
  const names = [...into.additions()].filter(({ node: { inode } }) => inode !== undefined && changed.has(inode))
  for (const { path, node, ...content } of names) {
    await into.put(path, { ...content, node: changed.get(node.inode ?? '') ?? node })
  }
}

type Link = {
  readonly target: string
  readonly entry: TarEntry
  readonly owner: Owner | undefined
  readonly what: string
  readonly changed: ChangedFiles
}

/** An additional name of a file. As in BuildKit, mode, owner and time of its entry apply to the file. */
async function link(into: Overlay, path: string, { target, entry, owner, what, changed }: Link): Promise<void> {
  const found = await into.lstat(target)
  if (found?.type !== 'file')
    throw new ActionError(
      'archive-invalid',
      `${what}: ${path} is a hard link to ${target}, which is not a file before it`,
    )
  const node = (found.inode === undefined ? undefined : changed.get(found.inode)) ?? found
  const inode = node.inode ?? Symbol(target)
  const { mode, uid, gid, mtime } = { ...entry.node, ...owner }
  const shared: TreeNode = { ...node, mode, uid, gid, mtime, inode }
  const { open = () => into.base.open(target), at }: Partial<Addition> = into.addition(target) ?? {}
  const linked = { node: shared, open, ...(at === undefined ? {} : { at }) }
  // Archivers write the same values for all names, so the others need no change.
  if (mode !== node.mode || uid !== node.uid || gid !== node.gid || mtime !== node.mtime) changed.set(inode, shared)
  await into.put(target, linked)
  await into.put(path, linked)
}

/**
 * Returns a name of the archive relative to its root; an absolute one is relative to it too, but one that leads outside
 * is an attack.
 */
function inside(name: string, what: string): string {
  let depth = 0
  for (const part of name.split('/')) {
    if (part === '..') depth -= 1
    else if (part !== '' && part !== '.') depth += 1
    if (depth < 0) throw new ActionError('archive-invalid', `${what}: its entry ${name} leads out of the archive`)
  }
  return cleanPath(name)
}

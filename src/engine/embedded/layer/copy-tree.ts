import type { Pause } from '../../../bounds/pause.ts'
import type { ModeChange } from '../../../dockerfile/instructions/chmod.ts'
import { ActionError } from '../../../errors/action-error.ts'
import type { Opener } from '../../../tree/file-entry.ts'
import type { Overlay } from '../../../tree/overlay.ts'
import { joinPath, nameOf, parentOf } from '../../../tree/path.ts'
import type { FileTree, Listing, TreeNode } from '../../../tree/tree.ts'
import type { Owner } from './owner.ts'

export type TreeCopy = {
  readonly from: FileTree
  readonly into: Overlay
  readonly owner: Owner | undefined
  readonly mode: ModeChange | undefined
  /** Milliseconds; for a directory copied from the root of a tree, whose own time is meaningless. */
  readonly time: number
  /** Called with paths relative to the source. Undefined: everything is included. */
  readonly included: ((path: string) => boolean) | undefined
  /** Undefined: nothing is excluded. */
  readonly excluded: ((path: string) => boolean) | undefined
  /** Called for each file. Undefined: the event loop may be blocked. */
  readonly pause: Pause | undefined
}

/** A parent directory. One that is not itself included is created only if something in it is. */
type Folder = { readonly source: TreeNode; readonly target: string; made: boolean }

type Walk = TreeCopy & {
  readonly folders: Folder[]
  /** The files with several names found so far, so that their copies share a file too. */
  readonly inodes: Map<string | symbol, symbol>
}

/**
 * Copies `source`, a file or a directory's content, to exactly `target`, like BuildKit's copier: the target directory
 * of the first level keeps its mode and owner, deeper directories get those of the source. Throws `build-failed` if a
 * file would replace a directory or the reverse.
 */
export async function copyTree(source: string, target: string, copy: TreeCopy): Promise<void> {
  const walk: Walk = { ...copy, folders: [], inodes: new Map() }
  const node = await copy.from.lstat(source)
  if (node?.type !== 'directory')
    return node && copyFile(node, { source, target, walk, open: opener(copy.from, parentOf(source)) })
  const existing = await copy.into.lstat(target)
  if (existing && existing.type !== 'directory') throw notDirectory(target)
  walk.folders.push({ source: node, target, made: true })
  const isNew = existing === undefined || (await copy.into.list(target)).length === 0
  await copyChildren({ source, target, relative: '', walk, isNew })
  // BuildKit creates the directory before it copies, so it is never "new" here; only its time is that of the source.
  if (existing) await copy.into.put(target, { node: { ...existing, mtime: source === '' ? copy.time : node.mtime } })
}

type CopyStep = {
  readonly source: string
  readonly target: string
  readonly relative: string
  readonly walk: Walk
  readonly open: Opener
  /** Whether nothing exists at the target. */
  readonly isNew: boolean
}

/** Opens the files of a directory by name: the path of each would be an additional string in memory. */
function opener(from: FileTree, folder: string): Opener {
  return ({ at }) => from.open(joinPath(folder, String(at)))
}

async function copyChildren(step: Omit<CopyStep, 'open'>): Promise<void> {
  const { source, target, relative, walk, isNew } = step
  const open = opener(walk.from, source)
  const isWhole = isNew && walk.included === undefined && walk.excluded === undefined
  const listing = isWhole ? await walk.from.listing?.(source) : undefined
  if (listing && listing.files.length > 0) await copyFiles(listing, { source, target, walk })
  for (const name of listing?.folders ?? (await walk.from.list(source))) {
    await copyBelow({
      source: joinPath(source, name),
      target: joinPath(target, name),
      relative: joinPath(relative, name),
      walk,
      open,
      isNew,
    })
  }
}

/** Copies the files of a directory to a new one. */
async function copyFiles(
  { files, nodeAt, open }: Listing,
  { source, target, walk }: Pick<CopyStep, 'source' | 'target' | 'walk'>,
): Promise<void> {
  for (const name of files) {
    const turned = walk.pause?.()
    if (turned) await turned
    assertReadable(source, name)
    assertNoWhiteout(joinPath(source, name), joinPath(target, name))
  }
  walk.into.putFiles(target, { names: files, nodeAt: (index) => fileNode(nodeAt(index), walk), open })
}

async function copyBelow(step: CopyStep): Promise<void> {
  const { source, target, relative, walk, open, isNew } = step
  await walk.pause?.()
  const node = await walk.from.lstat(source)
  if (node === undefined)
    throw new ActionError('context-changed', `Cannot copy ${source}: it was removed during the build`)
  assertReadable('', source)
  const wanted = walk.included?.(relative) !== false && walk.excluded?.(relative) !== true
  if (wanted) await makeFolders(walk)
  if (node.type !== 'directory') {
    if (wanted) await copyFile(node, { source, target, walk, open })
    return
  }
  const existing = isNew ? undefined : await walk.into.lstat(target)
  if (wanted) await putDirectory(node, target, { walk, existing })
  walk.folders.push({ source: node, target, made: wanted })
  await copyChildren({ ...step, isNew: wanted && existing === undefined })
  walk.folders.pop()
}

/**
 * Creates the parent directories of something included. An existing one gets the mode of its source, but not the owner:
 * BuildKit's `chmod`.
 */
async function makeFolders(walk: Walk): Promise<void> {
  for (const folder of walk.folders) {
    if (folder.made) continue
    const existing = await walk.into.lstat(folder.target)
    if (existing === undefined) await putDirectory(folder.source, folder.target, { walk, existing })
    else if (existing.type !== 'directory') throw notDirectory(folder.target)
    else await walk.into.put(folder.target, { node: { ...existing, mode: folder.source.mode } })
    folder.made = true
  }
}

async function putDirectory(
  node: TreeNode,
  target: string,
  { walk, existing }: { readonly walk: Walk; readonly existing: TreeNode | undefined },
): Promise<void> {
  if (existing && existing.type !== 'directory') throw notDirectory(target)
  const xattrs = new Map([...(existing?.xattrs ?? []), ...(node.xattrs ?? [])])
  await walk.into.put(target, { node: { ...changed(node, walk), ...(xattrs.size > 0 ? { xattrs } : {}) } })
}

async function copyFile(
  node: TreeNode,
  { source, target, walk, open }: Omit<CopyStep, 'relative' | 'isNew'>,
): Promise<void> {
  if ((await walk.into.lstat(target))?.type === 'directory') {
    throw new ActionError(
      'build-failed',
      `Cannot copy ${source} to /${target}: a directory exists at the destination`,
      {
        hint: 'End the destination with a slash to copy into the directory.',
      },
    )
  }
  assertNoWhiteout(source, target)
  const copied = fileNode(node, walk)
  if (node.type === 'file') await walk.into.put(target, { node: copied, open, at: nameOf(source) })
  else await walk.into.put(target, { node: copied })
}

/** Rejects the replacement for a name that is not valid UTF-8, whose actual name differs. Archives can have such names. */
function assertReadable(folder: string, name: string): void {
  if (!name.includes('\ufffd')) return
  throw new ActionError('build-failed', `Cannot copy ${joinPath(folder, name)}: its name is not valid UTF-8`)
}

function assertNoWhiteout(source: string, target: string): void {
  if (!nameOf(target).startsWith('.wh.')) return
  throw new ActionError(
    'build-failed',
    `Cannot copy ${source} to /${target}: in an image layer the name stands for a deletion`,
  )
}

/** Returns the node of the copy of an entry that is not a directory. */
function fileNode(node: TreeNode, walk: Walk): TreeNode {
  const copied = changed(node, walk)
  const inode = node.type === 'file' ? sharedInode(node, walk) : undefined
  return inode === undefined ? copied : { ...copied, inode }
}

function sharedInode({ inode }: TreeNode, { inodes }: Walk): symbol | undefined {
  if (inode === undefined) return undefined
  const shared = inodes.get(inode) ?? Symbol('hard link')
  inodes.set(inode, shared)
  return shared
}

/** Returns the node with the settings of `--chown` and `--chmod`. */
function changed(node: TreeNode, { owner, mode }: Walk): TreeNode {
  if (owner === undefined && mode === undefined) return node
  const bits = mode && node.type !== 'symlink' ? mode.apply(node.mode, node.type === 'directory') : node.mode
  return { ...node, ...owner, mode: bits }
}

function notDirectory(target: string): ActionError {
  return new ActionError(
    'build-failed',
    `Cannot copy a directory to /${target}: the destination exists and is not a directory`,
  )
}

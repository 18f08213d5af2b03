import { joinPath } from './path.ts'
import type { Content, TreeNode } from './tree.ts'

/**
 * Opens the content of a file. The file is a parameter, so that one function serves thousands of entries, and the result
 * of a small one is not a promise, which takes as long as reading it.
 */
export type Opener = (file: Pick<FileEntry, 'node' | 'at'>) => Content | Promise<Content>

/**
 * One entry of an archive or a directory to be written. A file has `open`, or `linkTo`, the path of an earlier entry
 * for the same file.
 */
export type FileEntry = {
  readonly path: string
  readonly node: TreeNode
  readonly open?: Opener
  /** The key by which `open` finds the content: a path, or an offset in an archive. */
  readonly at?: string | number
  readonly linkTo?: string
}

/** Files of one directory that are added to a tree together, which takes less memory than an entry for each. */
export type Files = {
  /** In byte order. */
  readonly names: readonly string[]
  /** Creates the node of a file by its index. No directory is among them. */
  readonly nodeAt: (index: number) => TreeNode
  /** Opens a file by its name. */
  readonly open: Opener
}

/** Creates the entry of a file by its index. */
export function entryAt(folder: string, { names, nodeAt, open }: Files, index: number): FileEntry {
  const name = names[index] ?? ''
  const path = joinPath(folder, name)
  const node = nodeAt(index)
  return node.type === 'file' ? { path, node, open, at: name } : { path, node }
}

/** Keeps the content with the first name of each file and turns its other names into hard links. */
export function* linkNames(entries: Iterable<FileEntry>): Generator<FileEntry> {
  const firsts = new Map<string | symbol, string>()
  for (const entry of entries) {
    const { inode } = entry.node
    const first = inode === undefined ? undefined : firsts.get(inode)
    if (inode !== undefined && first === undefined) firsts.set(inode, entry.path)
    yield first === undefined ? entry : { path: entry.path, node: { ...entry.node, size: 0 }, linkTo: first }
  }
}

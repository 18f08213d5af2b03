import type { Content, TreeNode } from './tree.ts'

/** Opens the content of a file. The file is a parameter, so that one function serves thousands of entries. */
export type Opener = (file: Pick<FileEntry, 'node' | 'at'>) => Promise<Content>

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

/** Keeps the content with the first name of each file and turns its other names into hard links. */
export function linkNames(entries: readonly FileEntry[]): readonly FileEntry[] {
  const firsts = new Map<string | symbol, string>()
  return entries.map((entry) => {
    const { inode } = entry.node
    const first = inode === undefined ? undefined : firsts.get(inode)
    if (first !== undefined) return { path: entry.path, node: { ...entry.node, size: 0 }, linkTo: first }
    if (inode !== undefined) firsts.set(inode, entry.path)
    return entry
  })
}

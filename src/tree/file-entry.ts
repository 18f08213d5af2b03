import type { Content, TreeNode } from './tree.ts'

/** Opens what a file holds. It is told which, so that one function does for thousands. */
export type Opener = (file: Pick<FileEntry, 'node' | 'at'>) => Promise<Content>

/** One entry of an archive or a folder to be written. A file has `open`, or `linkTo`, the path of an entry before it that is the same file. */
export type FileEntry = {
  readonly path: string
  readonly node: TreeNode
  readonly open?: Opener
  /** What `open` finds the content by: a path, or a place in an archive. */
  readonly at?: string | number
  readonly linkTo?: string
}

/** The first of several names of a file keeps the content, and the others become links to it. */
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

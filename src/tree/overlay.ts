import { createChildren } from './children.ts'
import type { FileEntry } from './file-entry.ts'
import { ancestorsOf, compareBytes, joinPath } from './path.ts'
import { type FileTree, rootNode, type TreeNode } from './tree.ts'

/** What was put on top of a tree; a file has `open`. */
export type Addition = Pick<FileEntry, 'node' | 'open' | 'at'>

/**
 * A tree with changes on top: a stage while its instructions run. It is a tree itself, so the next instruction takes it as its base.
 */
export type Overlay = FileTree & {
  /** Adds or replaces one entry. What is no directory takes the place of a directory with all that is in it. The parent must be there. */
  readonly put: (path: string, addition: Addition) => Promise<void>
  /** What was added, by path, in no order. */
  readonly additions: ReadonlyMap<string, FileEntry>
  /** Directories of the base that were replaced as a whole, so that nothing below them shows through. */
  readonly cut: ReadonlySet<string>
  readonly base: FileTree
}

/** Begins an overlay over `base`, which is not changed. */
export function createOverlay(base: FileTree): Overlay {
  const additions = new Map<string, FileEntry>()
  const children = createChildren(() => additions.keys())
  const cut = new Set<string>()

  /** Whether the base may show through at `path`: nothing above it was cut or is no directory any more. */
  const shows = (path: string): boolean => {
    if (additions.size === 0) return true
    for (const folder of ancestorsOf(path)) {
      const above = additions.get(folder)
      if (cut.has(folder) || (above && above.node.type !== 'directory')) return false
    }
    return true
  }

  const remove = (path: string): void => {
    for (const name of children.of(path) ?? []) remove(joinPath(path, name))
    children.remove(path)
    additions.delete(path)
    cut.delete(path)
  }

  const lstat = async (path: string): Promise<TreeNode | undefined> => {
    const added = additions.get(path)
    if (added) return added.node
    if (shows(path)) return (await base.lstat(path)) ?? (path === '' ? rootNode : undefined)
    return undefined
  }

  return {
    base,
    additions,
    cut,
    lstat,
    list: async (path) => {
      const added = additions.get(path)
      if (added && added.node.type !== 'directory') return []
      const names = shows(path) && !cut.has(path) ? await base.list(path) : []
      const more = children.of(path)
      return more ? [...new Set([...names, ...more])].sort(compareBytes) : names
    },
    open: async (path) => {
      const added = additions.get(path)
      if (added === undefined) return base.open(path)
      if (added.open === undefined) throw new Error(`${path} has no content`)
      return added.open(added)
    },
    put: async (path, addition) => {
      const before = await lstat(path)
      if (before && (before.type === 'directory') !== (addition.node.type === 'directory')) {
        const inBase = shows(path) ? await base.lstat(path) : undefined
        if (before.type === 'directory') remove(path)
        if (inBase?.type === 'directory') cut.add(path)
      }
      additions.set(path, { path, ...addition })
      children.add(path)
    },
  }
}

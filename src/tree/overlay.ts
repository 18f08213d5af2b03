import { type Children, createChildren } from './children.ts'
import type { FileEntry } from './file-entry.ts'
import { ancestorsOf, compareBytes, joinPath, parentOf } from './path.ts'
import { type FileTree, rootNode, type TreeNode } from './tree.ts'

/** An entry to add to an overlay; a file has `open`. */
export type Addition = Pick<FileEntry, 'node' | 'open' | 'at'>

/** A tree with changes on top: a stage while its instructions run. It can be the base of another overlay. */
export type Overlay = FileTree & {
  /**
   * Adds or replaces one entry. An entry other than a directory replaces a directory with all its content. The parent
   * directory must exist.
   */
  readonly put: (path: string, addition: Addition) => Promise<void>
  /** The added entries by path, unordered. */
  readonly additions: ReadonlyMap<string, FileEntry>
  /** Directories of the base that were replaced, so that everything below them is hidden. */
  readonly cut: ReadonlySet<string>
  readonly base: FileTree
}

/** Creates an overlay over `base`. The base must not change afterwards: lookups flatten nested overlays. */
export function createOverlay(base: FileTree): Overlay {
  const below = runsOf(base)
  const additions = new Map<string, FileEntry>()
  const children = createChildren(() => additions.keys())
  const cut = new Set<string>()
  const own: Overlaid = { additions, children, cut }

  const remove = (path: string): void => {
    for (const name of children.of(path) ?? []) remove(joinPath(path, name))
    children.remove(path)
    additions.delete(path)
    cut.delete(path)
  }

  // Thousands of consecutive lookups are in one directory, and its parents take longer to check than a lookup.
  let checked: { readonly folder: string; readonly hidden: boolean } | undefined
  const isHidden = (path: string): boolean => {
    const folder = parentOf(path)
    if (checked?.folder !== folder) checked = { folder, hidden: hides(own, path) }
    return checked.hidden
  }

  const lstat = async (path: string): Promise<TreeNode | undefined> => {
    const added = additions.get(path)
    if (added) return added.node
    return isHidden(path) ? undefined : lstatBelow(path)
  }

  const lstatBelow = async (path: string): Promise<TreeNode | undefined> => {
    const found = find(below.runs, path)
    if (found === 'hidden') return undefined
    return found?.node ?? (await below.tree.lstat(path)) ?? (path === '' ? rootNode : undefined)
  }

  const overlay: Overlay = {
    base,
    additions,
    cut,
    lstat,
    list: async (path) => {
      const runs = [own, ...below.runs]
      const more: string[] = []
      let shows = true
      for (const run of runs) {
        const added = run.additions.get(path)
        if (added && added.node.type !== 'directory') shows = false
        else more.push(...(run.children.of(path) ?? []))
        if (!shows || run.cut.has(path) || hides(run, path)) {
          shows = false
          break
        }
      }
      const names = shows ? await below.tree.list(path) : []
      return more.length > 0 ? [...new Set([...names, ...more])].sort(compareBytes) : names
    },
    open: async (path) => {
      const added = find([own, ...below.runs], path)
      if (added === undefined || added === 'hidden') return below.tree.open(path)
      if (added.open === undefined) throw new Error(`${path} has no content`)
      return added.open(added)
    },
    put: async (path, addition) => {
      const before = await lstat(path)
      if (before && (before.type === 'directory') !== (addition.node.type === 'directory')) {
        const inBase = hides(own, path) ? undefined : await lstatBelow(path)
        if (before.type === 'directory') remove(path)
        if (inBase?.type === 'directory') cut.add(path)
        checked = undefined
      }
      additions.set(path, entryOf(path, addition))
      children.add(path)
    },
  }
  stacks.set(overlay, { own, below })
  return overlay
}

/** No object spread: V8 would reserve space for further properties in each of a hundred thousand objects. */
function entryOf(path: string, { node, open, at }: Addition): FileEntry {
  if (open === undefined) return { path, node }
  return at === undefined ? { path, node, open } : { path, node, open, at }
}

/** The changes of one overlay, or of several consecutive ones. */
type Overlaid = {
  readonly additions: ReadonlyMap<string, FileEntry>
  readonly children: Pick<Children, 'of'>
  readonly cut: ReadonlySet<string>
}

/** A tree as a stack of changes, topmost first, and the tree below them. */
type Runs = { readonly runs: readonly Overlaid[]; readonly tree: FileTree }

/** The stack of each overlay, for overlays on top of it. */
const stacks = new WeakMap<FileTree, { readonly own: Overlaid; readonly below: Runs; runs?: Runs }>()

/**
 * Returns the runs below an overlay over `base`. Runs of similar size are merged, so that thousands of instructions
 * result in about ten runs, and entries are rarely moved. With one lookup per overlay, 4,000 lines of COPY took a
 * quarter of a minute.
 */
function runsOf(base: FileTree): Runs {
  const stack = stacks.get(base)
  if (stack === undefined) return { runs: [], tree: base }
  if (stack.runs) return stack.runs
  const { tree, runs } = stack.below
  let top = stack.own
  let merged = 0
  for (const run of runs) {
    if (run.additions.size > 2 * top.additions.size) break
    top = merge(top, run)
    merged += 1
  }
  stack.runs = { tree, runs: [top, ...runs.slice(merged)] }
  return stack.runs
}

function merge(upper: Overlaid, lower: Overlaid): Overlaid {
  const additions = new Map(upper.additions)
  const cut = new Set(upper.cut)
  for (const [path, entry] of lower.additions) {
    if (!additions.has(path) && !hides(upper, path)) additions.set(path, entry)
  }
  for (const path of lower.cut) if (!hides(upper, path)) cut.add(path)
  return { additions, cut, children: createChildren(() => additions.keys()) }
}

/**
 * Whether a run hides everything below it at `path`, because an ancestor of the path was replaced or is not a directory
 * anymore.
 */
function hides({ additions, cut }: Overlaid, path: string): boolean {
  if (additions.size === 0) return false
  for (const folder of ancestorsOf(path)) {
    const above = additions.get(folder)
    if (cut.has(folder) || (above && above.node.type !== 'directory')) return true
  }
  return false
}

/** Finds the topmost entry at `path`. Returns `hidden` if one of the runs hides what is below it. */
function find(runs: readonly Overlaid[], path: string): FileEntry | 'hidden' | undefined {
  for (const run of runs) {
    const added = run.additions.get(path)
    if (added) return added
    if (hides(run, path)) return 'hidden'
  }
  return undefined
}

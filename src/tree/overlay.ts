import { type Children, createChildren } from './children.ts'
import { entryAt, type FileEntry, type Files } from './file-entry.ts'
import { ancestorsOf, compareBytes, indexOfName, joinPath, nameOf, parentOf } from './path.ts'
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
  /** Adds files to a directory that exists and has no entry. */
  readonly putFiles: (folder: string, files: Files) => void
  /** Returns the added entry at a path. */
  readonly addition: (path: string) => FileEntry | undefined
  /** Returns all added entries, unordered. */
  readonly additions: () => Iterable<FileEntry>
  /** The entries that were added one by one, by path, unordered. */
  readonly singles: ReadonlyMap<string, FileEntry>
  /** The files that were added together, by directory. */
  readonly groups: ReadonlyMap<string, Files>
  /** Directories of the base that were replaced, so that everything below them is hidden. */
  readonly cut: ReadonlySet<string>
  readonly base: FileTree
}

/** Creates an overlay over `base`. The base must not change afterwards: lookups flatten nested overlays. */
export function createOverlay(base: FileTree): Overlay {
  const below = runsOf(base)
  const singles = new Map<string, FileEntry>()
  const groups = new Map<string, Files>()
  const cut = new Set<string>()
  const children = createChildren(() => pathsOf(singles, groups))
  const own: Overlaid = { singles, groups, children, cut }

  const remove = (path: string): void => {
    ungroup(path)
    for (const name of children.of(path) ?? []) remove(joinPath(path, name))
    children.remove(path)
    singles.delete(path)
    cut.delete(path)
  }
  /** Stores the files of a group one by one, so that they can change. */
  const ungroup = (folder: string): void => {
    const files = groups.get(folder)
    if (files === undefined) return
    groups.delete(folder)
    for (const entry of entriesOf(folder, files)) {
      singles.set(entry.path, entry)
      children.add(entry.path)
    }
  }

  // Thousands of consecutive lookups are in one directory, and its parents take longer to check than a lookup.
  let checked: { readonly folder: string; readonly hidden: boolean } | undefined
  const isHidden = (path: string): boolean => {
    const folder = parentOf(path)
    if (checked?.folder !== folder) checked = { folder, hidden: hides(own, path) }
    return checked.hidden
  }

  const lstat = async (path: string): Promise<TreeNode | undefined> => {
    const added = additionIn(own, path)
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
    singles,
    groups,
    cut,
    addition: (path) => additionIn(own, path),
    additions: () => additionsOf(own),
    lstat,
    list: async (path) => {
      const runs = [own, ...below.runs]
      const more = new Set<string>()
      let shows = true
      for (const run of runs) {
        const added = additionIn(run, path)
        if (added && added.node.type !== 'directory') shows = false
        else {
          for (const name of run.children.of(path) ?? []) more.add(name)
          for (const name of run.groups.get(path)?.names ?? []) more.add(name)
        }
        if (!shows || run.cut.has(path) || hides(run, path)) {
          shows = false
          break
        }
      }
      const names = shows ? await below.tree.list(path) : []
      if (more.size === 0) return names
      for (const name of names) more.add(name)
      return [...more].sort(compareBytes)
    },
    open: async (path) => {
      const added = find([own, ...below.runs], path)
      if (added === undefined || added === 'hidden') return below.tree.open(path)
      if (added.open === undefined) throw new Error(`${path} has no content`)
      return added.open(added)
    },
    put: async (path, addition) => {
      const before = await lstat(path)
      if (before && groups.size > 0 && indexIn(own, path) >= 0) ungroup(parentOf(path))
      if (before && (before.type === 'directory') !== (addition.node.type === 'directory')) {
        const inBase = hides(own, path) ? undefined : await lstatBelow(path)
        if (before.type === 'directory') remove(path)
        if (inBase?.type === 'directory') cut.add(path)
        checked = undefined
      }
      singles.set(path, entryOf(path, addition))
      children.add(path)
    },
    putFiles: (folder, files) => {
      groups.set(folder, files)
      children.add(folder)
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
  readonly singles: ReadonlyMap<string, FileEntry>
  readonly groups: ReadonlyMap<string, Files>
  /** Without the files of groups. */
  readonly children: Pick<Children, 'of'>
  readonly cut: ReadonlySet<string>
}

function* pathsOf(singles: ReadonlyMap<string, FileEntry>, groups: ReadonlyMap<string, Files>): Generator<string> {
  yield* singles.keys()
  yield* groups.keys()
}

function* entriesOf(folder: string, files: Files): Generator<FileEntry> {
  for (const index of files.names.keys()) yield entryAt(folder, files, index)
}

function* additionsOf({ singles, groups }: Overlaid): Generator<FileEntry> {
  yield* singles.values()
  for (const [folder, files] of groups) yield* entriesOf(folder, files)
}

function additionIn({ singles, groups }: Overlaid, path: string): FileEntry | undefined {
  const single = singles.get(path)
  if (single || groups.size === 0) return single
  const folder = parentOf(path)
  const files = groups.get(folder)
  const index = indexIn({ groups }, path)
  return files && index >= 0 ? entryAt(folder, files, index) : undefined
}

/** Returns the index of a path in the group of its directory; -1 if it is not one of the group. */
function indexIn({ groups }: Pick<Overlaid, 'groups'>, path: string): number {
  const files = groups.get(parentOf(path))
  return files === undefined ? -1 : indexOfName(files.names, nameOf(path))
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
    if (sizeOf(run) > 2 * sizeOf(top)) break
    top = merge(top, run)
    merged += 1
  }
  stack.runs = { tree, runs: [top, ...runs.slice(merged)] }
  return stack.runs
}

function sizeOf({ singles, groups }: Overlaid): number {
  return singles.size + groups.size
}

function merge(upper: Overlaid, lower: Overlaid): Overlaid {
  const singles = new Map(upper.singles)
  const groups = new Map(upper.groups)
  const cut = new Set(upper.cut)
  const isVisible = (path: string): boolean => !additionIn(upper, path) && !hides(upper, path)
  for (const [path, entry] of lower.singles) if (isVisible(path)) singles.set(path, entry)
  for (const [folder, files] of lower.groups) {
    if (!groups.has(folder) && files.names.every((name) => isVisible(joinPath(folder, name)))) groups.set(folder, files)
    else for (const entry of entriesOf(folder, files)) if (isVisible(entry.path)) singles.set(entry.path, entry)
  }
  for (const path of lower.cut) if (!hides(upper, path)) cut.add(path)
  return { singles, groups, cut, children: createChildren(() => pathsOf(singles, groups)) }
}

/**
 * Whether a run hides everything below it at `path`, because an ancestor of the path was replaced or is not a directory
 * anymore.
 */
function hides(run: Overlaid, path: string): boolean {
  if (sizeOf(run) === 0) return false
  for (const folder of ancestorsOf(path)) {
    const above = additionIn(run, folder)
    if (run.cut.has(folder) || (above && above.node.type !== 'directory')) return true
  }
  return false
}

/** Finds the topmost entry at `path`. Returns `hidden` if one of the runs hides what is below it. */
function find(runs: readonly Overlaid[], path: string): FileEntry | 'hidden' | undefined {
  for (const run of runs) {
    const added = additionIn(run, path)
    if (added) return added
    if (hides(run, path)) return 'hidden'
  }
  return undefined
}

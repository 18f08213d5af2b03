import { entryAt, type FileEntry, type Files, linkNames } from '../../../tree/file-entry.ts'
import type { Overlay } from '../../../tree/overlay.ts'
import { ancestorsOf, compareBytes, joinPath } from '../../../tree/path.ts'
import { rootNode, type TreeNode } from '../../../tree/tree.ts'

/**
 * Returns the changes of `overlay` to its base as the entries of a layer, ordered by the bytes of their paths, so that
 * directories precede their content. Parent directories of a change are included with their attributes in the base:
 * every tested unpacker (Docker 20 to 28, containerd) recreates a directory that a layer omits, replacing a link of the
 * same name, and the classic store resets its mode to 0755. Entries of files that were added together are created in
 * each iteration, since all of them would take much memory.
 */
export async function layerEntries(overlay: Overlay): Promise<Iterable<FileEntry>> {
  const { singles, groups, cut, base } = overlay
  const entries: FileEntry[] = []
  const folders = new Set<string>()
  const addFolders = (path: string): void => {
    for (const folder of ancestorsOf(path)) if (!singles.has(folder)) folders.add(folder)
  }
  for (const [path, addition] of singles) {
    if (path !== '') entries.push(layerEntry(addition))
    addFolders(path)
  }
  for (const folder of groups.keys()) if (folder !== '') addFolders(`${folder}/`)
  for (const path of folders) entries.push({ path, node: layerNode((await base.lstat(path)) ?? rootNode) })
  for (const path of cut) {
    if (singles.get(path)?.node.type === 'directory') entries.push(opaqueMarker(path))
  }
  entries.sort((left, right) => compareBytes(left.path, right.path))
  return { [Symbol.iterator]: () => linkNames(inOrder(entries, groups)) }
}

/** Files of a group whose entries follow: the next one. */
type Cursor = { readonly folder: string; readonly files: Files; index: number; path: string }

/** Merges ordered entries and groups. Each group has its directory among the entries. */
function* inOrder(entries: readonly FileEntry[], groups: ReadonlyMap<string, Files>): Generator<FileEntry> {
  // The groups of a directory and its parents: `a/b` is followed by `a-c` before `a/b/c`.
  let open: readonly Cursor[] = []
  const begin = (folder: string): void => {
    const files = groups.get(folder)
    const [name] = files?.names ?? []
    if (files && name !== undefined) open = [...open, { folder, files, index: 0, path: joinPath(folder, name) }]
  }
  begin('')
  for (const entry of entries) {
    for (let next = firstOf(open); next && compareBytes(next.path, entry.path) < 0; next = firstOf(open)) {
      yield take(next)
      if (next.path === '') open = open.filter((cursor) => cursor !== next)
    }
    yield entry
    if (entry.node.type === 'directory') begin(entry.path)
  }
  for (let next = firstOf(open); next; next = firstOf(open)) {
    yield take(next)
    if (next.path === '') open = open.filter((cursor) => cursor !== next)
  }
}

function firstOf(open: readonly Cursor[]): Cursor | undefined {
  let first: Cursor | undefined
  for (const cursor of open) if (first === undefined || compareBytes(cursor.path, first.path) < 0) first = cursor
  return first
}

/** Returns the next entry of a group and moves on. The path is empty after the last one. */
function take(cursor: Cursor): FileEntry {
  const { folder, files } = cursor
  const entry = layerEntry(entryAt(folder, files, cursor.index))
  cursor.index += 1
  const name = files.names[cursor.index]
  cursor.path = name === undefined ? '' : joinPath(folder, name)
  return entry
}

function layerEntry(entry: FileEntry): FileEntry {
  const node = layerNode(entry.node)
  return node === entry.node ? entry : { ...entry, node }
}

/**
 * BuildKit writes one extended attribute into layers, the capabilities of files; it keeps all others in its own store
 * only.
 */
function layerNode(full: TreeNode): TreeNode {
  if (full.xattrs === undefined) return full
  const { xattrs, ...node } = full
  const capability = xattrs.get('security.capability')
  return capability === undefined ? node : { ...node, xattrs: new Map([['security.capability', capability]]) }
}

/**
 * Hides the content of lower layers in a directory.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#opaque-whiteout
 */
function opaqueMarker(folder: string): FileEntry {
  return {
    path: joinPath(folder, '.wh..wh..opq'),
    node: { ...rootNode, type: 'file', mode: 0o644 },
    open: async () => nothing(),
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

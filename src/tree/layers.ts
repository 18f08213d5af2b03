import { decompressed } from './decompress.ts'
import { ancestorsOf, cleanPath, compareBytes, joinPath, nameOf, parentOf } from './path.ts'
import { readTar, type TarEntry } from './read-tar.ts'
import { readWhole } from './read-whole.ts'
import { resolvePath } from './resolve.ts'
import { type OpenRange, spool } from './spool.ts'
import { type Content, type FileTree, rootNode, type TreeNode } from './tree.ts'

/** A layer of an image, to be opened as often as needed: compressed or not, its first bytes tell. */
export type LayerSource = { readonly open: () => Promise<Content> /** For messages. */; readonly name: string }

/** What one layer changes: its headers in order. A pure function of the layer's digest, so it may be kept under that name. */
export type LayerIndex = readonly TarEntry[]

type Stored = { readonly node: TreeNode; readonly layer: number; readonly offset: number }

/** Reads the headers of a layer in one pass; nothing is kept of its content. */
export async function indexLayer(layer: LayerSource): Promise<LayerIndex> {
  const what = `Cannot read layer ${layer.name}`
  return readWhole(await layer.open(), async (source) => {
    const entries: TarEntry[] = []
    for await (const entry of readTar(decompressed(source, what), what)) entries.push(entry)
    return entries
  })
}

/**
 * The file system that `layers` make, applied in order with their whiteouts. Reading headers is all it does at first; when the content of
 * a file is wanted, the layer that has it is unpacked once to `temporary`.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#applying-changesets
 */
export async function layersTree(
  layers: readonly LayerSource[],
  temporary: string,
  options: { readonly index?: (layer: LayerSource) => Promise<LayerIndex> } = {},
): Promise<FileTree> {
  const indexes = await Promise.all(layers.map(options.index ?? indexLayer))
  const merged = createMerge()
  for (const [layer, index] of indexes.entries()) await merged.apply(index, layer)
  const spools: readonly OpenRange[] = layers.map(({ open, name }) =>
    spool(open, temporary, `Cannot read layer ${name}`),
  )
  return {
    lstat: async (path) => merged.nodes.get(path)?.node,
    list: async (path) => [...(merged.children.get(path) ?? [])].sort(compareBytes),
    open: async (path) => {
      const stored = merged.nodes.get(path)
      const open = stored && spools[stored.layer]
      if (stored?.node.type !== 'file' || open === undefined) throw new Error(`The image has no file ${path}`)
      return open(stored.offset, stored.node.size)
    },
  }
}

const whiteout = '.wh.'
const opaque = '.wh..wh..opq'

function createMerge() {
  const nodes = new Map<string, Stored>([['', { node: rootNode, layer: -1, offset: 0 }]])
  const children = new Map<string, Set<string>>()

  const remove = (path: string): void => {
    for (const name of children.get(path) ?? []) remove(joinPath(path, name))
    children.delete(path)
    nodes.delete(path)
    children.get(parentOf(path))?.delete(nameOf(path))
  }
  const put = (path: string, stored: Stored): void => {
    const before = nodes.get(path)
    if (before && !(before.node.type === 'directory' && stored.node.type === 'directory')) remove(path)
    nodes.set(path, stored)
    if (path === '') return
    const siblings = children.get(parentOf(path))
    if (siblings) siblings.add(nameOf(path))
    else children.set(parentOf(path), new Set([nameOf(path)]))
  }
  const lookup = { lstat: async (path: string) => nodes.get(path)?.node }

  const apply = async (index: LayerIndex, layer: number): Promise<void> => {
    const own = new Set<string>()
    // Files of a folder follow each other: its path is resolved once, until something that could change it.
    let last: { readonly written: string; readonly folder: string } | undefined
    for (const entry of index) {
      const written = cleanPath(entry.name)
      const name = nameOf(written)
      const parent = parentOf(written)
      if (last?.written !== parent) last = { written: parent, folder: await resolvePath(lookup, parent) }
      const { folder } = last
      const path = joinPath(folder, name)
      const isPlain = entry.node.type === 'file' && entry.linkTo === undefined && !name.startsWith(whiteout)
      if (!isPlain || nodes.get(path)?.node.type === 'symlink') last = undefined
      if (name === opaque) {
        // Hides what lower layers have in the folder, not what this one put there.
        for (const child of [...(children.get(folder) ?? [])]) hide(joinPath(folder, child), own)
        continue
      }
      if (name.startsWith(whiteout)) {
        if (name.startsWith('.wh..wh.')) continue
        const hidden = joinPath(folder, name.slice(whiteout.length))
        if (!own.has(hidden)) remove(hidden)
        continue
      }
      const isBelowOwn = own.has(folder) && nodes.get(folder)?.node.type === 'directory'
      for (const above of isBelowOwn ? [] : ancestorsOf(path)) {
        if (nodes.get(above)?.node.type !== 'directory') put(above, { node: rootNode, layer, offset: 0 })
        own.add(above)
      }
      own.add(path)
      put(
        path,
        entry.linkTo === undefined
          ? { node: entry.node, layer, offset: entry.offset }
          : linked(entry.linkTo, layer, entry),
      )
    }
  }
  const hide = (path: string, own: ReadonlySet<string>): void => {
    if (!own.has(path)) remove(path)
    else for (const child of [...(children.get(path) ?? [])]) hide(joinPath(path, child), own)
  }
  /** A hard link is one more name of what is there already; both names get the same inode. */
  const linked = (linkTo: string, layer: number, entry: TarEntry): Stored => {
    const target = cleanPath(linkTo)
    const first = nodes.get(target)
    if (first === undefined) return { node: entry.node, layer, offset: entry.offset }
    const inode = first.node.inode ?? Symbol(target)
    const shared = { ...first, node: { ...first.node, inode } }
    nodes.set(target, shared)
    return shared
  }
  return { nodes, children, apply }
}

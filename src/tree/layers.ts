import { decompressed } from './archive/decompress.ts'
import { endOf, readTar, type TarLimits, tarLimits } from './archive/read-tar.ts'
import { readToEnd } from './archive/read-to-end.ts'
import type { TarEntry } from './archive/tar-entry.ts'
import { createChildren } from './children.ts'
import { ancestorsOf, cleanPath, compareBytes, joinPath, nameOf, parentOf } from './path.ts'
import { resolvePath } from './resolve.ts'
import { type OpenRange, spool } from './spool.ts'
import { type Content, type FileTree, rootNode, type TreeNode } from './tree.ts'

/** A layer of an image, compressed or not, that can be opened repeatedly. */
export type LayerSource = {
  readonly open: () => Promise<Content>
  /** The digest of the layer. Layers with equal names are the same layer. */
  readonly name: string
}

/** A header of a layer, with the layer's name. */
export type LayerEntry = TarEntry & { readonly layer: string }

/** The headers of one layer in order. They depend on the layer's digest only, so they can be cached under it. */
export type LayerIndex = readonly LayerEntry[]

/** The file system that results from layers. */
export type LayersTree = FileTree & {
  /** Returns all nodes, unordered. */
  readonly nodes: () => Iterable<readonly [path: string, node: TreeNode]>
}

/**
 * The node at a path with the layer entry that defines it, whose name may differ. A directory that no layer describes
 * has only the node.
 */
type Stored = { readonly node: TreeNode; readonly layer?: string; readonly offset?: number }

export type IndexOptions = {
  readonly limits?: TarLimits
  /** Maps each entry, including the head requested by `limits`, to what is stored of it. */
  readonly keep?: (entry: TarEntry) => TarEntry
  /** Whether the content is not compressed. Default: its first bytes tell. */
  readonly isPlain?: boolean
  /** Called with the uncompressed archive, each chunk before its entries. */
  readonly onContent?: ((piece: Uint8Array) => void) | undefined
}

/** Reads the headers of a layer in one pass. Stores no content except what `keep` extracts from the heads. */
export async function indexLayer(
  layer: LayerSource,
  { limits = tarLimits, keep = (entry) => entry, isPlain = false, onContent }: IndexOptions = {},
): Promise<LayerIndex> {
  const what = `Cannot read layer ${layer.name}`
  return readToEnd(await layer.open(), async (source) => {
    const entries: LayerEntry[] = []
    const content = isPlain ? source : decompressed(source, what)
    for await (const entry of readTar(onContent ? seen(content, onContent) : content, what, limits)) {
      const { name, node, offset, linkTo } = keep(entry)
      const own = { name, node, offset, layer: layer.name }
      entries.push(linkTo === undefined ? own : { ...own, linkTo })
    }
    return entries
  })
}

async function* seen(source: Content, onPiece: (piece: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    onPiece(piece)
    yield piece
  }
}

/**
 * Creates the file system that results from applying `layers` in order with their whiteouts. Only headers are read at
 * first; when the content of a file is opened, its layer is unpacked once to `temporary`.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#applying-changesets
 */
export async function layersTree(
  layers: readonly LayerSource[],
  temporary: string,
  options: { readonly index?: (layer: LayerSource) => Promise<LayerIndex> } = {},
): Promise<LayersTree> {
  const indexes = await Promise.all(layers.map(options.index ?? ((layer) => indexLayer(layer))))
  const merged = createMerge()
  for (const index of indexes) await merged.apply(index)
  const spools = new Map<string, OpenRange>()
  for (const [number, { open, name }] of layers.entries()) {
    const size = endOf(indexes[number]?.at(-1))
    spools.set(name, spool(open, { folder: temporary, what: `Cannot read layer ${name}`, size: () => size }))
  }
  return {
    lstat: async (path) => merged.nodes.get(path)?.node,
    list: async (path) => [...(merged.children.of(path) ?? [])].sort(compareBytes),
    open: async (path) => {
      const { node, layer = '', offset } = merged.nodes.get(path) ?? {}
      const open = spools.get(layer)
      if (node?.type !== 'file' || open === undefined || offset === undefined)
        throw new Error(`The image has no file ${path}`)
      return open(offset, node.size)
    },
    nodes: function* () {
      for (const [path, { node }] of merged.nodes) yield [path, node] as const
    },
  }
}

const whiteout = '.wh.'
const opaque = '.wh..wh..opq'

function createMerge() {
  const nodes = new Map<string, Stored>([['', { node: rootNode }]])
  const children = createChildren(() => nodes.keys())

  const remove = (path: string): void => {
    if (nodes.get(path)?.node.type === 'directory') {
      for (const name of children.of(path) ?? []) remove(joinPath(path, name))
    }
    children.remove(path)
    nodes.delete(path)
  }
  const put = (path: string, stored: Stored): void => {
    const before = nodes.get(path)
    if (before && !(before.node.type === 'directory' && stored.node.type === 'directory')) remove(path)
    nodes.set(path, stored)
    children.add(path)
  }
  const lookup = { lstat: async (path: string) => nodes.get(path)?.node }

  const apply = async (index: LayerIndex): Promise<void> => {
    const own = new Set<string>()
    // Files of the same directory are consecutive: its path is resolved once, until an entry might change it.
    let last: { readonly written: string; readonly folder: string } | undefined
    for (const entry of index) {
      const written = cleanPath(entry.name)
      const name = nameOf(written)
      const parent = parentOf(written)
      if (last?.written !== parent) last = { written: parent, folder: await resolvePath(lookup, parent) }
      const { folder } = last
      const path = folder === parent ? written : joinPath(folder, name)
      const isPlain = entry.node.type === 'file' && entry.linkTo === undefined && !name.startsWith(whiteout)
      if (!isPlain || nodes.get(path)?.node.type === 'symlink') last = undefined
      if (name === opaque) {
        // An opaque whiteout hides the entries of lower layers in the directory, not those of its own layer.
        for (const child of [...(children.of(folder) ?? [])]) hide(joinPath(folder, child), own)
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
        if (nodes.get(above)?.node.type !== 'directory') put(above, { node: rootNode })
        own.add(above)
      }
      own.add(path)
      put(path, entry.linkTo === undefined ? entry : linked(entry.linkTo, entry))
    }
  }
  const hide = (path: string, own: ReadonlySet<string>): void => {
    if (!own.has(path)) remove(path)
    else for (const child of [...(children.of(path) ?? [])]) hide(joinPath(path, child), own)
  }
  /** Adds a hard link: a further name of an existing file. Both names get the same inode. */
  const linked = (linkTo: string, entry: LayerEntry): Stored => {
    const target = cleanPath(linkTo)
    const first = nodes.get(target)
    if (first === undefined) return entry
    const inode = first.node.inode ?? Symbol(target)
    const shared = { ...first, node: { ...first.node, inode } }
    nodes.set(target, shared)
    return shared
  }
  return { nodes, children, apply }
}

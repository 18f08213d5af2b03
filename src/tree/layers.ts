import { createPause, type Pause } from '../bounds/pause.ts'
import { decompressed } from './archive/decompress.ts'
import { endOf, readTarByChunk, type TarLimits, tarLimits } from './archive/read-tar.ts'
import { readToEnd } from './archive/read-to-end.ts'
import type { TarEntry } from './archive/tar-entry.ts'
import { createChildren } from './children.ts'
import { ancestorsOf, cleanPath, compareBytes, joinPath, nameOf, parentOf } from './path.ts'
import { createPathTable, type PathTable } from './path-table.ts'
import { resolvePath } from './resolve.ts'
import { type OpenRange, spool } from './spool.ts'
import { type Content, type FileTree, rootNode, type TreeNode } from './tree.ts'

/** A layer of an image, compressed or not, that can be opened repeatedly. */
export type LayerSource = {
  readonly open: () => Promise<Content>
  /** The digest of the layer. Layers with equal names are the same layer. */
  readonly name: string
}

/**
 * The headers of one layer in order, in columns, which take less memory than an object for each. They depend on the
 * layer's digest only, so they can be cached under it.
 */
export type LayerIndex = {
  /** All but the last have `partSize` entries: one long array would be copied whenever it grows. */
  readonly parts: readonly IndexPart[]
  /** The targets of hard links by the index of the entry. */
  readonly links: ReadonlyMap<number, string>
}

type IndexPart = {
  /** Returns a name as written in the archive. Names are stored as bytes, outside of V8's heap. */
  readonly nameAt: (index: number) => string
  readonly nodes: readonly TreeNode[]
  /** The offsets of the contents in the uncompressed archive, in bytes. */
  readonly offsets: readonly number[]
}

const partSize = 4096

/** Entries that are applied between two turns of the event loop: some milliseconds. */
const entriesAtOnce = 4096

/** The file system that results from layers. */
export type LayersTree = FileTree & {
  /** Returns the nodes that a function selects, unordered. No path is created for the others. */
  readonly select: (isWanted: (node: TreeNode) => boolean) => readonly (readonly [path: string, node: TreeNode])[]
}

/** The node at a path with the place of its content. A directory that no layer describes has only the node. */
type Stored = { readonly node: TreeNode; readonly layer?: number; readonly offset?: number }

export type IndexOptions = {
  readonly limits?: TarLimits
  /** Maps each entry, including the head requested by `limits`, to the node that is stored. */
  readonly keep?: (entry: TarEntry) => TreeNode
  /** Called with the uncompressed archive, each chunk before its entries. */
  readonly onContent?: ((piece: Uint8Array) => void) | undefined
}

/** Reads the headers of a layer in one pass. Stores no content except what `keep` extracts from the heads. */
export async function indexLayer(
  layer: LayerSource,
  { limits = tarLimits, keep = ({ node }) => node, onContent }: IndexOptions = {},
): Promise<LayerIndex> {
  const what = `Cannot read layer ${layer.name}`
  return readToEnd(await layer.open(), async (source) => {
    const content = decompressed(source, what)
    const index = createIndex()
    for await (const entries of readTarByChunk(onContent ? seen(content, onContent) : content, what, limits)) {
      for (const entry of entries) index.add(entry, keep(entry))
    }
    return index.finish()
  })
}

/** The index of a layer whose entries are added in order. */
export type GrowingIndex = {
  readonly add: (entry: Pick<TarEntry, 'name' | 'linkTo' | 'offset'>, node: TreeNode) => void
  readonly finish: () => LayerIndex
}

/** Creates an empty index. */
export function createIndex(): GrowingIndex {
  const links = new Map<number, string>()
  const parts: IndexPart[] = []
  let [names, nodes, offsets]: [string[], TreeNode[], number[]] = [[], [], []]
  const finishPart = (): void => {
    parts.push({ nameAt: packNames(names), nodes, offsets })
    ;[names, nodes, offsets] = [[], [], []]
  }
  return {
    add: ({ name, linkTo, offset }, node) => {
      if (linkTo !== undefined) links.set(parts.length * partSize + names.length, linkTo)
      names.push(name)
      nodes.push(node)
      offsets.push(offset)
      if (names.length === partSize) finishPart()
    },
    finish: () => {
      if (names.length > 0) finishPart()
      return { parts, links }
    },
  }
}

function packNames(names: readonly string[]): (index: number) => string {
  const bytes = Buffer.from(names.join(''))
  const ends = new Uint32Array(names.length)
  let end = 0
  for (const [index, name] of names.entries()) {
    end += Buffer.byteLength(name)
    ends[index] = end
  }
  return (index) => bytes.toString('utf8', index === 0 ? 0 : ends[index - 1], ends[index])
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
  const merged = createMerge(indexes, createPause({ every: entriesAtOnce }))
  for (const layer of indexes.keys()) await merged.apply(layer)
  const spools = new Map<string, OpenRange>()
  for (const [number, { open, name }] of layers.entries()) {
    const size = sizeOf(indexes[number])
    spools.set(name, spool(open, { folder: temporary, what: `Cannot read layer ${name}`, size: () => size }))
  }
  return {
    lstat: async (path) => merged.nodeAt(path),
    list: async (path) => [...(merged.children.of(path) ?? [])].sort(compareBytes),
    open: async (path) => {
      const { node, layer = -1, offset } = merged.get(path) ?? {}
      const open = spools.get(layers[layer]?.name ?? '')
      if (node?.type !== 'file' || open === undefined || offset === undefined)
        throw new Error(`The image has no file ${path}`)
      return open(offset, node.size)
    },
    select: merged.select,
  }
}

/** Returns where the content of the last entry ends, in bytes. */
function sizeOf(index: LayerIndex | undefined): number {
  const last = index?.parts.at(-1)
  const [node, offset] = [last?.nodes.at(-1), last?.offsets.at(-1)]
  return node === undefined || offset === undefined ? 0 : endOf({ node, offset })
}

const whiteout = '.wh.'
const opaque = '.wh..wh..opq'

/** An entry whose node or path differs from the layer's. `owner` is the index of the layer, -1 for the root. */
type Other = Stored & { readonly path: string; readonly owner: number }

function* pathsOf(numbers: PathTable): Generator<string> {
  for (const [path] of numbers.entries()) yield path
}

function createMerge(layers: readonly LayerIndex[], pause: Pause) {
  // For each path the number of its entry in all layers, or a negative one if its node or path differs from the entry.
  const others: Other[] = []
  const numbers = createPathTable((number) => pathOf(number))
  const children = createChildren(() => pathsOf(numbers))
  const starts: number[] = []
  let end = 0
  for (const { parts } of layers) {
    starts.push(end)
    for (const { nodes } of parts) end += nodes.length
  }

  const layerOf = (number: number): number => {
    let layer = starts.length - 1
    while ((starts[layer] ?? 0) > number) layer -= 1
    return layer
  }
  const placeOf = (number: number) => {
    const layer = layerOf(number)
    const at = number - (starts[layer] ?? 0)
    return { layer, part: layers[layer]?.parts[Math.floor(at / partSize)], at: at % partSize }
  }
  const pathOf = (number: number): string => {
    if (number < 0) return others[-1 - number]?.path ?? ''
    const { part, at } = placeOf(number)
    return cleanPath(part?.nameAt(at) ?? '')
  }
  const storedAt = (number: number): Stored | undefined => {
    if (number < 0) return others[-1 - number]
    const { layer, part, at } = placeOf(number)
    const [node, offset] = [part?.nodes[at], part?.offsets[at]]
    return node && { node, layer, offset: offset ?? 0 }
  }
  const get = (path: string): Stored | undefined => {
    const number = numbers.get(path)
    return number === undefined ? undefined : storedAt(number)
  }
  /** No object is created, because verification looks at every node. */
  const nodeOf = (number: number): TreeNode | undefined => {
    if (number < 0) return others[-1 - number]?.node
    const layer = layerOf(number)
    const at = number - (starts[layer] ?? 0)
    return layers[layer]?.parts[Math.floor(at / partSize)]?.nodes[at % partSize]
  }
  const nodeAt = (path: string): TreeNode | undefined => {
    const number = numbers.get(path)
    return number === undefined ? undefined : nodeOf(number)
  }
  /** Whether the entry at a path is one of the layer. */
  const isOf = (layer: number, path: string): boolean => {
    const number = numbers.get(path)
    if (number === undefined) return false
    return number < 0 ? others[-1 - number]?.owner === layer : number >= (starts[layer] ?? 0)
  }
  const addOther = (path: string, stored: Stored, owner: number): number => {
    others.push({ ...stored, path, owner })
    return -others.length
  }
  numbers.set('', addOther('', { node: rootNode }, -1))

  const remove = (path: string): void => {
    if (nodeAt(path)?.type === 'directory') {
      for (const name of children.of(path) ?? []) remove(joinPath(path, name))
    }
    children.remove(path)
    numbers.delete(path)
  }
  const put = (path: string, { type }: TreeNode, number: number): void => {
    const before = nodeAt(path)
    if (before && !(before.type === 'directory' && type === 'directory')) remove(path)
    numbers.set(path, number)
    children.add(path)
  }
  const lookup = { lstat: async (path: string) => nodeAt(path) }

  const apply = async (layer: number): Promise<void> => {
    const { parts = [], links = new Map<number, string>() } = layers[layer] ?? {}
    // Directories that the layer has entries in. Its own entries are known by their numbers.
    const folders = new Set<string>()
    const isOwn = (path: string): boolean => folders.has(path) || isOf(layer, path)
    // Files of the same directory are consecutive: its path is resolved once, until an entry might change it.
    let last: { readonly written: string; readonly folder: string; isBelowOwn?: boolean } | undefined
    let at = -1
    for (const { nameAt, nodes } of parts) {
      for (const [place, node] of nodes.entries()) {
        at += 1
        const turned = pause()
        if (turned) await turned
        const written = cleanPath(nameAt(place))
        const linkTo = links.get(at)
        const name = nameOf(written)
        const parent = parentOf(written)
        if (last?.written !== parent) {
          const below = last?.written === parentOf(parent) ? joinPath(last.folder, nameOf(parent)) : undefined
          // A walk enters one directory after the other: resolving each from the root takes the square of the depth.
          const isResolved = below !== undefined && nodeAt(below)?.type === 'directory'
          last = { written: parent, folder: isResolved ? below : await resolvePath(lookup, parent) }
        }
        const { folder } = last
        const path = folder === parent ? written : joinPath(folder, name)
        const isKept = node.type === 'file' || node.type === 'directory'
        const isPlain = isKept && linkTo === undefined && !name.startsWith(whiteout)
        if (!isPlain || nodeAt(path)?.type === 'symlink') last = undefined
        if (name === opaque) {
          // An opaque whiteout hides the entries of lower layers in the directory, not those of its own layer.
          for (const child of [...(children.of(folder) ?? [])]) hide(joinPath(folder, child), isOwn)
          continue
        }
        if (name.startsWith(whiteout)) {
          if (name.startsWith('.wh..wh.')) continue
          const hidden = joinPath(folder, name.slice(whiteout.length))
          if (!isOwn(hidden)) remove(hidden)
          continue
        }
        const isBelowOwn = last?.isBelowOwn ?? (isOwn(folder) && nodeAt(folder)?.type === 'directory')
        for (const above of isBelowOwn ? [] : ancestorsOf(path)) {
          if (nodeAt(above)?.type !== 'directory') put(above, rootNode, addOther(above, { node: rootNode }, layer))
          folders.add(above)
        }
        if (last) last.isBelowOwn = true
        const number = (starts[layer] ?? 0) + at
        const shared = linkTo === undefined ? undefined : linked(cleanPath(linkTo))
        if (shared) put(path, shared.node, addOther(path, shared, layer))
        else put(path, node, path === written ? number : addOther(path, storedAt(number) ?? { node }, layer))
      }
    }
  }
  const hide = (path: string, isOwn: (path: string) => boolean): void => {
    if (!isOwn(path)) remove(path)
    else for (const child of [...(children.of(path) ?? [])]) hide(joinPath(path, child), isOwn)
  }
  /** Returns an existing file for a further name of it, a hard link. Both names get the same inode. */
  const linked = (target: string): Stored | undefined => {
    const number = numbers.get(target)
    const first = get(target)
    if (number === undefined || first === undefined) return undefined
    const shared = { ...first, node: { ...first.node, inode: first.node.inode ?? Symbol(target) } }
    // The owner of the file stays.
    const owner = number < 0 ? (others[-1 - number]?.owner ?? -1) : (first.layer ?? -1)
    numbers.set(target, addOther(target, shared, owner))
    return shared
  }
  const select: LayersTree['select'] = (isWanted) => {
    const found: (readonly [string, TreeNode])[] = []
    for (const number of numbers.numbers()) {
      const node = nodeOf(number)
      if (node && isWanted(node)) found.push([pathOf(number), node])
    }
    return found
  }
  return { get, nodeAt, select, children, apply }
}

import type { LayerArchive } from '../engine/layer-sink.ts'
import type { Digest } from '../oci/types.ts'
import { tarLimits } from '../tree/archive/read-tar.ts'
import type { FileEntry } from '../tree/file-entry.ts'
import { createIndex, indexLayer, type LayerIndex, type LayerSource, layersTree } from '../tree/layers.ts'
import { compareBytes } from '../tree/path.ts'
import { type FileTree, type NodeType, rootNode, type TreeNode } from '../tree/tree.ts'
import { type Binary, headSize, readBinary } from './binary.ts'
import { type Hit, type SecretSearch, searchLayer } from './secrets/secret-search.ts'

/** A binary in an image, and the layer that contains it. */
export type Found = { readonly binary: Binary; readonly layer: string }

type ScannedNode = TreeNode & { readonly found?: Found }

/** A scanned layer, and the secrets in it. */
type ScannedLayer = { readonly index: LayerIndex; readonly hits: readonly Hit[] }

/** Reads a layer in one pass and keeps only the head of each file. The `name` of the source becomes `Found.layer`. */
async function scanLayer(layer: LayerSource, secrets: SecretSearch | undefined): Promise<ScannedLayer> {
  const search = secrets && searchLayer(secrets)
  const index = await indexLayer(layer, {
    limits: { ...tarLimits, head: headSize },
    onContent: search?.onContent,
    keep: (entry) => {
      search?.onEntry(entry)
      return nodeOf(entry.node, entry.head, layer.name)
    },
  })
  return { index, hits: search?.hits() ?? [] }
}

function nodeOf(node: TreeNode, head: Buffer | undefined, layer: string): ScannedNode {
  const binary = head && readBinary(head)
  return binary ? binaryNode({ binary, layer }) : bareNode(node)
}

/** The scan of a layer while it is written. Its entries are known, so that their headers are not parsed. */
type GrowingScan = {
  readonly entry: (entry: FileEntry, offset: number) => void
  readonly write: (piece: Uint8Array) => void
  readonly finish: () => ScannedLayer
}

function scanPieces(secrets: SecretSearch | undefined): GrowingScan {
  const search = secrets && searchLayer(secrets)
  const index = createIndex()
  let position = 0
  /** Entries whose heads are not complete, in order. */
  let waiting: { readonly entry: FileEntry; readonly offset: number; readonly head: Buffer[]; missing: number }[] = []
  return {
    entry: (entry, offset) => {
      const missing = entry.open === undefined ? 0 : Math.min(entry.node.size, headSize)
      waiting.push({ entry, offset, head: [], missing })
    },
    write: (piece) => {
      search?.onContent(piece)
      const end = position + piece.length
      let complete = 0
      for (const one of waiting) {
        const { entry, offset, head } = one
        const { path: name, node, linkTo } = entry
        const start = Math.max(offset, position) - position
        const part = start < piece.length ? Math.min(one.missing, piece.length - start) : 0
        if (part > 0) head.push(Buffer.from(piece.buffer, piece.byteOffset + start, part))
        one.missing -= part
        // The content of an entry may begin in a later piece.
        if (one.missing > 0 || offset > end) break
        complete += 1
        const found = { name, node, offset, ...(linkTo === undefined ? {} : { linkTo }) }
        search?.onEntry(found)
        index.add(found, nodeOf(node, head.length > 1 ? Buffer.concat(head) : head[0], ''))
      }
      waiting = complete === waiting.length ? [] : waiting.slice(complete)
      position = end
    },
    finish: () => ({ index: index.finish(), hits: search?.hits() ?? [] }),
  }
}

const bare: Readonly<Record<NodeType, ScannedNode>> = {
  file: { ...rootNode, type: 'file' },
  directory: rootNode,
  symlink: { ...rootNode, type: 'symlink' },
  fifo: { ...rootNode, type: 'fifo' },
  'character-device': { ...rootNode, type: 'character-device' },
  'block-device': { ...rootNode, type: 'block-device' },
}

/** Reduces a node to its type and target, so that thousands of files share one node to save memory. */
function bareNode({ type, target }: TreeNode): ScannedNode {
  return target === undefined ? bare[type] : { ...bare[type], target }
}

function binaryNode(found: Found): ScannedNode {
  return { ...bare.file, found }
}

/** Returns the binary of a file in a scanned tree; undefined for other files. */
export function foundIn(node: TreeNode | undefined): Found | undefined {
  return (node as ScannedNode | undefined)?.found
}

/** A binary, and its path. */
export type FoundFile = { readonly path: string; readonly found: Found }

/** The merged file system of layers, which provides headers but no content. */
export type ScannedTree = {
  readonly tree: FileTree
  /** All binaries, in byte order of the paths. */
  readonly files: readonly FoundFile[]
}

export type Scan = {
  /** Returns the tree of layers, bottom first. A layer that several images share is read once, as is a tree. */
  readonly treeOf: (layers: readonly LayerSource[]) => Promise<ScannedTree>
  /** Returns the secrets in a layer, in the order of its entries, found in the same pass. */
  readonly hitsIn: (layer: LayerSource) => Promise<readonly Hit[]>
}

export function createScan(secrets?: SecretSearch, scans = new Map<string, Promise<ScannedLayer>>()): Scan {
  const scan = (layer: LayerSource): Promise<ScannedLayer> => once(scans, layer.name, () => scanLayer(layer, secrets))
  const trees = new Map<string, Promise<ScannedTree>>()
  return {
    hitsIn: async (layer) => (await scan(layer)).hits,
    treeOf: (layers) =>
      once(trees, layers.map(({ name }) => name).join(), async () => {
        const tree = await layersTree(layers, '', { index: async (layer) => (await scan(layer)).index })
        const files = tree
          .select((node) => foundIn(node) !== undefined)
          .flatMap(([path, node]) => {
            const found = foundIn(node)
            return found ? [{ path, found }] : []
          })
        return { tree, files: files.sort((one, other) => compareBytes(one.path, other.path)) }
      }),
  }
}

/** Layers that are scanned while an engine writes them, so that verification does not read them again. */
export type WrittenLayers = {
  /** The search that the scan uses. */
  readonly searching: Promise<SecretSearch | undefined>
  readonly archive: () => LayerArchive
  /** Creates the scan of the image, which reads only the other layers. Called after all archives have ended. */
  readonly scan: () => Promise<Scan>
}

/** Scans archives while they are written. A layer whose scan fails is read again. */
export function scanWritten(searching: Promise<SecretSearch | undefined>): WrittenLayers {
  const scans = new Map<string, Promise<ScannedLayer>>()
  // The scan of the image throws the error.
  searching.catch(() => undefined)
  return {
    searching,
    archive: () => {
      const waiting: (readonly [FileEntry, number])[] = []
      let scan: GrowingScan | undefined
      let isFailed = false
      const ready = searching.then(
        (secrets) => {
          scan = scanPieces(secrets)
          for (const [entry, offset] of waiting.splice(0)) scan.entry(entry, offset)
        },
        () => {
          isFailed = true
        },
      )
      const write = (piece: Uint8Array): void => {
        try {
          if (!isFailed) scan?.write(piece)
        } catch {
          isFailed = true
        }
      }
      return {
        entry: (entry, offset) => {
          if (scan) scan.entry(entry, offset)
          else waiting.push([entry, offset])
        },
        write: (piece) => {
          if (scan === undefined && !isFailed) return ready.then(() => write(piece))
          write(piece)
          return undefined
        },
        end: (digest) => {
          if (digest === undefined || scan === undefined || isFailed) return
          const { index, hits } = scan.finish()
          scans.set(digest, Promise.resolve({ index: named(index, digest), hits }))
        },
      }
    },
    scan: async () => {
      return createScan(await searching, scans)
    },
  }
}

/** Returns the index with the name of its layer, which is not known while it is written. */
function named(index: LayerIndex, layer: Digest): LayerIndex {
  const withName = (node: TreeNode): TreeNode => {
    const found = foundIn(node)
    return found ? binaryNode({ ...found, layer }) : node
  }
  return { ...index, parts: index.parts.map((part) => ({ ...part, nodes: part.nodes.map(withName) })) }
}

function once<T>(known: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const made = known.get(key) ?? work()
  known.set(key, made)
  return made
}

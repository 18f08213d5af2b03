import { PassThrough } from 'node:stream'
import { createPause } from '../bounds/pause.ts'
import type { LayerArchive } from '../engine/layer-sink.ts'
import type { Digest } from '../oci/types.ts'
import { tarLimits } from '../tree/archive/read-tar.ts'
import { drained } from '../tree/archive/through.ts'
import { type IndexOptions, indexLayer, type LayerIndex, type LayerSource, layersTree } from '../tree/layers.ts'
import { compareBytes } from '../tree/path.ts'
import { type FileTree, type NodeType, rootNode, type TreeNode } from '../tree/tree.ts'
import { type Binary, headSize, readBinary } from './binary.ts'
import { type Hit, type SecretSearch, searchLayer } from './secrets/secret-search.ts'

/** A binary in an image, and the layer that contains it. */
export type Found = { readonly binary: Binary; readonly layer: string }

/** Nodes that are looked through between two turns of the event loop: some milliseconds. */
const nodesAtOnce = 8192

type ScannedNode = TreeNode & { readonly found?: Found }

/** A scanned layer, and the secrets in it. */
type ScannedLayer = { readonly index: LayerIndex; readonly hits: readonly Hit[] }

/** Reads a layer in one pass and keeps only the head of each file. The `name` of the source becomes `Found.layer`. */
async function scanLayer(
  layer: LayerSource,
  secrets: SecretSearch | undefined,
  options: Pick<IndexOptions, 'isPlain'> = {},
): Promise<ScannedLayer> {
  const search = secrets && searchLayer(secrets)
  const index = await indexLayer(layer, {
    ...options,
    limits: { ...tarLimits, head: headSize },
    onContent: search?.onContent,
    keep: (entry) => {
      search?.onEntry(entry)
      const binary = entry.head && readBinary(entry.head)
      return binary ? binaryNode({ binary, layer: layer.name }) : bareNode(entry.node)
    },
  })
  return { index, hits: search?.hits() ?? [] }
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
        const files: FoundFile[] = []
        const pause = createPause({ every: nodesAtOnce })
        for (const [path, node] of tree.nodes()) {
          const turned = pause()
          if (turned) await turned
          const found = foundIn(node)
          if (found) files.push({ path, found })
        }
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

/** Number of pieces that wait for the scan: each has a few hundred kilobytes at most. */
const waitingPieces = 4

/** Scans archives while they are written. A layer whose scan fails is read again. */
export function scanWritten(searching: Promise<SecretSearch | undefined>): WrittenLayers {
  const scans = new Map<string, Promise<ScannedLayer>>()
  const begun: Promise<void>[] = []
  // The scan of the image throws the error.
  searching.catch(() => undefined)
  return {
    searching,
    archive: () => {
      const pieces = new PassThrough({ objectMode: true, highWaterMark: waitingPieces })
      // Errors are those of the scan.
      pieces.on('error', () => undefined)
      let digest: Digest | undefined
      const scanAll = async (): Promise<void> => {
        try {
          const layer = { name: '', open: async () => pieces }
          const { index, hits } = await scanLayer(layer, await searching, { isPlain: true })
          if (digest !== undefined) scans.set(digest, Promise.resolve({ index: named(index, digest), hits }))
        } catch {
          pieces.destroy()
        }
      }
      begun.push(scanAll())
      return {
        write: async (piece) => {
          if (!pieces.destroyed && !pieces.write(piece)) await drained(pieces)
        },
        end: (written) => {
          digest = written
          if (written === undefined) pieces.destroy()
          else pieces.end()
        },
      }
    },
    scan: async () => {
      await Promise.all(begun)
      return createScan(await searching, scans)
    },
  }
}

/** Returns the index with the name of its layer, which is not known while it is written. */
function named(index: LayerIndex, layer: Digest): LayerIndex {
  const nodeOf = (node: TreeNode): TreeNode => {
    const found = foundIn(node)
    return found ? binaryNode({ ...found, layer }) : node
  }
  return { ...index, parts: index.parts.map((part) => ({ ...part, nodes: part.nodes.map(nodeOf) })) }
}

function once<T>(known: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const made = known.get(key) ?? work()
  known.set(key, made)
  return made
}

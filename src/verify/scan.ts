import { tarLimits } from '../tree/archive/read-tar.ts'
import { indexLayer, type LayerIndex, type LayerSource, layersTree } from '../tree/layers.ts'
import { compareBytes } from '../tree/path.ts'
import { type FileTree, type NodeType, rootNode, type TreeNode } from '../tree/tree.ts'
import { type Binary, headSize, readBinary } from './binary.ts'
import { type Hit, type SecretSearch, searchLayer } from './secrets/secret-search.ts'

/** A file of the image that a machine could run, and the layer that has it. */
export type Found = { readonly binary: Binary; readonly layer: string }

type ScannedNode = TreeNode & { readonly found?: Found }

/** A layer that was read, and the secrets in it. */
type ScannedLayer = { readonly index: LayerIndex; readonly hits: readonly Hit[] }

/** Reads a layer in one pass; of each file only its head is kept. `name` of the source is what `Found.layer` says. */
async function scanLayer(layer: LayerSource, secrets: SecretSearch | undefined): Promise<ScannedLayer> {
  const search = secrets && searchLayer(secrets)
  const index = await indexLayer(layer, {
    limits: { ...tarLimits, head: headSize },
    onContent: search?.onContent,
    keep: (given) => {
      search?.onEntry(given)
      const { head, ...entry } = given
      const binary = head && readBinary(head)
      return { ...entry, node: binary ? { ...bare.file, found: { binary, layer: layer.name } } : bareNode(entry.node) }
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

/** Verification asks of a file only what it is. So thousands can have one node, and take a fraction of the memory. */
function bareNode({ type, target }: TreeNode): ScannedNode {
  return target === undefined ? bare[type] : { ...bare[type], target }
}

/** What the file of a scanned tree is; undefined for what no machine runs. */
export function foundIn(node: TreeNode | undefined): Found | undefined {
  return (node as ScannedNode | undefined)?.found
}

/** An executable file, and its location. */
export type FoundFile = { readonly path: string; readonly found: Found }

/** The files that layers make together: only their headers can be asked for, not their content. */
export type ScannedTree = {
  readonly tree: FileTree
  /** Every file that a machine could run, in byte order of the paths. */
  readonly files: readonly FoundFile[]
}

export type Scan = {
  /** The tree of layers, bottom first. A layer that several images share is read once, and so is a tree. */
  readonly treeOf: (layers: readonly LayerSource[]) => Promise<ScannedTree>
  /** The secrets in a layer, in the order of its entries; found in the same pass. */
  readonly hitsIn: (layer: LayerSource) => Promise<readonly Hit[]>
}

export function createScan(secrets?: SecretSearch): Scan {
  const scans = new Map<string, Promise<ScannedLayer>>()
  const scan = (layer: LayerSource): Promise<ScannedLayer> => once(scans, layer.name, () => scanLayer(layer, secrets))
  const trees = new Map<string, Promise<ScannedTree>>()
  return {
    hitsIn: async (layer) => (await scan(layer)).hits,
    treeOf: (layers) =>
      once(trees, layers.map(({ name }) => name).join(), async () => {
        const tree = await layersTree(layers, '', { index: async (layer) => (await scan(layer)).index })
        const files: FoundFile[] = []
        for (const [path, node] of tree.nodes()) {
          const found = foundIn(node)
          if (found) files.push({ path, found })
        }
        return { tree, files: files.sort((one, other) => compareBytes(one.path, other.path)) }
      }),
  }
}

function once<T>(known: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const made = known.get(key) ?? work()
  known.set(key, made)
  return made
}

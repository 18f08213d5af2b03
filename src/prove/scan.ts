import { indexLayer, type LayerIndex, type LayerSource, layersTree } from '../tree/layers.ts'
import { compareBytes } from '../tree/path.ts'
import { tarLimits } from '../tree/read-tar.ts'
import { type FileTree, type NodeType, rootNode, type TreeNode } from '../tree/tree.ts'
import { type Binary, headSize, readBinary } from './binary.ts'

/** A file of the image that a machine could run, and the layer that has it. */
export type Found = { readonly binary: Binary; readonly layer: string }

type ScannedNode = TreeNode & { readonly found?: Found }

/** Reads a layer in one pass; of each file only its head is looked at. `name` of the source is what `Found.layer` says. */
function scanLayer(layer: LayerSource): Promise<LayerIndex> {
  return indexLayer(layer, { ...tarLimits, head: headSize }, ({ head, ...entry }) => {
    const binary = head && readBinary(head)
    return { ...entry, node: binary ? { ...bare.file, found: { binary, layer: layer.name } } : bareNode(entry.node) }
  })
}

const bare: Readonly<Record<NodeType, ScannedNode>> = {
  file: { ...rootNode, type: 'file' },
  directory: rootNode,
  symlink: { ...rootNode, type: 'symlink' },
  fifo: { ...rootNode, type: 'fifo' },
  'character-device': { ...rootNode, type: 'character-device' },
  'block-device': { ...rootNode, type: 'block-device' },
}

/** The proof asks of a file only what it is. So thousands can have one node, and take a fraction of the memory. */
function bareNode({ type, target }: TreeNode): ScannedNode {
  return target === undefined ? bare[type] : { ...bare[type], target }
}

/** What the file of a scanned tree is; undefined for what no machine runs. */
export function foundIn(node: TreeNode | undefined): Found | undefined {
  return (node as ScannedNode | undefined)?.found
}

/** A file that a machine could run, and where it is. */
export type FoundFile = { readonly path: string; readonly found: Found }

/** The files that layers make together: only their headers can be asked for, not their content. */
export type ScannedTree = {
  readonly tree: FileTree
  /** Every file that a machine could run, in byte order of the paths. */
  readonly files: readonly FoundFile[]
}

/** Gives the tree of layers, bottom first. A layer that several images share is read once, and so is a tree. */
export function createScan(): (layers: readonly LayerSource[]) => Promise<ScannedTree> {
  const scans = new Map<string, Promise<LayerIndex>>()
  const index = (layer: LayerSource): Promise<LayerIndex> => once(scans, layer.name, () => scanLayer(layer))
  const trees = new Map<string, Promise<ScannedTree>>()
  return (layers) =>
    once(trees, layers.map(({ name }) => name).join(), async () => {
      const tree = await layersTree(layers, '', { index })
      const files: FoundFile[] = []
      for (const [path, node] of tree.nodes()) {
        const found = foundIn(node)
        if (found) files.push({ path, found })
      }
      return { tree, files: files.sort((one, other) => compareBytes(one.path, other.path)) }
    })
}

function once<T>(known: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const made = known.get(key) ?? work()
  known.set(key, made)
  return made
}

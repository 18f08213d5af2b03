import { decompressed } from '../tree/decompress.ts'
import { type LayerSource, layersTree } from '../tree/layers.ts'
import { joinPath } from '../tree/path.ts'
import { readTar, type TarEntry, tarLimits } from '../tree/read-tar.ts'
import { readWhole } from '../tree/read-whole.ts'
import type { FileTree, TreeNode } from '../tree/tree.ts'
import { type Binary, headSize, readBinary } from './binary.ts'

/** A file of the image that a machine could run, and the layer that has it. */
export type Found = { readonly binary: Binary; readonly layer: string }

/** The headers of a layer, with what its files are. */
type ScannedLayer = readonly TarEntry[]

type ScannedNode = TreeNode & { readonly found?: Found }

/** Reads a layer in one pass; of each file only its head is looked at. `name` of the source is what `Found.layer` says. */
async function scanLayer({ name, open }: LayerSource): Promise<ScannedLayer> {
  const what = `Cannot read layer ${name}`
  const limits = { ...tarLimits, head: headSize }
  return readWhole(await open(), async (source) => {
    const entries: TarEntry[] = []
    for await (const { head, ...entry } of readTar(decompressed(source, what), what, limits)) {
      const binary = head && readBinary(head)
      const node: ScannedNode = binary ? { ...entry.node, found: { binary, layer: name } } : entry.node
      entries.push({ ...entry, node })
    }
    return entries
  })
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
  const scans = new Map<string, Promise<ScannedLayer>>()
  const index = (layer: LayerSource): Promise<ScannedLayer> => once(scans, layer.name, () => scanLayer(layer))
  const trees = new Map<string, Promise<ScannedTree>>()
  return (layers) =>
    once(trees, layers.map(({ name }) => name).join(), async () => {
      const tree = await layersTree(layers, '', { index })
      const files: FoundFile[] = []
      for await (const file of filesFound(tree)) files.push(file)
      return { tree, files }
    })
}

function once<T>(known: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const made = known.get(key) ?? work()
  known.set(key, made)
  return made
}

async function* filesFound(tree: FileTree, folder = ''): AsyncGenerator<FoundFile> {
  for (const name of await tree.list(folder)) {
    const path = joinPath(folder, name)
    const node = await tree.lstat(path)
    const found = foundIn(node)
    if (found) yield { path, found }
    if (node?.type === 'directory') yield* filesFound(tree, path)
  }
}

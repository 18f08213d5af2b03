import { decompressed } from '../tree/decompress.ts'
import { type LayerSource, layersTree } from '../tree/layers.ts'
import { joinPath } from '../tree/path.ts'
import { readTar, type TarEntry, tarLimits } from '../tree/read-tar.ts'
import type { FileTree, TreeNode } from '../tree/tree.ts'
import { type Binary, headSize, readBinary } from './binary.ts'

/** A file of the image that a machine could run, and the layer that has it. */
export type Found = { readonly binary: Binary; readonly layer: string }

/** The headers of a layer, with what its files are. */
export type ScannedLayer = readonly TarEntry[]

type ScannedNode = TreeNode & { readonly found?: Found }

/** Reads a layer in one pass; of each file only its head is looked at. `name` of the source is what `Found.layer` says. */
export async function scanLayer({ name, open }: LayerSource): Promise<ScannedLayer> {
  const what = `Cannot read layer ${name}`
  const limits = { ...tarLimits, head: headSize }
  const entries: TarEntry[] = []
  for await (const { head, ...entry } of readTar(decompressed(await open(), what), what, limits)) {
    const binary = head && readBinary(head)
    const node: ScannedNode = binary ? { ...entry.node, found: { binary, layer: name } } : entry.node
    entries.push({ ...entry, node })
  }
  return entries
}

/** What the file of a scanned tree is; undefined for what no machine runs. */
export function foundIn(node: TreeNode | undefined): Found | undefined {
  return (node as ScannedNode | undefined)?.found
}

/** The files that the layers make together, bottom first. Only their headers can be asked for, not their content. */
export function scannedTree(
  layers: readonly LayerSource[],
  scan: (layer: LayerSource) => Promise<ScannedLayer>,
): Promise<FileTree> {
  return layersTree(layers, '', { index: scan })
}

/** Every file of the tree that a machine could run, in byte order of the paths. */
export async function* filesFound(
  tree: FileTree,
  folder = '',
): AsyncGenerator<{ readonly path: string; readonly found: Found }> {
  for (const name of await tree.list(folder)) {
    const path = joinPath(folder, name)
    const node = await tree.lstat(path)
    const found = foundIn(node)
    if (found) yield { path, found }
    if (node?.type === 'directory') yield* filesFound(tree, path)
  }
}

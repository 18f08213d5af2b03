import { join } from 'node:path'
import type { Host } from '../../host/host.ts'
import { layoutStore } from '../../oci/layout.ts'
import { type BlobReader, cached, checked, isRemote } from '../../oci/store.ts'
import type { Descriptor } from '../../oci/types.ts'
import type { Base } from '../../source/base.ts'
import { formatBytes } from '../../text/bytes.ts'
import { indexLayer, type LayerIndex, type LayerSource, layersTree } from '../../tree/layers.ts'
import { emptyTree, type FileTree, lazyTree } from '../../tree/tree.ts'

/** Returns the files of an image; `isCopied` if they are copied from it, so that their content is read too. */
export type BaseTrees = (base: Base, isCopied: boolean) => FileTree

/**
 * Opens the files of images. Layers are read on the first access, each once for all stages and platforms that use them.
 */
export function createBaseTrees({
  host,
  signal,
}: {
  readonly host: Pick<Host, 'log' | 'tempDir'>
  readonly signal: AbortSignal
}): BaseTrees {
  const indexes = new Map<string, Promise<LayerIndex>>()
  const trees = new Map<string, FileTree>()
  // Each platform reads headers, then content: downloaded once.
  const kept = layoutStore(join(host.tempDir, 'layers'))

  const readerOf = ({ place, blobs }: Base, { digest }: Descriptor, isCopied: boolean): BlobReader => {
    if (!isRemote(blobs, digest)) return checked(blobs, `Cannot read the OCI layout in ${place}`)
    return isCopied ? cached(blobs, kept) : blobs
  }

  const index = (layer: LayerSource): Promise<LayerIndex> => {
    const reading = indexes.get(layer.name) ?? indexLayer(layer)
    indexes.set(layer.name, reading)
    return reading
  }

  const read = (base: Base, isCopied: boolean): Promise<FileTree> => {
    host.log.info(describe(base))
    const sources = base.layers.map((layer) => ({
      name: layer.digest,
      open: () => readerOf(base, layer, isCopied).open(layer, { signal }),
    }))
    return layersTree(sources, host.tempDir, { index })
  }

  return (base, isCopied) => {
    if (base.layers.length === 0) return emptyTree
    const key = JSON.stringify([base.place, isCopied, base.layers.map(({ digest }) => digest)])
    const tree = trees.get(key) ?? lazyTree(() => read(base, isCopied))
    trees.set(key, tree)
    return tree
  }
}

/** Explains why a build of a few files can take as long as a download. */
function describe({ layers, place }: Base): string {
  const size = formatBytes(layers.reduce((sum, layer) => sum + layer.size, 0))
  return `Reading ${layers.length === 1 ? 'the layer' : `${layers.length} layers`} of ${place} (${size}): an instruction depends on what is in ${layers.length === 1 ? 'it' : 'them'}`
}

import { join } from 'node:path'
import type { Host } from '../../host/host.ts'
import { verified } from '../../oci/digest.ts'
import { openBlob } from '../../oci/layout.ts'
import { formatRepository } from '../../oci/reference.ts'
import type { Descriptor } from '../../oci/types.ts'
import type { RegistryClient } from '../../registry/client.ts'
import type { Base, Origin } from '../../source/base.ts'
import { formatBytes } from '../../text/bytes.ts'
import { indexLayer, type LayerIndex, type LayerSource, layersTree } from '../../tree/layers.ts'
import { type Content, emptyTree, type FileTree, lazyTree } from '../../tree/tree.ts'
import { createKeptLayers } from './kept-layers.ts'

type Means = {
  readonly download: RegistryClient['getBlob']
  readonly host: Pick<Host, 'log' | 'tempDir'>
}

/** The files of an image; `isCopied` when they are copied from it, and their content will be read too. */
export type BaseTrees = (base: Base, isCopied: boolean) => FileTree

/**
 * The files of images. Layers are read when something in them is first asked for, each once, however many stages and
 * platforms begin with it.
 */
export function createBaseTrees({ download, host }: Means): BaseTrees {
  const indexes = new Map<string, Promise<LayerIndex>>()
  const trees = new Map<string, FileTree>()
  const openKept = createKeptLayers(join(host.tempDir, 'layers'), download)

  const open = async (layer: Descriptor, origin: Origin, isCopied: boolean): Promise<Content> => {
    if (origin.kind === 'layout')
      return verified(openBlob(origin.dir, layer.digest), layer, `Cannot read the OCI layout in ${origin.dir}`)
    return isCopied ? openKept(origin.repository, layer) : download(origin.repository, layer)
  }

  const index = (layer: LayerSource): Promise<LayerIndex> => {
    const reading = indexes.get(layer.name) ?? indexLayer(layer)
    indexes.set(layer.name, reading)
    return reading
  }

  const read = ({ layers, origin }: Base, isCopied: boolean): Promise<FileTree> => {
    host.log.info(describe(layers, origin))
    const sources = layers.map((layer) => ({ name: layer.digest, open: () => open(layer, origin, isCopied) }))
    return layersTree(sources, host.tempDir, { index })
  }

  return (base, isCopied) => {
    if (base.layers.length === 0) return emptyTree
    const key = JSON.stringify([base.origin, isCopied, base.layers.map(({ digest }) => digest)])
    const tree = trees.get(key) ?? lazyTree(() => read(base, isCopied))
    trees.set(key, tree)
    return tree
  }
}

/** Why a build of a few files may take the time of a download. */
function describe(layers: readonly Descriptor[], origin: Origin): string {
  const size = formatBytes(layers.reduce((sum, layer) => sum + layer.size, 0))
  const from = origin.kind === 'registry' ? formatRepository(origin.repository) : origin.dir
  return `Reading ${layers.length === 1 ? 'the layer' : `${layers.length} layers`} of ${from} (${size}): an instruction depends on what is in ${layers.length === 1 ? 'it' : 'them'}`
}

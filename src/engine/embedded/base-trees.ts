import { formatBytes } from '../../bytes.ts'
import type { Host } from '../../host/host.ts'
import { formatRepository } from '../../oci/reference.ts'
import type { Descriptor } from '../../oci/types.ts'
import { indexLayer, type LayerIndex, type LayerSource, layersTree } from '../../tree/layers.ts'
import { type Content, emptyTree, type FileTree, lazyTree } from '../../tree/tree.ts'
import type { Base, Origin } from './base.ts'

type Means = {
  readonly open: (layer: Descriptor, origin: Origin) => Promise<Content>
  readonly host: Pick<Host, 'log' | 'tempDir'>
}

/**
 * The files of images. Layers are read when something in them is first asked for, each once, however many stages and
 * platforms begin with it.
 */
export function createBaseTrees({ open, host }: Means): (base: Base) => FileTree {
  const indexes = new Map<string, Promise<LayerIndex>>()
  const trees = new Map<string, FileTree>()
  const index = (layer: LayerSource): Promise<LayerIndex> => {
    const reading = indexes.get(layer.name) ?? indexLayer(layer)
    indexes.set(layer.name, reading)
    return reading
  }

  const read = ({ layers, origin }: Base): Promise<FileTree> => {
    host.log.info(describe(layers, origin))
    const sources = layers.map((layer) => ({ name: layer.digest, open: () => open(layer, origin) }))
    return layersTree(sources, host.tempDir, { index })
  }

  return (base) => {
    if (base.layers.length === 0) return emptyTree
    const key = JSON.stringify([base.origin, base.layers.map(({ digest }) => digest)])
    const tree = trees.get(key) ?? lazyTree(() => read(base))
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

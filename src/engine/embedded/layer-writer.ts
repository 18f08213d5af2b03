import { createHash } from 'node:crypto'
import { ActionError } from '../../errors.ts'
import type { Compression } from '../../inputs/inputs.ts'
import { openBlob, writeBlob } from '../../oci/layout.ts'
import { mediaType } from '../../oci/media-type.ts'
import type { Repository } from '../../oci/reference.ts'
import type { Descriptor, Digest } from '../../oci/types.ts'
import type { FileEntry } from '../../tree/file-entry.ts'
import type { LayerCompression } from './layer/compress.ts'
import { layerEntries } from './layer/entry.ts'
import { type Layer, type LayerOptions, writeLayer } from './layer/write.ts'
import type { StageLayer } from './stage.ts'

/** A layer of the image. `from` is where its content is when it is not in the layout: the base's repository. */
export type WrittenLayer = {
  readonly descriptor: Descriptor
  readonly diffId: Digest
  readonly from: Repository | undefined
}

/**
 * Writes the layers of stages into the OCI layout `dir`. One that is the same for several platforms is made once: files
 * of the build context are the same for all of them, so the instruction and the entries tell.
 */
export function createLayerWriter(
  dir: string,
  options: Omit<LayerOptions, 'compression'> & { readonly compression: Compression },
): { readonly write: (layers: readonly StageLayer[]) => Promise<readonly WrittenLayer[]> } {
  const written = new Map<string, Promise<Layer>>()
  const compression = compressions[options.compression]

  const writeOne = async (layer: StageLayer): Promise<WrittenLayer> => {
    if (layer.kind === 'base') {
      const { descriptor, diffId, origin } = layer
      if (origin.kind === 'layout') await copyBlob(origin.dir, dir, descriptor)
      return { descriptor: toOci(descriptor), diffId, from: origin.kind === 'layout' ? undefined : origin.repository }
    }
    const entries = await layerEntries(layer.overlay)
    const key = keyOf(layer, entries)
    const made =
      (key === undefined ? undefined : written.get(key)) ?? writeLayer(dir, entries, { ...options, compression })
    if (key !== undefined) written.set(key, made)
    const { descriptor, diffId } = await made
    return { descriptor, diffId, from: undefined }
  }
  return { write: (layers) => Promise.all(layers.map(writeOne)) }
}

/** Level 4 of gzip: 3 % larger than 6 and a third faster. Level 3 of zstd is its default, and BuildKit's. */
const compressions: Readonly<Record<Compression, LayerCompression>> = {
  gzip: { kind: 'gzip', level: 4 },
  zstd: { kind: 'zstd', level: 3 },
  uncompressed: { kind: 'none' },
}

async function copyBlob(from: string, to: string, { digest, mediaType: type }: Descriptor): Promise<void> {
  const copied = await writeBlob(to, openBlob(from, digest), type).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (copied?.digest === digest) return
  throw new ActionError(
    'content-mismatch',
    `Cannot use the OCI layout in ${from}: ${digest} is not there, or not what its name says`,
  )
}

/** What two layers with the same content have in common; undefined where files may come from a stage of one platform. */
function keyOf(
  { instruction }: Extract<StageLayer, { kind: 'new' }>,
  entries: readonly FileEntry[],
): string | undefined {
  if (instruction === undefined) return undefined
  if (instruction.kind === 'copy' && instruction.from !== undefined) return undefined
  const hash = createHash('sha256').update(JSON.stringify(instruction))
  for (const { path, node, linkTo } of entries) {
    const { type, mode, uid, gid, mtime, size, target, device } = node
    const xattrs = [...(node.xattrs ?? [])].map(([name, value]) => [name, value.toString('base64')])
    hash.update(JSON.stringify([path, type, mode, uid, gid, mtime, size, target, linkTo, device, xattrs]))
  }
  return hash.digest('hex')
}

/** A base in Docker's own types becomes a part of an OCI image; the content is the same. */
function toOci(layer: Descriptor): Descriptor {
  return layer.mediaType === mediaType.dockerLayerGzip ? { ...layer, mediaType: mediaType.ociLayerGzip } : layer
}

import { isDeepStrictEqual } from 'node:util'
import { parallel } from '../../bounds/parallel.ts'
import type { Instruction } from '../../dockerfile/read/instruction.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { Host } from '../../host/host.ts'
import type { Compression } from '../../inputs/inputs.ts'
import { layoutStore } from '../../oci/layout.ts'
import { mediaType } from '../../oci/media-type.ts'
import { type BlobReader, type BlobWriter, isRemote } from '../../oci/store.ts'
import type { Descriptor, Digest } from '../../oci/types.ts'
import type { Base } from '../../source/base.ts'
import type { FileEntry } from '../../tree/file-entry.ts'
import type { Overlay } from '../../tree/overlay.ts'
import type { LayerCompression } from './layer/compress.ts'
import { layerEntries } from './layer/entry.ts'
import { type Beginnings, type ReusedLayer, reuseLayer, worthwhile } from './layer/reuse.ts'
import { type Layer, type LayerOptions, writeLayer } from './layer/write.ts'
import type { FindPreviousLayers } from './previous-layers.ts'
import type { StageLayer } from './stage.ts'
import type { LayerTime } from './step-times.ts'

/**
 * A layer of the image. `from` is the location of its content if it is not in the layout: the repository of the base or
 * of a previous image.
 */
export type WrittenLayer = {
  readonly descriptor: Descriptor
  readonly diffId: Digest
  readonly from: BlobReader | undefined
  /** Absent for layers of a base. */
  readonly written?: LayerTime
  /** The platforms of the previous image that has the layer; absent if it is written, or from a base. */
  readonly publishedFor?: readonly string[]
}

/**
 * Number of layers of a platform that are written concurrently: each uses blocks of a megabyte and open files, and one
 * uses all cores.
 */
const layersAtOnce = 4

type MadeLayer = Layer & Partial<Pick<ReusedLayer, 'publishedFor' | 'from'>>

type Made = { readonly entries: Iterable<FileEntry>; readonly layer: Promise<MadeLayer> }

/**
 * Writes the layers of stages into the OCI layout `dir`, except those that `find` returns unchanged. A layer that several platforms share is written once: files of
 * the build context are the same for all of them, so it is identified by the instruction and the entries.
 */
export function createLayerWriter(
  dir: string,
  {
    clock: { now },
    find,
    reuseFrom = worthwhile,
    log,
    ...options
  }: Omit<LayerOptions, 'compression'> & {
    readonly compression: Compression
    /** Finds layers of previous images. Undefined: every layer is written. */
    readonly find: FindPreviousLayers | undefined
    /** Bytes of the smallest layer that is looked for in previous images. */
    readonly reuseFrom?: number
  } & Pick<Host, 'clock' | 'log'>,
): { readonly write: (layers: readonly StageLayer[]) => Promise<readonly WrittenLayer[]> } {
  const store = layoutStore(dir)
  const compression = compressions[options.compression]
  const beginnings: Beginnings = new Map()
  const ofOverlays = new Map<Overlay, Promise<MadeLayer>>()
  const ofInstructions = new Map<string, Made[]>()

  const reuseOrWrite = async (entries: Iterable<FileEntry>): Promise<MadeLayer> => {
    const looking = { ...options, compression, reuseFrom, log, beginnings }
    const reused = find && (await reuseLayer(dir, entries, { ...looking, find }))
    return reused ?? (await writeLayer(dir, entries, { ...options, compression }))
  }

  /** The layer of an overlay, which another platform may have created over another base. */
  const layerOf = async ({ overlay, instruction }: Extract<StageLayer, { kind: 'new' }>): Promise<MadeLayer> => {
    const entries = await layerEntries(overlay)
    // A hard link in an archive of ADD can point to a file of the base, whose content is then also in the layer.
    const isOfBase = instruction?.kind === 'add' && hasLink(entries)
    const words = isOfBase ? undefined : wordsOf(instruction)
    const others = words === undefined ? undefined : (ofInstructions.get(words) ?? [])
    const same = others?.find((other) => sameEntries(other.entries, entries))
    if (same) return same.layer
    const layer = reuseOrWrite(entries)
    if (words !== undefined && others) ofInstructions.set(words, [...others, { entries, layer }])
    return layer
  }

  const writeOne = async (layer: StageLayer): Promise<WrittenLayer> => {
    if (layer.kind === 'base') {
      const { descriptor, diffId, from } = layer
      const stays = isRemote(from.blobs, descriptor.digest)
      if (!stays) await takeOver(descriptor, from, store)
      return { descriptor: toOci(descriptor), diffId, from: stays ? from.blobs : undefined }
    }
    const from = now().getTime()
    const made = ofOverlays.get(layer.overlay) ?? layerOf(layer)
    ofOverlays.set(layer.overlay, made)
    const { descriptor, diffId, size, publishedFor, from: reused } = await made
    const isReused = reused !== undefined
    const written = { span: { from, to: now().getTime() }, size, isReused, instruction: layer.instruction }
    return { descriptor, diffId, from: reused, written, ...(publishedFor === undefined ? {} : { publishedFor }) }
  }
  return { write: (layers) => parallel(layersAtOnce, layers, writeOne) }
}

/** Level 4 of gzip: 3 % larger than 6 and a third faster. Level 3 of zstd is its default, and BuildKit's. */
const compressions: Readonly<Record<Compression, LayerCompression>> = {
  gzip: { kind: 'gzip', level: 4 },
  zstd: { kind: 'zstd', level: 3 },
  uncompressed: { kind: 'none' },
}

async function takeOver(layer: Descriptor, { place, blobs }: Base, store: BlobWriter): Promise<void> {
  await store.put(layer, blobs).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'content-mismatch') throw error
    throw new ActionError(
      'content-mismatch',
      `Cannot use the OCI layout in ${place}: ${layer.digest} is missing, or its content has another digest`,
    )
  })
}

/** Returns what identifies copies of the same files; undefined if they may come from a stage of one platform. */
function wordsOf(instruction: Instruction | undefined): string | undefined {
  const fromStage = instruction?.kind === 'copy' && instruction.from !== undefined
  return instruction === undefined || fromStage ? undefined : JSON.stringify(instruction)
}

function hasLink(entries: Iterable<FileEntry>): boolean {
  for (const { linkTo } of entries) if (linkTo !== undefined) return true
  return false
}

function sameEntries(some: Iterable<FileEntry>, others: Iterable<FileEntry>): boolean {
  const rest = others[Symbol.iterator]()
  for (const entry of some) if (!sameEntry(entry, rest.next().value)) return false
  return rest.next().done === true
}

function sameEntry(one: FileEntry, other: FileEntry | undefined): boolean {
  if (other === undefined || one.path !== other.path || one.linkTo !== other.linkTo) return false
  const [a, b] = [one.node, other.node]
  return (
    a.type === b.type &&
    a.mode === b.mode &&
    a.uid === b.uid &&
    a.gid === b.gid &&
    a.mtime === b.mtime &&
    a.size === b.size &&
    a.target === b.target &&
    isDeepStrictEqual(a.device, b.device) &&
    isDeepStrictEqual(a.xattrs, b.xattrs)
  )
}

/** A base with Docker's media types becomes part of an OCI image; the content is the same. */
function toOci(layer: Descriptor): Descriptor {
  return layer.mediaType === mediaType.dockerLayerGzip ? { ...layer, mediaType: mediaType.ociLayerGzip } : layer
}

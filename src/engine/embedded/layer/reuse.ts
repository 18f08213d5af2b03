import { createHash } from 'node:crypto'
import { limits } from '../../../bounds/limits.ts'
import { readBeginning } from '../../../bounds/read-limited.ts'
import { ActionError, messageOf } from '../../../errors/action-error.ts'
import { cancelled } from '../../../errors/cancelled.ts'
import type { Log } from '../../../host/host.ts'
import { digestOf } from '../../../oci/digest.ts'
import { layoutStore } from '../../../oci/layout.ts'
import { type BlobReader, cached, checked } from '../../../oci/store.ts'
import type { Digest } from '../../../oci/types.ts'
import { once } from '../../../source/once.ts'
import { writeTar } from '../../../tree/archive/write-tar.ts'
import type { FileEntry } from '../../../tree/file-entry.ts'
import type { LayerArchive } from '../../layer-sink.ts'
import type { FindPreviousLayers, PreviousLayer, PreviousLayers } from '../previous-layers.ts'
import { compress, copiesPieces } from './compress.ts'
import { type Layer, type LayerOptions, layerTypes } from './write.ts'

/** A layer that a registry has, and a reader that compresses the files again if its content is needed here. */
export type ReusedLayer = Layer & Pick<PreviousLayer, 'publishedFor'> & { readonly from: BlobReader }

/** Bytes. A smaller layer is compressed faster than looked up. */
export const worthwhile = 16 * 1024 * 1024
/** Bytes of the compressed content that are compared. */
const compared = 1024 * 1024

/** The beginnings of blobs in registries, each read once. */
export type Beginnings = Map<Digest, Promise<Digest | undefined>>

/** Maximum number of blobs whose beginnings are compared before the files are hashed. */
const mostCompared = 32

type ReuseOptions = LayerOptions & {
  readonly find: FindPreviousLayers
  readonly beginnings: Beginnings
  /** Bytes of the smallest layer that is looked up. */
  readonly reuseFrom: number
  readonly log: Log
}

/**
 * Returns the layer of a previous image that has the same files, which is then neither compressed nor sent. The files
 * are hashed while the registry responds, and only as long as a blob begins with the bytes that this compression writes. That is also required so that the
 * image has the same digest as without a previous one: another program, level or zlib writes others. That the rest
 * belongs to the uncompressed digest is a claim of the previous image, as with a build cache.
 *
 * @returns undefined if no previous image has it, or if the layer is small
 * @throws the errors of reading the files
 */
export async function reuseLayer(
  dir: string,
  entries: Iterable<FileEntry>,
  options: ReuseOptions,
): Promise<ReusedLayer | undefined> {
  if (!isWorthwhile(entries, options)) return undefined
  const unneeded = new AbortController()
  const own = once(() => ownBeginning(entries, options))
  const isOurs = (layer: PreviousLayer): Promise<boolean> => beginsWith(layer, own, options)
  const looking = options.find().then(async (layers) => {
    const usable = suitable(layers, options)
    const isAny = usable.size > 0 && (await mayBeAny([...usable.values()].flat(), isOurs, options))
    if (!isAny) unneeded.abort()
    return usable
  })
  // The hashing fails with the same errors.
  looking.catch(() => unneeded.abort())
  const archived = options.sink?.archive?.()
  let reused: ReusedLayer | undefined
  try {
    const hashed = await hashArchive(entries, { ...options, archived, unneeded: unneeded.signal })
    const previous = (hashed && (await looking).get(hashed.diffId)) ?? []
    // An image can list any number of blobs with the same claim, each of which takes a request.
    for (const layer of previous.slice(0, limits.previousImages)) {
      const { descriptor, publishedFor } = layer
      const isSame = options.compression.kind === 'none' ? descriptor.digest === hashed?.diffId : await isOurs(layer)
      if (!isSame || hashed === undefined) continue
      options.onProgress?.(hashed.size)
      reused = { ...hashed, descriptor, publishedFor, from: readerOf(dir, entries, { layer, options }) }
      return reused
    }
    return undefined
  } finally {
    archived?.end(reused?.descriptor.digest)
  }
}

function isWorthwhile(entries: Iterable<FileEntry>, { reuseFrom }: Pick<ReuseOptions, 'reuseFrom'>): boolean {
  let size = 0
  for (const { node } of entries) {
    size += node.size
    if (size >= reuseFrom) return true
  }
  return false
}

/** Whether a layer is worth hashing: one of the blobs begins as ours would. An uncompressed blob is identified by its digest. */
async function mayBeAny(
  layers: readonly PreviousLayer[],
  isOurs: (layer: PreviousLayer) => Promise<boolean>,
  { compression }: Pick<LayerOptions, 'compression'>,
): Promise<boolean> {
  if (compression.kind === 'none' || layers.length > mostCompared) return true
  const found = await Promise.all(layers.map(isOurs))
  return found.includes(true)
}

/** Returns the layers with the media type of the compression. */
function suitable(layers: PreviousLayers, { compression }: LayerOptions): PreviousLayers {
  const ofType = ({ descriptor }: PreviousLayer): boolean => descriptor.mediaType === layerTypes[compression.kind]
  return new Map(
    [...layers].map(([diffId, all]) => [diffId, all.filter(ofType)] as const).filter(([, all]) => all.length > 0),
  )
}

/** Returns the digest and size of the archive, which is scanned in the same pass; undefined as soon as it is not needed. */
async function hashArchive(
  entries: Iterable<FileEntry>,
  {
    unneeded,
    archived,
    signal,
    ...options
  }: LayerOptions & { readonly unneeded: AbortSignal; readonly archived: LayerArchive | undefined },
): Promise<Pick<Layer, 'diffId' | 'size'> | undefined> {
  const hash = createHash('sha256')
  let size = 0
  for await (const piece of writeTar(entries, { ...options, onEntry: archived?.entry, isReused: true })) {
    if (signal?.aborted) throw cancelled('hashing a layer')
    if (unneeded.aborted) return undefined
    hash.update(piece)
    size += piece.length
    const written = archived?.write(piece)
    if (written) await written
  }
  return { diffId: `sha256:${hash.digest('hex')}`, size }
}

/** Returns the digest of the first bytes that this compression writes. */
async function ownBeginning(entries: Iterable<FileEntry>, options: LayerOptions): Promise<Digest> {
  const archive = writeTar(entries, { ...options, isReused: copiesPieces(options.compression) })
  const content = compress(archive, options.compression, options.threads)
  return digestOf(await readBeginning(content, compared))
}

/** Whether a blob begins with the bytes that this compression writes. False if it cannot be read in time. */
async function beginsWith(
  { descriptor, from }: PreviousLayer,
  own: () => Promise<Digest>,
  { beginnings, log, signal: given }: ReuseOptions,
): Promise<boolean> {
  const { digest } = descriptor
  const read = async (): Promise<Digest | undefined> => {
    try {
      const limit = AbortSignal.timeout(limits.previousTime)
      const signal = given ? AbortSignal.any([given, limit]) : limit
      return digestOf(await readBeginning(await from.open(descriptor, { signal }), compared))
    } catch (error) {
      log.debug(`Layer ${digest} of a previous image is not used: ${messageOf(error)}`)
      return undefined
    }
  }
  const reading = beginnings.get(digest) ?? read()
  beginnings.set(digest, reading)
  const found = await reading
  return found !== undefined && found === (await own())
}

/** Creates a reader that compresses the files into the layout at its first use, and verifies the result. */
function readerOf(
  dir: string,
  entries: Iterable<FileEntry>,
  { layer, options }: { readonly layer: PreviousLayer; readonly options: LayerOptions },
): BlobReader {
  const { digest } = layer.descriptor
  const again: BlobReader = {
    open: async () => compress(writeTar(entries, options), options.compression, options.threads),
    locate: (wanted) => layer.from.locate?.(wanted) ?? [],
  }
  const reader = cached(checked(again, `Cannot use layer ${digest} of the previous image`), layoutStore(dir))
  return {
    ...reader,
    open: async (blob, open) => {
      try {
        return await reader.open(blob, open)
      } catch (error) {
        if (!(error instanceof ActionError) || error.code !== 'content-mismatch') throw error
        throw error.with({
          hint: 'The files changed during the build, or the previous image lists a layer with other content. Set `no-cache: true` to ignore the previous image.',
        })
      }
    },
  }
}

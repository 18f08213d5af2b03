import { createHash } from 'node:crypto'
import { limits } from '../../../bounds/limits.ts'
import { readBeginning } from '../../../bounds/read-limited.ts'
import { ActionError, messageOf } from '../../../errors/action-error.ts'
import { cancelled } from '../../../errors/cancelled.ts'
import type { Log } from '../../../host/host.ts'
import { layoutStore } from '../../../oci/layout.ts'
import { type BlobReader, cached, checked } from '../../../oci/store.ts'
import type { Digest } from '../../../oci/types.ts'
import { writeTar } from '../../../tree/archive/write-tar.ts'
import type { FileEntry } from '../../../tree/file-entry.ts'
import type { FindPreviousLayers, PreviousLayer, PreviousLayers } from '../previous-layers.ts'
import { compress } from './compress.ts'
import { type Layer, type LayerOptions, layerTypes } from './write.ts'

/** A layer that a registry has, and a reader that compresses the files again if its content is needed here. */
export type ReusedLayer = Layer & Pick<PreviousLayer, 'publishedFor'> & { readonly from: BlobReader }

/** Bytes. A smaller layer is compressed faster than looked up. */
const worthwhile = 16 * 1024 * 1024
/** Bytes of the compressed content that are compared. */
const compared = 1024 * 1024

/**
 * Returns the layer of a previous image that has the same files, which is then neither compressed nor sent. The files
 * are hashed while the registry responds. The blob must begin with the bytes that this compression writes, so that the
 * image has the same digest as without a previous one: another program, level or zlib writes others. That the rest
 * belongs to the uncompressed digest is a claim of the previous image, as with a build cache.
 *
 * @returns undefined if no previous image has it, or if the layer is small
 * @throws the errors of reading the files
 */
export async function reuseLayer(
  dir: string,
  entries: readonly FileEntry[],
  { find, log, ...options }: LayerOptions & { readonly find: FindPreviousLayers; readonly log: Log },
): Promise<ReusedLayer | undefined> {
  if (entries.reduce((sum, { node }) => sum + node.size, 0) < worthwhile) return undefined
  const unneeded = new AbortController()
  const looking = find().then((layers) => {
    const usable = suitable(layers, options)
    if (usable.size === 0) unneeded.abort()
    return usable
  })
  const hashed = await hashArchive(entries, { ...options, unneeded: unneeded.signal })
  const previous = hashed && (await looking).get(hashed.diffId)
  // An image can list any number of blobs with the same claim, each of which takes a request.
  for (const layer of previous?.slice(0, limits.previousImages) ?? []) {
    const { descriptor, publishedFor } = layer
    const matches = await isOurs(layer, hashed?.diffId, entries, options).catch((error: unknown) => {
      log.debug(`Layer ${descriptor.digest} of a previous image is not used: ${messageOf(error)}`)
      return false
    })
    if (!matches || hashed === undefined) continue
    options.onProgress?.(hashed.size)
    return { ...hashed, descriptor, publishedFor, from: readerOf(dir, entries, { layer, options }) }
  }
  return undefined
}

/** Returns the layers with the media type of the compression. */
function suitable(layers: PreviousLayers, { compression }: LayerOptions): PreviousLayers {
  const ofType = ({ descriptor }: PreviousLayer): boolean => descriptor.mediaType === layerTypes[compression.kind]
  return new Map(
    [...layers].map(([diffId, all]) => [diffId, all.filter(ofType)] as const).filter(([, all]) => all.length > 0),
  )
}

/** Returns the digest and size of the archive; undefined as soon as it is not needed. */
async function hashArchive(
  entries: readonly FileEntry[],
  { unneeded, signal, ...options }: LayerOptions & { readonly unneeded: AbortSignal },
): Promise<Pick<Layer, 'diffId' | 'size'> | undefined> {
  const hash = createHash('sha256')
  let size = 0
  for await (const piece of writeTar(entries, options)) {
    if (signal?.aborted) throw cancelled('hashing a layer')
    if (unneeded.aborted) return undefined
    hash.update(piece)
    size += piece.length
  }
  return { diffId: `sha256:${hash.digest('hex')}`, size }
}

/** Whether a blob begins with what this compression writes; an uncompressed blob is identified by its digest. */
async function isOurs(
  { descriptor, from }: PreviousLayer,
  diffId: Digest | undefined,
  entries: readonly FileEntry[],
  options: LayerOptions,
): Promise<boolean> {
  if (options.compression.kind === 'none') return descriptor.digest === diffId
  const limit = AbortSignal.timeout(limits.previousTime)
  const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit
  const [own, other] = await Promise.all([
    readBeginning(compress(writeTar(entries, options), options.compression, options.threads), compared),
    from.open(descriptor, { signal }).then((content) => readBeginning(content, compared)),
  ])
  return own.equals(other)
}

/** Creates a reader that compresses the files into the layout at its first use, and verifies the result. */
function readerOf(
  dir: string,
  entries: readonly FileEntry[],
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

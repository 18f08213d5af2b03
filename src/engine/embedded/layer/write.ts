import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { cancelled } from '../../../errors/cancelled.ts'
import { layoutStore, writeBlob } from '../../../oci/layout.ts'
import { mediaType } from '../../../oci/media-type.ts'
import type { Descriptor, Digest } from '../../../oci/types.ts'
import { type TarOptions, writeTar } from '../../../tree/archive/write-tar.ts'
import type { FileEntry } from '../../../tree/file-entry.ts'
import type { FollowedLayer, LayerSink } from '../../layer-sink.ts'
import { compress, copiesPieces, type LayerCompression } from './compress.ts'

export type LayerOptions = TarOptions & {
  readonly compression: LayerCompression
  /** Number of blocks compressed concurrently: the number of cores. It does not affect the bytes. */
  readonly threads: number
  /** Ends the writing when it is aborted. */
  readonly signal?: AbortSignal
  /** Called with the bytes of each archived piece. */
  readonly onProgress?: (bytes: number) => void
  /** Gets each written layer, a large one while it is written. */
  readonly sink?: LayerSink | undefined
}

/** Bytes of a compressed layer that are written before it is followed: a smaller layer is sent when its digest is known. */
const followedFrom = 8 * 1024 * 1024

/**
 * A layer as a blob of a layout. `diffId` is the digest of its uncompressed tar archive, `size` that archive's length
 * (bytes).
 */
export type Layer = { readonly descriptor: Descriptor; readonly diffId: Digest; readonly size: number }

/** The media type of a layer for each compression. */
export const layerTypes = {
  none: mediaType.ociLayer,
  gzip: mediaType.ociLayerGzip,
  zstd: mediaType.ociLayerZstd,
} as const

/**
 * Writes entries as a layer into the OCI layout `dir`: each file is read once and streamed through archive, digest and
 * compression into the blob, a few megabytes at a time. Throws the errors of reading the files; the layout is then
 * unchanged.
 */
export async function writeLayer(dir: string, entries: Iterable<FileEntry>, options: LayerOptions): Promise<Layer> {
  const { sink } = options
  const archived = sink?.archive?.()
  const hash = createHash('sha256')
  let size = 0
  const archive = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of writeTar(entries, {
      ...options,
      onEntry: archived?.entry,
      isReused: copiesPieces(options.compression),
    })) {
      if (options.signal?.aborted) {
        throw cancelled('writing a layer')
      }
      hash.update(piece)
      size += piece.length
      options.onProgress?.(piece.length)
      const written = archived?.write(piece)
      if (written) await written
      yield piece
    }
  }
  const compressed = compress(archive(), options.compression, options.threads)
  const stream = Readable.from(compressed, { objectMode: false, highWaterMark: 1024 * 1024 })
  let followed: FollowedLayer | undefined
  const follow = sink && {
    bytes: followedFrom,
    begin: (open: () => AsyncIterable<Uint8Array>): void => {
      followed = sink.follow(open)
    },
  }
  let descriptor: Descriptor | undefined
  try {
    const { kind } = options.compression
    // An uncompressed layer is its archive.
    const digest = kind === 'none' ? (): Digest => `sha256:${hash.copy().digest('hex')}` : undefined
    descriptor = await writeBlob(dir, stream, layerTypes[kind], { digest, ...(follow ? { follow } : {}) })
  } finally {
    archived?.end(descriptor?.digest)
  }
  if (followed) followed.name(descriptor)
  else sink?.add(descriptor, layoutStore(dir))
  return { descriptor, diffId: `sha256:${hash.digest('hex')}`, size }
}

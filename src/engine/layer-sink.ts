import type { BlobReader } from '../oci/store.ts'
import type { Descriptor, Digest } from '../oci/types.ts'
import type { FileEntry } from '../tree/file-entry.ts'

/** Takes the layers of an engine before its build ends, to send and to verify them. An engine that has all layers only at the end does not use it. */
export type LayerSink = {
  /** Takes a layer while it is written. `open` returns its content up to the end, as it is written. */
  readonly follow: (open: () => AsyncIterable<Uint8Array>) => FollowedLayer
  /** Takes a complete layer. */
  readonly add: (layer: Descriptor, from: BlobReader) => void
  /** Takes the uncompressed archive of a layer while it is written. Absent: the layers are not verified, or are read again. */
  readonly archive?: () => LayerArchive
}

export type LayerArchive = {
  /** Takes an entry and the offset of its content, before the piece in which its content begins. */
  readonly entry: (entry: FileEntry, offset: number) => void
  /** Takes the next piece. A promise resolves when another one may follow, and never rejects. */
  readonly write: (piece: Uint8Array) => Promise<void> | undefined
  /** Ends the archive. `digest` is that of the layer in the image; undefined: the writing failed. */
  readonly end: (digest: Digest | undefined) => void
}

export type FollowedLayer = {
  /** Gives the written layer its digest. */
  readonly name: (layer: Descriptor) => void
}

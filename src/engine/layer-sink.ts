import type { BlobReader } from '../oci/store.ts'
import type { Descriptor } from '../oci/types.ts'

/** Takes the layers of an engine before its build ends, to send them. An engine that has all layers only at the end does not use it. */
export type LayerSink = {
  /** Takes a layer while it is written. `open` returns its content up to the end, as it is written. */
  readonly follow: (open: () => AsyncIterable<Uint8Array>) => FollowedLayer
  /** Takes a complete layer. */
  readonly add: (layer: Descriptor, from: BlobReader) => void
}

export type FollowedLayer = {
  /** Gives the written layer its digest. */
  readonly name: (layer: Descriptor) => void
}

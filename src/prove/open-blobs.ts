import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Content } from '../engine/built.ts'
import { openBlob } from '../oci/layout.ts'
import type { Descriptor } from '../oci/types.ts'
import type { RegistryClient } from '../registry/client.ts'

/** A blob of what was built, wherever it is. */
export type OpenBlob = (blob: Descriptor) => Promise<Readable>

/** @throws by its result, what the registry throws */
export function openBlobs(
  content: Exclude<Content, { readonly kind: 'loaded' }>,
  registry: RegistryClient,
  signal: AbortSignal,
): OpenBlob {
  return async (blob) => {
    const place = content.kind === 'pushed' ? content.repository : content.elsewhere?.get(blob.digest)
    if (place) return registry.getBlob(place, blob, { signal })
    if (content.kind === 'pushed') return registry.getBlob(content.repository, blob, { signal })
    return openBlob(content.dir, blob.digest)
  }
}

/** A small blob as a whole. */
export async function readSmall(open: OpenBlob, blob: Descriptor): Promise<Buffer> {
  return buffer(await open(blob))
}

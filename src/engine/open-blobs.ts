import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { ActionError } from '../errors.ts'
import { openBlob } from '../oci/layout.ts'
import type { Repository } from '../oci/reference.ts'
import type { Descriptor } from '../oci/types.ts'
import type { RegistryClient } from '../registry/client.ts'
import type { Content } from './built.ts'

/** A blob of what was built, wherever it is. */
export type OpenBlob = (blob: Descriptor) => Promise<Readable>

/**
 * Opens blobs of what was built: from the folder, or from the registry that has them.
 *
 * @throws by its result, what the registry throws
 */
export function openBlobs(
  content: Exclude<Content, { readonly kind: 'loaded' }>,
  references: readonly Repository[],
  { registry, signal }: { readonly registry: RegistryClient; readonly signal: AbortSignal },
): OpenBlob {
  const placeOf = ({ digest }: Descriptor): Repository | undefined => {
    if (content.kind === 'pushed') return content.repository
    // A placeholder stands for what every repository of the plan has.
    return content.elsewhere?.get(digest) ?? (content.placeholders?.has(digest) ? references[0] : undefined)
  }
  return async (blob) => {
    const place = placeOf(blob)
    if (place) return registry.getBlob(place, blob, { signal })
    if (content.kind === 'layout') return openBlob(content.dir, blob.digest)
    throw new ActionError('internal', `Nobody knows where ${blob.digest} is`)
  }
}

/** A small blob as a whole. */
export async function readSmall(open: OpenBlob, blob: Descriptor): Promise<Buffer> {
  return buffer(await open(blob))
}

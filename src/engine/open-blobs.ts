import type { Readable } from 'node:stream'
import { limits } from '../bounds/limits.ts'
import { readLimited } from '../bounds/read-limited.ts'
import { ActionError } from '../errors/action-error.ts'
import { openBlob } from '../oci/layout.ts'
import type { Descriptor } from '../oci/types.ts'
import type { RegistryClient } from '../registry/client.ts'
import { formatBytes } from '../text/bytes.ts'
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
  registry: RegistryClient,
  signal: AbortSignal,
): OpenBlob {
  return async (blob) => {
    const place = content.kind === 'pushed' ? content.repository : content.elsewhere?.get(blob.digest)
    if (place) return registry.getBlob(place, blob, { signal })
    if (content.kind === 'layout') return openBlob(content.dir, blob.digest)
    throw new ActionError('internal', `Nobody knows where ${blob.digest} is`)
  }
}

/**
 * A small blob as a whole: a configuration.
 *
 * @throws ActionError `content-mismatch` when it is larger than one may be
 */
export async function readSmall(open: OpenBlob, blob: Descriptor): Promise<Buffer> {
  if (blob.size > limits.config) {
    const found = `it has ${formatBytes(blob.size)}, and at most ${formatBytes(limits.config)} are read`
    throw new ActionError('content-mismatch', `Cannot read configuration ${blob.digest}: ${found}`)
  }
  return await readLimited(await open(blob), limits.config)
}

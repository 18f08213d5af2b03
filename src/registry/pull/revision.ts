import { limits } from '../../bounds/limits.ts'
import { ActionError } from '../../errors/action-error.ts'
import { isAttestation } from '../../oci/image-tree.ts'
import { isIndexType } from '../../oci/media-type.ts'
import { parseConfig, parseIndex, parseManifest } from '../../oci/parse.ts'
import type { Repository } from '../../oci/reference.ts'
import type { Digest } from '../../oci/types.ts'
import type { RegistryClient } from '../client.ts'
import { readConfig } from './read-config.ts'

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys */
const key = 'org.opencontainers.image.revision'

/**
 * Returns the source commit of an image: from an annotation of its index or of its first manifest, or from a label.
 * Undefined if it is not set or cannot be read.
 *
 * @throws ActionError `cancelled`
 */
export async function findRevision(
  client: Pick<RegistryClient, 'getManifest' | 'getBlob'>,
  repository: Repository,
  { digest, signal }: { readonly digest: Digest; readonly signal: AbortSignal },
): Promise<string | undefined> {
  try {
    return await read(client, repository, { digest, signal })
  } catch (error) {
    if (error instanceof ActionError && error.code !== 'cancelled') return undefined
    throw error
  }
}

async function read(
  client: Pick<RegistryClient, 'getManifest' | 'getBlob'>,
  repository: Repository,
  { digest, signal, depth = 0 }: { readonly digest: Digest; readonly signal: AbortSignal; readonly depth?: number },
): Promise<string | undefined> {
  if (depth > limits.indexDepth) return undefined
  const found = await client.getManifest(repository, digest, { signal })
  if (found === undefined) return undefined
  const what = `Cannot read ${digest}`
  if (isIndexType(found.descriptor.mediaType)) {
    const { annotations, manifests } = parseIndex(found.bytes, what)
    const first = manifests.find((one) => !isAttestation(one))
    const own = annotations?.[key]
    return own ?? (first && (await read(client, repository, { digest: first.digest, signal, depth: depth + 1 })))
  }
  const { annotations, config } = parseManifest(found.bytes, what)
  const own = annotations?.[key]
  if (own !== undefined) return own
  const bytes = await readConfig(client, repository, { config, signal })
  return parseConfig(bytes, what).config?.Labels?.[key]
}

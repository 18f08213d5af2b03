import { ActionError } from '../errors/action-error.ts'
import { dockerConfigDirOf } from '../facts/docker-endpoint.ts'
import type { Host } from '../host/host.ts'
import { type Document, walkImage } from '../oci/image-tree.ts'
import { isIndexType, isManifestType } from '../oci/media-type.ts'
import { formatReference, parseReference } from '../oci/reference.ts'
import type { ImageContent } from '../oci/store.ts'
import { toAuthFile } from '../registry/auth/auth-file.ts'
import { createCredentialLookup } from '../registry/auth/credentials.ts'
import { readDockerConfig } from '../registry/auth/docker-config-file.ts'
import { createRegistryClient } from '../registry/client.ts'
import { readConfig } from '../registry/pull/read-config.ts'
import { registryReader } from '../registry/registry-store.ts'
import { isLoopback } from '../registry/transport/insecure.ts'
import { retryPolicy } from '../retry/backoff.ts'

export type OpenOptions = {
  /** Allows connections to the registry without TLS. */
  readonly insecure: boolean
  readonly retries: number
}

/**
 * Opens an image of a registry with the credentials of the user's Docker and Podman configuration. Layers are read later.
 *
 * @throws ActionError `input-invalid` for an invalid reference, `image-not-found`, and the errors of the registry
 */
export async function openPublished(
  text: string,
  { insecure, retries }: OpenOptions,
  host: Host,
): Promise<ImageContent> {
  const reference = parseReference(text)
  const { env, exec, log, http, clock, runner, signal } = host
  const { config, problems } = readDockerConfig(dockerConfigDirOf(env))
  for (const problem of problems) log.warning(problem)
  const { mask } = runner
  const client = createRegistryClient({
    ...{ http, clock, log, mask },
    credentialFor: createCredentialLookup({ env, exec, log, mask, docker: toAuthFile({ auths: {}, ...config }) }),
    retryPolicy: retryPolicy(retries),
    plainHttp: (registry) => isLoopback(registry) || (insecure && registry === reference.registry),
  })
  const documentOf = async (name: string): Promise<Document> => {
    const found = await client.getManifest(reference, name, { signal })
    if (found !== undefined) return found
    const what =
      name.includes(':') && name !== reference.digest
        ? `${name} of ${formatReference(reference)}`
        : formatReference(reference)
    throw new ActionError('image-not-found', `Cannot find ${what}: the registry does not have it`, {
      hint: 'Check name and tag. A private image also looks like this without credentials: run docker login first.',
    })
  }
  const root = await documentOf(reference.digest ?? reference.tag ?? 'latest')
  const tree = await walkImage(root.descriptor, async (descriptor) => {
    if (descriptor.digest === root.descriptor.digest) return root.bytes
    const { mediaType, digest } = descriptor
    if (isIndexType(mediaType) || isManifestType(mediaType)) return (await documentOf(digest)).bytes
    return await readConfig(client, reference, { config: descriptor, signal })
  })
  return { tree, blobs: registryReader(client, reference) }
}

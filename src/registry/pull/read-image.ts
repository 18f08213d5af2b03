import { ActionError } from '../../errors/action-error.ts'
import { type Document, type ImageTree, walkImage } from '../../oci/image-tree.ts'
import { isIndexType, isManifestType } from '../../oci/media-type.ts'
import { formatRepository, type Repository } from '../../oci/reference.ts'
import type { Digest } from '../../oci/types.ts'
import type { RegistryClient } from '../client.ts'
import { readConfig } from './read-config.ts'

/**
 * Reads all documents of an image that was just pushed, but no layer.
 *
 * @throws ActionError `registry-unavailable` if it is missing, and those of the registry
 */
export async function readImage(
  client: RegistryClient,
  repository: Repository,
  { digest, signal }: { readonly digest: Digest; readonly signal: AbortSignal },
): Promise<ImageTree> {
  const documentOf = async (name: Digest): Promise<Document> => {
    const found = await client.getManifest(repository, name, { signal, justPushed: true })
    if (found) return found
    throw new ActionError(
      'registry-unavailable',
      `Cannot read back ${name} of ${formatRepository(repository)}: the registry does not have it, although the builder pushed it`,
      {
        hint: 'The registry lost content that was pushed a moment ago. Check its storage and its clean-up jobs, and run the job again.',
      },
    )
  }
  const root = await documentOf(digest)
  return walkImage(root.descriptor, async (descriptor) => {
    if (descriptor.digest === digest) return root.bytes
    const { mediaType } = descriptor
    if (isIndexType(mediaType) || isManifestType(mediaType)) return (await documentOf(descriptor.digest)).bytes
    return await readConfig(client, repository, { config: descriptor, signal })
  })
}

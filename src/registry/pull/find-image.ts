import { ActionError } from '../../errors/action-error.ts'
import { chooseImage } from '../../oci/choose-image.ts'
import { isIndexType } from '../../oci/media-type.ts'
import { parseIndex } from '../../oci/parse.ts'
import { formatReference, parseReference, type Reference, type Repository } from '../../oci/reference.ts'
import type { BlobReader } from '../../oci/store.ts'
import type { Descriptor, Digest, Manifest, Platform } from '../../oci/types.ts'
import type { FetchedManifest, RegistryClient } from '../client.ts'
import { registryReader } from '../registry-store.ts'
import { readConfig } from './read-config.ts'

/** The image of one platform in a registry. */
export type FoundImage = {
  readonly repository: Repository
  readonly descriptor: Descriptor
  readonly manifest: Manifest
  /** Returns the bytes of its configuration, fetched on first use. */
  readonly config: () => Promise<Buffer>
  readonly blobs: BlobReader
}

/** Finds the image of a reference for a platform. Results are cached, so repeated calls cost nothing. */
export type FindImage = (text: string, platform: Platform) => Promise<FoundImage>

/**
 * Creates a FindImage.
 *
 * @throws by its result, ActionError `input-invalid` for an invalid reference, `image-not-found` if the image does not
 * exist, `platform-unsupported` if it has no variant for the platform, and those of the registry
 */
export function createFindImage(
  registry: Pick<RegistryClient, 'getManifest' | 'getBlob'>,
  signal?: AbortSignal,
): FindImage {
  const call = { signal }
  const remember = memory()

  const fetch = ({ registry: host, repository }: Repository, name: string) =>
    remember(`${host}/${repository}@${name}`, () => registry.getManifest({ registry: host, repository }, name, call))

  const configOf = (repository: Repository, config: Descriptor) =>
    remember(`${repository.registry}/${repository.repository} ${config.digest}`, () =>
      readConfig(registry, repository, { config, ...call }),
    )

  const need = async (reference: Reference, name: string): Promise<FetchedManifest> => {
    const found = await fetch(reference, name)
    if (found) return found
    throw new ActionError(
      'image-not-found',
      `Cannot find the base image ${formatReference(reference)}: it does not exist in the registry`,
      {
        hint: 'Check the name and the tag in the Dockerfile. If the image is private, log in: registries give the same answer without credentials.',
      },
    )
  }

  /**
   * Returns the digest of the index that contains a single-platform manifest, if the tag next to the digest (or
   * `latest`) still points to that index.
   */
  const indexOf = async (reference: Reference, digest: Digest): Promise<Digest | undefined> => {
    const found = await fetch(reference, reference.tag ?? 'latest').catch(() => undefined)
    if (found === undefined || !isIndexType(found.descriptor.mediaType)) return undefined
    const { manifests } = parseIndex(found.bytes, `Cannot read the index of ${formatReference(reference)}`)
    return manifests.some((manifest) => manifest.digest === digest) ? found.descriptor.digest : undefined
  }

  return async (text, platform) => {
    const reference = parseReference(text)
    const { registry: host, repository: path } = reference
    const repository = { registry: host, repository: path }
    const root = await need(reference, reference.digest ?? reference.tag ?? 'latest')
    const wanted = { text, platform, indexOf: (digest: Digest) => indexOf(reference, digest) }
    const { digest, manifest } = await chooseImage(root, wanted, {
      document: async (descriptor) => (await need(reference, descriptor.digest)).bytes,
      config: (descriptor) => configOf(repository, descriptor),
    })
    const { descriptor } = digest === root.descriptor.digest ? root : await need(reference, digest)
    const config = () => configOf(repository, manifest.config)
    return { repository, descriptor, manifest, config, blobs: registryReader(registry, repository) }
  }
}

/** Creates a cache of requests by key that also keeps failures. */
function memory(): <T>(key: string, ask: () => Promise<T>) => Promise<T> {
  const answers = new Map<string, Promise<unknown>>()
  return <T>(key: string, ask: () => Promise<T>) => {
    const answer = (answers.get(key) as Promise<T> | undefined) ?? ask()
    answers.set(key, answer)
    return answer
  }
}

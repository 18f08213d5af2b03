import { buffer } from 'node:stream/consumers'
import { ActionError } from '../errors.ts'
import { isIndexType } from '../oci/media-type.ts'
import { parseConfig, parseIndex, parseManifest } from '../oci/parse.ts'
import { fallbacks, formatPlatform, normalisePlatform, suits } from '../oci/platform.ts'
import { formatReference, parseReference, type Reference, type Repository } from '../oci/reference.ts'
import type { Descriptor, Manifest, Platform } from '../oci/types.ts'
import type { FetchedManifest, RegistryClient } from './client.ts'

/** The image of one platform, as its registry has it. */
export type FoundImage = {
  readonly repository: Repository
  readonly descriptor: Descriptor
  readonly manifest: Manifest
  /** The bytes of its configuration, fetched when first asked for. */
  readonly config: () => Promise<Buffer>
}

/** Finds the image of a reference for a platform. Asks for each document once, so it may be called as often as needed. */
export type FindImage = (text: string, platform: Platform) => Promise<FoundImage>

/**
 * @throws by its result, ActionError `input-invalid` for what is no reference, `image-not-found` for one that is not there,
 * `platform-unsupported` for one that has no image for the platform, and those of the registry
 */
export function createFindImage(
  registry: Pick<RegistryClient, 'getManifest' | 'getBlob'>,
  signal?: AbortSignal,
): FindImage {
  const call = { signal }
  const remember = memory()

  const fetch = ({ registry: host, repository }: Repository, name: string) =>
    remember(`${host}/${repository}@${name}`, () => registry.getManifest({ registry: host, repository }, name, call))

  const configOf = (repository: Repository, { config }: Manifest) =>
    remember(`${repository.registry}/${repository.repository} ${config.digest}`, async () =>
      buffer(await registry.getBlob(repository, config, call)),
    )

  const need = async (reference: Reference, name: string): Promise<FetchedManifest> => {
    const found = await fetch(reference, name)
    if (found) return found
    throw new ActionError(
      'image-not-found',
      `Cannot find the base image ${formatReference(reference)}: the registry does not have it`,
      {
        hint: 'Check name and tag in the Dockerfile; a private image also looks like this to those who are not logged in.',
      },
    )
  }

  /** The digest of the index that holds a lone manifest, when the tag beside it (or `latest`) still leads there. */
  const indexOf = async (reference: Reference, digest: string): Promise<string | undefined> => {
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
    const isIndex = isIndexType(root.descriptor.mediaType)
    const chosen = isIndex ? choose(text, root.bytes, platform) : undefined
    const { bytes, descriptor } = chosen ? await need(reference, chosen.digest) : root
    const manifest = parseManifest(bytes, `Cannot read the manifest of ${text}`)
    const config = () => configOf(repository, manifest)
    if (!isIndex) {
      // BuildKit takes a manifest that stands alone for every platform, and labels the result wrongly.
      const own = parseConfig(await config(), `Cannot read the configuration of ${text}`)
      if (!suits(platform, own)) {
        const index = await indexOf(reference, descriptor.digest)
        throw lonely(text, platform, { own: formatPlatform(own), index })
      }
    }
    return { repository, descriptor, manifest, config }
  }
}

/** Keeps what was asked for once: the same question gets the same answer, a failure too. */
function memory(): <T>(key: string, ask: () => Promise<T>) => Promise<T> {
  const answers = new Map<string, Promise<unknown>>()
  return <T>(key: string, ask: () => Promise<T>) => {
    const answer = (answers.get(key) as Promise<T> | undefined) ?? ask()
    answers.set(key, answer)
    return answer
  }
}

/** As containerd chooses: the platform itself, else the nearest that its machines run too. */
function choose(text: string, index: Uint8Array, platform: Platform): Descriptor {
  const { manifests } = parseIndex(index, `Cannot read the index of ${text}`)
  const offered = manifests.flatMap((manifest) =>
    manifest.platform && manifest.platform.os !== 'unknown'
      ? [{ manifest, name: formatPlatform(normalisePlatform(manifest.platform)) }]
      : [],
  )
  for (const name of acceptable(platform)) {
    const found = offered.find((one) => one.name === name)
    if (found) return found.manifest
  }
  const names = [...new Set(offered.map(({ name }) => name))].join(', ')
  const wanted = formatPlatform(platform)
  throw new ActionError(
    'platform-unsupported',
    `Cannot build for ${wanted}: the base image ${text} has no such platform`,
    { hint: `It has ${names}. Build for these, or take another base image.`, platform: wanted },
  )
}

function lonely(
  text: string,
  platform: Platform,
  { own, index }: { readonly own: string; readonly index: string | undefined },
): ActionError {
  const wanted = formatPlatform(platform)
  return new ActionError(
    'platform-unsupported',
    `Cannot build for ${wanted}: ${text} is the image of one platform, ${own}`,
    {
      hint:
        index === undefined
          ? 'Name the digest of its index instead: the one that `docker buildx imagetools inspect` prints first.'
          : `The digest of the index that holds it is ${index}: name that instead.`,
      platform: wanted,
    },
  )
}

function acceptable(platform: Platform): readonly string[] {
  return [platform, ...fallbacks(platform)].map(formatPlatform)
}

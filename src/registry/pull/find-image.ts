import { limits } from '../../bounds/limits.ts'
import { ActionError } from '../../errors/action-error.ts'
import { isAttestation } from '../../oci/image-tree.ts'
import { isConfigType, isIndexType, isManifestType } from '../../oci/media-type.ts'
import { parseConfig, parseIndex, parseManifest } from '../../oci/parse.ts'
import { fallbacks, formatPlatform, platformEquals, suits } from '../../oci/platform.ts'
import { formatReference, parseReference, type Reference, type Repository } from '../../oci/reference.ts'
import type { Descriptor, Digest, Manifest, Platform } from '../../oci/types.ts'
import type { FetchedManifest, RegistryClient } from '../client.ts'
import { readConfig } from './read-config.ts'

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
    remember(`${repository.registry}/${repository.repository} ${config.digest}`, () =>
      readConfig(registry, repository, { config, ...call }),
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

  type Wanted = { readonly text: string; readonly reference: Reference; readonly platform: Platform }

  /**
   * As containerd chooses: the platform itself, else the nearest that its machines run too. An index may hold further indexes, and
   * entries that do not say their platform: those are read only when no other entry fits.
   */
  const choose = async (wanted: Wanted, root: FetchedManifest): Promise<FetchedManifest> => {
    const { text, reference, platform } = wanted
    const offered = [...(await entriesOf(wanted, root.bytes, 0))]
    const found = best(platform, offered)
    if (found !== undefined) return await need(reference, found.digest)
    throw lacking(text, platform, offered)
  }

  /** The images of an index with their platforms, also of the indexes inside. */
  const entriesOf = async (wanted: Wanted, bytes: Uint8Array, depth: number): Promise<readonly Offered[]> => {
    const { text, reference, platform } = wanted
    const { manifests } = parseIndex(bytes, `Cannot read the index of ${text}`)
    const images = manifests.filter((manifest) => !isAttestation(manifest))
    const plain = images.flatMap((manifest) =>
      manifest.platform !== undefined && !isIndexType(manifest.mediaType)
        ? [{ digest: manifest.digest, platform: manifest.platform }]
        : [],
    )
    if (best(platform, plain) !== undefined) return plain
    const further: Offered[] = []
    const fits = (inner: Descriptor) => inner.platform === undefined || suits(platform, inner.platform)
    for (const inner of images.filter((one) => isIndexType(one.mediaType) && fits(one))) {
      if (depth === limits.indexDepth) throw tooDeep(text)
      further.push(...(await entriesOf(wanted, (await need(reference, inner.digest)).bytes, depth + 1)))
      if (best(platform, further) !== undefined) return further
    }
    const silent = images.filter((one) => one.platform === undefined && isManifestType(one.mediaType))
    for (const { digest } of silent.slice(0, mostSilent)) {
      const own = await platformOf(wanted, digest)
      if (own !== undefined) further.push({ digest, platform: own })
    }
    return [...plain, ...further]
  }

  /** The platform that the configuration of a manifest says; undefined for an artifact, which has none. */
  const platformOf = async ({ text, reference }: Wanted, digest: string): Promise<Platform | undefined> => {
    const { registry: host, repository } = reference
    const { bytes } = await need(reference, digest)
    const manifest = parseManifest(bytes, `Cannot read the manifest of ${text}`)
    if (!isConfigType(manifest.config.mediaType)) return undefined
    const config = await configOf({ registry: host, repository }, manifest)
    return parseConfig(config, `Cannot read the configuration of ${text}`)
  }

  return async (text, platform) => {
    const reference = parseReference(text)
    const { registry: host, repository: path } = reference
    const repository = { registry: host, repository: path }
    const root = await need(reference, reference.digest ?? reference.tag ?? 'latest')
    const isIndex = isIndexType(root.descriptor.mediaType)
    const { bytes, descriptor } = isIndex ? await choose({ text, reference, platform }, root) : root
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

type Offered = { readonly digest: Digest; readonly platform: Platform }

/** Entries of one index that do not say their platform, and whose configuration is read to learn it. */
const mostSilent = 64

function best(wanted: Platform, offered: readonly Offered[]): Offered | undefined {
  for (const candidate of [wanted, ...fallbacks(wanted)]) {
    const same = offered.filter(({ platform }) => formatPlatform(platform) === formatPlatform(candidate))
    const found = same.find(({ platform }) => platformEquals(platform, candidate)) ?? same.find(isBuildOf(candidate))
    if (found) return found
  }
  return undefined
}

/** Windows runs images of its own build, whatever their last number: `10.0.20348.1` and `10.0.20348.2340` go together. */
function isBuildOf(wanted: Platform): (offered: Offered) => boolean {
  const buildOf = (platform: Platform) => (platform['os.version'] ?? '').split('.').slice(0, 3).join('.')
  return ({ platform }) => buildOf(platform) === buildOf(wanted)
}

function lacking(text: string, platform: Platform, offered: readonly Offered[]): ActionError {
  const wanted = describe(platform)
  const names = [...new Set(offered.map((one) => describe(one.platform)))]
  const hint =
    names.length === 0
      ? 'Its index names no platform at all. Use another base image.'
      : `It has ${names.slice(0, 32).join(', ')}${names.length > 32 ? ', …' : ''}. Build for ${names.length === 1 ? 'this platform' : 'these platforms'}, or use another base image.`
  return new ActionError(
    'platform-unsupported',
    `Cannot build for ${wanted}: the base image ${text} has no such platform`,
    { hint, platform: wanted },
  )
}

/** `linux/arm64`, `windows(10.0.20348)/amd64`. */
function describe(platform: Platform): string {
  const version = platform['os.version']
  return version === undefined ? formatPlatform(platform) : formatPlatform(platform).replace('/', `(${version})/`)
}

function tooDeep(text: string): ActionError {
  return new ActionError(
    'content-mismatch',
    `Cannot read the index of ${text}: it has more than ${limits.indexDepth} indexes inside each other`,
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

import { limits } from '../bounds/limits.ts'
import { ActionError } from '../errors/action-error.ts'
import { type Document, isAttestation } from './image-tree.ts'
import { isConfigType, isIndexType, isManifestType } from './media-type.ts'
import { parseConfig, parseIndex, parseManifest } from './parse.ts'
import { fallbacks, formatPlatform, platformEquals, suits } from './platform.ts'
import type { Descriptor, Digest, Manifest, Platform } from './types.ts'

export type WantedImage = {
  /** The name of the image in messages. */
  readonly text: string
  readonly platform: Platform
  /**
   * Returns the digest of an index that contains the manifest, if known, for a hint to users who specified the
   * manifest.
   */
  readonly indexOf?: (manifest: Digest) => Promise<Digest | undefined>
}

/** Reads the documents for choosing an image. */
export type ImageReader = {
  /** Returns the bytes of an index or a manifest. */
  readonly document: (descriptor: Descriptor) => Promise<Uint8Array>
  /** Returns the bytes of a configuration. */
  readonly config: (descriptor: Descriptor) => Promise<Uint8Array>
}

/** Maximum number of entries of one index without a platform whose configuration is read to determine it. */
const mostWithoutPlatform = 64

/**
 * Chooses the image for a platform from an index or a single manifest, like containerd: the platform itself, else the
 * closest compatible one. An index may contain nested indexes, and entries without a platform, which are read only if
 * no other entry matches.
 *
 * @throws ActionError `platform-unsupported` if no image matches, `content-mismatch`, and errors of `read`
 */
export async function chooseImage(
  root: Document,
  wanted: WantedImage,
  read: ImageReader,
): Promise<{ readonly digest: Digest; readonly manifest: Manifest }> {
  const { text, platform } = wanted
  if (isIndexType(root.descriptor.mediaType)) {
    const offered = await entriesOf(root.bytes, 0)
    const found = best(platform, offered)
    if (found === undefined) throw lacking(text, platform, offered)
    const { descriptor } = found
    const manifest = parseManifest(await read.document(descriptor), `Cannot read the manifest of ${text}`)
    return { digest: descriptor.digest, manifest }
  }
  const { digest } = root.descriptor
  const manifest = parseManifest(root.bytes, `Cannot read the manifest of ${text}`)
  // BuildKit accepts a single manifest for every platform, and labels the result incorrectly.
  const own = parseConfig(await read.config(manifest.config), `Cannot read the configuration of ${text}`)
  if (suits(platform, own)) return { digest, manifest }
  const index = await wanted.indexOf?.(digest)
  throw lonely(text, platform, { own: formatPlatform(own), index })

  /** Returns the images of an index with their platforms, including those of nested indexes. */
  async function entriesOf(bytes: Uint8Array, depth: number): Promise<readonly Offered[]> {
    const { manifests } = parseIndex(bytes, `Cannot read the index of ${text}`)
    const images = manifests.filter((entry) => !isAttestation(entry))
    const plain = images.flatMap((entry) =>
      entry.platform !== undefined && !isIndexType(entry.mediaType)
        ? [{ descriptor: entry, platform: entry.platform }]
        : [],
    )
    if (best(platform, plain) !== undefined) return plain
    const further: Offered[] = []
    const fits = (inner: Descriptor) => inner.platform === undefined || suits(platform, inner.platform)
    for (const inner of images.filter((one) => isIndexType(one.mediaType) && fits(one))) {
      if (depth === limits.indexDepth) throw tooDeep(text)
      further.push(...(await entriesOf(await read.document(inner), depth + 1)))
      if (best(platform, further) !== undefined) return further
    }
    const silent = images.filter((one) => one.platform === undefined && isManifestType(one.mediaType))
    for (const descriptor of silent.slice(0, mostWithoutPlatform)) {
      const said = await platformOf(descriptor)
      if (said !== undefined) further.push({ descriptor, platform: said })
    }
    return [...plain, ...further]
  }

  /** Returns the platform in the configuration of a manifest; undefined for an artifact, which has none. */
  async function platformOf(descriptor: Descriptor): Promise<Platform | undefined> {
    const { config } = parseManifest(await read.document(descriptor), `Cannot read the manifest of ${text}`)
    if (!isConfigType(config.mediaType)) return undefined
    return parseConfig(await read.config(config), `Cannot read the configuration of ${text}`)
  }
}

type Offered = { readonly descriptor: Descriptor; readonly platform: Platform }

function best(wanted: Platform, offered: readonly Offered[]): Offered | undefined {
  for (const candidate of [wanted, ...fallbacks(wanted)]) {
    const same = offered.filter(({ platform }) => formatPlatform(platform) === formatPlatform(candidate))
    const found = same.find(({ platform }) => platformEquals(platform, candidate)) ?? same.find(isBuildOf(candidate))
    if (found) return found
  }
  return undefined
}

/**
 * Whether a Windows image has the same build, regardless of the revision: `10.0.20348.1` and `10.0.20348.2340` are
 * compatible.
 */
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
      : `It has ${names.slice(0, 32).join(', ')}${names.length > 32 ? ', …' : ''}. Use another base image, or remove ${wanted} from \`platforms\`.`
  return new ActionError(
    'platform-unsupported',
    `Cannot build for ${wanted}: the base image ${text} does not have this platform`,
    { hint, platform: wanted },
  )
}

/** Formats a platform such as `linux/arm64` or `windows(10.0.20348)/amd64`. */
function describe(platform: Platform): string {
  const version = platform['os.version']
  return version === undefined ? formatPlatform(platform) : formatPlatform(platform).replace('/', `(${version})/`)
}

function tooDeep(text: string): ActionError {
  return new ActionError(
    'content-mismatch',
    `Cannot read the index of ${text}: it has more than ${limits.indexDepth} nested indexes`,
  )
}

function lonely(
  text: string,
  platform: Platform,
  { own, index }: { readonly own: string; readonly index: Digest | undefined },
): ActionError {
  const wanted = formatPlatform(platform)
  return new ActionError(
    'platform-unsupported',
    `Cannot build for ${wanted}: ${text} is the image of one platform, ${own}`,
    {
      hint:
        index === undefined
          ? 'Use the digest of its index, which `docker buildx imagetools inspect` prints first.'
          : `Use the digest of the index that contains it: ${index}.`,
      platform: wanted,
    },
  )
}

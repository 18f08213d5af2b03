import { limits } from '../bounds/limits.ts'
import { ActionError } from '../errors/action-error.ts'
import { type Document, isAttestation } from './image-tree.ts'
import { isConfigType, isIndexType, isManifestType } from './media-type.ts'
import { parseConfig, parseIndex, parseManifest } from './parse.ts'
import { fallbacks, formatPlatform, platformEquals, suits } from './platform.ts'
import type { Descriptor, Digest, Manifest, Platform } from './types.ts'

export type WantedImage = {
  /** What the image is called, for messages. */
  readonly text: string
  readonly platform: Platform
  /** The digest of an index that holds a manifest, where one is known: to be named to who has named the manifest. */
  readonly indexOf?: (manifest: Digest) => Promise<Digest | undefined>
}

/** Reads what an image is chosen by. */
export type ImageReader = {
  /** The bytes of an index or a manifest. */
  readonly document: (descriptor: Descriptor) => Promise<Uint8Array>
  /** The bytes of a configuration. */
  readonly config: (descriptor: Descriptor) => Promise<Uint8Array>
}

/** Entries of one index that do not say their platform, and whose configuration is read to learn it. */
const mostSilent = 64

/**
 * The image for a platform of an index, or of a manifest that stands alone. As containerd chooses: the platform itself, else the nearest
 * that its machines run too. An index may hold further indexes, and entries that do not say their platform: those are read only when no
 * other entry fits.
 *
 * @throws ActionError `platform-unsupported` when no image fits, `content-mismatch`, and what `read` throws
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
  // BuildKit takes a manifest that stands alone for every platform, and labels the result wrongly.
  const own = parseConfig(await read.config(manifest.config), `Cannot read the configuration of ${text}`)
  if (suits(platform, own)) return { digest, manifest }
  const index = await wanted.indexOf?.(digest)
  throw lonely(text, platform, { own: formatPlatform(own), index })

  /** The images of an index with their platforms, also of the indexes inside. */
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
    for (const descriptor of silent.slice(0, mostSilent)) {
      const said = await platformOf(descriptor)
      if (said !== undefined) further.push({ descriptor, platform: said })
    }
    return [...plain, ...further]
  }

  /** The platform that the configuration of a manifest says; undefined for an artifact, which has none. */
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
      : `It has ${names.slice(0, 32).join(', ')}${names.length > 32 ? ', …' : ''}. Use another base image, or remove ${wanted} from \`platforms\`.`
  return new ActionError(
    'platform-unsupported',
    `Cannot build for ${wanted}: the base image ${text} does not have this platform`,
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
  { own, index }: { readonly own: string; readonly index: Digest | undefined },
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

import { limits } from '../../bounds/limits.ts'
import { ActionError, messageOf } from '../../errors/action-error.ts'
import type { Host } from '../../host/host.ts'
import { mediaType } from '../../oci/media-type.ts'
import { parseConfig } from '../../oci/parse.ts'
import { formatPlatform } from '../../oci/platform.ts'
import { formatReference, formatRepository, type Repository } from '../../oci/reference.ts'
import { repositoriesOf } from '../../oci/repositories.ts'
import type { BlobReader } from '../../oci/store.ts'
import type { Descriptor, Digest } from '../../oci/types.ts'
import type { Plan } from '../../plan/plan.ts'
import { createFindImage, type FindImage, type FoundImage } from '../../registry/pull/find-image.ts'
import type { Run } from '../../run-context.ts'

/** A layer of an image that a registry has. */
export type PreviousLayer = {
  readonly descriptor: Descriptor
  /** The platforms, `os/arch[/variant]`, for which the current images of all planned repositories have the layer. */
  readonly publishedFor: readonly string[]
  readonly from: BlobReader
}

/** The layers of the previous images, those of the first planned repository first, by the digest of their uncompressed content, which their configurations claim. */
export type PreviousLayers = ReadonlyMap<Digest, readonly PreviousLayer[]>

/** Returns the layers of the previous images. They are requested at the first call. */
export type FindPreviousLayers = () => Promise<PreviousLayers>

/**
 * Creates a function that finds the layers of the image that the plan's moving tags refer to now, and of the images in
 * `cache-from`. It takes at most `limits.previousTime` and never throws, because it is only an optimization.
 *
 * @returns undefined if layers are not taken from a registry: if nothing is pushed, if the content is needed on this
 * machine, with `no-cache` and with `verify: full`
 */
export function createFindPreviousLayers({
  plan,
  access,
  host,
}: Pick<Run, 'plan' | 'access' | 'host'>): FindPreviousLayers | undefined {
  if (!mayTakeLayers(plan)) return undefined
  const { registry } = access
  let found: Promise<PreviousLayers> | undefined
  const find = async (): Promise<PreviousLayers> => {
    const signal = AbortSignal.any([host.signal, AbortSignal.timeout(limits.previousTime)])
    const findImage = createFindImage({ ...registry, getManifest: registry.getManifestOnce }, signal)
    const repositories = repositoriesOf(plan.references)
    const asked = repositories.slice(0, limits.previousImages)
    const look = (reference: string): Promise<readonly FoundImage[]> => imagesOf(reference, { plan, findImage, host })
    const [published, others] = await Promise.all([
      Promise.all(asked.map((repository) => firstFound(tagsOf(plan, repository), look))),
      Promise.all(cachesOf(plan).map(look)),
    ])
    const [own = [], ...rest] = await Promise.all(published.map((images) => layersOf(images, host)))
    const isComplete = asked.length === repositories.length
    const inAll = ({ descriptor: { digest }, platform }: PlatformLayer): boolean =>
      isComplete &&
      rest.every((layers) => layers.some((one) => one.descriptor.digest === digest && one.platform === platform))
    return joined(own, await layersOf(others.flat(), host), inAll)
  }
  return () => {
    found ??= find().catch((error: unknown) => {
      host.log.debug(`No layers of a previous image are used: ${messageOf(error)}`)
      return new Map()
    })
    return found
  }
}

function mayTakeLayers({ push, load, outputs, smokeTest, verify, build }: Plan): boolean {
  const isLocal = load || outputs.length > 0 || smokeTest !== undefined || verify === 'full'
  return push && !isLocal && !build.noCache
}

/** Returns the tags of a repository, the one that moves most first: a new version does not exist yet. */
function tagsOf({ references }: Plan, repository: Repository): readonly string[] {
  const own = references.filter((one) => formatRepository(one) === formatRepository(repository))
  return own.toReversed().slice(0, limits.previousImages).map(formatReference)
}

function cachesOf({ build: { cacheFrom } }: Plan): readonly string[] {
  return cacheFrom.flatMap(({ attributes }) => attributes['ref'] ?? []).slice(0, limits.previousImages)
}

async function firstFound(
  references: readonly string[],
  find: (reference: string) => Promise<readonly FoundImage[]>,
): Promise<readonly FoundImage[]> {
  for (const reference of references) {
    const found = await find(reference)
    if (found.length > 0) return found
  }
  return []
}

/** Returns the images of a reference for the platforms of the plan that it has. */
async function imagesOf(
  reference: string,
  { plan, findImage, host }: { readonly plan: Plan; readonly findImage: FindImage; readonly host: Pick<Host, 'log'> },
): Promise<readonly FoundImage[]> {
  const found = await Promise.allSettled(plan.build.platforms.map((platform) => findImage(reference, platform)))
  return found.flatMap((one) => {
    if (one.status === 'fulfilled') return one.value
    host.log.debug(`No layers of ${reference} are used: ${messageOf(one.reason)}`)
    return []
  })
}

/** A layer of an image for one platform, with the digest of its uncompressed content. */
type PlatformLayer = Pick<PreviousLayer, 'descriptor' | 'from'> & { readonly diffId: Digest; readonly platform: string }

/** Returns the layers of images. An image is ignored if its configuration cannot be read or lists another number of layers. */
async function layersOf(images: readonly FoundImage[], { log }: Pick<Host, 'log'>): Promise<readonly PlatformLayer[]> {
  const read = async ({ manifest, config, blobs }: FoundImage): Promise<readonly PlatformLayer[]> => {
    const parsed = parseConfig(await config(), 'Cannot read the configuration of a previous image')
    const { diff_ids: diffIds } = parsed.rootfs
    if (diffIds.length !== manifest.layers.length) {
      throw new ActionError(
        'content-mismatch',
        `it has ${manifest.layers.length} layers and ${diffIds.length} diff_ids`,
      )
    }
    return manifest.layers.flatMap(({ mediaType: type, digest, size }, at) => {
      const diffId = diffIds[at]
      if (typeof diffId !== 'string' || !digest.startsWith('sha256:')) return []
      const descriptor = { mediaType: type === mediaType.dockerLayerGzip ? mediaType.ociLayerGzip : type, digest, size }
      return [{ descriptor, diffId, platform: formatPlatform(parsed), from: blobs }]
    })
  }
  const results = await Promise.allSettled(images.map(read))
  return results.flatMap((one) => {
    if (one.status === 'fulfilled') return one.value
    log.debug(`No layers of a previous image are used: ${messageOf(one.reason)}`)
    return []
  })
}

/** Joins the layers of the image in the first repository, which come first, and those of other images. */
function joined(
  own: readonly PlatformLayer[],
  others: readonly PlatformLayer[],
  inAll: (layer: PlatformLayer) => boolean,
): PreviousLayers {
  const layers = new Map<Digest, readonly PreviousLayer[]>()
  const add = (layer: PlatformLayer, publishedFor: readonly string[]): void => {
    const { diffId, descriptor, from } = layer
    const known = layers.get(diffId) ?? []
    const same = known.find((other) => other.descriptor.digest === descriptor.digest)
    const platforms = [...new Set([...(same?.publishedFor ?? []), ...publishedFor])]
    const merged = { ...(same ?? { descriptor, from }), publishedFor: platforms }
    layers.set(diffId, [...known.filter((other) => other !== same), merged])
  }
  for (const layer of own) add(layer, inAll(layer) ? [layer.platform] : [])
  for (const layer of others) add(layer, [])
  return layers
}

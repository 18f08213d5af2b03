import { limits } from '../../bounds/limits.ts'
import { messageOf } from '../../errors/action-error.ts'
import type { Host } from '../../host/host.ts'
import { mediaType } from '../../oci/media-type.ts'
import { parseConfig } from '../../oci/parse.ts'
import { formatPlatform } from '../../oci/platform.ts'
import { formatReference, formatRepository } from '../../oci/reference.ts'
import type { BlobReader } from '../../oci/store.ts'
import type { Descriptor, Digest } from '../../oci/types.ts'
import type { Plan } from '../../plan/plan.ts'
import { createFindImage, type FindImage, type FoundImage } from '../../registry/pull/find-image.ts'
import type { Run } from '../../run-context.ts'

/** A layer of an image that a registry has, and the platforms, `os/arch[/variant]`, that it is for. */
export type PreviousLayer = {
  readonly descriptor: Descriptor
  readonly publishedFor: readonly string[]
  readonly from: BlobReader
}

/** The layers of the previous images by the digest of their uncompressed content, which their configurations claim. */
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
    const findImage = createFindImage(registry, signal)
    const named = await Promise.all([
      firstFound(tagsOf(plan), (reference) => imagesOf(reference, { plan, findImage, host })),
      ...cachesOf(plan).map((reference) => imagesOf(reference, { plan, findImage, host })),
    ])
    return await layersOf(named.flat(), host)
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

/** Returns the tags of the first repository, the one that moves most first: a new version does not exist yet. */
function tagsOf({ references }: Plan): readonly string[] {
  const [first] = references
  if (first === undefined) return []
  const own = references.filter((one) => formatRepository(one) === formatRepository(first))
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

async function layersOf(images: readonly FoundImage[], { log }: Pick<Host, 'log'>): Promise<PreviousLayers> {
  const layers = new Map<Digest, readonly PreviousLayer[]>()
  const add = (diffId: Digest, { descriptor, publishedFor, from }: PreviousLayer): void => {
    const known = layers.get(diffId) ?? []
    const same = known.find((other) => other.descriptor.digest === descriptor.digest)
    const platforms = [...new Set([...(same?.publishedFor ?? []), ...publishedFor])]
    const merged = { ...(same ?? { descriptor, from }), publishedFor: platforms }
    layers.set(diffId, [...known.filter((other) => other !== same), merged])
  }
  const read = async ({ manifest, config, blobs }: FoundImage): Promise<void> => {
    const parsed = parseConfig(await config(), 'Cannot read the configuration of a previous image')
    for (const [at, { mediaType: type, digest, size }] of manifest.layers.entries()) {
      const diffId = parsed.rootfs.diff_ids[at]
      if (typeof diffId !== 'string' || !digest.startsWith('sha256:')) continue
      const descriptor = { mediaType: type === mediaType.dockerLayerGzip ? mediaType.ociLayerGzip : type, digest, size }
      add(diffId, { descriptor, publishedFor: [formatPlatform(parsed)], from: blobs })
    }
  }
  const results = await Promise.allSettled(images.map(read))
  for (const one of results) {
    if (one.status === 'rejected') log.debug(`No layers of a previous image are used: ${messageOf(one.reason)}`)
  }
  return layers
}

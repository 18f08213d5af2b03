import type { BuiltImage } from '../engine/built.ts'
import type { ImageConfig } from '../oci/config.ts'
import type { Image } from '../oci/image-tree.ts'
import { parseConfig } from '../oci/parse.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { Descriptor, Digest } from '../oci/types.ts'
import type { Checked } from '../preflight/preflight.ts'
import type { FoundBase } from '../source/bases.ts'

/**
 * Returns the layers of an image to verify, bottom first: those that this build created, or all of them. Layers of the
 * current image for the same platform in every repository of the plan, and of base images, were not created by this
 * build. A layer of another platform, from a base (`FROM --platform=linux/amd64` for all) or from the current image (an
 * amd64 binary in a second platform), is verified nevertheless, since it contains the wrong binaries.
 */
export async function layersToRead(
  image: Image,
  configuration: ImageConfig,
  { checked, content, full }: { readonly checked: Checked; readonly content: BuiltImage; readonly full: boolean },
): Promise<readonly Descriptor[]> {
  if (full) return image.layers
  const wanted = formatPlatform(image.platform)
  const [bases, others] = partition(checked.bases, ({ platform }) => formatPlatform(platform) === wanted)
  const [ofBases, ofOthers] = [layersOf(bases), layersOf(others)]
  const isOld = ({ digest }: Descriptor): boolean => content.inherited?.get(digest)?.includes(wanted) === true
  const layers = image.layers.filter((layer) => !isOld(layer) || ofOthers.has(layer.digest))
  const own = layers.filter(({ digest }) => !ofBases.has(digest))
  // Also if the current image has these layers.
  const isOnBases = image.layers.some(({ digest }) => ofBases.has(digest))
  if (ofBases.size === 0 || isOnBases) return own
  // Docker recompresses the layers of an image that it saves, so compare their uncompressed content.
  const contents = await Promise.all(
    bases.map(async (base) => parseConfig(await base.image.config(), 'Cannot read a base image').rootfs.diff_ids),
  )
  const insideBases = new Set(contents.flat())
  return own.filter((layer) => {
    const inside = configuration.rootfs.diff_ids[image.layers.indexOf(layer)]
    return inside === undefined || !insideBases.has(inside)
  })
}

function layersOf(bases: readonly FoundBase[]): ReadonlySet<Digest> {
  return new Set(bases.flatMap(({ image }) => image.manifest.layers.map(({ digest }) => digest)))
}

function partition<T>(all: readonly T[], holds: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(holds), all.filter((one) => !holds(one))]
}

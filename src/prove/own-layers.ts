import type { Content } from '../engine/built.ts'
import type { Image } from '../oci/image-tree.ts'
import { parseConfig } from '../oci/parse.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { Descriptor, ImageConfig } from '../oci/types.ts'
import type { Checked } from '../preflight/preflight.ts'

/**
 * The layers of an image that the proof reads, bottom first: those this build made, or all of them. What every
 * repository of the plan has already, and what belongs to a base image, was not made by this build.
 */
export async function layersToRead(
  image: Image,
  configuration: ImageConfig,
  { checked, content, full }: { readonly checked: Checked; readonly content: Content; readonly full: boolean },
): Promise<readonly Descriptor[]> {
  if (full) return image.layers
  const elsewhere = content.kind === 'layout' ? content.elsewhere : undefined
  const layers = image.layers.filter(({ digest }) => !elsewhere?.has(digest))
  const wanted = formatPlatform(image.platform)
  const bases = checked.bases.filter(({ platform }) => formatPlatform(platform) === wanted)
  const ofBases = new Set(bases.flatMap((base) => base.image.manifest.layers.map(({ digest }) => digest)))
  const own = layers.filter(({ digest }) => !ofBases.has(digest))
  if (ofBases.size === 0 || own.length < layers.length) return own
  // Docker compresses the layers of an image that it saves anew: only what is inside is the same then.
  const contents = await Promise.all(
    bases.map(async (base) => parseConfig(await base.image.config(), 'Cannot read a base image').rootfs.diff_ids),
  )
  const insideBases = new Set(contents.flat())
  return own.filter((layer) => {
    const inside = configuration.rootfs.diff_ids[image.layers.indexOf(layer)]
    return inside === undefined || !insideBases.has(inside)
  })
}

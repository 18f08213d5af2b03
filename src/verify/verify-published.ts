import { parallel } from '../bounds/parallel.ts'
import { type ActionError, toActionError } from '../errors/action-error.ts'
import { cancelled } from '../errors/cancelled.ts'
import type { Image } from '../oci/image-tree.ts'
import { isForeignLayerType } from '../oci/media-type.ts'
import { formatPlatform, suits } from '../oci/platform.ts'
import type { ImageContent } from '../oci/store.ts'
import type { Descriptor, Digest } from '../oci/types.ts'
import type { LayerSource } from '../tree/layers.ts'
import { type FileFindings, findMismatches } from './check-files.ts'
import { readConfiguration } from './configuration.ts'
import { createScan, type Scan } from './scan.ts'

/** The findings in the image of one platform, or the reason why it could not be read. */
export type PublishedImage = {
  readonly image: Image
  readonly outcome:
    | (FileFindings & {
        /** Number of layers that were read: all except those that a registry does not have. */
        readonly read: number
        /** The platform that the configuration declares, if it differs. */
        readonly declares: string | undefined
      })
    | { readonly error: ActionError }
}

/** Maximum number of layers that are read concurrently, as in a push. */
const layersAtOnce = 4

/**
 * Verifies an image that was built elsewhere: whether the configuration of each platform and all binaries in all its
 * layers are for the platform. Nothing is executed. A layer that several platforms share is read once. A failure to
 * read is the outcome of its platform.
 *
 * @throws ActionError `cancelled`
 */
export async function verifyPublished(
  { tree: { images }, blobs }: ImageContent,
  { signal }: { readonly signal: AbortSignal },
): Promise<readonly PublishedImage[]> {
  const scan = createScan()
  const sourceOf = (layer: Descriptor): LayerSource => ({
    name: layer.digest,
    open: () => blobs.open(layer, { signal }),
  })
  const layers = new Map<Digest, Descriptor>(
    images.flatMap((image) => ownLayers(image).map((one) => [one.digest, one])),
  )
  // The scan caches each result, including failures, which become the outcome of every platform with the layer.
  const read = (layer: Descriptor) => scan.hitsIn(sourceOf(layer)).catch(() => undefined)
  await parallel(layersAtOnce, [...layers.values()], read, { signal })
  const results = await parallel(
    layersAtOnce,
    images,
    (image) => verifyOne(image, ownLayers(image).map(sourceOf), { blobs, scan, signal }),
    { signal },
  )
  if (signal.aborted) throw cancelled()
  return results
}

/** Returns the layers that a registry has: those of Windows base images are stored elsewhere. */
function ownLayers({ layers }: Image): readonly Descriptor[] {
  return layers.filter(({ mediaType }) => !isForeignLayerType(mediaType))
}

async function verifyOne(
  image: Image,
  layers: readonly LayerSource[],
  { blobs, scan, signal }: Pick<ImageContent, 'blobs'> & { readonly scan: Scan; readonly signal: AbortSignal },
): Promise<PublishedImage> {
  const { platform } = image
  try {
    const configuration = await readConfiguration(image, blobs, { signal })
    const files = {
      platform,
      layers,
      execution: configuration.config ?? {},
      complete: layers.length === image.layers.length,
    }
    const findings = await findMismatches(files, await scan.treeOf(layers))
    const declares = suits(platform, configuration) ? undefined : formatPlatform(configuration)
    return { image, outcome: { ...findings, read: layers.length, declares } }
  } catch (thrown) {
    return { image, outcome: { error: toActionError(thrown) } }
  }
}

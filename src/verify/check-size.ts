import type { BuiltImage } from '../engine/built.ts'
import { ActionError } from '../errors/action-error.ts'
import type { Image } from '../oci/image-tree.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { Checked } from '../preflight/preflight.ts'
import type { Run } from '../run-context.ts'
import { formatBytes } from '../text/bytes.ts'
import { readConfiguration } from './configuration.ts'
import { originsOf, originsOfBases } from './origin.ts'

/** Maximum number of layers that an error lists. */
const named = 5

/**
 * Returns an error for each platform whose configuration and compressed layers exceed `max-size`. Without a limit,
 * nothing is read. A size that cannot be determined is a warning.
 */
export async function checkSizes(
  run: Pick<Run, 'plan' | 'host'>,
  content: BuiltImage | undefined,
  checked: Checked,
): Promise<readonly ActionError[]> {
  const { plan, host } = run
  const { maxSize } = plan
  if (maxSize === undefined) return []
  if (content === undefined || content.forVerification) {
    host.log.warning(
      'max-size is not checked: an image that is only in the image store of this Docker has no compressed size',
    )
    return []
  }
  const large = content.tree.images.filter((image) => sizeOf(image) > maxSize)
  return Promise.all(large.map(async (image) => tooLarge(image, maxSize, await layersOf(run, image, content, checked))))
}

function sizeOf({ config, layers }: Image): number {
  return layers.reduce((sum, { size }) => sum + size, config.size)
}

type SizedLayer = { readonly size: number; readonly digest: string; readonly from: string }

/** Returns the layers, largest first, each with its origin. */
async function layersOf(
  { host: { signal } }: Pick<Run, 'host'>,
  image: Image,
  content: BuiltImage,
  { reading, bases }: Checked,
): Promise<readonly SizedLayer[]> {
  const platform = formatPlatform(image.platform)
  const stages = reading?.platforms.find((one) => formatPlatform(one.platform) === platform)?.stages
  const { history = [] } = await readConfiguration(image, content.blobs, { signal })
  const own = originsOf(history, image.layers.length, stages)
  const ofBases = originsOfBases(bases)
  return image.layers
    .map(({ size, digest }, index) => {
      const made = own[index]
      const file = reading?.dockerfile.file ?? 'Dockerfile'
      const from =
        made === undefined
          ? (ofBases.get(digest)?.text ?? 'an unknown instruction')
          : `${file}:${made.line}: ${made.text}`
      return { size, digest, from }
    })
    .sort((a, b) => b.size - a.size)
}

function tooLarge(image: Image, maxSize: number, layers: readonly SizedLayer[]): ActionError {
  const platform = formatPlatform(image.platform)
  const size = sizeOf(image)
  const list = layers
    .slice(0, named)
    .map(({ size: bytes, digest, from }) => `${formatBytes(bytes)} ${digest} from ${from}`)
  const more = layers.length > named ? [`and ${layers.length - named} smaller layers`] : []
  const message = `Cannot use the image for ${platform}: it has ${formatBytes(size)} compressed, ${formatBytes(size - maxSize)} more than max-size (${formatBytes(maxSize)})`
  return new ActionError('image-too-large', [`${message}. Its layers:`, ...list, ...more].join('\n'), {
    hint: 'Reduce the largest layers, or raise `max-size`. No tag was written.',
    platform,
  })
}

import { ActionError } from '../errors/action-error.ts'
import type { ImageConfig } from '../oci/config.ts'
import type { Image } from '../oci/image-tree.ts'
import { parseConfig } from '../oci/parse.ts'
import { formatPlatform, suits } from '../oci/platform.ts'
import { type BlobReader, readSmall, type StoreOptions } from '../oci/store.ts'

/**
 * Reads the configuration of an image.
 *
 * @throws ActionError `content-mismatch` if it is invalid
 */
export async function readConfiguration(
  { config }: Image,
  blobs: BlobReader,
  options: StoreOptions,
): Promise<ImageConfig> {
  return parseConfig(await readSmall(config, blobs, options), `Cannot read the configuration ${config.digest}`)
}

/** Returns an error if the platform in the configuration differs from that in the index. */
export function checkConfiguration({ platform, config }: Image, found: ImageConfig): readonly ActionError[] {
  if (suits(platform, found)) return []
  const wanted = formatPlatform(platform)
  return [
    new ActionError(
      'platform-mismatch',
      `Cannot use the image for ${wanted}: its configuration (${config.digest}) declares ${formatPlatform(found)}`,
      {
        hint: 'Check the last FROM of the Dockerfile: a base image pinned to the digest of one platform, or a fixed `--platform`, produces such an image.',
        platform: wanted,
      },
    ),
  ]
}

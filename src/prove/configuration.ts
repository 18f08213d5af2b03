import { type OpenBlob, readSmall } from '../engine/open-blobs.ts'
import { ActionError } from '../errors.ts'
import type { Image } from '../oci/image-tree.ts'
import { parseConfig } from '../oci/parse.ts'
import { formatPlatform, suits } from '../oci/platform.ts'
import type { ImageConfig } from '../oci/types.ts'

/** @throws ActionError `content-mismatch` for what is none */
export async function readConfiguration({ config }: Image, open: OpenBlob): Promise<ImageConfig> {
  return parseConfig(await readSmall(open, config), `Cannot read the configuration ${config.digest}`)
}

/** What is wrong when the configuration says another platform than the index does. */
export function checkConfiguration({ platform, config }: Image, found: ImageConfig): readonly ActionError[] {
  if (suits(platform, found)) return []
  const wanted = formatPlatform(platform)
  return [
    new ActionError(
      'platform-mismatch',
      `The image for ${wanted} says in its configuration (${config.digest}) that it is for ${formatPlatform(found)}`,
      {
        hint: 'A base image that is named by the digest of one platform makes such images, and so does FROM with a fixed --platform in the last stage.',
        platform: wanted,
      },
    ),
  ]
}

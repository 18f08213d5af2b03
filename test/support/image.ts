import { gzipSync } from 'node:zlib'
import type { Execution } from '../../src/oci/config.ts'
import { digestOf } from '../../src/oci/digest.ts'
import { type ImageTree, walkImage } from '../../src/oci/image-tree.ts'
import { mediaType } from '../../src/oci/media-type.ts'
import { parsePlatform } from '../../src/oci/platform.ts'
import type { Descriptor, Digest } from '../../src/oci/types.ts'
import { randomBytes } from './random.ts'

/** An image with random layers, and where its bytes are. */
export type RandomImage = { readonly tree: ImageTree; readonly content: ReadonlyMap<Digest, Buffer> }

/** An index of images for these platforms, each with two layers, one of them shared by all. */
export async function randomImage(
  random: () => number,
  platforms: readonly string[],
  execution: Execution = {},
): Promise<RandomImage> {
  const content = new Map<Digest, Buffer>()
  const add = (bytes: Buffer | string, type: string): Descriptor => {
    const whole = Buffer.from(bytes)
    const descriptor = { mediaType: type, digest: digestOf(whole), size: whole.length }
    content.set(descriptor.digest, whole)
    return descriptor
  }
  const shared = randomBytes(random, 5000)
  const manifests = platforms.map((text) => {
    const platform = parsePlatform(text)
    const parts = [shared, randomBytes(random, 2000)]
    const layers = parts.map((part) => add(gzipSync(part), mediaType.ociLayerGzip))
    const rootfs = { type: 'layers', diff_ids: parts.map(digestOf) }
    const config = add(JSON.stringify({ ...platform, config: execution, rootfs }), mediaType.ociConfig)
    const manifest = { schemaVersion: 2, mediaType: mediaType.ociManifest, config, layers }
    return { ...add(JSON.stringify(manifest), mediaType.ociManifest), platform }
  })
  const root = add(JSON.stringify({ schemaVersion: 2, mediaType: mediaType.ociIndex, manifests }), mediaType.ociIndex)
  return { tree: await walkImage(root, async ({ digest }) => content.get(digest) ?? Buffer.alloc(0)), content }
}

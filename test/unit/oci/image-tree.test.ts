import { describe, expect, it } from 'vitest'
import { digestOf } from '../../../src/oci/digest.ts'
import { walkImage } from '../../../src/oci/image-tree.ts'
import { mediaType } from '../../../src/oci/media-type.ts'
import { formatPlatform } from '../../../src/oci/platform.ts'
import type { Descriptor } from '../../../src/oci/types.ts'
import { randomImage } from '../../support/image.ts'
import { createRandom } from '../../support/random.ts'

/** Documents by digest, and a reader of them. */
function world() {
  const content = new Map<string, Buffer>()
  const add = (document: unknown, type: string): Descriptor => {
    const bytes = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document))
    content.set(digestOf(bytes), bytes)
    return { mediaType: type, digest: digestOf(bytes), size: bytes.length }
  }
  return { add, read: async ({ digest }: Descriptor) => content.get(digest) ?? Buffer.alloc(0) }
}

const layer = (text: string, type: string = mediaType.ociLayerGzip): Descriptor => ({
  mediaType: type,
  digest: digestOf(text),
  size: text.length,
})

describe('walkImage()', () => {
  it('lists each blob once, children before parents, and an image for each platform', async () => {
    const { tree } = await randomImage(createRandom(1), ['amd64', 'arm64', 'arm/v7'])
    expect(new Set(tree.blobs.map(({ digest }) => digest)).size).toBe(tree.blobs.length)
    expect(tree.blobs).toHaveLength(3 + 3 + 1)
    expect(tree.documents.map(({ descriptor }) => descriptor.mediaType)).toEqual([
      ...Array(3).fill(mediaType.ociManifest),
      mediaType.ociIndex,
    ])
    expect(tree.images.map(({ platform }) => formatPlatform(platform))).toEqual([
      'linux/amd64',
      'linux/arm64',
      'linux/arm/v7',
    ])
    const [image] = tree.images
    const parts = [image?.manifest, image?.config, ...(image?.layers ?? [])]
    expect(image?.size).toBe(parts.reduce((sum, part) => sum + (part?.size ?? 0), 0))
  })

  it('reads the platform of a manifest without an index from its config', async () => {
    const { add, read } = world()
    const config = add({ os: 'linux', architecture: 'arm64', variant: 'v8', rootfs: {} }, mediaType.ociConfig)
    const root = add({ schemaVersion: 2, config, layers: [] }, mediaType.ociManifest)
    const { images } = await walkImage(root, read)
    expect(images.map(({ platform }) => platform)).toEqual([{ os: 'linux', architecture: 'arm64' }])
  })

  it('treats attestations and artifacts as content, not as images', async () => {
    const { add, read } = world()
    const attestation = add(
      { schemaVersion: 2, config: add('{}', mediaType.ociConfig), layers: [layer('in-toto')] },
      mediaType.ociManifest,
    )
    const artifact = add(
      { schemaVersion: 2, config: add('{ }', mediaType.ociEmpty), layers: [layer('chart')] },
      mediaType.ociManifest,
    )
    const manifests = [{ ...attestation, platform: { os: 'unknown', architecture: 'unknown' } }, artifact]
    const tree = await walkImage(add({ schemaVersion: 2, manifests }, mediaType.ociIndex), read)
    expect(tree.images).toEqual([])
    expect(tree.blobs).toHaveLength(4)
    expect(tree.documents).toHaveLength(3)
  })

  it('keeps an image under each platform of its entries', async () => {
    const { add, read } = world()
    const config = add({ os: 'linux', architecture: 'arm', rootfs: {} }, mediaType.ociConfig)
    const manifest = add({ schemaVersion: 2, config, layers: [] }, mediaType.ociManifest)
    const manifests = ['v6', 'v7'].map((variant) => ({
      ...manifest,
      platform: { os: 'linux', architecture: 'arm', variant },
    }))
    const tree = await walkImage(add({ schemaVersion: 2, manifests }, mediaType.dockerIndex), read)
    expect(tree.images.map(({ platform }) => platform.variant)).toEqual(['v6', 'v7'])
    expect(tree.documents).toHaveLength(2)
  })

  it('accepts an image with configuration only, for which BuildKit writes null layers', async () => {
    const { add, read } = world()
    const config = add(
      { os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [] } },
      mediaType.ociConfig,
    )
    const root = add({ schemaVersion: 2, config, layers: null }, mediaType.ociManifest)
    const tree = await walkImage(root, read)
    expect(tree.images).toMatchObject([{ layers: [], platform: { os: 'linux', architecture: 'amd64' } }])
  })

  it('omits layers that must not be pushed', async () => {
    const { add, read } = world()
    const config = add({ os: 'windows', architecture: 'amd64', rootfs: {} }, mediaType.dockerConfig)
    const foreign = layer('base', 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip')
    const root = add({ schemaVersion: 2, config, layers: [foreign, layer('own')] }, mediaType.dockerManifest)
    const tree = await walkImage(root, read)
    expect(tree.blobs.map(({ digest }) => digest)).toEqual([config.digest, digestOf('own')])
    expect(tree.images[0]?.layers).toHaveLength(2)
  })

  it('follows nested indexes', async () => {
    const { tree, content } = await randomImage(createRandom(2), ['amd64'])
    const { add, read } = world()
    const outer = add({ schemaVersion: 2, manifests: [tree.root] }, mediaType.ociIndex)
    const whole = await walkImage(
      outer,
      async (descriptor) => content.get(descriptor.digest) ?? (await read(descriptor)),
    )
    expect(whole.images).toHaveLength(1)
    expect(whole.documents.at(-1)?.descriptor).toEqual(outer)
  })

  it('rejects an index that claims another size of a manifest', async () => {
    const { tree, content } = await randomImage(createRandom(2), ['amd64'])
    const { add, read } = world()
    const outer = add({ schemaVersion: 2, manifests: [{ ...tree.root, size: 5 }] }, mediaType.ociIndex)
    const walked = walkImage(outer, async (descriptor) => content.get(descriptor.digest) ?? (await read(descriptor)))
    await expect(walked).rejects.toMatchObject({
      code: 'content-mismatch',
      message: `Cannot read ${tree.root.digest}: it has ${tree.root.size} bytes, the entry of its index says 5`,
    })
  })

  it('rejects indexes that list each other more often than is reasonable', async () => {
    const { add, read } = world()
    let inner = add({ schemaVersion: 2, manifests: [] }, mediaType.ociIndex)
    for (let level = 0; level < 3; level++) {
      inner = add({ schemaVersion: 2, manifests: Array.from({ length: 40 }, () => inner) }, mediaType.ociIndex)
    }
    await expect(walkImage(inner, read)).rejects.toThrow('or 4096 entries')
  })

  it.each([
    ['is no JSON', 'x', mediaType.ociManifest, 'it is not valid JSON'],
    ['lacks a config', '{"layers":[]}', mediaType.ociManifest, '"config" is not a descriptor'],
    [
      'has a layer with a path for a digest',
      '{"config":{"mediaType":"","size":1,"digest":"sha256:../../x"},"layers":[]}',
      mediaType.ociManifest,
      '"config" is not',
    ],
    ['lists nothing', '{}', mediaType.ociIndex, '"manifests" is not a list of descriptors'],
    ['is of another type', '{}', 'text/plain', 'is neither an image nor an index'],
  ])('rejects a document that %s', async (_, text, type, found) => {
    const { add, read } = world()
    await expect(walkImage(add(text, type), read)).rejects.toThrow(
      expect.objectContaining({ code: 'content-mismatch', message: expect.stringContaining(found) }),
    )
  })
})

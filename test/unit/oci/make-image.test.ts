import { describe, expect, it } from 'vitest'
import { digestOf } from '../../../src/oci/digest.ts'
import { walkImage } from '../../../src/oci/image-tree.ts'
import { type ImageParts, indexOf, makeImage, manifestOf } from '../../../src/oci/make-image.ts'
import { mediaType } from '../../../src/oci/media-type.ts'
import { parsePlatform } from '../../../src/oci/platform.ts'

const foreign = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip'
const blob = (name: string, type: string) => ({ mediaType: type, digest: digestOf(name), size: name.length })

const partsOf = (platform: string, type: string = mediaType.ociLayerGzip): ImageParts => ({
  platform: parsePlatform(platform),
  config: blob(`config of ${platform}`, mediaType.ociConfig),
  layers: [blob('shared', mediaType.ociLayerGzip), blob(platform, type)],
})

describe('makeImage()', () => {
  it.each([
    { name: 'one platform', platforms: ['amd64'], annotations: {}, documents: 1 },
    {
      name: 'one platform with annotations of its manifest',
      platforms: ['amd64'],
      annotations: { 'manifest:a': 'b', c: 'd' },
      documents: 1,
    },
    {
      name: 'one platform with annotations of the index',
      platforms: ['arm64'],
      annotations: { 'index:a': 'b', 'manifest-descriptor:c': 'd' },
      documents: 2,
    },
    {
      name: 'several platforms',
      platforms: ['amd64', 'arm64', 'arm/v7'],
      annotations: { 'manifest-descriptor[linux/arm64]:a': 'b', 'index:c': 'd' },
      documents: 4,
    },
    { name: 'a platform twice', platforms: ['amd64', 'amd64'], annotations: {}, documents: 2 },
  ])('returns for $name the result of walking the documents', async ({ platforms, annotations, documents }) => {
    const tree = makeImage(
      platforms.map((platform) => partsOf(platform)),
      annotations,
    )
    expect(tree.documents).toHaveLength(documents)
    const bytesOf = new Map(tree.documents.map(({ descriptor, bytes }) => [descriptor.digest, bytes]))
    const walked = await walkImage(tree.root, async ({ digest }) => bytesOf.get(digest) ?? Buffer.alloc(0))
    expect(tree).toEqual(walked)
  })

  it('lists layers that must not be pushed in the image, but not among its blobs', () => {
    const { blobs, images } = makeImage([partsOf('windows/amd64', foreign)], {})
    expect(images[0]?.layers.map(({ mediaType }) => mediaType)).toEqual([mediaType.ociLayerGzip, foreign])
    expect(blobs.map(({ mediaType }) => mediaType)).toEqual([mediaType.ociConfig, mediaType.ociLayerGzip])
  })
})

describe('manifestOf(), indexOf()', () => {
  it('return the same bytes for the same parts, under their digest', () => {
    const manifest = manifestOf(partsOf('arm64'), { 'manifest:a': 'b' })
    expect(manifest).toEqual(manifestOf(partsOf('arm64'), { 'manifest:a': 'b' }))
    expect(manifest.descriptor).toEqual({
      mediaType: mediaType.ociManifest,
      digest: digestOf(manifest.bytes),
      size: manifest.bytes.length,
      platform: { os: 'linux', architecture: 'arm64' },
    })
    const index = indexOf([manifest.descriptor], {})
    expect(JSON.parse(Buffer.from(index.bytes).toString())).toEqual({
      schemaVersion: 2,
      mediaType: mediaType.ociIndex,
      manifests: [manifest.descriptor],
    })
  })
})

import { describe, expect, it } from 'vitest'
import { digestOf } from '../../../src/oci/digest.ts'
import { toDockerTypes } from '../../../src/oci/docker-types.ts'
import { walkImage } from '../../../src/oci/image-tree.ts'
import { mediaType } from '../../../src/oci/media-type.ts'
import type { Descriptor } from '../../../src/oci/types.ts'
import { randomImage } from '../../support/image.ts'
import { createRandom } from '../../support/random.ts'

/** An image of one platform, with other layers or entries. */
async function imageOf({
  layer = mediaType.ociLayerGzip as string,
  subject = false,
  attestation = false,
  annotations = {},
}) {
  const content = new Map<string, Buffer>()
  const add = (document: unknown, type: string): Descriptor => {
    const bytes = Buffer.from(JSON.stringify(document))
    content.set(digestOf(bytes), bytes)
    return { mediaType: type, digest: digestOf(bytes), size: bytes.length }
  }
  const platform = { os: 'linux', architecture: 'arm64' }
  const config = add({ ...platform, rootfs: { type: 'layers', diff_ids: [] } }, mediaType.ociConfig)
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaType.ociManifest,
    config,
    layers: [add('x', layer)],
    annotations,
    ...(subject ? { subject: config } : {}),
  }
  const entry = { ...add(manifest, mediaType.ociManifest), platform }
  const unknown = {
    ...add({ ...manifest, layers: [] }, mediaType.ociManifest),
    platform: { os: 'unknown', architecture: 'unknown' },
  }
  const index = { schemaVersion: 2, mediaType: mediaType.ociIndex, manifests: attestation ? [entry, unknown] : [entry] }
  return await walkImage(add(index, mediaType.ociIndex), async ({ digest }) => content.get(digest) ?? Buffer.alloc(0))
}

describe('toDockerTypes()', () => {
  it('returns documents that refer to each other, and the same blobs', async () => {
    const { tree } = await randomImage(createRandom(3), ['amd64', 'arm64'])
    const docker = toDockerTypes(tree)
    if (!docker.ok) throw new Error(docker.why)
    const documents = new Map(
      docker.tree.documents.map(({ descriptor, bytes }) => [descriptor.digest, Buffer.from(bytes)]),
    )
    for (const { descriptor, bytes } of docker.tree.documents) expect(digestOf(bytes)).toBe(descriptor.digest)
    const again = await walkImage(docker.tree.root, async ({ digest }) => documents.get(digest) ?? Buffer.alloc(0))
    expect(again).toEqual(docker.tree)
    expect(again.blobs.map(({ digest }) => digest)).toEqual(tree.blobs.map(({ digest }) => digest))
    expect(again.documents.map(({ descriptor }) => descriptor.mediaType)).toEqual([
      mediaType.dockerManifest,
      mediaType.dockerManifest,
      mediaType.dockerIndex,
    ])
  })

  it('keeps annotations, and the platform of each entry', async () => {
    const docker = toDockerTypes(await imageOf({ annotations: { a: 'b' } }))
    if (!docker.ok) throw new Error(docker.why)
    const [manifest, index] = docker.tree.documents.map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString()))
    expect(manifest.annotations).toEqual({ a: 'b' })
    expect(index.manifests[0].platform).toEqual({ os: 'linux', architecture: 'arm64' })
  })

  it.each([
    [{ layer: mediaType.ociLayerZstd }, `it has content of the type ${mediaType.ociLayerZstd}`],
    [{ subject: true }, 'it refers to another image as its subject'],
    [{ attestation: true }, 'it has attestations'],
  ])('reports why %j has no Docker type', async (parts, why) => {
    expect(toDockerTypes(await imageOf(parts))).toEqual({ ok: false, why })
  })
})

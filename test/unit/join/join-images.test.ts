import { describe, expect, it } from 'vitest'
import { joinImages, type Part } from '../../../src/join/join-images.ts'
import { digestOf } from '../../../src/oci/digest.ts'
import { type ImageTree, walkImage } from '../../../src/oci/image-tree.ts'
import { mediaType } from '../../../src/oci/media-type.ts'
import { parseIndex } from '../../../src/oci/parse.ts'
import { formatPlatform, parsePlatform } from '../../../src/oci/platform.ts'
import type { Annotations, Descriptor, Platform } from '../../../src/oci/types.ts'
import { createRandom } from '../../support/random.ts'

type Types = { readonly manifest: string; readonly config: string; readonly index: string }
const oci: Types = { manifest: mediaType.ociManifest, config: mediaType.ociConfig, index: mediaType.ociIndex }
const docker: Types = {
  manifest: mediaType.dockerManifest,
  config: mediaType.dockerConfig,
  index: mediaType.dockerIndex,
}

const content = new Map<string, Buffer>()
const read = async ({ digest }: Descriptor) => content.get(digest) ?? Buffer.alloc(0)

function add(document: unknown, type: string): Descriptor {
  const bytes = Buffer.from(JSON.stringify(document))
  content.set(digestOf(bytes), bytes)
  return { mediaType: type, digest: digestOf(bytes), size: bytes.length }
}

/** A manifest without layers; `name` distinguishes two of a platform. */
function manifest(platform: Platform, name = '', { manifest: type, config }: Types = oci): Descriptor {
  const own = add({ ...platform, rootfs: { type: 'layers', diff_ids: [] }, name }, config)
  return add({ schemaVersion: 2, mediaType: type, config: own, layers: [] }, type)
}

function attestation({ digest }: Descriptor): Descriptor {
  const config = add({ os: 'unknown', architecture: 'unknown', rootfs: {}, of: digest }, mediaType.ociConfig)
  const layers = [{ mediaType: 'application/vnd.in-toto+json', digest: digestOf(digest), size: 1 }]
  return {
    ...add({ schemaVersion: 2, mediaType: mediaType.ociManifest, config, layers }, mediaType.ociManifest),
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': digest },
  }
}

function index(manifests: readonly Descriptor[], annotations?: Annotations, { index: type }: Types = oci): Descriptor {
  return add({ schemaVersion: 2, mediaType: type, manifests, ...(annotations && { annotations }) }, type)
}

const partOf = async (root: Descriptor): Promise<Part> => ({ tree: await walkImage(root, read) })
const partsOf = (...roots: readonly Descriptor[]): Promise<readonly Part[]> => Promise.all(roots.map(partOf))

function rootOf(tree: ImageTree) {
  const bytes = tree.documents.at(-1)?.bytes ?? Buffer.alloc(0)
  expect(digestOf(bytes)).toBe(tree.root.digest)
  return parseIndex(bytes, 'Cannot read the joined index')
}

const [amd64, arm64, arm] = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'].map(parsePlatform) as [
  Platform,
  Platform,
  Platform,
]
const windows = (version: string): Platform => ({ os: 'windows', architecture: 'amd64', 'os.version': version })
const names = ({ images }: ImageTree) => images.map(({ platform }) => formatPlatform(platform))

describe('joinImages()', () => {
  it('returns what walking the documents of the new index returns', async () => {
    const image = manifest(arm64)
    const nested = { ...index([{ ...manifest(arm), platform: arm }]), platform: arm }
    const parts = await partsOf(
      manifest(amd64),
      index([{ ...image, platform: arm64 }, attestation(image), nested], { kept: 'yes' }),
    )
    const tree = joinImages(parts, { annotations: { 'index:a': 'b', 'manifest-descriptor[linux/arm64]:c': 'd' } })
    for (const { descriptor, bytes } of tree.documents) content.set(descriptor.digest, Buffer.from(bytes))
    expect(tree).toEqual(await walkImage(tree.root, read))
    expect(rootOf(tree).annotations).toEqual({ kept: 'yes', a: 'b' })
  })

  it('returns the same bytes for every order of the parts', async () => {
    const random = createRandom(14)
    const images = [amd64, arm64, arm, windows('10.0.20348.1'), windows('10.0.17763.1')].map((one) => manifest(one))
    const parts = await partsOf(...images)
    const digests = new Set<string>()
    for (let round = 0; round < 50; round++) {
      const shuffled = parts.toSorted(() => random() - 0.5)
      digests.add(joinImages(shuffled, { annotations: {} }).root.digest)
      digests.add(joinImages([...shuffled, ...shuffled.slice(0, 2)], { annotations: {} }).root.digest)
    }
    expect(digests.size).toBe(1)
  })

  it.each([
    { name: 'by name', order: [], expected: ['linux/amd64', 'linux/arm/v7', 'linux/arm64'] },
    {
      name: 'in the given order',
      order: [arm64, arm, amd64],
      expected: ['linux/arm64', 'linux/arm/v7', 'linux/amd64'],
    },
    { name: 'with others last', order: [arm64], expected: ['linux/arm64', 'linux/amd64', 'linux/arm/v7'] },
  ])('places the platforms $name', async ({ order, expected }) => {
    const parts = await partsOf(manifest(arm), manifest(arm64), manifest(amd64))
    expect(names(joinImages(parts, { annotations: {}, order }))).toEqual(expected)
  })

  it('keeps attestations after their image, with their annotations', async () => {
    const images = [arm64, amd64].map((platform) => ({ ...manifest(platform, 'attested'), platform }))
    const parts = await partsOf(...images.map((image) => index([image, attestation(image)])))
    const { manifests } = rootOf(joinImages(parts, { annotations: { 'manifest-descriptor:a': 'b' } }))
    const [first, ofFirst, second, ofSecond] = manifests
    expect([first?.platform, second?.platform]).toEqual([amd64, arm64])
    for (const [image, its] of [
      [first, ofFirst],
      [second, ofSecond],
    ]) {
      expect(image?.annotations).toEqual({ a: 'b' })
      expect(its?.annotations).toEqual({
        'vnd.docker.reference.type': 'attestation-manifest',
        'vnd.docker.reference.digest': image?.digest,
      })
    }
  })

  it.each([
    { name: 'OCI', types: [oci, oci], annotations: {}, expected: mediaType.ociIndex },
    { name: 'Docker', types: [docker, docker], annotations: {}, expected: mediaType.dockerIndex },
    {
      name: 'Docker with annotations',
      types: [docker, docker],
      annotations: { 'index:a': 'b' },
      expected: mediaType.ociIndex,
    },
    { name: 'both', types: [docker, oci], annotations: {}, expected: mediaType.ociIndex },
  ])(
    'returns an index with media type $expected for images with media types of $name',
    async ({ types: [first, second], annotations, expected }) => {
      const tree = joinImages(await partsOf(manifest(amd64, '', first), manifest(arm64, '', second)), { annotations })
      expect([tree.root.mediaType, rootOf(tree).mediaType]).toEqual([expected, expected])
    },
  )

  it('keeps versions of Windows, and images with different ones', async () => {
    const parts = await partsOf(manifest(windows('10.0.20348.1')), manifest(windows('10.0.17763.1')), manifest(amd64))
    const { manifests } = rootOf(joinImages(parts, { annotations: {} }))
    expect(manifests.map(({ platform }) => platform?.['os.version'])).toEqual([
      undefined,
      '10.0.17763.1',
      '10.0.20348.1',
    ])
  })

  it('returns a single part unchanged, unless an annotation requires an index', async () => {
    const image = manifest(amd64)
    const whole = index([{ ...image, platform: amd64 }, attestation(image)], { a: 'b' })
    const [single, several] = await partsOf(image, whole)
    if (single === undefined || several === undefined) throw new Error('a part is missing')
    expect(joinImages([single], { annotations: { 'manifest:c': 'd', e: 'f' } })).toBe(single.tree)
    expect(joinImages([several], { annotations: {} })).toBe(several.tree)
    const annotated = rootOf(joinImages([single], { annotations: { 'index:c': 'd' } }))
    expect(annotated).toMatchObject({ annotations: { c: 'd' }, manifests: [{ digest: image.digest, platform: amd64 }] })
  })

  it('keeps the annotations that all indexes share', async () => {
    const [one, other] = [amd64, arm64].map((platform) => ({ ...manifest(platform), platform })) as [
      Descriptor,
      Descriptor,
    ]
    const parts = await partsOf(
      index([one], { a: '1', b: '1', d: '1' }),
      index([other], { a: '1', b: '2', c: '1', d: '1' }),
    )
    expect(rootOf(joinImages(parts, { annotations: { 'index:d': '2' } })).annotations).toEqual({ a: '1', d: '2' })
  })

  it('rejects two images for one platform, naming both digests', async () => {
    const images = [manifest(arm, 'one'), manifest(arm, 'two')]
    const [first, second] = images.map(({ digest }) => digest).toSorted()
    const parts = await partsOf(...images)
    for (const order of [parts, parts.toReversed()]) {
      expect(() => joinImages(order, { annotations: {} })).toThrow(
        `Cannot join the images: ${first} and ${second} are both for linux/arm/v7`,
      )
    }
  })

  it('accepts an index with several images for a platform, and the same image in two parts', async () => {
    const images = [manifest(amd64, 'gzip'), manifest(amd64, 'zstd')].map((one) => ({ ...one, platform: amd64 }))
    const parts = await partsOf(index(images), manifest(arm64))
    expect(names(joinImages(parts, { annotations: {} }))).toEqual(['linux/amd64', 'linux/amd64', 'linux/arm64'])
    const image = manifest(arm64, 'twice')
    const twice = await partsOf(image, index([{ ...image, platform: arm64 }]))
    expect(names(joinImages(twice, { annotations: {} }))).toEqual(['linux/arm64'])
  })

  it('rejects an attestation without its image', async () => {
    const { platform: _, annotations: __, ...alone } = attestation(manifest(amd64))
    const parts = await partsOf(alone, manifest(arm64))
    expect(() => joinImages(parts, { annotations: {} })).toThrow(`Cannot join ${alone.digest}: it is not an image`)
  })
})

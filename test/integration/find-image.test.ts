import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { digestOf } from '../../src/oci/digest.ts'
import { mediaType } from '../../src/oci/media-type.ts'
import { documentType } from '../../src/oci/parse.ts'
import { parsePlatform } from '../../src/oci/platform.ts'
import type { Descriptor, Digest } from '../../src/oci/types.ts'
import { createFindImage } from '../../src/registry/pull/find-image.ts'

/** A registry of documents, and a function that adds some. */
function registryOf() {
  const content = new Map<string, { readonly bytes: Buffer; readonly type: string }>()
  const asked: string[] = []
  const add = (document: unknown, type: string): Descriptor => {
    const bytes = Buffer.from(JSON.stringify(document))
    const digest = digestOf(bytes)
    content.set(digest, { bytes, type })
    return { mediaType: type, digest, size: bytes.length }
  }
  const image = (platform: object, more: object = {}): Descriptor => {
    const config = add({ ...platform, rootfs: { type: 'layers', diff_ids: [] }, ...more }, mediaType.ociConfig)
    return add({ schemaVersion: 2, mediaType: mediaType.ociManifest, config, layers: [] }, mediaType.ociManifest)
  }
  const index = (manifests: readonly object[]): Descriptor =>
    add({ schemaVersion: 2, mediaType: mediaType.ociIndex, manifests }, mediaType.ociIndex)
  const find = createFindImage({
    getManifest: async (_, name) => {
      asked.push(name)
      const found = content.get(name)
      if (found === undefined) return undefined
      const { bytes, type } = found
      const given = documentType(bytes, type, `Cannot read ${name}`)
      return { descriptor: { mediaType: given, digest: name as Digest, size: bytes.length }, bytes }
    },
    getBlob: async (_, { digest }) => Readable.from([content.get(digest)?.bytes]),
  })
  return {
    asked,
    add,
    image,
    index,
    find: async ({ digest }: Descriptor, platform: string) =>
      (await find(`localhost:5000/base@${digest}`, parsePlatform(platform))).descriptor.digest,
  }
}

const [amd64, arm64] = [parsePlatform('amd64'), parsePlatform('arm64')]
const attestation = { os: 'unknown', architecture: 'unknown' }

describe('createFindImage()', () => {
  it.each([0, 1, 3])('searches nested indexes: %i levels', async (levels) => {
    const { image, index, find } = registryOf()
    const wanted = image(arm64)
    let root = index([
      { ...image(amd64), platform: amd64 },
      { ...wanted, platform: arm64 },
    ])
    for (let level = 0; level < levels; level++) root = index([root, { ...image(amd64), platform: attestation }])
    expect(await find(root, 'arm64')).toBe(wanted.digest)
  })

  it('skips an index for another platform, and stops after eight levels', async () => {
    const { image, index, find, asked } = registryOf()
    const other = index([{ ...image(amd64), platform: amd64 }])
    const root = index([{ ...other, platform: amd64 }])
    await expect(find(root, 'arm64')).rejects.toMatchObject({ code: 'platform-unsupported' })
    expect(asked).not.toContain(other.digest)
    let deep = other
    for (let level = 0; level < 10; level++) deep = index([deep])
    await expect(find(deep, 'arm64')).rejects.toThrow('more than 8 nested indexes')
  })

  it.each([undefined, null, {}, { os: '', architecture: '' }, { os: null }])(
    'reads the configuration if the platform of an entry is %j',
    async (platform) => {
      const { image, index, find } = registryOf()
      const [one, wanted] = [image(amd64), image({ ...arm64, variant: 'v8' })]
      expect(await find(index([one, wanted].map((entry) => ({ ...entry, platform }))), 'arm64')).toBe(wanted.digest)
    },
  )

  it('reads no configuration if an entry has the platform', async () => {
    const { image, index, find, asked } = registryOf()
    const [silent, wanted] = [image(amd64), image(arm64)]
    const root = index([silent, { ...wanted, platform: arm64 }])
    expect(await find(root, 'arm64')).toBe(wanted.digest)
    expect(asked).toEqual([root.digest, wanted.digest])
  })

  it.each([
    ['arm64', { os: 'linux', architecture: 'arm64', variant: 'v8' }],
    ['arm64/v8', { os: 'linux', architecture: 'arm64' }],
    ['arm/v7', { os: 'linux', architecture: 'arm' }],
    ['arm/v7', { os: 'linux', architecture: 'arm', variant: 'v6' }],
    ['amd64', { os: 'Linux', architecture: 'x86_64' }],
  ])('selects for %s the entry %j', async (platform, offered) => {
    const { image, index, find } = registryOf()
    const wanted = image(offered)
    expect(await find(index([{ ...wanted, platform: offered }]), platform)).toBe(wanted.digest)
  })

  it('selects the Windows of the same build, whatever its last number', async () => {
    const { image, index, find } = registryOf()
    const versions = ['10.0.17763.1', '10.0.20348.2340'].map((version) => ({
      os: 'windows',
      architecture: 'amd64',
      'os.version': version,
    }))
    const entries = versions.map((platform) => ({ ...image(platform), platform }))
    const root = index(entries)
    expect(await find(root, 'windows(10.0.20348.1)/amd64')).toBe(entries[1]?.digest)
    expect(await find(root, 'windows/amd64')).toBe(entries[0]?.digest)
    await expect(find(root, 'windows(10.0.1.1)/amd64')).rejects.toMatchObject({
      hint: expect.stringContaining('It has windows(10.0.17763.1)/amd64, windows(10.0.20348.2340)/amd64.'),
    })
  })

  it.each([
    ['nothing', [], 'Its index names no platform at all.'],
    ['attestations alone', [attestation], 'Its index names no platform at all.'],
    ['one platform', [amd64, attestation], 'It has linux/amd64. Use another base image, or'],
    ['two', [amd64, parsePlatform('s390x')], 'It has linux/amd64, linux/s390x. Use another base image, or'],
  ])('describes in sentences the content of an index of %s', async (_, platforms, hint) => {
    const { image, index, find } = registryOf()
    const root = index(platforms.map((platform) => ({ ...image(platform), platform })))
    await expect(find(root, 'arm64')).rejects.toMatchObject({
      code: 'platform-unsupported',
      hint: expect.stringContaining(hint),
    })
  })

  it.each([
    ['an index with a config', mediaType.ociIndex, { manifests: [], config: {}, layers: [] }],
    ['an index with layers', mediaType.ociIndex, { manifests: [], layers: [] }],
    ['a manifest with manifests', mediaType.ociManifest, { manifests: [] }],
    ['a manifest with fsLayers', mediaType.dockerManifest, { fsLayers: [] }],
    ['an index that is served as a manifest', mediaType.ociManifest, { mediaType: mediaType.ociIndex, manifests: [] }],
    ['a manifest that is served as an index', mediaType.dockerIndex, { mediaType: mediaType.ociManifest }],
    ['both, served as JSON', 'application/json', { manifests: [], layers: [] }],
  ])('rejects %s', async (_, type, document) => {
    const { add, find } = registryOf()
    const isIndex = type === mediaType.ociIndex || 'manifests' in document
    const config = add({ ...amd64, rootfs: { type: 'layers', diff_ids: [] } }, mediaType.ociConfig)
    const base = isIndex ? {} : { config, layers: [] }
    const root = add({ schemaVersion: 2, ...base, ...document }, type)
    await expect(find(root, 'amd64')).rejects.toMatchObject({ code: 'content-mismatch' })
  })
})

describe('documentType()', () => {
  const manifest = { schemaVersion: 2, config: { mediaType: 'x', digest: digestOf(''), size: 0 }, layers: [] }
  it.each([
    ['its own', { ...manifest, mediaType: mediaType.ociManifest }, 'application/json', mediaType.ociManifest],
    ['its own', { ...manifest, mediaType: mediaType.ociManifest }, '', mediaType.ociManifest],
    ['its own', { ...manifest, mediaType: mediaType.ociManifest }, mediaType.dockerManifest, mediaType.ociManifest],
    ['the given', manifest, mediaType.dockerManifest, mediaType.dockerManifest],
    ['that of its form', manifest, 'text/plain', mediaType.ociManifest],
    ['that of its form', { schemaVersion: 2, manifests: [] }, '', mediaType.ociIndex],
    ['what it says', { mediaType: 'application/x' }, '', 'application/x'],
  ])('is %s: %j as "%s"', (_, document, given, expected) => {
    expect(documentType(Buffer.from(JSON.stringify(document)), given, 'Cannot read it')).toBe(expected)
  })
})

import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gunzipSync, gzipSync } from 'node:zlib'
import { type Header, pack } from 'tar-stream'
import { describe, expect, test } from 'vitest'
import type { ImageArchive } from '../../../src/inputs/inputs.ts'
import { digestOf } from '../../../src/oci/digest.ts'
import { readBlob } from '../../../src/oci/layout.ts'
import { parsePlatform } from '../../../src/oci/platform.ts'
import { openImageArchive } from '../../../src/source/archive/image-archive.ts'
import { findLayoutBase } from '../../../src/source/layout-base.ts'
import { builtOf, tarOf } from '../../support/built-image.ts'
import { createTestHost } from '../../support/host.ts'
import { createRandom, randomBytes } from '../../support/random.ts'
import { tempFolder } from '../../support/temp.ts'

type Entry = readonly [header: Partial<Header> & { readonly name: string }, content?: string | Buffer]

const layers = [await tarOf({ a: 'a' }), await tarOf({ b: randomBytes(createRandom(20260105), 100_000) })]
const configOf = (architecture: string, content = layers) =>
  JSON.stringify({
    os: 'linux',
    architecture,
    config: { Cmd: [architecture] },
    rootfs: { type: 'layers', diff_ids: content.map(digestOf) },
  })
const config = configOf('amd64')
const nameOf = (content: string | Buffer) => `blobs/sha256/${digestOf(Buffer.from(content)).slice('sha256:'.length)}`
const blob = (content: string | Buffer): Entry => [{ name: nameOf(content) }, content]
const json = (name: string, value: unknown): Entry => [{ name }, JSON.stringify(value)]
const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = layers

/** As Docker 24 and older save it: a directory for each layer, a link for a repeated layer. */
const old: readonly Entry[] = [
  [{ name: '111/', type: 'directory' }],
  [{ name: '111/VERSION' }, '1.0'],
  [{ name: '111/layer.tar' }, first],
  [{ name: '222/layer.tar' }, second],
  [{ name: '333/layer.tar', type: 'symlink', linkname: '../222/layer.tar' }],
  [{ name: 'abc.json' }, config],
  json('manifest.json', [{ Config: 'abc.json', RepoTags: ['app:1'], Layers: ['111/layer.tar', '333/layer.tar'] }]),
  json('repositories', {}),
]

/** As Docker 25 and newer save it from the classic store: an OCI layout with uncompressed layers, and a manifest.json. */
const classic: readonly Entry[] = [
  ...layers.map(blob),
  blob(config),
  json('index.json', { schemaVersion: 2, manifests: [] }),
  json('manifest.json', [{ Config: nameOf(config), RepoTags: ['app:1'], Layers: layers.map(nameOf) }]),
]

/** Two images of the same store. */
const arm = configOf('arm64', [first])
const several: readonly Entry[] = [
  ...layers.map(blob),
  blob(config),
  blob(arm),
  json('manifest.json', [
    { Config: nameOf(config), RepoTags: ['app:1', 'example.com/team/app:v1'], Layers: layers.map(nameOf) },
    { Config: nameOf(arm), RepoTags: ['other:2'], Layers: [nameOf(first)] },
  ]),
]

/** An OCI layout of these platforms, with the names that containerd writes. */
async function layoutOf(platforms: readonly string[], leaveOut: readonly string[] = []): Promise<readonly Entry[]> {
  const { content } = await builtOf(
    platforms.map((platform) => ({ platform, layers: [{ [platform]: platform }], execution: { Cmd: [platform] } })),
  )
  const { tree, blobs } = content
  const entries: Entry[] = tree.documents.map(({ bytes }) => blob(Buffer.from(bytes)))
  for (const one of tree.blobs) entries.push(blob(await buffer(await blobs.open(one))))
  const missing = tree.images.filter((_, index) => leaveOut.includes(platforms[index] ?? ''))
  const hidden = new Set(
    missing.flatMap((image) => image.layers.map((layer) => `blobs/sha256/${layer.digest.slice(7)}`)),
  )
  const annotations = {
    'io.containerd.image.name': 'docker.io/library/app:1',
    'org.opencontainers.image.ref.name': '1',
  }
  const [image] = tree.images
  const files = (digest = '') => `blobs/sha256/${digest.slice(7)}`
  return [
    ...entries.filter(([{ name }]) => !hidden.has(name)),
    json('index.json', { schemaVersion: 2, manifests: [{ ...tree.root, annotations }] }),
    json('manifest.json', [
      {
        Config: files(image?.config.digest),
        RepoTags: ['app:1'],
        Layers: image?.layers.map((one) => files(one.digest)),
      },
    ]),
  ]
}

async function tarFile(
  entries: readonly Entry[],
  change: (bytes: Buffer) => Buffer = (bytes) => bytes,
): Promise<string> {
  const tar = pack()
  for (const [header, content] of entries) tar.entry(header, content ?? '')
  tar.finalize()
  const path = join(tempFolder(), 'base.tar')
  writeFileSync(path, change(await buffer(tar)))
  return path
}

function open(path: string, given: Partial<ImageArchive> = {}, signal = new AbortController().signal) {
  const archive: ImageArchive = { kind: 'archive', form: 'docker', path, image: undefined, ...given }
  const dir = join(dirname(path), 'layout')
  return openImageArchive(archive, { dir, host: createTestHost({ signal }) })
}

async function baseOf(path: string, given: Partial<ImageArchive> = {}, platform = 'amd64') {
  const layout = await (await open(path, given)).unpack()
  const base = await findLayoutBase(layout, parsePlatform(platform))
  const contents = await Promise.all(base.layers.map(async (layer) => gunzipSync(await readBlob(layout.path, layer))))
  return { base, digests: contents.map(digestOf) }
}

describe('openImageArchive()', () => {
  test.each([
    { name: 'of Docker 24', entries: old },
    { name: 'of Docker 25 with the classic store', entries: classic },
    {
      name: 'whose names start with ./',
      entries: classic.map(([header, content]): Entry => [{ ...header, name: `./${header.name}` }, content ?? '']),
    },
  ])('reads an archive $name, plain and compressed', async ({ entries }) => {
    for (const change of [undefined, gzipSync]) {
      const path = await tarFile(entries, change)
      const { base, digests } = await baseOf(path)
      expect(base).toMatchObject({ place: `docker-archive:${path}`, config: { config: { Cmd: ['amd64'] } } })
      expect(digests).toEqual(layers.map(digestOf))
      expect(base.layers.map((layer) => layer.mediaType)).toEqual(
        layers.map(() => 'application/vnd.oci.image.layer.v1.tar+gzip'),
      )
      // The decompressed copy of an archive is removed.
      expect(readdirSync(dirname(path)).toSorted()).toEqual(['base.tar', 'layout'])
    }
  })

  test('returns every platform of an OCI layout, and keeps its layers unchanged', async () => {
    const entries = await layoutOf(['amd64', 'arm64'])
    for (const [form, image] of [
      ['docker', undefined],
      ['docker', 'app:1'],
      ['oci', '1'],
      ['oci', 'app:1'],
    ] as const) {
      const path = await tarFile(entries)
      const { base } = await baseOf(path, { form, image }, 'arm64')
      expect(base.config.config.Cmd).toEqual(['arm64'])
      expect(entries.map(([{ name }]) => name)).toContain(`blobs/sha256/${base.layers[0]?.digest.slice(7)}`)
    }
  })

  test('omits platforms whose layers Docker did not save', async () => {
    const opened = await open(await tarFile(await layoutOf(['amd64', 'arm64'], ['arm64'])))
    await expect(opened.check(parsePlatform('amd64'))).resolves.toBeUndefined()
    await expect(opened.check(parsePlatform('arm64'))).rejects.toMatchObject({
      code: 'platform-unsupported',
      message: expect.stringMatching(
        /^Cannot build for linux\/arm64: the base image docker-archive:.* does not have this platform$/,
      ),
      hint: expect.stringContaining('It has linux/amd64.'),
    })
  })

  test.each([
    { image: 'app:1', found: 'amd64' },
    { image: '1', found: 'amd64' },
    { image: 'docker.io/library/other:2', found: 'arm64' },
    { image: 'example.com/team/app:v1', found: 'amd64' },
    { image: '@1', found: 'arm64' },
  ])('selects $image among several images', async ({ image, found }) => {
    const { base } = await baseOf(await tarFile(several), { image }, found)
    expect(base.config.config.Cmd).toEqual([found])
  })

  test.each([
    { image: undefined, says: /it has 2 images$/ },
    { image: 'app:2', says: /it has no app:2$/ },
    { image: '@2', says: /it has no @2$/ },
  ])('lists its images for $image', async ({ image, says }) => {
    await expect(tarFile(several).then((path) => open(path, { image }))).rejects.toMatchObject({
      code: 'image-not-found',
      message: expect.stringMatching(says),
      hint: 'Name one of its images after the file, by name or position: app:1 (@0), other:2 (@1).',
    })
  })

  test.each([
    {
      name: 'an OCI archive as one of Docker',
      entries: classic.filter(([{ name }]) => name !== 'manifest.json'),
      form: 'docker',
      says: 'it has no manifest.json',
      hint: 'oci-archive:',
    },
    {
      name: 'one of Docker as an OCI archive',
      entries: old,
      form: 'oci',
      says: 'it has no index.json',
      hint: 'docker-archive:',
    },
    {
      name: 'an archive without images',
      entries: [json('x', {})],
      form: 'docker',
      says: 'it has no manifest.json',
      hint: 'docker image save',
    },
    {
      name: 'a manifest that is not JSON',
      entries: [[{ name: 'manifest.json' }, '{'] as const],
      form: 'docker',
      says: 'manifest.json: it is not valid JSON',
    },
    {
      name: 'a manifest without images',
      entries: [json('manifest.json', [])],
      form: 'docker',
      says: 'manifest.json lists no image',
    },
    {
      name: 'a manifest with other types',
      entries: [json('manifest.json', [{ Config: 5, Layers: {} }])],
      form: 'docker',
      says: 'in the expected form',
    },
    {
      name: 'a path out of the archive',
      entries: [json('manifest.json', [{ Config: '../../etc/passwd', RepoTags: null, Layers: [] }])],
      form: 'docker',
      says: 'it has no ../../etc/passwd',
    },
    {
      name: 'a link out of the archive',
      entries: [
        [{ name: 'c', type: 'symlink', linkname: '/etc/passwd' }] as const,
        json('manifest.json', [{ Config: 'c', RepoTags: null, Layers: [] }]),
      ],
      form: 'docker',
      says: 'it has no c',
    },
    {
      name: 'links in a circle',
      entries: [
        [{ name: 'c', type: 'symlink', linkname: 'd' }] as const,
        [{ name: 'd', type: 'symlink', linkname: 'c' }] as const,
        json('manifest.json', [{ Config: 'c', RepoTags: null, Layers: [] }]),
      ],
      form: 'docker',
      says: 'it has no c',
    },
    {
      name: 'a missing layer',
      entries: [blob(config), json('manifest.json', [{ Config: nameOf(config), RepoTags: null, Layers: ['gone'] }])],
      form: 'docker',
      says: 'it has no gone',
    },
    {
      name: 'a configuration of 17 MiB',
      entries: [
        [{ name: 'c' }, Buffer.alloc(17 * 1024 * 1024)] as const,
        json('manifest.json', [{ Config: 'c', RepoTags: null, Layers: [] }]),
      ],
      form: 'docker',
      says: 'c has 17825792 bytes, the limit is 16777216',
    },
  ] as const)('rejects $name', async ({ entries, form, says, ...more }) => {
    const path = await tarFile(entries)
    await expect(open(path, { form })).rejects.toMatchObject({
      code: 'archive-invalid',
      message: expect.stringMatching(`^Cannot read ${form}-archive:.*: .*${says.replaceAll(/[.[\]]/g, '\\$&')}`),
      hint: 'hint' in more ? expect.stringContaining(more.hint) : undefined,
    })
  })

  test.each([
    {
      name: 'a layer with different content',
      entries: [...old.filter(([{ name }]) => name !== '111/layer.tar'), [{ name: '111/layer.tar' }, second] as const],
      says: '111/layer.tar is not the layer that its configuration names',
    },
    {
      name: 'a compressed layer of another digest',
      entries: [...several, [{ name: nameOf(first) }, gzipSync(first)] as const],
      says: 'the digest of blobs/sha256/',
    },
    {
      name: 'fewer layers than its configuration names',
      entries: [
        blob(config),
        blob(first),
        json('manifest.json', [{ Config: nameOf(config), RepoTags: null, Layers: [nameOf(first)] }]),
      ],
      says: 'its configuration names 2 layers, and its manifest 1',
    },
  ])('rejects $name when it is decompressed', async ({ entries, says }) => {
    const opened = await open(await tarFile(entries), { image: '@0' })
    await expect(opened.unpack()).rejects.toMatchObject({
      code: 'archive-invalid',
      message: expect.stringContaining(says),
    })
  })

  test.each([
    { name: 'truncated', change: (bytes: Buffer) => bytes.subarray(0, 60_000) },
    { name: 'compressed and truncated', change: (bytes: Buffer) => gzipSync(bytes).subarray(0, 50_000) },
    { name: 'something else', change: () => Buffer.from('no archive at all'.repeat(100)) },
  ])('rejects a file that is $name', async ({ change }) => {
    await expect(tarFile(classic, change).then((path) => open(path))).rejects.toMatchObject({ code: 'archive-invalid' })
  })

  test('writes nothing outside of its directory, whatever the names in the archive', async () => {
    const path = await tarFile([[{ name: '../../escaped' }, 'x'], [{ name: '/tmp/../../escaped' }, 'x'], ...old])
    await baseOf(path)
    expect(existsSync(join(path, '../../escaped'))).toBe(false)
    expect(readdirSync(dirname(path)).toSorted()).toEqual(['base.tar', 'layout'])
  })

  test('stops when the run is cancelled', async () => {
    const controller = new AbortController()
    const opened = await open(await tarFile(classic), {}, controller.signal)
    controller.abort()
    await expect(opened.unpack()).rejects.toMatchObject({ code: 'cancelled' })
  })
})

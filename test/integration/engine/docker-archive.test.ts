import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { type Header, pack } from 'tar-stream'
import { describe, expect, test } from 'vitest'
import { readDockerArchive } from '../../../src/engine/docker-archive.ts'
import { digestOf } from '../../../src/oci/digest.ts'
import { readBlob } from '../../../src/oci/layout.ts'
import { createRandom, randomBytes } from '../../support/random.ts'
import { tempFolder } from '../../support/temp.ts'

type Entry = readonly [header: Partial<Header> & { readonly name: string }, content?: string | Buffer]

const random = createRandom(20260104)
const small = randomBytes(random, 3000)
/** More than is held in memory, of several blocks of compression. Most of it is fast to compress. */
const large = Buffer.concat([randomBytes(random, 1_100_000), Buffer.alloc(4 * 1024 * 1024 - 1_000_000, 'layer')])
const config = JSON.stringify({ os: 'linux', rootfs: { type: 'layers', diff_ids: [small, large].map(digestOf) } })

const manifest = (...layers: readonly string[]): Entry => [
  { name: 'manifest.json' },
  JSON.stringify([{ Config: 'blobs/sha256/config', RepoTags: ['a:1'], Layers: layers }]),
]
const blob = (name: string, content: string | Buffer): Entry => [{ name: `blobs/sha256/${name}` }, content]

/** As Docker 25 and newer save it: an OCI layout with a manifest.json. */
const current: readonly Entry[] = [
  [{ name: 'blobs/', type: 'directory' }],
  blob('large', large),
  blob('small', small),
  blob('config', config),
  [{ name: 'index.json' }, '{}'],
  manifest('blobs/sha256/small', 'blobs/sha256/large'),
  [{ name: 'oci-layout' }, '{}'],
]

/** As Docker 24 and older save it: a directory per layer, a link for a repeated layer. */
const folders: readonly Entry[] = [
  [{ name: '111/', type: 'directory' }],
  [{ name: '111/VERSION' }, '1.0'],
  [{ name: '111/json' }, '{}'],
  [{ name: '111/layer.tar' }, small],
  [{ name: '222/layer.tar' }, large],
  [{ name: '333/layer.tar', type: 'symlink', linkname: '../111/layer.tar' }],
  [{ name: 'abc.json' }, config],
  [
    { name: 'manifest.json' },
    JSON.stringify([
      { Config: 'abc.json', RepoTags: null, Layers: ['111/layer.tar', '222/layer.tar', '333/layer.tar'] },
    ]),
  ],
  [{ name: 'repositories' }, '{}'],
]

async function archive(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack()
  for (const [header, content] of entries) tar.entry(header, content ?? '')
  tar.finalize()
  return buffer(tar)
}

const pieces = (bytes: Buffer) =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, at) => bytes.subarray(at * 65_536, (at + 1) * 65_536)),
  )

describe('readDockerArchive()', () => {
  test.each([
    { name: "Docker 25's form", entries: current, layers: [small, large] },
    { name: "Docker 24's form", entries: folders, layers: [small, large, small] },
    {
      name: 'the manifest before its parts',
      entries: [manifest('blobs/sha256/small'), blob('small', small), blob('config', config)],
      layers: [small],
    },
    { name: 'an image without layers', entries: [blob('config', config), manifest()], layers: [] },
    {
      name: 'an image without layers, as Go writes it',
      entries: [
        blob('config', config),
        [{ name: 'manifest.json' }, '[{"Config":"blobs/sha256/config","Layers":null}]'] as const,
      ],
      layers: [],
    },
  ])('reads $name', async ({ entries, layers }) => {
    const dir = tempFolder()
    const image = await readDockerArchive(pieces(await archive(entries)), dir)
    expect((await readBlob(dir, image.config)).toString()).toBe(config)
    const found = await Promise.all(image.layers.map(async (layer) => gunzipSync(await readBlob(dir, layer))))
    expect(found.map(digestOf)).toEqual(layers.map(digestOf))
    expect(image.layers.map(({ mediaType }) => mediaType)).toEqual(
      layers.map(() => 'application/vnd.oci.image.layer.v1.tar+gzip'),
    )
  })

  test('returns the same bytes every time', async () => {
    const bytes = await archive(current)
    const first = await readDockerArchive(pieces(bytes), tempFolder())
    expect(await readDockerArchive(pieces(bytes), tempFolder())).toEqual(first)
  })

  test.each([
    { name: 'nothing', entries: [], lacks: 'manifest.json' },
    { name: 'no manifest.json', entries: current.slice(0, 4), lacks: 'manifest.json' },
    { name: 'no config', entries: [manifest()], lacks: 'blobs/sha256/config' },
    { name: 'a missing layer', entries: [blob('config', config), manifest('x')], lacks: 'x' },
  ])('rejects an archive with $name', async ({ entries, lacks }) => {
    await expect(readDockerArchive(pieces(await archive(entries)), tempFolder())).rejects.toMatchObject({
      code: 'content-mismatch',
      message: `Cannot read the saved image: it has no ${lacks}`,
    })
  })

  test.each(['{', 'null', '{}', '"x"', '[]', '[5]', '[null]', '[{"Config":5,"Layers":{}}]', '[{"Config":"x"}]'])(
    'rejects the manifest.json %s',
    async (text) => {
      const bytes = await archive([[{ name: 'manifest.json' }, text]])
      await expect(readDockerArchive(pieces(bytes), tempFolder())).rejects.toMatchObject({ code: 'content-mismatch' })
    },
  )

  test.each([
    { name: 'inside a header', at: 300 },
    { name: 'inside a large layer', at: 1_000_000 },
    { name: 'inside a small layer', at: large.length + 2120 },
  ])('rejects an archive that ends $name', async ({ at }) => {
    const bytes = (await archive(current)).subarray(0, at)
    await expect(readDockerArchive(pieces(bytes), tempFolder())).rejects.toMatchObject({ code: 'content-mismatch' })
  })

  test('rejects content that is not a tar archive', async () => {
    await expect(readDockerArchive(pieces(randomBytes(random, 4096)), tempFolder())).rejects.toMatchObject({
      code: 'content-mismatch',
    })
  })

  test.each([{ at: 0 }, { at: 100_000 }])(
    'returns the error of a stream that fails after $at bytes',
    async ({ at }) => {
      const stream = new PassThrough()
      const reading = readDockerArchive(stream, tempFolder())
      stream.write((await archive(current)).subarray(0, at))
      setImmediate(() => stream.destroy(new Error('lost')))
      await expect(reading).rejects.toThrow('lost')
    },
  )
})

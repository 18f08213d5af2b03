import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { limits } from '../../../src/bounds/limits.ts'
import type { Built } from '../../../src/engine/built.ts'
import { createBuild } from '../../../src/engine/embedded/engine.ts'
import { createLayerWriter } from '../../../src/engine/embedded/layer-writer.ts'
import type { PreviousLayer } from '../../../src/engine/embedded/previous-layers.ts'
import { digestOf } from '../../../src/oci/digest.ts'
import { mediaType } from '../../../src/oci/media-type.ts'
import type { Digest } from '../../../src/oci/types.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { publish } from '../../../src/publish/publish.ts'
import { createOverlay } from '../../../src/tree/overlay.ts'
import { emptyTree, rootNode } from '../../../src/tree/tree.ts'
import { createTestHost } from '../../support/host.ts'
import { loginOf } from '../../support/login.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { createRandom, randomBytes } from '../../support/random.ts'
import { startRegistry, type TestRegistry } from '../../support/registry.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder } from '../../support/temp.ts'

const megabyte = 1024 * 1024
/** The smallest layer that these builds look up. The default of the engine is 16 MB, which takes a fifth of a second for each build. */
const reuseFrom = 100_000
/** Content that does not compress. */
const large = randomBytes(createRandom(1), 110_000)
/** The same with more than the beginning that is compared. */
const longer = randomBytes(createRandom(1), 1.1 * megabyte)
const dockerfile = 'FROM scratch\nCOPY data /data\n'
const folder = mkdtempSync(join(tmpdir(), 'polyarch-test-'))
writeFileSync(join(folder, 'Dockerfile'), dockerfile)
writeFileSync(join(folder, 'data'), large)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function registryOf(): Promise<TestRegistry> {
  const registry = await startRegistry()
  onTestFinished(registry.close)
  return registry
}

type Result = {
  readonly built: Built
  readonly digest: string
  /** Blobs of the layout over one megabyte: what was compressed. */
  readonly compressed: number
  readonly requests: readonly string[]
  readonly log: string
}

const shared: { first?: Promise<{ readonly registry: TestRegistry; readonly first: Result }> } = {}

/** A registry of this test with the image that the first run of the context publishes, which is built once for all tests. */
async function published(): Promise<{ readonly registry: TestRegistry; readonly first: Result }> {
  shared.first ??= (async () => {
    const registry = await registryOf()
    return { registry, first: await run(registry) }
  })()
  const [{ registry, first }, own] = await Promise.all([shared.first, registryOf()])
  const { blobs, manifests, tags } = registry.store
  for (const [name, all] of blobs) own.store.blobs.set(name, new Map(all))
  for (const [name, all] of manifests) own.store.manifests.set(name, new Map(all))
  for (const [name, all] of tags) own.store.tags.set(name, new Map(all))
  return { registry: own, first }
}

/** Builds and publishes the context as the step does. */
async function run(registry: TestRegistry, given: Parameters<typeof inputsOf>[0] = {}): Promise<Result> {
  const client = createTestClient()
  const tempDir = tempFolder()
  const created = createTestHost({ tempDir })
  const debug: string[] = []
  const host = { ...created, log: { ...created.log, debug: (message: string) => void debug.push(message) } }
  onTestFinished(client.close)
  onTestFinished(host.close)
  const inputs = inputsOf({
    ...{ context: folder, engine: 'embedded', images: `${registry.host}/acme/app`, tags: 'main', push: 'true' },
    ...{ platforms: 'amd64, arm64, arm/v7', 'build-args': 'SOURCE_DATE_EPOCH=1' },
    ...given,
  })
  const plan = makePlan(inputs, factsOf())
  const opened = await runOf(plan, host, loginOf(client))
  const reading = await opened.source.reading()
  if (reading === undefined) throw new Error('The Dockerfile was not read')
  const before = registry.journal.length
  const built = await createBuild({ reuseFrom })(opened, { reading, bases: [] })
  const compressed = largeFiles(tempDir)
  if (plan.push) expect(await publish(opened, built)).toMatchObject({ error: undefined })
  return {
    built,
    digest: built.content?.tree.root.digest ?? '',
    compressed,
    requests: registry.journal.slice(before).map(({ kind, path }) => `${kind} ${path}`),
    log: [...host.log.lines, ...debug].join('\n'),
  }
}

function largeFiles(dir: string): number {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(dir, name)))
  return files.filter((file) => file.isFile() && file.size > 50_000).length
}

const sent = ({ requests }: Result) => requests.filter((request) => request.startsWith('upload-put')).length
const layerOf = ({ built }: Result) => {
  const layer = built.content?.tree.images[0]?.layers[0]
  if (layer === undefined) throw new Error('The image has no layer')
  return layer
}

/** Replaces the layer of the image under `main` by another blob for the same uncompressed digest. */
async function replaceLayer(
  registry: TestRegistry,
  first: Result,
  blob: Buffer,
  type: string = mediaType.ociLayerGzip,
) {
  const { tree } = first.built.content ?? {}
  if (tree === undefined) throw new Error('Nothing was built')
  const blobs = registry.store.blobs.get('acme/app')
  const put = (bytes: Buffer, media: string, name?: string) =>
    registry.store.putManifest('acme/app', name ?? digestOf(bytes), media, bytes)
  blobs?.set(digestOf(blob), blob)
  blobs?.delete(layerOf(first).digest)
  const manifests = tree.images.map(({ manifest, platform, config }) => {
    const layers = [{ mediaType: type, digest: digestOf(blob), size: blob.length }]
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaType.ociManifest, config, layers }))
    put(bytes, mediaType.ociManifest)
    return { mediaType: manifest.mediaType, digest: digestOf(bytes), size: bytes.length, platform }
  })
  put(
    Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaType.ociIndex, manifests })),
    mediaType.ociIndex,
    'main',
  )
}

function blobOf(registry: TestRegistry, result: Result): Buffer {
  const blob = registry.store.blobs.get('acme/app')?.get(layerOf(result).digest)
  if (blob === undefined) throw new Error('The registry does not have the layer')
  return blob
}

describe('an unchanged layer of the embedded engine', () => {
  test('is neither compressed nor sent, and the image has the same digest as without a previous one', async () => {
    const { registry, first } = await published()
    expect(first.compressed).toBe(1)
    const second = await run(registry, { labels: 'a=b' })
    expect(second.compressed).toBe(0)
    // Only the three configurations.
    expect(sent(second)).toBe(3)
    expect(second.log).toContain('linux/arm/v7: 0 new layers, 0 base layers, 1 unchanged layer of the previous image')
    // One request for the index, one per platform for its manifest and one for its configuration, one for the beginning of the layer.
    expect(
      second.requests.filter(
        (request) => /^(manifest|blob)-get /.test(request) && !/-get .*manifests\/main$/.test(request),
      ),
    ).toHaveLength(7)
    expect(layerOf(second)).toEqual(layerOf(first))
    expect([...(second.built.content?.inherited ?? [])]).toEqual([
      [layerOf(first).digest, expect.arrayContaining(['linux/amd64', 'linux/arm64', 'linux/arm/v7'])],
    ])
    const steps = second.built.steps.filter(({ name }) => name.startsWith('writing layer'))
    expect(steps.map(({ cached, wrote }) => ({ cached, wrote }))).toEqual(
      Array(3).fill({ cached: true, wrote: undefined }),
    )

    const fresh = await run(registry, { labels: 'a=b', 'no-cache': 'true' })
    expect(fresh).toMatchObject({ compressed: 1, digest: second.digest })
  })

  test('is not taken if its content is needed here or nothing is pushed, and small layers ask for nothing', async () => {
    const { registry, first } = await published()
    for (const given of [{ verify: 'full' }, { push: 'false' }, { outputs: 'type=oci,dest=image.tar' }]) {
      expect(await run(registry, given)).toMatchObject({ compressed: 1, digest: first.digest })
    }
    const small = tempFolder({ Dockerfile: dockerfile, data: 'small' })
    const { requests } = await run(registry, { context: small })
    expect(requests.filter((request) => request.startsWith('blob-get'))).toEqual([])
  })

  test('is taken from an image in cache-from, which mounts it', async () => {
    const registry = await registryOf()
    const first = await run(registry, { images: `${registry.host}/acme/other` })
    const second = await run(registry, { 'cache-from': `${registry.host}/acme/other:main` })
    expect(second).toMatchObject({ compressed: 0, digest: first.digest })
    expect(second.requests.filter((request) => request.startsWith('mount'))).not.toEqual([])
    expect(second.log).not.toContain('Caches are not used')
    expect(registry.store.blobs.get('acme/app')?.has(layerOf(first).digest)).toBe(true)
  })

  test('is taken from the tag that exists, beside a new layer', async () => {
    const { registry, first } = await published()
    const context = tempFolder({ Dockerfile: `${dockerfile}COPY more /more\n` })
    writeFileSync(join(context, 'data'), large)
    writeFileSync(join(context, 'more'), Buffer.alloc(large.length, 'a'))
    const second = await run(registry, { context, tags: 'main\n2.0\nlatest', platforms: 'amd64' })
    expect(second.log).toContain('linux/amd64: 1 new layer, 0 base layers, 1 unchanged layer of the previous image')
    expect(layerOf(second)).toEqual(layerOf(first))
    // The new layer and the configuration.
    expect(sent(second)).toBe(2)
  })

  test('counts as published only if the images of all repositories have it', async () => {
    const registry = await registryOf()
    const first = await run(registry)
    const images = `${registry.host}/acme/app\n${registry.host}/acme/mirror`
    const inherited = ({ built }: Result) => built.content?.inherited?.get(layerOf(first).digest)
    const second = await run(registry, { images })
    expect(second).toMatchObject({ compressed: 0, digest: first.digest })
    expect(inherited(second)).toEqual([])
    const third = await run(registry, { images })
    expect(inherited(third)).toEqual(expect.arrayContaining(['linux/amd64', 'linux/arm64', 'linux/arm/v7']))
    const fromCache = await run(registry, {
      images: `${registry.host}/acme/new`,
      'cache-from': `${registry.host}/acme/app:main`,
    })
    expect(fromCache.compressed).toBe(0)
    expect(inherited(fromCache)).toEqual([])
  })

  test('is written if the configuration of the previous image lists another number of layers', async () => {
    const registry = await registryOf()
    const first = await run(registry, { platforms: 'amd64' })
    const config = first.built.content?.tree.images[0]?.config
    const bytes = registry.store.blobs.get('acme/app')?.get(config?.digest ?? '')
    const parsed = JSON.parse(bytes?.toString() ?? '')
    const other = { ...parsed, rootfs: { ...parsed.rootfs, diff_ids: [...parsed.rootfs.diff_ids, digestOf(large)] } }
    const changed = Buffer.from(JSON.stringify(other))
    const descriptor = { mediaType: mediaType.ociConfig, digest: digestOf(changed), size: changed.length }
    registry.store.blobs.get('acme/app')?.set(descriptor.digest, changed)
    const image = { schemaVersion: 2, mediaType: mediaType.ociManifest, config: descriptor, layers: [layerOf(first)] }
    registry.store.putManifest('acme/app', 'main', mediaType.ociManifest, Buffer.from(JSON.stringify(image)))
    const second = await run(registry, { platforms: 'amd64' })
    expect(second.compressed).toBe(1)
    expect(second.log).toContain('it has 1 layers and 2 diff_ids')
  })

  test('is compressed again for a registry that does not have it, and verified', async () => {
    const [{ registry, first }, other] = [await published(), await registryOf()]
    const images = `${registry.host}/acme/app\n${other.host}/acme/app`
    expect(await run(registry, { images })).toMatchObject({ compressed: 0, digest: first.digest })
    expect(blobOf(other, first).equals(blobOf(registry, first))).toBe(true)
  })

  test('is written if another program compressed the previous one', async () => {
    const { registry, first } = await published()
    const tar = gunzipSync(blobOf(registry, first))
    await replaceLayer(registry, first, gzipSync(tar, { level: 9 }))
    expect(await run(registry)).toMatchObject({ compressed: 1, digest: first.digest })
    await replaceLayer(registry, first, tar, mediaType.ociLayer)
    expect(await run(registry)).toMatchObject({ compressed: 1, digest: first.digest })
    // The uncompressed digest identifies an uncompressed layer.
    await replaceLayer(registry, first, tar, mediaType.ociLayer)
    const plain = await run(registry, { compression: 'uncompressed' })
    expect(plain.compressed).toBe(0)
    expect(layerOf(plain).digest).toBe(digestOf(tar))
  })

  test('with zstd', async () => {
    const registry = await registryOf()
    const first = await run(registry, { compression: 'zstd' })
    expect(await run(registry, { compression: 'zstd' })).toMatchObject({ compressed: 0, digest: first.digest })
  })

  test('is written if the previous image lists other content for it', async () => {
    const { registry, first } = await published()
    await replaceLayer(registry, first, gzipSync('poison'))
    expect(await run(registry)).toMatchObject({ compressed: 1, digest: first.digest })
  })

  test('is trusted after its beginning, and verified if its content is needed', async () => {
    const registry = await registryOf()
    const context = tempFolder({ Dockerfile: dockerfile })
    writeFileSync(join(context, 'data'), longer)
    const first = await run(registry, { context })
    await replaceLayer(registry, first, Buffer.concat([blobOf(registry, first), Buffer.from('poison')]))
    const second = await run(registry, { context })
    expect(second.compressed).toBe(0)
    const { built } = second
    const reading = async () => {
      for await (const _ of (await built.content?.blobs.open(layerOf(second))) ?? []) expect(_).toBeDefined()
    }
    await expect(reading()).rejects.toMatchObject({
      code: 'content-mismatch',
      message: expect.stringContaining('Cannot use layer sha256:'),
      hint: expect.stringContaining('no-cache: true'),
    })
    expect(await run(registry, { context, 'no-cache': 'true' })).toMatchObject({ compressed: 1, digest: first.digest })
  })

  test('is written if there is no previous image, or if the registry fails or does not answer in time', async () => {
    const { registry, first } = await published()
    expect(first.requests.filter((request) => request === 'manifest-get /v2/acme/app/manifests/main')).not.toEqual([])
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation((time) => {
      const controller = new AbortController()
      if (time === limits.previousTime) setTimeout(() => controller.abort(), 100)
      return controller.signal
    })
    onTestFinished(() => timeout.mockRestore())
    registry.misbehave({ on: 'manifest-get', do: 'hang' })
    const late = await run(registry)
    expect(late).toMatchObject({ compressed: 1, digest: first.digest })
    expect(late.log).toMatch(/^No layers of .* are used: /m)
    expect(timeout).toHaveBeenCalledWith(limits.previousTime)
    registry.misbehave({ on: 'blob-get', do: 'answer', status: 404, times: 100 })
    expect(await run(registry)).toMatchObject({ compressed: 1, digest: first.digest })
  })
})

describe('createLayerWriter()', () => {
  /** Just over the 16 MB from which layers are looked up by default. Most of it are zeros, which are fast to compress. */
  const whole = Buffer.concat([longer, Buffer.alloc(15 * megabyte)])

  /** The bytes that are read of a file that three platforms copy. */
  async function bytesRead(
    known: ReadonlyMap<Digest, readonly PreviousLayer[]>,
    { compression = 'uncompressed', pause = 0 }: { compression?: 'uncompressed' | 'gzip'; pause?: number } = {},
  ) {
    let read = 0
    let opened = 0
    const host = createTestHost()
    onTestFinished(host.close)
    const writer = createLayerWriter(tempFolder(), {
      ...{ compression, threads: 2, clock: host.clock, log: host.log, find: async () => known },
    })
    const open = async () =>
      (async function* (isFirst: boolean) {
        for (let at = 0; at < whole.length; at += megabyte) {
          const piece = whole.subarray(at, at + megabyte)
          if (isFirst && pause > 0) await new Promise((done) => setTimeout(done, pause))
          read += piece.length
          yield piece
        }
      })(opened++ === 0)
    const instruction = { kind: 'workdir', path: '/', line: 1, endLine: 1, text: 'WORKDIR /' } as const
    const written = await Promise.all(
      [1, 2, 3].map(async () => {
        const overlay = createOverlay(emptyTree)
        await overlay.put('data', { node: { ...rootNode, type: 'file', mode: 0o644, size: whole.length }, open })
        return await writer.write([{ kind: 'new', overlay, instruction }])
      }),
    )
    return { read, layers: written.flat() }
  }

  test('compares a bounded number of blobs that claim the same content', async () => {
    const host = createTestHost()
    onTestFinished(host.close)
    let opened = 0
    const from = { open: async () => Promise.reject(new Error(`Blob ${opened++} is missing`)) }
    const claims = Array.from({ length: 50 }, (_, at) => ({
      descriptor: { mediaType: mediaType.ociLayerGzip, digest: digestOf(Buffer.from(`${at}`)), size: 1 },
      ...{ publishedFor: ['linux/amd64'], from },
    }))
    const overlay = createOverlay(emptyTree)
    const open = async () =>
      (async function* () {
        yield large
      })()
    await overlay.put('data', { node: { ...rootNode, type: 'file', mode: 0o644, size: large.length }, open })
    const layers = [{ kind: 'new', overlay, instruction: undefined }] as const
    const options = { compression: 'gzip', threads: 2, clock: host.clock, log: host.log, reuseFrom } as const
    const [alone] = await createLayerWriter(tempFolder(), { ...options, find: undefined }).write(layers)
    const find = async () => new Map(alone ? [[alone.diffId, claims]] : [])
    const [written] = await createLayerWriter(tempFolder(), { ...options, find }).write(layers)
    expect(written?.descriptor).toEqual(alone?.descriptor)
    expect(opened).toBe(limits.previousImages)
  })

  test('does not hash a file whose layer begins otherwise than all of the previous images', async () => {
    const content = (async function* () {
      yield Buffer.alloc(2 * megabyte, 'other')
    })()
    const descriptor = { mediaType: mediaType.ociLayerGzip, digest: digestOf(Buffer.from('other')), size: megabyte }
    const previous = { descriptor, publishedFor: [], from: { open: async () => content } }
    const { read } = await bytesRead(new Map([[digestOf(Buffer.from('tar')), [previous]]]), {
      compression: 'gzip',
      pause: 50,
    })
    // The file is read once to write it. Hashing, which is slow here, ends when the beginnings differ.
    expect(read).toBeLessThan(2 * whole.length)
  })

  test('reads a file that several platforms copy once, whether its layer is new or of a previous image', async () => {
    const { read, layers } = await bytesRead(new Map())
    expect(layers).toHaveLength(3)
    const [layer] = layers
    if (layer === undefined) throw new Error('No layer was written')
    // The first piece may be hashed before the registry's answer.
    expect(read).toBeLessThanOrEqual(whole.length + 2 * megabyte)
    const from = { open: async () => Promise.reject(new Error('The registry was asked for an uncompressed layer')) }
    const previous = { descriptor: layer.descriptor, publishedFor: ['linux/amd64'], from }
    const again = await bytesRead(new Map([[layer.diffId, [previous]]]))
    expect(again.read).toBe(whole.length)
    expect(again.layers.map(({ descriptor }) => descriptor)).toEqual(layers.map(({ descriptor }) => descriptor))
  })
})

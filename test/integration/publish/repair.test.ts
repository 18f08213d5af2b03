import { describe, expect, onTestFinished, test } from 'vitest'
import { layoutStore, writeBlob } from '../../../src/oci/layout.ts'
import { mediaType } from '../../../src/oci/media-type.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { publish } from '../../../src/publish/publish.ts'
import { readImage } from '../../../src/registry/pull/read-image.ts'
import { createTestHost } from '../../support/host.ts'
import { type RandomImage, randomImage } from '../../support/image.ts'
import { loginOf } from '../../support/login.ts'
import { factsOf, inputsOf, serverOf } from '../../support/plan.ts'
import { createRandom } from '../../support/random.ts'
import { startRegistry, type TestRegistry } from '../../support/registry.ts'
import { fault } from '../../support/registry-answer.ts'
import { createTestClient } from '../../support/registry-client.ts'
import type { Asked, QuirkHooks } from '../../support/registry-quirks.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder } from '../../support/temp.ts'

const platforms = ['linux/amd64', 'linux/arm64']

async function registryOf(quirk?: QuirkHooks): Promise<TestRegistry> {
  const registry = await startRegistry(quirk === undefined ? {} : { quirk })
  onTestFinished(registry.close)
  return registry
}

async function publishTo(images: string, { tree, content }: RandomImage) {
  const dir = tempFolder()
  for (const bytes of content.values()) await writeBlob(dir, bytes, '')
  const client = createTestClient()
  const host = createTestHost()
  onTestFinished(client.close)
  onTestFinished(host.close)
  const inputs = inputsOf({ images, tags: '1.0, latest', platforms: platforms.join(), push: 'true' })
  const plan = makePlan(inputs, factsOf({ docker: serverOf({ store: 'containerd' }) }))
  const built = { content: { tree, blobs: layoutStore(dir) }, metadata: {}, imageId: undefined, steps: [] }
  const published = await publish(await runOf(plan, host, loginOf(client)), built)
  return { host, client, published, log: host.log.lines.join('\n') }
}

/** Empties the store before the first request that matches `when`. */
function forgetful(when: (asked: Asked) => boolean, registry: () => TestRegistry, times = 1): QuirkHooks {
  let left = times
  return {
    instead: (asked) => {
      if (left === 0 || !when(asked)) return undefined
      left--
      for (const map of [registry().store.blobs, registry().store.manifests, registry().store.tags]) map.clear()
      return undefined
    },
  }
}

const isTag = ({ url }: Asked) => !url.pathname.includes('sha256:')

describe('a registry whose storage is emptied during a push receives the content again', () => {
  test.each([
    ['before the first manifest', ({ kind }: Asked) => kind === 'manifest-put'],
    [
      'before the index',
      ({ kind, headers }: Asked) => kind === 'manifest-put' && headers['content-type'] === mediaType.ociIndex,
    ],
    ['before the first tag', (asked: Asked) => asked.kind === 'manifest-put' && isTag(asked)],
    [
      'before the second tag',
      (asked: Asked) => asked.kind === 'manifest-put' && asked.url.pathname.endsWith('/latest'),
    ],
  ])('%s', async (_, when) => {
    let registry: TestRegistry | undefined
    registry = await registryOf(forgetful(when, () => registry as TestRegistry))
    const image = await randomImage(createRandom(30), platforms)
    const { published, log, client } = await publishTo(`${registry.host}/app`, image)
    expect(published.error).toBeUndefined()
    expect(registry.store.tags.get('app')?.get('latest')).toBe(image.tree.root.digest)
    expect(log).toMatch(/sent again/)
    const { signal } = new AbortController()
    const { digest } = image.tree.root
    const back = await readImage(client, { registry: registry.host, repository: 'app' }, { digest, signal })
    for (const blob of back.blobs) expect(registry.store.blobs.get('app')?.has(blob.digest)).toBe(true)
  })

  test('even if HEAD reports that lost blobs exist', async () => {
    let lost = true
    const registry = await registryOf({
      instead: ({ kind }) => {
        if (kind === 'blob-head' && lost) return { status: 200 }
        if (kind === 'upload-start') lost = false
        return undefined
      },
    })
    const image = await randomImage(createRandom(31), platforms)
    const { published } = await publishTo(`${registry.host}/app`, image)
    expect(published.error).toBeUndefined()
    for (const { digest } of image.tree.blobs) expect(registry.store.blobs.get('app')?.has(digest)).toBe(true)
  })

  test('even if the manifests of an existing image have lost their blobs', async () => {
    const registry = await registryOf()
    const image = await randomImage(createRandom(41), platforms)
    await publishTo(`${registry.host}/app`, image)
    registry.store.blobs.get('app')?.clear()
    registry.store.tags.get('app')?.clear()
    registry.misbehave({
      ...{ on: 'manifest-put', path: '/1.0', do: 'answer', status: 404 },
      body: JSON.stringify({ errors: [{ code: 'MANIFEST_BLOB_UNKNOWN', message: 'blob unknown' }] }),
      times: 3,
    })
    const { published } = await publishTo(`${registry.host}/app`, image)
    const puts = registry.kinds().filter((kind) => kind === 'upload-put').length
    expect(published.error).toBeUndefined()
    expect(puts).toBe(2 * image.tree.blobs.length)
    for (const { digest } of image.tree.blobs) expect(registry.store.blobs.get('app')?.has(digest)).toBe(true)
  })

  test('but not forever: then it is an error that a new run may fix, and no tag is written', async () => {
    const registry = await registryOf({
      instead: ({ kind }) =>
        kind === 'manifest-put' ? fault(400, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown') : undefined,
    })
    const image = await randomImage(createRandom(32), platforms)
    const { published } = await publishTo(`${registry.host}/app`, image)
    expect(published.error).toMatchObject({
      code: 'registry-unavailable',
      hint: expect.stringContaining('lost content that was pushed a moment ago'),
    })
    expect(registry.store.tags.size).toBe(0)
    // Two platforms, first 3 attempts, then 5 and 5 again.
    expect(registry.kinds().filter((kind) => kind === 'manifest-put').length).toBeLessThanOrEqual(2 * 13)
  })
})

describe('a registry that accepts only Docker media types', () => {
  const dockerOnly = (answer: ReturnType<typeof fault>): QuirkHooks => ({
    instead: ({ kind, headers }) =>
      kind === 'manifest-put' && !String(headers['content-type']).startsWith('application/vnd.docker.')
        ? answer
        : undefined,
  })

  test.each([
    ['400 MANIFEST_INVALID', fault(400, 'MANIFEST_INVALID', 'manifest invalid', {})],
    ['415', { status: 415 }],
    ['405 UNSUPPORTED', fault(405, 'UNSUPPORTED', 'The operation is unsupported.')],
    ['400 and words', { status: 400, body: 'unknown manifest media type' }],
    ['404 and words', { status: 404, body: '{"errors":[{"message":"unsupported media type"}]}' }],
  ])('receives them, and so do the others, with a notice: %s', async (_, answer) => {
    const [old, other] = [await registryOf(dockerOnly(answer)), await registryOf()]
    const image = await randomImage(createRandom(33), platforms)
    const { published, host } = await publishTo(`${old.host}/app, ${other.host}/app`, image)
    expect(published.error).toBeUndefined()
    expect(published.digest).not.toBe(image.tree.root.digest)
    expect(published.descriptor).toMatchObject({ digest: published.digest, mediaType: mediaType.dockerIndex })
    for (const { store } of [old, other]) {
      expect(Object.fromEntries(store.tags.get('app') ?? [])).toEqual({
        '1.0': published.digest,
        latest: published.digest,
      })
      const index = store.manifests.get('app')?.get(published.digest)
      expect(index?.type).toBe(mediaType.dockerIndex)
      const { manifests } = JSON.parse(String(index?.bytes))
      expect(manifests.map(({ platform }: { platform: object }) => platform)).toEqual(
        image.tree.images.map(({ platform }) => platform),
      )
      for (const { digest } of manifests) {
        const { config, layers } = JSON.parse(String(store.manifests.get('app')?.get(digest)?.bytes))
        expect([config, ...layers].map((one) => one.mediaType)).toEqual([
          mediaType.dockerConfig,
          mediaType.dockerLayerGzip,
          mediaType.dockerLayerGzip,
        ])
      }
    }
    expect(published.images.map(({ config }) => config.digest)).toEqual(
      image.tree.images.map(({ config }) => config.digest),
    )
    expect(host.told).toContainEqual({ notice: expect.stringContaining(`Its digest is ${published.digest}`) })
  })

  test('is reported with the first error if Docker types do not help', async () => {
    const registry = await registryOf({
      instead: ({ kind }) => (kind === 'manifest-put' ? fault(400, 'MANIFEST_INVALID', 'manifest invalid') : undefined),
    })
    const { published, host } = await publishTo(`${registry.host}/app`, await randomImage(createRandom(34), platforms))
    expect(published.error).toMatchObject({
      code: 'registry-refused',
      message: expect.stringContaining('MANIFEST_INVALID'),
    })
    expect(host.told).toEqual([])
    expect(registry.store.tags.size).toBe(0)
  })

  test('is not confused with a read-only registry', async () => {
    const registry = await registryOf({
      instead: ({ kind }) =>
        kind === 'upload-start' ? fault(405, 'UNSUPPORTED', 'The operation is unsupported.') : undefined,
    })
    const { published } = await publishTo(`${registry.host}/app`, await randomImage(createRandom(35), platforms))
    expect(published.error).toMatchObject({ hint: expect.stringContaining('read-only') })
    expect(registry.kinds()).not.toContain('manifest-put')
  })
})

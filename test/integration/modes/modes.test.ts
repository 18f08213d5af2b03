import { readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { engines } from '../../../src/engine/engines.ts'
import { toActionError } from '../../../src/errors/action-error.ts'
import type { Host, Http } from '../../../src/host/host.ts'
import { type InputName, inputRows } from '../../../src/inputs/schema.ts'
import { digestOf } from '../../../src/oci/digest.ts'
import { layoutStore, writeBlob } from '../../../src/oci/layout.ts'
import { mediaType } from '../../../src/oci/media-type.ts'
import { parseIndex } from '../../../src/oci/parse.ts'
import { formatPlatform } from '../../../src/oci/platform.ts'
import type { Descriptor } from '../../../src/oci/types.ts'
import { pushTree } from '../../../src/publish/push-tree.ts'
import { registryStore } from '../../../src/registry/registry-store.ts'
import { run } from '../../../src/run.ts'
import { createTestHost } from '../../support/host.ts'
import { type RandomImage, randomImage } from '../../support/image.ts'
import { createRandom } from '../../support/random.ts'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../support/registry.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { quirks } from '../../support/registry-quirks.ts'
import { seededPart } from '../../support/seeded-part.ts'
import { tempFolder } from '../../support/temp.ts'
import { inWaves } from '../../support/waves.ts'

type With = Partial<Record<InputName, string>>

async function registryOf(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const registry = await startRegistry(options)
  onTestFinished(registry.close)
  return registry
}

/** Runs the step in this process. A program that it starts is an error: these modes need none. */
async function step(given: With, more: Partial<Host> & { readonly vars?: Record<string, string> } = {}) {
  const started: string[] = []
  const { vars, ...options } = more
  const host = createTestHost({
    env: {
      HOME: tempFolder(),
      GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
      GITHUB_REF: 'refs/heads/main',
      ...vars,
    },
    tempDir: tempFolder(),
    exec: async (program) => {
      started.push(program)
      throw new Error(`${program} was started`)
    },
    ...options,
  })
  onTestFinished(host.close)
  const rows: Readonly<Record<string, { readonly default: string }>> = inputRows
  const texts: Readonly<Record<string, string | undefined>> = { 'github-token': '', retries: '0', ...given }
  const error = await run(host, (name) => texts[name] ?? rows[name]?.default ?? '').then(
    () => undefined,
    (thrown: unknown) => toActionError(thrown),
  )
  const output = (name: string) => host.outputs.get(name) ?? ''
  const summary = host.told.flatMap((one) =>
    'summary' in (one as object) ? [(one as { summary: string }).summary] : [],
  )
  const notices = host.told.flatMap((one) => ('notice' in (one as object) ? [(one as { notice: string }).notice] : []))
  expect(started).toEqual([])
  return { error, output, summary: summary.join('\n'), notices, log: host.log.lines }
}

/** Pushes an image by digest to the repository `app`, and returns the digest of each platform. */
async function push(
  image: RandomImage,
  ...registries: readonly TestRegistry[]
): Promise<Readonly<Record<string, string>>> {
  const client = createTestClient()
  onTestFinished(client.close)
  const host = createTestHost()
  onTestFinished(host.close)
  const dir = tempFolder()
  for (const bytes of image.content.values()) await writeBlob(dir, bytes, '')
  const to = registries.map(({ host: registry }) => registryStore(client, { registry, repository: 'app' }))
  const { errors } = await pushTree(image.tree, { from: layoutStore(dir), to, host })
  expect(errors).toEqual([])
  for (const registry of registries) (registry.journal as unknown[]).splice(0)
  return Object.fromEntries(
    image.tree.images.map(({ platform, manifest }) => [formatPlatform(platform), manifest.digest]),
  )
}

const imageOf = (seed: number, ...platforms: readonly string[]) =>
  randomImage(createRandom(seed), platforms, { Labels: { kept: 'yes', seed: String(seed) } })
const tagOf = ({ store }: TestRegistry, tag: string, repository = 'app') => store.tags.get(repository)?.get(tag)
function indexOf({ store }: TestRegistry, tag: string, repository = 'app') {
  const digest = store.tags.get(repository)?.get(tag) ?? ''
  return parseIndex(store.manifests.get(repository)?.get(digest)?.bytes ?? Buffer.alloc(0), 'Cannot read the index')
}
const platformsOf = (registry: TestRegistry, tag: string) =>
  indexOf(registry, tag).manifests.map(({ platform }) => platform && formatPlatform(platform))
/** The requests that write, except the uploads that preflight opens and cancels. */
const written = ({ journal }: TestRegistry) =>
  journal
    .filter(({ kind }) => kind !== 'upload-start' && kind !== 'upload-cancel')
    .filter(({ method }) => !['GET', 'HEAD'].includes(method))
    .map(({ kind, path }) => `${kind} ${path.split('/').at(-1)}`)

describe('mode: merge', () => {
  test('joins digests of the registry without reading a layer or starting a program', async () => {
    const registry = await registryOf()
    const [amd, arm] = [
      await push(await imageOf(1, 'amd64'), registry),
      await push(await imageOf(2, 'arm64'), registry),
    ]
    const { error, output, summary, log } = await step({
      mode: 'merge',
      images: `${registry.host}/app`,
      tags: '1.2, latest',
      digests: `linux/arm64=${arm['linux/arm64']}\n${amd['linux/amd64']}`,
      platforms: 'amd64, arm64',
      push: 'true',
      annotations: 'title=app\nmanifest-descriptor[linux/arm64]:note=slow',
    })
    expect(error).toBeUndefined()
    const digest = tagOf(registry, '1.2')
    expect([tagOf(registry, 'latest'), output('digest')]).toEqual([digest, digest])
    expect(indexOf(registry, '1.2')).toMatchObject({
      mediaType: mediaType.ociIndex,
      annotations: { title: 'app' },
      manifests: [
        { digest: amd['linux/amd64'], platform: { os: 'linux', architecture: 'amd64' } },
        { digest: arm['linux/arm64'], platform: { os: 'linux', architecture: 'arm64' }, annotations: { note: 'slow' } },
      ],
    })
    expect(JSON.parse(output('digests'))).toEqual({ ...amd, ...arm })
    expect(output('labels')).toBe('kept=yes')
    expect(output('annotations')).toBe('index:title=app\nmanifest-descriptor[linux/arm64]:note=slow')
    expect([output('engine'), output('pushed'), output('version')]).toEqual(['', 'true', '1.2'])
    expect(summary).toContain('Mode: merge')
    expect(log.join('\n')).toContain(`Joined 2 images: ${digest}`)
    // Preflight opens an upload and cancels it.
    expect(written(registry).filter((one) => one.startsWith('manifest-put'))).toEqual([
      'manifest-put 1.2',
      'manifest-put latest',
    ])
    expect(registry.journal.filter(({ kind }) => kind === 'blob-head' || kind === 'upload-put')).toEqual([])
    expect(registry.journal.filter(({ kind }) => kind === 'blob-get')).toHaveLength(2)
  })

  describe('with 8 platforms in one repository', () => {
    const names = ['amd64', 'arm64', '386', 's390x', 'ppc64le', 'riscv64', 'arm/v6', 'arm/v7']

    /** Pushes the images, and returns a function that joins them. */
    async function eight(options: TestRegistryOptions = {}) {
      const registry = await registryOf(options)
      const pushed: string[] = []
      for (const [at, name] of names.entries()) {
        pushed.push(...Object.values(await push(await imageOf(50 + at, name), registry)))
      }
      const given = { mode: 'merge', images: `${registry.host}/app`, digests: pushed.join('\n'), push: 'true' }
      const join = async (more: With, http?: Http) => {
        const before = registry.journal.length
        const host = createTestHost({ env: { PATH: process.env['PATH'] } })
        onTestFinished(host.close)
        const options = { http: http ?? host.http, exec: host.exec, vars: { PATH: process.env['PATH'] ?? '' } }
        const { error, output } = await step({ ...given, ...more }, options)
        return { error, digest: output('digest'), requests: registry.journal.slice(before) }
      }
      return { registry, join }
    }

    test('takes 5 round trips, with any number of tags, and 21 requests and 3 for each further tag', async () => {
      const { registry, join } = await eight()
      // Loads the code.
      await join({ tags: 'first' })
      const client = createTestHost()
      onTestFinished(client.close)
      for (const count of [1, 5]) {
        const tags = Array.from({ length: count }, (_, at) => `${count}.${at}`)
        const { http, waves } = inWaves(client.http)
        const { error, digest } = await join({ tags: tags.join() }, http)
        expect(error).toBeUndefined()
        const kinds = waves.map((wave) => wave.map((one) => one.replace(/(sha256:|uploads\/).*/, '$1…')))
        expect(kinds).toEqual([
          ['GET /v2/'],
          [
            ...Array(8).fill('GET /v2/app/manifests/sha256:…'),
            ...tags.map((tag) => `HEAD /v2/app/manifests/${tag}`),
            'HEAD /v2/app/manifests/sha256:…',
            'POST /v2/app/blobs/uploads/…',
          ],
          ['DELETE /v2/app/blobs/uploads/…', ...Array(8).fill('GET /v2/app/blobs/sha256:…')],
          tags.map((tag) => `PUT /v2/app/manifests/${tag}`),
          tags.map((tag) => `HEAD /v2/app/manifests/${tag}`),
        ])
        expect(waves.flat()).toHaveLength(20 + 3 * count)
        expect(tags.map((tag) => tagOf(registry, tag))).toEqual(tags.map(() => digest))
      }
    })

    test('loads no engine', async () => {
      const loading = vi.spyOn(engines.embedded, 'load')
      onTestFinished(() => loading.mockRestore())
      const { join } = await eight()
      const { error } = await join({ tags: 'v1' })
      expect(error).toBeUndefined()
      expect(loading).not.toHaveBeenCalled()
    })

    test('writes a tag that exists with the image no second time', async () => {
      const { registry, join } = await eight()
      const { digest } = await join({ tags: 'v1' })
      const { error, requests } = await join({ tags: 'v1' })
      expect(error).toBeUndefined()
      expect(requests.filter(({ kind }) => kind === 'manifest-put')).toEqual([])
      expect(tagOf(registry, 'v1')).toBe(digest)
    })

    const put = ({ requests }: { readonly requests: TestRegistry['journal'] }) =>
      requests.filter(({ kind }) => kind === 'manifest-put').map(({ path }) => path.replace(/.*\/|(?<=sha256:).*/g, ''))

    test.each([
      { what: 'commands run before the tags', more: { tags: 'v1', 'before-tags': 'true' } },
      { what: 'a fixed tag is protected', more: { tags: 'v1', 'if-exists': 'fail' } },
      { what: 'several repositories get it', more: { tags: 'v1' }, others: ['other'] },
    ])('pushes the index by digest first if $what', async ({ more, others = [] }) => {
      const { registry, join } = await eight()
      const images = ['app', ...others].map((name) => `${registry.host}/${name}`)
      const joined = await join({ ...more, images: images.join() })
      expect(joined.error).toBeUndefined()
      const ofApp = joined.requests.filter(({ path }) => path.includes('/app/'))
      expect(put({ requests: ofApp })).toEqual(['sha256:', 'v1'])
    })

    test('pushes the index by digest if the registry rejects the tag, and keeps the error of the tag', async () => {
      const { registry, join } = await eight()
      registry.misbehave({ on: 'manifest-put', path: '/v1', do: 'answer', status: 405, times: Infinity })
      const joined = await join({ tags: 'v1, latest' })
      expect(joined.error?.message).toContain(':v1')
      expect(put(joined)).toEqual(['v1', 'sha256:', 'v1'])
      expect(registry.store.tags.get('app')?.size ?? 0).toBe(0)
    })

    test('cancels the upload of preflight if the run is cancelled while the registry has not answered that', async () => {
      const { registry } = await eight()
      const [pushed = ''] = Object.values(await push(await imageOf(70, 'amd64'), registry))
      registry.misbehave({ on: 'upload-cancel', do: 'hang' })
      registry.misbehave({ on: 'manifest-put', do: 'hang' })
      const cancel = new AbortController()
      const given = { mode: 'merge', images: `${registry.host}/app`, digests: pushed, push: 'true', tags: 'v1' }
      const running = step(given, { signal: cancel.signal })
      await vi.waitUntil(() => registry.journal.some(({ kind }) => kind === 'manifest-put'), { timeout: 60_000 })
      cancel.abort()
      const { error } = await running
      expect(error?.code).toBe('cancelled')
      expect(registry.journal.filter(({ kind }) => kind === 'upload-cancel')).toHaveLength(2)
      expect(registry.store.uploads.size).toBe(0)
    })

    test('has no digest if the registry fails before the index is stored', async () => {
      const { registry, join } = await eight()
      registry.misbehave({ on: 'manifest-put', do: 'answer', status: 503, times: Infinity })
      const joined = await join({ tags: 'v1, latest' })
      expect(joined.error?.code).toBe('registry-unavailable')
      expect([joined.digest, ...put(joined)]).toEqual(['', 'v1'])
    })

    test('has the digest if the tag was stored and cannot be read back', async () => {
      const { registry, join } = await eight()
      registry.misbehave({ on: 'manifest-head', path: '/v1', skip: 1, do: 'answer', status: 503, times: Infinity })
      const joined = await join({ tags: 'v1' })
      expect(joined.error?.code).toBe('registry-unavailable')
      expect(joined.digest).toMatch(/^sha256:/)
    })
  })

  test('gives each registry what it lacks, from the one that has it', async () => {
    const [first, second] = [await registryOf(), await registryOf()]
    const both = await push(await imageOf(3, 'amd64'), first, second)
    const one = await push(await imageOf(4, 'arm64'), first)
    const { error, output } = await step({
      mode: 'merge',
      images: `${second.host}/app, ${first.host}/app`,
      tags: 'v1',
      digests: `${JSON.stringify(both)}\n${JSON.stringify(one)}`,
      push: 'true',
    })
    expect(error).toBeUndefined()
    expect(tagOf(first, 'v1')).toBe(tagOf(second, 'v1'))
    expect(platformsOf(second, 'v1')).toEqual(['linux/amd64', 'linux/arm64'])
    expect(second.journal.filter(({ kind }) => kind === 'upload-put')).toHaveLength(3)
    expect(first.journal.filter(({ kind }) => kind === 'upload-put')).toHaveLength(0)
    expect(output('refs').split('\n')).toHaveLength(2)
  })

  test('takes an index of another repository with its order and annotations, and mounts its content', async () => {
    const registry = await registryOf()
    const image = await imageOf(5, 'arm64', 'amd64')
    await push(image, registry)
    const single = await push(await imageOf(6, 'riscv64'), registry)
    const { error } = await step({
      mode: 'merge',
      images: `${registry.host}/other`,
      tags: 'v1',
      digests: `${registry.host}/app@${image.tree.root.digest}, ${registry.host}/app@${single['linux/riscv64']}`,
      push: 'true',
    })
    expect(error).toBeUndefined()
    const { manifests } = indexOf(registry, 'v1', 'other')
    expect(manifests.map(({ platform }) => platform?.architecture)).toEqual(['arm64', 'amd64', 'riscv64'])
    expect(registry.journal.some(({ kind }) => kind === 'mount')).toBe(true)
    expect(registry.journal.filter(({ kind }) => kind === 'upload-put')).toEqual([])
  })

  test('keeps the version of an image for Windows', async () => {
    const registry = await registryOf()
    const windows = await randomImage(createRandom(7), ['windows(10.0.20348.2340)/amd64'])
    const [manifest] = windows.tree.images
    await push(windows, registry)
    const linux = await push(await imageOf(8, 'amd64'), registry)
    const { error } = await step({
      mode: 'merge',
      images: `${registry.host}/app`,
      tags: 'v1',
      digests: `windows/amd64=${manifest?.manifest.digest}, ${linux['linux/amd64']}`,
      platforms: 'linux/amd64, windows/amd64',
      push: 'true',
    })
    expect(error).toBeUndefined()
    expect(indexOf(registry, 'v1').manifests.map(({ platform }) => platform)).toEqual([
      { os: 'linux', architecture: 'amd64' },
      { os: 'windows', architecture: 'amd64', 'os.version': '10.0.20348.2340' },
    ])
  })

  const missing = digestOf('missing')
  test.each([
    {
      name: 'two images for a platform',
      digests: ['a.amd64', 'b.amd64'],
      code: 'platform-mismatch',
      text: 'are both for linux/amd64',
    },
    {
      name: 'a missing platform',
      digests: ['a.amd64'],
      platforms: 'amd64, arm64',
      code: 'platform-mismatch',
      text: 'linux/arm64 is missing',
    },
    {
      name: 'a platform that is not in platforms',
      digests: ['a.amd64', 'a.arm64'],
      platforms: 'amd64',
      code: 'platform-mismatch',
      text: 'is not in platforms',
    },
    {
      name: 'a digest of another platform',
      digests: ['linux/arm64=a.amd64'],
      code: 'platform-mismatch',
      text: 'for linux/arm64: it is for linux/amd64',
    },
    {
      name: 'a digest that does not exist',
      digests: [missing],
      code: 'image-not-found',
      text: `Cannot find ${missing}: it does not exist in`,
    },
  ])('writes no tag for $name', async ({ digests, platforms = '', code, text }) => {
    const registry = await registryOf()
    const a = await push(await imageOf(9, 'amd64', 'arm64'), registry)
    const b = await push(await imageOf(10, 'amd64'), registry)
    const known: Readonly<Record<string, string | undefined>> = {
      'a.amd64': a['linux/amd64'],
      'a.arm64': a['linux/arm64'],
      'b.amd64': b['linux/amd64'],
    }
    const entries = digests.map((one) => one.replace(/[ab]\.\w+/, (name) => known[name] ?? name))
    const given = { images: `${registry.host}/app`, tags: 'v1', digests: entries.join('\n'), platforms, push: 'true' }
    const { error } = await step({ mode: 'merge', ...given })
    expect(error).toMatchObject({ code, message: expect.stringContaining(text) })
    expect(written(registry)).toEqual([])
  })

  test.each([
    [
      'claims another size of its manifest',
      (entry: Descriptor) => ({ ...entry, size: entry.size + 1 }),
      'its index says',
    ],
    ['is not valid', ({ digest }: Descriptor) => ({ digest }), '"manifests" is not a list of descriptors'],
  ])('writes no tag in mode: merge and promote for an index that %s', async (_, change, text) => {
    const registry = await registryOf()
    const image = await imageOf(12, 'amd64')
    await push(image, registry)
    const [entry = image.tree.root] = image.tree.images.map(({ manifest }) => manifest)
    const bytes = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: mediaType.ociIndex, manifests: [change(entry)] }),
    )
    const digest = digestOf(bytes)
    registry.store.manifests.get('app')?.set(digest, { type: mediaType.ociIndex, bytes })
    const given = { images: `${registry.host}/app`, tags: 'v1', push: 'true' }
    for (const mode of [{ digests: digest }, { from: `${registry.host}/app@${digest}` }]) {
      const { error } = await step({ mode: 'from' in mode ? 'promote' : 'merge', ...given, ...mode })
      expect(error).toMatchObject({
        code: 'input-invalid',
        message: expect.stringContaining(text),
        hint: `Name another image, or push ${digest} again: it is not valid.`,
      })
    }
    expect(written(registry)).toEqual([])
  })

  test('reports a digest without a repository', async () => {
    const { error } = await step({ mode: 'merge', digests: missing })
    expect(error).toMatchObject({ code: 'input-invalid', message: `Cannot find ${missing}: no repository is known` })
  })

  test('pushes nothing in a dry run, and without push', async () => {
    const registry = await registryOf()
    const amd = await push(await imageOf(11, 'amd64', 'arm64'), registry)
    const given: With = { mode: 'merge', images: `${registry.host}/app`, tags: 'v1', digests: JSON.stringify(amd) }
    const dry = await step({ ...given, push: 'true', 'dry-run': 'true', preflight: 'false' })
    expect([dry.error, dry.output('tags')]).toEqual([undefined, `${registry.host}/app:v1`])
    const bare = await step(given)
    expect([bare.error, bare.output('pushed')]).toEqual([undefined, 'false'])
    expect(bare.notices.join()).toContain('mode: merge only verifies the image: push is false')
    expect(written(registry)).toEqual([])
  })

  test('writes the joined image to an OCI layout, with content of the registry', async () => {
    const registry = await registryOf()
    const image = await push(await imageOf(12, 'amd64', 'arm64'), registry)
    const dest = tempFolder()
    const given: With = {
      images: `${registry.host}/app`,
      tags: 'v1',
      digests: JSON.stringify(image),
      outputs: `type=oci,dest=${dest}/layout,tar=false`,
    }
    const { error, output } = await step({ mode: 'merge', ...given })
    expect(error).toBeUndefined()
    const { manifests } = parseIndex(readFileSync(`${dest}/layout/index.json`), 'Cannot read index.json')
    expect(manifests.map(({ digest }) => digest)).toEqual([output('digest')])
  })

  const ofReading = quirks.filter(({ name, token, auth }) => !token && !auth && /manifest|\bblob\b|429/.test(name))
  test.each(seededPart(ofReading, 3))('publishes to a registry with the quirk: $name', async ({ hooks }) => {
    const registry = await registryOf({ quirk: hooks() })
    const image = await push(await imageOf(13, 'amd64', 'arm64'), registry)
    const given: With = { images: `${registry.host}/app`, tags: 'v1', digests: JSON.stringify(image), retries: '4' }
    const { error } = await step({ mode: 'merge', push: 'true', ...given })
    expect(error).toBeUndefined()
    expect(tagOf(registry, 'v1')).toMatch(/^sha256:/)
  })

  test('retries transient failures while reading', async () => {
    const registry = await registryOf()
    const image = await push(await imageOf(14, 'amd64', 'arm64'), registry)
    const given: With = {
      mode: 'merge',
      images: `${registry.host}/app`,
      tags: 'v1',
      digests: JSON.stringify(image),
      push: 'true',
    }
    registry.misbehave({ on: 'manifest-get', do: 'answer', status: 503 })
    const { error, output } = await step({ ...given, retries: '3' })
    expect([error, output('attempts')]).toEqual([undefined, '2'])
  })

  test('writes no tag if the run is cancelled while it reads', async () => {
    const registry = await registryOf()
    const image = await push(await imageOf(15, 'amd64', 'arm64'), registry)
    const cancel = new AbortController()
    registry.misbehave({ on: 'blob-get', times: 9, do: 'hang' })
    const given: With = { images: `${registry.host}/app`, tags: 'v1', digests: JSON.stringify(image), push: 'true' }
    const running = step({ mode: 'merge', ...given }, { signal: cancel.signal })
    while (!registry.journal.some(({ kind }) => kind === 'blob-get')) await new Promise((done) => setTimeout(done, 5))
    cancel.abort()
    expect((await running).error?.code).toBe('cancelled')
    expect(written(registry)).toEqual([])
  })
})

describe('mode: promote', () => {
  test('gives the same digest further tags, in another registry too', async () => {
    const [source, target] = [await registryOf(), await registryOf()]
    const image = await imageOf(20, 'amd64', 'arm64')
    const { digest } = image.tree.root
    await push(image, source)
    // Any content can be under the tag of a signature.
    source.store.tags.set(
      'app',
      new Map([
        ['rc', digest],
        [`${digest.replace(':', '-')}.sig`, digest],
      ]),
    )
    const { error, output, log } = await step({
      mode: 'promote',
      from: `${source.host}/app:rc`,
      images: `${source.host}/app, ${target.host}/live`,
      tags: '1.0, stable',
      push: 'true',
    })
    expect(error).toBeUndefined()
    expect([tagOf(source, '1.0'), tagOf(source, 'stable'), tagOf(target, '1.0', 'live')]).toEqual([
      digest,
      digest,
      digest,
    ])
    expect([output('digest'), output('labels')]).toEqual([digest, 'kept=yes\nseed=20'])
    expect(log.join('\n')).toContain(`${source.host}/app:rc is ${digest}`)
    expect(source.journal.filter(({ kind }) => kind === 'upload-put')).toEqual([])
    expect(tagOf(target, `${digest.replace(':', '-')}.sig`, 'live')).toBe(digest)
    expect(log.join('\n')).toContain(`${target.host}/live: copied ${digest.replace(':', '-')}.sig`)
    const stored = target.store.manifests.get('live')?.get(digest)?.bytes
    expect(stored?.equals(image.content.get(digest) ?? Buffer.alloc(0))).toBe(true)
  })

  test.each([
    { ifExists: 'skip', outcome: undefined },
    { ifExists: 'fail', outcome: 'tag-exists' },
  ])('obeys if-exists: $ifExists', async ({ ifExists, outcome }) => {
    const registry = await registryOf()
    const [old, image] = [await imageOf(21, 'amd64'), await imageOf(22, 'amd64')]
    await push(old, registry)
    await push(image, registry)
    const before = old.tree.root.digest
    registry.store.tags.set('app', new Map([['1.0', before]]))
    const given: With = {
      from: `${registry.host}/app@${image.tree.root.digest}`,
      images: `${registry.host}/app`,
      tags: '1.0',
    }
    const { error } = await step({ mode: 'promote', ...given, push: 'true', 'if-exists': ifExists })
    expect(error?.code).toBe(outcome)
    expect(tagOf(registry, '1.0')).toBe(before)
  })

  test('names the layer that the repository of the image no longer has', async () => {
    const [source, target] = [await registryOf(), await registryOf()]
    const image = await imageOf(24, 'amd64')
    await push(image, source)
    const [layer] = image.tree.images.flatMap(({ layers }) => layers)
    source.store.blobs.get('app')?.delete(layer?.digest ?? '')
    const { error } = await step({
      mode: 'promote',
      from: `${source.host}/app@${image.tree.root.digest}`,
      ...{ images: `${target.host}/live`, tags: '1.0', push: 'true' },
    })
    expect(error).toMatchObject({
      code: 'image-not-found',
      message: expect.stringContaining(`it cannot be read: Cannot read blob ${layer?.digest} of ${source.host}/app`),
    })
    expect(tagOf(target, '1.0', 'live')).toBeUndefined()
  })

  test('fails rather than changing the digest for a registry that only accepts media types of Docker', async () => {
    const source = await registryOf()
    const target = await registryOf({
      quirk: {
        instead: ({ kind, headers }) =>
          kind === 'manifest-put' && String(headers['content-type']).includes('oci')
            ? {
                status: 415,
                body: JSON.stringify({ errors: [{ code: 'MANIFEST_INVALID', message: 'unsupported media type' }] }),
              }
            : undefined,
      },
    })
    const image = await imageOf(23, 'amd64')
    await push(image, source)
    const from = `${source.host}/app@${image.tree.root.digest}`
    const { error } = await step({ mode: 'promote', from, images: `${target.host}/app`, tags: 'v1', push: 'true' })
    expect(error?.code).toBe('registry-refused')
    expect(tagOf(target, 'v1')).toBeUndefined()
  })

  test('names a tag that does not exist', async () => {
    const registry = await registryOf()
    const { error } = await step({
      mode: 'promote',
      from: `${registry.host}/app:rc`,
      images: `${registry.host}/app`,
      tags: 'v1',
      push: 'true',
    })
    expect(error).toMatchObject({
      code: 'image-not-found',
      message: `Cannot find ${registry.host}/app:rc: it does not exist in the registry`,
    })
  })
})

describe('mode: plan', () => {
  test('writes the matrix and the metadata without any request or program', async () => {
    const http: Host['http'] = { request: async () => Promise.reject(new Error('a request was sent')) } as never
    const { error, output, summary, notices } = await step(
      {
        mode: 'plan',
        images: 'ghcr.io/acme/app',
        platforms: 'amd64, arm64, arm/v7, riscv64, s390x?',
        runners: 'linux/riscv64=self-hosted+riscv\nlinux/arm/v7=ubuntu-24.04',
        labels: 'a=b',
        'default-labels': 'false',
        load: 'true',
      },
      { http },
    )
    expect(error).toBeUndefined()
    expect(JSON.parse(output('matrix'))).toEqual({
      include: [
        { platform: 'linux/amd64', runner: 'ubuntu-24.04', slug: 'linux-amd64', emulated: false, optional: false },
        { platform: 'linux/arm64', runner: 'ubuntu-24.04-arm', slug: 'linux-arm64', emulated: false, optional: false },
        { platform: 'linux/arm/v7', runner: 'ubuntu-24.04', slug: 'linux-arm-v7', emulated: true, optional: false },
        {
          platform: 'linux/riscv64',
          runner: ['self-hosted', 'riscv'],
          slug: 'linux-riscv64',
          emulated: false,
          optional: false,
        },
        { platform: 'linux/s390x', runner: 'ubuntu-24.04', slug: 'linux-s390x', emulated: true, optional: true },
      ],
    })
    expect([output('tags'), output('labels'), output('version')]).toEqual(['ghcr.io/acme/app:main', 'a=b', 'main'])
    expect(JSON.parse(output('json'))).toMatchObject({ tags: ['ghcr.io/acme/app:main'], labels: { a: 'b' } })
    expect(notices).toContain('mode: plan ignores load')
    expect(summary).toContain('| `linux/s390x` | `ubuntu-24.04` | emulated |')
  })
})

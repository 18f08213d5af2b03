import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import type { BuiltImage } from '../../../src/engine/built.ts'
import type { Host } from '../../../src/host/host.ts'
import { layoutStore, writeBlob } from '../../../src/oci/layout.ts'
import { formatReference } from '../../../src/oci/reference.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { publish } from '../../../src/publish/publish.ts'
import { createFakeClock } from '../../support/clock.ts'
import type { Fault } from '../../support/fault.ts'
import { createTestHost } from '../../support/host.ts'
import { type RandomImage, randomImage } from '../../support/image.ts'
import { loginOf } from '../../support/login.ts'
import { factsOf, inputsOf, serverOf } from '../../support/plan.ts'
import { createRandom } from '../../support/random.ts'
import { startRegistry, type TestRegistry } from '../../support/registry.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { runOf } from '../../support/run.ts'

const platforms = ['linux/amd64', 'linux/arm64']

async function registryOf(): Promise<TestRegistry> {
  const registry = await startRegistry()
  onTestFinished(registry.close)
  return registry
}

const images = new Map<number, Promise<RandomImage>>()
/** The image of the seed for all platforms, which is made once. */
function imageOf(seed: number): Promise<RandomImage> {
  const image = images.get(seed) ?? randomImage(createRandom(seed), platforms)
  images.set(seed, image)
  return image
}

const layouts = new Map<RandomImage, Promise<BuiltImage>>()
/** The image in a layout that only this file's tests read. */
function layoutOf(image: RandomImage): Promise<BuiltImage> {
  const layout = layouts.get(image) ?? writeLayout(image)
  layouts.set(image, layout)
  return layout
}

const folder = mkdtempSync(join(tmpdir(), 'polyarch-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function writeLayout({ tree, content }: RandomImage): Promise<BuiltImage> {
  const dir = mkdtempSync(join(folder, 'layout-'))
  for (const bytes of content.values()) await writeBlob(dir, bytes, '')
  return { tree, blobs: layoutStore(dir) }
}

/** Publishes `content` as the step does; returns the result and the log. */
async function publishTo(
  images: string,
  tags: string,
  content: BuiltImage,
  ifExists = 'overwrite',
  more: Partial<Host> = {},
) {
  const client = createTestClient()
  const host = createTestHost(more)
  onTestFinished(client.close)
  onTestFinished(host.close)
  const inputs = inputsOf({ images, tags, platforms: platforms.join(), push: 'true', 'if-exists': ifExists })
  const plan = makePlan(inputs, factsOf({ docker: serverOf({ store: 'containerd' }) }))
  const built = { content, metadata: {}, imageId: undefined, steps: [] }
  return { log: host.log.lines, published: await publish(await runOf(plan, host, loginOf(client)), built) }
}

/** The order of writes: `blob`, `manifest <last words of the media type>`, `tag <name>`; and the reads of tags after the first write. */
function order(registry: TestRegistry): readonly string[] {
  const events = registry.journal.flatMap(({ kind, path, status = 0, headers }) => {
    const name = decodeURIComponent(path.split('/').at(-1) ?? '')
    const isTag = !name.startsWith('sha256:')
    if (kind === 'upload-put' && status === 201) return ['blob']
    if (kind === 'mount' && status === 201) return ['mount']
    if (kind === 'manifest-head' && isTag) return [`read ${name}`]
    if (kind !== 'manifest-put') return []
    return [isTag ? `tag ${name}` : String(headers['content-type']).includes('index') ? 'index' : 'manifest']
  })
  const first = events.findIndex((event) => event.startsWith('tag '))
  return events.filter((event, at) => at > first || !event.startsWith('read '))
}

const tagsOf = (registry: TestRegistry, repository: string) =>
  Object.fromEntries(registry.store.tags.get(repository) ?? [])

describe('publish()', () => {
  test('writes blobs, then manifests, then the index, then the tags of each stage, and reads each back', async () => {
    const registry = await registryOf()
    const image = await imageOf(1)
    const { published, log } = await publishTo(`${registry.host}/app`, 'latest, 1.2, 1.2.3', await layoutOf(image))
    const blobs = image.tree.blobs.map(() => 'blob')
    const tags = ['1.2', '1.2.3', 'latest']
    expect(order(registry)).toEqual([
      ...blobs,
      'manifest',
      'manifest',
      'index',
      ...['tag 1.2', 'tag 1.2.3', 'read 1.2', 'read 1.2.3'],
      ...['tag latest', 'read latest'],
    ])
    expect({
      digest: published.digest,
      tags: published.tags.map(({ reference }) => formatReference(reference)),
    }).toEqual({
      digest: image.tree.root.digest,
      tags: tags.map((tag) => `${registry.host}/app:${tag}`),
    })
    expect(tagsOf(registry, 'app')).toEqual(Object.fromEntries(tags.map((tag) => [tag, image.tree.root.digest])))
    expect(log).toContain(`${registry.host}/app:1.2.3 → ${image.tree.root.digest}`)
  })

  test('mounts blobs of a second repository from the first, and tags neither before both are complete', async () => {
    const registry = await registryOf()
    const image = await imageOf(2)
    await publishTo(`${registry.host}/one, ${registry.host}/two`, '1', await layoutOf(image))
    const count = image.tree.blobs.length
    const complete = ['manifest', 'manifest', 'index']
    expect(order(registry)).toEqual([
      ...Array(count).fill('blob'),
      ...complete,
      ...Array(count).fill('mount'),
      ...complete,
      ...['tag 1', 'tag 1', 'read 1', 'read 1'],
    ])
  })

  test('puts the same image into two registries', async () => {
    const [one, two] = [await registryOf(), await registryOf()]
    const image = await imageOf(3)
    await publishTo(`${one.host}/app, ${two.host}/app`, '1', await layoutOf(image))
    expect(tagsOf(one, 'app')).toEqual({ '1': image.tree.root.digest })
    expect(tagsOf(two, 'app')).toEqual({ '1': image.tree.root.digest })
  })

  test('sends only the tags if everything else exists', async () => {
    const registry = await registryOf()
    const content = await layoutOf(await imageOf(4))
    await publishTo(`${registry.host}/app`, '1', content)
    const before = registry.journal.length
    await publishTo(`${registry.host}/app`, '2', content)
    const sent = registry.journal.slice(before).filter(({ kind }) => kind.startsWith('upload') || kind === 'mount')
    expect(sent).toEqual([])
    expect(Object.keys(tagsOf(registry, 'app'))).toEqual(['1', '2'])
  })

  test('takes one request per document and tag if the image and its tags exist', async () => {
    const registry = await registryOf()
    const content = await layoutOf(await imageOf(34))
    await publishTo(`${registry.host}/app`, '1.0, latest', content)
    const before = registry.journal.length
    const { published, log } = await publishTo(`${registry.host}/app`, '1.0, latest', content)
    expect(published).toMatchObject({ error: undefined, tags: [{ outcome: 'unchanged' }, { outcome: 'unchanged' }] })
    expect(log).toContain(`${registry.host}/app:1.0: already up to date (${content.tree.root.digest})`)
    expect(registry.kinds().slice(before).toSorted()).toEqual([...Array(3 + 2).fill('manifest-head'), 'ping'])
  })

  test('takes three requests per blob of a new image, and two per document and tag', async () => {
    const registry = await registryOf()
    const image = await imageOf(35)
    await publishTo(`${registry.host}/app`, 'a, b, c', await layoutOf(image))
    const count = (kind: string) => registry.kinds().filter((one) => one === kind).length
    const blobs = image.tree.blobs.length
    expect(registry.kinds().filter((kind) => /^(?:blob|upload)/.test(kind))).toHaveLength(3 * blobs)
    // No request says whether HEAD works: GET checks that the three tags do not exist.
    expect([count('manifest-head'), count('manifest-put'), count('manifest-get')]).toEqual([3 + 3 + 3, 3 + 3, 3])
  })

  test('writes a tag again if the image was pushed to another repository meanwhile', async () => {
    const registry = await registryOf()
    const content = await layoutOf(await imageOf(36))
    await publishTo(`${registry.host}/one`, '1', content)
    const { published } = await publishTo(`${registry.host}/one, ${registry.host}/two`, '1', content)
    expect(published.tags).toMatchObject([{ outcome: 'written' }, { outcome: 'written' }])
  })

  test('pushes a manifest and its blobs again if a clean-up deleted them and left the index', async () => {
    const registry = await registryOf()
    const { tree } = await imageOf(37)
    const content = await layoutOf(await imageOf(37))
    await publishTo(`${registry.host}/app`, '1', content)
    const [image] = tree.images
    if (image === undefined) throw new Error('There is no image')
    registry.store.manifests.get('app')?.delete(image.manifest.digest)
    registry.store.blobs.get('app')?.delete(image.config.digest)
    const { published } = await publishTo(`${registry.host}/app`, '1', content)
    expect(published.error).toBeUndefined()
    expect(registry.store.manifests.get('app')?.has(image.manifest.digest)).toBe(true)
    expect(registry.store.blobs.get('app')?.has(image.config.digest)).toBe(true)
  })

  test.each([
    ['another digest', { 'docker-content-digest': `sha256:${'0'.repeat(64)}` }],
    ['another size', { 'content-length': '7' }],
  ])('does not believe a registry that has a manifest with %s', async (_, headers) => {
    const registry = await registryOf()
    const image = await randomImage(createRandom(38), ['linux/amd64'])
    registry.misbehave({
      ...{ on: 'manifest-head', path: 'sha256:', do: 'answer', status: 200, times: Infinity },
      headers,
    })
    const content = await layoutOf(image)
    const { published } = await publishTo(`${registry.host}/app`, '1', content)
    expect(published.error).toBeUndefined()
    for (const { digest } of image.tree.blobs) expect(registry.store.blobs.get('app')?.has(digest)).toBe(true)
  })

  test('writes the second tag of a stage before the first is answered', async () => {
    const registry = await registryOf()
    const content = await layoutOf(await imageOf(39))
    registry.misbehave({ on: 'manifest-put', path: '/1.2', do: 'delay', milliseconds: 40 })
    await publishTo(`${registry.host}/app`, '1.2, 1.2.3, latest', content)
    const tags = order(registry).filter((event) => /^(?:tag|read)/.test(event))
    expect(tags.slice(0, 2)).toEqual(['tag 1.2', 'tag 1.2.3'])
    expect(tags.indexOf('tag latest')).toBeGreaterThan(tags.indexOf('read 1.2'))
  })

  test('writes at most 10 tags of a registry at once, and reports them in their order', async () => {
    const registry = await registryOf()
    const content = await layoutOf(await imageOf(40))
    const tags = Array.from({ length: 24 }, (_, at) => `t${at}`)
    const { published } = await publishTo(`${registry.host}/app`, tags.join(), content)
    const puts = registry.journal.filter(({ kind, path }) => kind === 'manifest-put' && !path.includes('sha256:'))
    expect(Math.max(...puts.map(({ concurrent }) => concurrent))).toBeLessThanOrEqual(10)
    expect(puts).toHaveLength(24)
    expect(published.tags.map(({ reference }) => reference.tag).toSorted()).toEqual(tags.toSorted())
    expect(published.tags.map(({ outcome }) => outcome)).toEqual(Array(24).fill('written'))
  })

  test.each<{ readonly name: string; readonly fault: Fault; readonly code: string }>([
    {
      name: 'a blob',
      fault: { on: 'upload-put', skip: 2, do: 'answer', status: 403, times: Infinity },
      code: 'registry-denied',
    },
    { name: 'a manifest', fault: { on: 'manifest-put', skip: 1, do: 'answer', status: 400 }, code: 'registry-refused' },
    {
      name: 'the index',
      fault: { on: 'manifest-put', skip: 2, do: 'answer', status: 403, times: Infinity },
      code: 'registry-denied',
    },
    {
      name: 'anything in the second registry',
      fault: { on: 'upload-start', do: 'answer', status: 403, times: Infinity },
      code: 'registry-denied',
    },
  ])('writes no tag if $name is rejected', async ({ fault, code }) => {
    const [one, two] = [await registryOf(), await registryOf()]
    two.misbehave(fault)
    const content = await layoutOf(await imageOf(5))
    const { published } = await publishTo(`${one.host}/app, ${two.host}/app`, '1', content)
    expect(published.error).toMatchObject({ code })
    expect(published.tags).toMatchObject([{ outcome: 'not attempted' }, { outcome: 'not attempted' }])
    expect([tagsOf(one, 'app'), tagsOf(two, 'app')]).toEqual([{}, {}])
  })

  test('reports that a tag reads back with another digest, and writes no further one', async () => {
    const registry = await registryOf()
    const other = `sha256:${'0'.repeat(64)}`
    registry.misbehave({
      on: 'manifest-head',
      path: '/1',
      do: 'headers',
      headers: { 'docker-content-digest': other },
      times: Infinity,
    })
    const image = await imageOf(6)
    const { published, log } = await publishTo(`${registry.host}/app`, '1.0.0, latest', await layoutOf(image))
    expect(published.tags).toMatchObject([{ outcome: 'failed', error: published.error }, { outcome: 'not attempted' }])
    expect(log).toContain(`${registry.host}/app:latest: not updated because an earlier push failed`)
    expect(published.error).toMatchObject({
      code: 'tag-moved',
      message: `Cannot verify ${registry.host}/app:1.0.0: ${image.tree.root.digest} was written, but the registry returns ${other}`,
    })
    expect(Object.keys(tagsOf(registry, 'app'))).toEqual(['1.0.0'])
  })

  test('tags an image that the builder pushed without sending a blob', async () => {
    const registry = await registryOf()
    const image = await imageOf(7)
    const { tree } = image
    const content = await layoutOf(image)
    await publishTo(`${registry.host}/app`, 'before', content)
    const before = registry.journal.length
    const { published } = await publishTo(`${registry.host}/app`, '1', { ...content, isPushed: true })
    const kinds = registry.journal.slice(before).map(({ kind }) => kind)
    expect(kinds.filter((kind) => /^upload|mount|put/.test(kind))).toEqual(['manifest-put'])
    expect(published.images.map(({ platform }) => platform.architecture)).toEqual(['amd64', 'arm64'])
    expect(tagsOf(registry, 'app')['1']).toBe(tree.root.digest)
  })

  test('waits for a registry that still returns the old tag', async () => {
    const registry = await registryOf()
    const [old, image] = [await imageOf(8), await imageOf(20)]
    await publishTo(`${registry.host}/app`, '1', await layoutOf(old))
    const begun = registry.journal.length
    const headers = { 'docker-content-digest': old.tree.root.digest }
    registry.misbehave({ on: 'manifest-head', path: '/1', do: 'headers', headers, times: 4 })
    const { published } = await publishTo(`${registry.host}/app`, '1', await layoutOf(image))
    expect(published.tags).toMatchObject([{ outcome: 'written' }])
    // Three for the documents; one before the tag is written, three that lag, one that does not.
    expect(
      registry
        .kinds()
        .slice(begun)
        .filter((kind) => kind === 'manifest-head'),
    ).toHaveLength(3 + 5)
  })

  test.each([
    { name: 'existed', exists: true },
    { name: 'did not exist', exists: false },
  ])('detects immediately that another run wrote a tag that $name, and from which commit', async ({ exists }) => {
    const registry = await registryOf()
    const [old, other, image] = await Promise.all([21, 22, 23].map((seed) => imageOf(seed)))
    if (!old || !other || !image) throw new Error('There is no image')
    if (exists) await publishTo(`${registry.host}/app`, 'main', await layoutOf(old))
    // The other run's image is in the registry under its digest.
    await publishTo(`${registry.host}/app`, 'other', await layoutOf(other))
    const begun = registry.journal.length
    const headers = { 'docker-content-digest': other.tree.root.digest }
    registry.misbehave({ on: 'manifest-head', path: '/main', skip: 1, do: 'headers', headers, times: Infinity })
    const clock = { ...createFakeClock(), sleep: () => Promise.reject(new Error('It waits')) }
    const { published } = await publishTo(`${registry.host}/app`, 'main', await layoutOf(image), 'overwrite', { clock })
    expect(published.error).toMatchObject({
      code: 'tag-moved',
      message: `Cannot verify ${registry.host}/app:main: ${image.tree.root.digest} was written, but the registry returns ${other.tree.root.digest}`,
      hint: expect.stringMatching(/`concurrency`.* Another run wrote the same tag/),
    })
    const looks = registry.journal
      .slice(begun)
      .filter(({ kind, path }) => kind === 'manifest-head' && /main$/.test(path))
    expect(looks).toHaveLength(2)
  })

  test.each([
    { sha: 'c0ffee', from: 'the same commit' },
    { sha: 'decade', from: 'commit c0ffee' },
  ])('reports from which commit another run built the tag: $from', async ({ sha, from }) => {
    const registry = await registryOf()
    const [other, image] = [await imageOf(27), await imageOf(28)]
    const index = JSON.parse(new TextDecoder().decode(other.tree.documents.at(-1)?.bytes)) as object
    const annotated = Buffer.from(
      JSON.stringify({ ...index, annotations: { 'org.opencontainers.image.revision': 'c0ffee' } }),
    )
    const client = createTestClient()
    onTestFinished(client.close)
    const repository = { registry: registry.host, repository: 'app' }
    await publishTo(`${registry.host}/app`, 'other', await layoutOf(other))
    const digest = await client.putManifest(repository, 'another', annotated, other.tree.root.mediaType)
    registry.misbehave({
      ...{ on: 'manifest-head', path: '/main', skip: 1, do: 'headers', times: Infinity },
      headers: { 'docker-content-digest': digest },
    })
    const env = { GITHUB_SHA: sha }
    const { published } = await publishTo(`${registry.host}/app`, 'main', await layoutOf(image), 'overwrite', { env })
    expect(published.error?.message).toMatch(new RegExp(`the registry returns ${digest}, built from ${from}$`))
  })

  test('waits for a registry whose tags could not be read before', async () => {
    const registry = await registryOf()
    const other = `sha256:${'0'.repeat(64)}`
    registry.misbehave({ on: 'manifest-head', path: '/1', do: 'answer', status: 403, times: 2 })
    registry.misbehave({
      on: 'manifest-head',
      path: '/1',
      do: 'headers',
      headers: { 'docker-content-digest': other },
      times: 2,
    })
    const { published } = await publishTo(`${registry.host}/app`, '1', await layoutOf(await imageOf(24)))
    expect(published.tags).toMatchObject([{ outcome: 'written' }])
  })

  test('writes every fixed tag, and no moving one if a fixed one fails', async () => {
    const [one, two] = [await registryOf(), await registryOf()]
    one.misbehave({ on: 'manifest-put', path: '/1.2.3', do: 'answer', status: 400, times: Infinity })
    const content = await layoutOf(await imageOf(9))
    const { published } = await publishTo(`${one.host}/app, ${two.host}/app`, '1.2.3, latest', content)
    expect(published.error).toMatchObject({ code: 'registry-refused' })
    expect(published.tags.map(({ outcome }) => outcome)).toEqual([
      'failed',
      'written',
      'not attempted',
      'not attempted',
    ])
    expect(published.repositories.map(({ registry }) => registry)).toEqual([one.host, two.host])
    expect([tagsOf(one, 'app'), Object.keys(tagsOf(two, 'app'))]).toEqual([{}, ['1.2.3']])
  })

  test('pushes to every registry before it fails, and names each that failed', async () => {
    const registries = [await registryOf(), await registryOf(), await registryOf()]
    for (const broken of registries.slice(0, 2)) {
      broken.misbehave({ on: 'upload-start', do: 'answer', status: 403, times: Infinity })
    }
    const image = await imageOf(10)
    const names = registries.map(({ host }) => `${host}/app`)
    const { published } = await publishTo(names.join(), '1', await layoutOf(image))
    expect(published.error?.message).toMatch(/^Publishing found 2 problems:/)
    expect(published.repositories).toEqual([{ registry: registries[2]?.host, repository: 'app' }])
    expect(registries[2]?.store.manifests.get('app')?.size).toBe(3)
    expect(registries.map((registry) => tagsOf(registry, 'app'))).toEqual([{}, {}, {}])
  })

  test('pushes to every repository of a registry, even if the first of them fails', async () => {
    const registry = await registryOf()
    for (const path of ['/one/', '/three/']) {
      registry.misbehave({ on: 'upload-start', path, do: 'answer', status: 403, times: Infinity })
      registry.misbehave({ on: 'mount', path, do: 'answer', status: 403, times: Infinity })
    }
    const image = await imageOf(13)
    const names = ['one', 'two', 'three', 'four'].map((name) => `${registry.host}/${name}`)
    const { published } = await publishTo(names.join(), '1', await layoutOf(image))
    expect(published.error?.message).toMatch(/^Publishing found 2 problems:.*\/one.*\/three/s)
    expect(published.repositories.map(({ repository }) => repository)).toEqual(['two', 'four'])
    expect([...registry.store.tags.keys()]).toEqual([])
  })
})

describe('publish() if a tag exists', () => {
  const twice = async (ifExists: string, { same }: { readonly same: boolean }) => {
    const registry = await registryOf()
    const images = [await imageOf(11), await imageOf(12)]
    const [first, second] = [await layoutOf(images[0] as RandomImage), await layoutOf(images[1] as RandomImage)]
    const name = `${registry.host}/app`
    await publishTo(name, '1.2.3, latest', first)
    const result = await publishTo(name, '1.2.3, latest', same ? first : second, ifExists)
    const tags = Object.values(tagsOf(registry, 'app')).map((digest) =>
      images.findIndex(({ tree }) => tree.root.digest === digest),
    )
    return { ...result, tags, digests: images.map(({ tree }) => tree.root.digest), name }
  }

  test.each([
    { ifExists: 'overwrite', tags: [1, 1], outcomes: ['written', 'written'] },
    { ifExists: 'skip', tags: [0, 1], outcomes: ['skipped', 'written'] },
  ])('follows if-exists: $ifExists', async ({ ifExists, tags, outcomes }) => {
    const { published, tags: found } = await twice(ifExists, { same: false })
    expect(found).toEqual(tags)
    expect(published).toMatchObject({ error: undefined, tags: outcomes.map((outcome) => ({ outcome })) })
  })

  test('reports the digest of a skipped tag', async () => {
    const { published, log, name, digests } = await twice('skip', { same: false })
    expect(published.tags[0]).toMatchObject({ outcome: 'skipped', digest: digests[0] })
    expect(log).toContain(`${name}:1.2.3: skipped: already exists with digest ${digests[0]}`)
  })

  test('follows if-exists: fail, and does not update the moving tag', async () => {
    const { published, tags } = await twice('fail', { same: false })
    expect(tags).toEqual([0, 0])
    expect(published.tags).toMatchObject([{ outcome: 'failed' }, { outcome: 'not attempted' }])
    expect(published.error).toMatchObject({
      code: 'tag-exists',
      message: expect.stringMatching(/^Cannot write .*app:1\.2\.3: the tag already exists with digest sha256:/),
    })
  })

  test.each(['skip', 'fail'])(
    'treats a tag that is already this image as done, despite if-exists: %s',
    async (ifExists) => {
      const { published, tags } = await twice(ifExists, { same: true })
      expect(tags).toEqual([0, 0])
      expect(published).toMatchObject({ error: undefined, tags: [{ outcome: 'unchanged' }, { outcome: 'unchanged' }] })
    },
  )
})

describe('publish() protects fixed tags', () => {
  const spellings = [
    '1.0',
    'v1.0',
    'v3',
    '1',
    'release',
    'prod',
    'build-17',
    'main',
    'nightly',
    '1.2.3',
    'type=raw,value=edge',
  ]
  const moving = ['latest', 'type=raw,value=stable,moving=true', 'stable, moving=true', 'type=raw,value=latest']

  test.each([
    ...spellings.flatMap((tags) => [
      { tags, ifExists: 'fail', outcome: 'failed' },
      { tags, ifExists: 'skip', outcome: 'skipped' },
      { tags, ifExists: 'overwrite', outcome: 'written' },
    ]),
    ...moving.flatMap((tags) =>
      ['fail', 'skip', 'overwrite'].map((ifExists) => ({ tags, ifExists, outcome: 'written' })),
    ),
  ])('$tags with if-exists: $ifExists is $outcome', async ({ tags, ifExists, outcome }) => {
    const registry = await registryOf()
    const [one, two] = [await imageOf(25), await imageOf(26)]
    await publishTo(`${registry.host}/app`, tags, await layoutOf(one))
    const { published } = await publishTo(`${registry.host}/app`, tags, await layoutOf(two), ifExists)
    expect(published.tags).toMatchObject([{ outcome }])
    expect(published.error?.code).toBe(outcome === 'failed' ? 'tag-exists' : undefined)
    const digest = (outcome === 'written' ? two : one).tree.root.digest
    expect(Object.values(tagsOf(registry, 'app'))).toEqual([digest])
  })
})

describe('publish() if a registry has immutable tags', () => {
  const rejections = [
    {
      name: 'ECR',
      status: 400,
      code: 'TAG_INVALID',
      message:
        "The image tag '1.2.3' already exists in the 'app' repository and cannot be overwritten because the tag is immutable.",
    },
    {
      name: 'Harbor',
      status: 412,
      code: 'PRECONDITION',
      message: "Failed to process request due to 'app:1.2.3' configured as immutable tag.",
    },
    {
      name: 'Google',
      status: 400,
      code: 'MANIFEST_INVALID',
      message: 'cannot update tag 1.2.3. The repository has enabled tag immutability',
    },
    { name: 'another', status: 409, code: 'TAG_INVALID', message: 'manifest of app:1.2.3 is immutable' },
  ]
  const reject = (registry: TestRegistry, { status, code, message }: Omit<(typeof rejections)[number], 'name'>) =>
    registry.misbehave({
      on: 'manifest-put',
      path: '/1.2.3',
      do: 'answer',
      status,
      body: JSON.stringify({ errors: [{ code, message }] }),
      times: Infinity,
    })
  /** Publishes once, then again when the tag is immutable. */
  const again = async (rejection: Omit<(typeof rejections)[number], 'name'>, { same }: { readonly same: boolean }) => {
    const registry = await registryOf()
    const image = await imageOf(14)
    const first = await layoutOf(image)
    await publishTo(`${registry.host}/app`, '1.2.3', first)
    reject(registry, rejection)
    const second = same ? first : await layoutOf(await imageOf(15))
    const { published } = await publishTo(`${registry.host}/app`, '1.2.3, latest', second)
    return { published, digest: image.tree.root.digest }
  }

  test.each(rejections)('treats a tag that is this image as done: $name', async (rejection) => {
    const { published } = await again(rejection, { same: true })
    expect(published.error).toBeUndefined()
    expect(published.tags.map(({ outcome }) => outcome)).toEqual(['unchanged', 'written'])
  })

  test.each(rejections)('reports that it is another image, and how to continue: $name', async (rejection) => {
    const { published, digest } = await again(rejection, { same: false })
    expect(published.error).toMatchObject({
      code: 'tag-exists',
      hint: expect.stringMatching(
        new RegExp(`^Choose another tag, or make tags mutable.*The tag already exists with digest ${digest}`),
      ),
    })
    expect(published.tags.map(({ outcome }) => outcome)).toEqual(['failed', 'not attempted'])
  })

  test('reports a denial if the tag does not tell more', async () => {
    const denied = { status: 403, code: 'DENIED', message: 'requested access to the resource is denied' }
    expect((await again(denied, { same: true })).published.error).toBeUndefined()
    expect((await again(denied, { same: false })).published.error).toMatchObject({
      code: 'registry-denied',
      hint: expect.stringContaining('The tag already exists with digest sha256:'),
    })
  })

  test('treats its own write as done if the answer was lost', async () => {
    const registry = await registryOf()
    registry.misbehave({ on: 'manifest-put', path: '/1.2.3', do: 'lose-answer' })
    reject(registry, rejections[0] as (typeof rejections)[number])
    const image = await layoutOf(await imageOf(16))
    const { published } = await publishTo(`${registry.host}/app`, '1.2.3', image)
    expect(published).toMatchObject({ error: undefined, tags: [{ outcome: 'unchanged' }] })
  })

  test('skips a tag that was created after the check', async () => {
    const registry = await registryOf()
    const [one, two] = [await imageOf(17), await imageOf(18)]
    await publishTo(`${registry.host}/app`, '1.2.3', await layoutOf(one))
    registry.misbehave({ on: 'manifest-head', path: '/1.2.3', do: 'answer', status: 404 })
    reject(registry, rejections[0] as (typeof rejections)[number])
    const { published } = await publishTo(`${registry.host}/app`, '1.2.3', await layoutOf(two), 'skip')
    expect(published.tags).toMatchObject([{ outcome: 'skipped', digest: one.tree.root.digest }])
  })
})

test('publish() is cancelled while it waits for a tag to read back', async () => {
  const registry = await registryOf()
  for (const on of ['manifest-head', 'manifest-get'] as const)
    registry.misbehave({ on, do: 'answer', status: 404, times: Infinity })
  const content = await layoutOf(await imageOf(19))
  const cancelled = new Error('aborted')
  const clock = { ...createFakeClock(), sleep: () => Promise.reject(cancelled) }
  await expect(publishTo(`${registry.host}/app`, '1', content, 'overwrite', { clock })).rejects.toMatchObject({
    code: 'cancelled',
  })
})

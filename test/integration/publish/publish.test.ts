import { describe, expect, onTestFinished, test } from 'vitest'
import type { Content } from '../../../src/engine/built.ts'
import { writeBlob } from '../../../src/oci/layout.ts'
import { formatReference } from '../../../src/oci/reference.ts'
import { makePlan } from '../../../src/plan/plan.ts'
import { publish } from '../../../src/publish/publish.ts'
import type { Fault } from '../../support/fault.ts'
import { createTestHost } from '../../support/host.ts'
import { type RandomImage, randomImage } from '../../support/image.ts'
import { factsOf, inputsOf, serverOf } from '../../support/plan.ts'
import { createRandom } from '../../support/random.ts'
import { startRegistry, type TestRegistry } from '../../support/registry.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { tempFolder } from '../../support/temp.ts'

const platforms = ['linux/amd64', 'linux/arm64']

async function registryOf(): Promise<TestRegistry> {
  const registry = await startRegistry()
  onTestFinished(registry.close)
  return registry
}

async function layoutOf({ tree, content }: RandomImage): Promise<Content> {
  const dir = tempFolder()
  for (const bytes of content.values()) await writeBlob(dir, bytes, '')
  return { kind: 'layout', dir, tree }
}

/** Publishes `content` as the step does; gives what it came to and the log. */
async function publishTo(images: string, tags: string, content: Content, ifExists = 'overwrite') {
  const client = createTestClient()
  const host = createTestHost()
  onTestFinished(client.close)
  onTestFinished(host.close)
  const inputs = inputsOf({ images, tags, platforms: platforms.join(), push: 'true', 'if-exists': ifExists })
  const plan = makePlan(inputs, factsOf({ docker: serverOf({ store: 'containerd' }) }))
  const built = { content, metadata: {}, imageId: undefined, steps: [] }
  return { log: host.log.lines, published: await publish(plan, built, client, host) }
}

/** What was put where: `blob`, `manifest <media type's last words>`, `tag <name>`; and what was read of a tag. */
function order(registry: TestRegistry): readonly string[] {
  return registry.journal.flatMap(({ kind, path, status = 0, headers }) => {
    const name = decodeURIComponent(path.split('/').at(-1) ?? '')
    const isTag = !name.startsWith('sha256:')
    if (kind === 'upload-put' && status === 201) return ['blob']
    if (kind === 'mount' && status === 201) return ['mount']
    if (kind === 'manifest-head' && isTag) return [`read ${name}`]
    if (kind !== 'manifest-put') return []
    return [isTag ? `tag ${name}` : String(headers['content-type']).includes('index') ? 'index' : 'manifest']
  })
}

const tagsOf = (registry: TestRegistry, repository: string) =>
  Object.fromEntries(registry.store.tags.get(repository) ?? [])

describe('publish()', () => {
  test('puts blobs, then manifests, then the index, then one tag after the other, each read back', async () => {
    const registry = await registryOf()
    const image = await randomImage(createRandom(1), platforms)
    const { published, log } = await publishTo(`${registry.host}/app`, 'latest, 1.2, 1.2.3', await layoutOf(image))
    const blobs = image.tree.blobs.map(() => 'blob')
    const tags = ['1.2.3', '1.2', 'latest']
    expect(order(registry)).toEqual([
      ...blobs,
      'manifest',
      'manifest',
      'index',
      ...tags.flatMap((tag) => [`tag ${tag}`, `read ${tag}`]),
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

  test('takes blobs of a second repository from the first, and tags neither before both are complete', async () => {
    const registry = await registryOf()
    const image = await randomImage(createRandom(2), platforms)
    await publishTo(`${registry.host}/one, ${registry.host}/two`, '1', await layoutOf(image))
    const count = image.tree.blobs.length
    const complete = ['manifest', 'manifest', 'index']
    expect(order(registry)).toEqual([
      ...Array(count).fill('blob'),
      ...complete,
      ...Array(count).fill('mount'),
      ...complete,
      ...['tag 1', 'read 1', 'tag 1', 'read 1'],
    ])
  })

  test('puts the same image into two registries', async () => {
    const [one, two] = [await registryOf(), await registryOf()]
    const image = await randomImage(createRandom(3), platforms)
    await publishTo(`${one.host}/app, ${two.host}/app`, '1', await layoutOf(image))
    expect(tagsOf(one, 'app')).toEqual({ '1': image.tree.root.digest })
    expect(tagsOf(two, 'app')).toEqual({ '1': image.tree.root.digest })
  })

  test('sends nothing that is there already but the tags', async () => {
    const registry = await registryOf()
    const content = await layoutOf(await randomImage(createRandom(4), platforms))
    await publishTo(`${registry.host}/app`, '1', content)
    const before = registry.journal.length
    await publishTo(`${registry.host}/app`, '2', content)
    const sent = registry.journal.slice(before).filter(({ kind }) => kind.startsWith('upload') || kind === 'mount')
    expect(sent).toEqual([])
    expect(Object.keys(tagsOf(registry, 'app'))).toEqual(['1', '2'])
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
  ])('writes no tag when $name is refused', async ({ fault, code }) => {
    const [one, two] = [await registryOf(), await registryOf()]
    two.misbehave(fault)
    const content = await layoutOf(await randomImage(createRandom(5), platforms))
    await expect(publishTo(`${one.host}/app, ${two.host}/app`, '1', content)).rejects.toMatchObject({ code })
    expect([tagsOf(one, 'app'), tagsOf(two, 'app')]).toEqual([{}, {}])
  })

  test('tells that a tag reads back as something else, and writes no further one', async () => {
    const registry = await registryOf()
    const other = `sha256:${'0'.repeat(64)}`
    registry.misbehave({
      on: 'manifest-head',
      path: '/1',
      do: 'headers',
      headers: { 'docker-content-digest': other },
      times: Infinity,
    })
    const image = await randomImage(createRandom(6), platforms)
    await expect(publishTo(`${registry.host}/app`, '1.0.0, latest', await layoutOf(image))).rejects.toMatchObject({
      code: 'tag-moved',
      message: `Wrote ${registry.host}/app:1.0.0 as ${image.tree.root.digest}, but it reads back as ${other}`,
    })
    expect(Object.keys(tagsOf(registry, 'app'))).toEqual(['1.0.0'])
  })

  test('tags what the builder has pushed without sending a blob', async () => {
    const registry = await registryOf()
    const image = await randomImage(createRandom(7), platforms)
    const { tree } = image
    const repository = { registry: registry.host, repository: 'app' }
    await publishTo(`${registry.host}/app`, 'before', await layoutOf(image))
    const before = registry.journal.length
    const { published } = await publishTo(`${registry.host}/app`, '1', { kind: 'pushed', repository, tree })
    const kinds = registry.journal.slice(before).map(({ kind }) => kind)
    expect(kinds.filter((kind) => /^upload|mount|put/.test(kind))).toEqual(['manifest-put'])
    expect(published.images.map(({ platform }) => platform.architecture)).toEqual(['amd64', 'arm64'])
    expect(tagsOf(registry, 'app')['1']).toBe(tree.root.digest)
  })

  test('waits for a registry that still answers with the tag as it was', async () => {
    const registry = await registryOf()
    const other = `sha256:${'0'.repeat(64)}`
    registry.misbehave({ on: 'manifest-head', do: 'headers', headers: { 'docker-content-digest': other }, times: 3 })
    const image = await randomImage(createRandom(8), platforms)
    const { published } = await publishTo(`${registry.host}/app`, '1', await layoutOf(image))
    expect(published.tags).toMatchObject([{ outcome: 'written' }])
    expect(registry.kinds().filter((kind) => kind === 'manifest-head')).toHaveLength(4)
  })

  test('tries every fixed tag, and no moving one when a fixed one fails', async () => {
    const [one, two] = [await registryOf(), await registryOf()]
    one.misbehave({ on: 'manifest-put', path: '/1.2.3', do: 'answer', status: 400, times: Infinity })
    const content = await layoutOf(await randomImage(createRandom(9), platforms))
    const failing = publishTo(`${one.host}/app, ${two.host}/app`, '1.2.3, latest', content)
    await expect(failing).rejects.toMatchObject({ code: 'registry-refused' })
    expect([tagsOf(one, 'app'), Object.keys(tagsOf(two, 'app'))]).toEqual([{}, ['1.2.3']])
  })

  test('fills every registry before it fails, and names each that did', async () => {
    const registries = [await registryOf(), await registryOf(), await registryOf()]
    for (const broken of registries.slice(0, 2)) {
      broken.misbehave({ on: 'upload-start', do: 'answer', status: 403, times: Infinity })
    }
    const image = await randomImage(createRandom(10), platforms)
    const failing = publishTo(registries.map(({ host }) => `${host}/app`).join(), '1', await layoutOf(image))
    await expect(failing).rejects.toMatchObject({ message: expect.stringMatching(/^Publishing found 2 problems:/) })
    expect(registries[2]?.store.manifests.get('app')?.size).toBe(3)
    expect(registries.map((registry) => tagsOf(registry, 'app'))).toEqual([{}, {}, {}])
  })
})

describe('publish() where a tag exists', () => {
  const twice = async (ifExists: string, { same }: { readonly same: boolean }) => {
    const registry = await registryOf()
    const images = [await randomImage(createRandom(11), platforms), await randomImage(createRandom(12), platforms)]
    const [first, second] = [await layoutOf(images[0] as RandomImage), await layoutOf(images[1] as RandomImage)]
    const name = `${registry.host}/app`
    await publishTo(name, '1.2.3, latest', first)
    const puts = registry.kinds().filter((kind) => kind === 'manifest-put').length
    const result = await publishTo(name, '1.2.3, latest', same ? first : second, ifExists).catch(
      (error: unknown) => error,
    )
    const tags = Object.values(tagsOf(registry, 'app')).map((digest) =>
      images.findIndex(({ tree }) => tree.root.digest === digest),
    )
    return { result, tags, puts: registry.kinds().filter((kind) => kind === 'manifest-put').length - puts }
  }

  test.each([
    { ifExists: 'overwrite', tags: [1, 1], outcomes: ['written', 'written'] },
    { ifExists: 'skip', tags: [0, 1], outcomes: ['skipped', 'written'] },
  ])('does as it was told: $ifExists', async ({ ifExists, tags, outcomes }) => {
    const { result, tags: found } = await twice(ifExists, { same: false })
    expect(found).toEqual(tags)
    expect(result).toMatchObject({ published: { tags: outcomes.map((outcome) => ({ outcome })) } })
  })

  test('does as it was told: fail, and leaves the moving tag', async () => {
    const { result, tags } = await twice('fail', { same: false })
    expect(tags).toEqual([0, 0])
    expect(result).toMatchObject({
      code: 'tag-exists',
      message: expect.stringMatching(/app:1\.2\.3 exists already: it is sha256:/),
    })
  })

  test.each(['skip', 'fail'])(
    'takes a tag that is this image already for done, though told to %s',
    async (ifExists) => {
      const { result, tags } = await twice(ifExists, { same: true })
      expect(tags).toEqual([0, 0])
      expect(result).toMatchObject({ published: { tags: [{ outcome: 'unchanged' }, { outcome: 'written' }] } })
    },
  )
})

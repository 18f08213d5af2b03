import { describe, expect, onTestFinished, test } from 'vitest'
import { digestOf } from '../../src/oci/digest.ts'
import { layoutStore, writeBlob } from '../../src/oci/layout.ts'
import { parsePlatform } from '../../src/oci/platform.ts'
import { makePlan } from '../../src/plan/make-plan.ts'
import { publish } from '../../src/publish/publish.ts'
import { createFindImage } from '../../src/registry/pull/find-image.ts'
import { readImage } from '../../src/registry/pull/read-image.ts'
import { createTestHost } from '../support/host.ts'
import { type RandomImage, randomImage } from '../support/image.ts'
import { loginOf } from '../support/login.ts'
import { factsOf, inputsOf, serverOf } from '../support/plan.ts'
import { createRandom } from '../support/random.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createTestClient, type TestClient } from '../support/registry-client.ts'
import { type Quirk, quirks } from '../support/registry-quirks.ts'
import { runOf } from '../support/run.ts'
import { seededPart } from '../support/seeded-part.ts'
import { tempFolder } from '../support/temp.ts'

const platforms = ['linux/amd64', 'linux/arm64']
const { signal } = new AbortController()
const user = { username: 'u', password: 'p' }

type World = { readonly registry: TestRegistry; readonly client: TestClient; readonly image: RandomImage }

async function worldOf(quirk: Quirk): Promise<World> {
  const auth = quirk.token === true ? { auth: { kind: 'token', ...user, ...quirk.auth } as const } : {}
  const registry = await startRegistry({ ...auth, quirk: quirk.hooks() })
  onTestFinished(registry.close)
  const chunkSize = quirk.chunkSize === undefined ? {} : { chunkSize: quirk.chunkSize }
  const client = createTestClient({ ...(quirk.token === true ? user : {}), ...chunkSize })
  onTestFinished(client.close)
  return { registry, client, image: await randomImage(createRandom(1), platforms) }
}

/** Puts the image into the registry's store, without its API. */
function seed({ registry: { store }, image }: World, repository: string, tag: string): void {
  const documents = image.tree.documents.map(({ descriptor, bytes }) => [descriptor, bytes] as const)
  store.blobs.set(repository, new Map(image.tree.blobs.map(({ digest }) => [digest, image.content.get(digest)])))
  store.manifests.set(
    repository,
    new Map(
      documents.map(([{ digest, mediaType }, bytes]) => [digest, { type: mediaType, bytes: Buffer.from(bytes) }]),
    ),
  )
  store.tags.set(repository, new Map([[tag, image.tree.root.digest]]))
}

async function publishTo({ registry, client, image }: World, names: readonly string[], tags: string) {
  const dir = tempFolder()
  for (const bytes of image.content.values()) await writeBlob(dir, bytes, '')
  const host = createTestHost()
  onTestFinished(host.close)
  const images = names.map((name) => `${registry.host}/${name}`).join()
  const inputs = inputsOf({ images, tags, platforms: platforms.join(), push: 'true' })
  const plan = makePlan(inputs, factsOf({ docker: serverOf({ store: 'containerd' }) }))
  const built = {
    content: { tree: image.tree, blobs: layoutStore(dir) },
    metadata: {},
    imageId: undefined,
    steps: [],
  }
  return await publish(await runOf(plan, host, loginOf(client)), built)
}

function complete({ registry: { store }, image }: World, repository: string): boolean {
  const { blobs, documents } = image.tree
  return (
    blobs.every(({ digest }) => digestOf(store.blobs.get(repository)?.get(digest) ?? '') === digest) &&
    documents.every(({ descriptor }) => store.manifests.get(repository)?.has(descriptor.digest))
  )
}

describe.each(seededPart(quirks, 3))('a registry where $name ($link)', (quirk) => {
  test('preflight: determines push access and the existing tags', async () => {
    const world = await worldOf(quirk)
    const target = { registry: world.registry.host, repository: 'acme/base' }
    seed(world, 'acme/base', '1')
    expect(await world.client.probePush(target)).toBe(true)
    expect((await world.client.headManifest(target, '1'))?.digest).toBe(world.image.tree.root.digest)
    expect(await world.client.headManifest(target, '2')).toBeUndefined()
  })

  test('base image: is found for its platform, with its configuration', async () => {
    const world = await worldOf(quirk)
    seed(world, 'acme/base', '1')
    const found = await createFindImage(world.client)(`${world.registry.host}/acme/base:1`, parsePlatform('arm64'))
    expect(JSON.parse(String(await found.config()))).toMatchObject({ architecture: 'arm64' })
    const [layer] = found.manifest.layers
    expect(layer).toBeDefined()
    if (layer === undefined) return
    const content = await (await world.client.getBlob(found.repository, layer)).toArray()
    expect(digestOf(Buffer.concat(content))).toBe(layer.digest)
  })

  test('push, mount, tag and read-back', async () => {
    const world = await worldOf(quirk)
    const { error, digest } = await publishTo(world, ['acme/one', 'acme/two'], '1.0, latest')
    expect(error).toBeUndefined()
    expect(digest).toBe(world.image.tree.root.digest)
    for (const name of ['acme/one', 'acme/two']) {
      expect(complete(world, name)).toBe(true)
      expect(Object.fromEntries(world.registry.store.tags.get(name) ?? [])).toEqual({ '1.0': digest, latest: digest })
    }
    expect(world.registry.store.uploads.size).toBe(0)
  })

  test('an image that the builder pushed is read back', async () => {
    const world = await worldOf(quirk)
    seed(world, 'acme/base', '1')
    const repository = { registry: world.registry.host, repository: 'acme/base' }
    const { digest } = world.image.tree.root
    const tree = await readImage(world.client, repository, { digest, signal })
    expect(tree.images).toHaveLength(2)
    expect(tree.root).toMatchObject({ digest, mediaType: world.image.tree.root.mediaType })
  })
})

test('the normal case sends no unnecessary request', async () => {
  const world = await worldOf({ name: '', link: '', hooks: () => ({}) })
  await publishTo(world, ['acme/one'], '1.0')
  const blobs = world.image.tree.blobs.length
  const count = (kind: string) => world.registry.kinds().filter((one) => one === kind).length
  expect(Object.fromEntries([...new Set(world.registry.kinds())].map((kind) => [kind, count(kind)]))).toEqual({
    ping: 1,
    'blob-head': blobs,
    'upload-start': blobs,
    'upload-put': blobs,
    'manifest-put': 4,
    // The three documents; the state of the tag before, next to the content: a 404 of HEAD is verified with GET. Then
    // the tag is read back.
    'manifest-head': 3 + 2,
    'manifest-get': 1,
  })
})

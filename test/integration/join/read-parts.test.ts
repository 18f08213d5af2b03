import { describe, expect, onTestFinished, test } from 'vitest'
import { joinImages } from '../../../src/join/join-images.ts'
import { readParts } from '../../../src/join/read-parts.ts'
import { digestOf } from '../../../src/oci/digest.ts'
import { layoutStore, writeBlob } from '../../../src/oci/layout.ts'
import { formatPlatform } from '../../../src/oci/platform.ts'
import type { Repository } from '../../../src/oci/reference.ts'
import { readSmall } from '../../../src/oci/store.ts'
import { pushTree } from '../../../src/publish/push-tree.ts'
import { registryStore } from '../../../src/registry/registry-store.ts'
import { createTestHost } from '../../support/host.ts'
import { type RandomImage, randomImage } from '../../support/image.ts'
import { createRandom } from '../../support/random.ts'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../support/registry.ts'
import { createTestClient, type TestClient } from '../../support/registry-client.ts'
import { tempFolder } from '../../support/temp.ts'

async function registryOf(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const registry = await startRegistry(options)
  onTestFinished(registry.close)
  return registry
}

function clientOf(): TestClient {
  const client = createTestClient()
  onTestFinished(client.close)
  return client
}

const repositoryOf = ({ host }: TestRegistry, repository = 'app'): Repository => ({ registry: host, repository })
const { signal } = new AbortController()

async function push(client: TestClient, { tree, content }: RandomImage, ...to: readonly Repository[]): Promise<void> {
  const host = createTestHost()
  onTestFinished(host.close)
  const dir = tempFolder()
  for (const bytes of content.values()) await writeBlob(dir, bytes, '')
  const stores = to.map((one) => registryStore(client, one))
  const { errors } = await pushTree(tree, { from: layoutStore(dir), to: stores, host })
  expect(errors).toEqual([])
}

describe('readParts()', () => {
  test('reads manifests and indexes, and knows which repository has them', async () => {
    const [one, two] = [await registryOf(), await registryOf()]
    const client = clientOf()
    const first = await randomImage(createRandom(1), ['amd64', 'arm64'])
    const second = await randomImage(createRandom(2), ['riscv64'])
    await push(client, first, repositoryOf(one))
    await push(client, second, repositoryOf(one), repositoryOf(two))
    const manifest = second.tree.images[0]?.manifest.digest ?? first.tree.root.digest
    const targets = [repositoryOf(one), repositoryOf(two)]
    const found = await readParts(
      client,
      [
        { digest: first.tree.root.digest, sources: [repositoryOf(two), repositoryOf(one)] },
        { digest: manifest, sources: targets },
      ],
      { signal },
    )
    const tree = joinImages(found.parts, { annotations: {} })
    expect(tree.images.map(({ platform }) => formatPlatform(platform))).toEqual([
      'linux/amd64',
      'linux/arm64',
      'linux/riscv64',
    ])
    expect(found.parts[0]?.tree).toEqual(first.tree)
    const where = (digest: Parameters<typeof found.existsIn>[0]) =>
      targets.map((target) => found.existsIn(digest, target))
    expect(where(first.tree.root.digest)).toEqual([true, false])
    expect(where(manifest)).toEqual([true, true])
    for (const blob of tree.blobs) expect((await readSmall(blob, found.blobs)).length).toBe(blob.size)
  })

  test('reads each configuration once', async () => {
    const registry = await registryOf()
    const client = clientOf()
    const image = await randomImage(createRandom(3), ['amd64', 'arm64', 'arm/v7'])
    await push(client, image, repositoryOf(registry))
    const before = registry.journal.length
    const wanted = [{ digest: image.tree.root.digest, sources: [repositoryOf(registry)] }]
    const { parts, blobs } = await readParts(client, wanted, { signal })
    for (const { config } of parts.flatMap(({ tree }) => tree.images)) await readSmall(config, blobs)
    expect(registry.journal.slice(before).map(({ kind }) => kind)).toEqual([
      ...Array(4).fill('manifest-get'),
      ...Array(3).fill('blob-get'),
    ])
  })

  test('names a digest and the repositories that do not have it', async () => {
    const [one, two] = [await registryOf(), await registryOf()]
    const digest = digestOf('missing')
    const reading = readParts(clientOf(), [{ digest, sources: [repositoryOf(one), repositoryOf(two)] }], { signal })
    await expect(reading).rejects.toMatchObject({
      code: 'image-not-found',
      message: `Cannot find ${digest}: it does not exist in ${one.host}/app, ${two.host}/app`,
    })
  })

  test('reports the answer of a registry that denies access, rather than that the digest is missing', async () => {
    const [denied, other] = [
      await registryOf({ auth: { kind: 'basic', username: 'a', password: 'b' } }),
      await registryOf(),
    ]
    const digest = digestOf('missing')
    const sources = [repositoryOf(denied), repositoryOf(other)]
    await expect(readParts(clientOf(), [{ digest, sources }], { signal })).rejects.toMatchObject({
      code: 'registry-unauthorized',
    })
  })

  test('names the part of an index that a registry has lost', async () => {
    const registry = await registryOf()
    const client = clientOf()
    const image = await randomImage(createRandom(4), ['amd64', 'arm64'])
    await push(client, image, repositoryOf(registry))
    const lost = image.tree.images[1]?.manifest.digest ?? image.tree.root.digest
    registry.store.manifests.get('app')?.delete(lost)
    const wanted = [{ digest: image.tree.root.digest, sources: [repositoryOf(registry)] }]
    await expect(readParts(client, wanted, { signal })).rejects.toThrow(`it contains ${lost}, which does not exist`)
  })
})

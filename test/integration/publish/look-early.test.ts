import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { digestOf } from '../../../src/oci/digest.ts'
import type { ImageTree } from '../../../src/oci/image-tree.ts'
import type { Digest } from '../../../src/oci/types.ts'
import { findExisting } from '../../../src/publish/find-existing.ts'
import type { RegistryStore } from '../../../src/registry/registry-store.ts'
import { createFakeClock } from '../../support/clock.ts'
import { elf } from '../../support/elf.ts'
import { runEmbedded } from '../../support/embedded-step.ts'
import { randomImage } from '../../support/image.ts'
import { createRandom } from '../../support/random.ts'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../support/registry.ts'
import { tempFolder } from '../../support/temp.ts'

async function registryOf(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const registry = await startRegistry(options)
  onTestFinished(registry.close)
  return registry
}

const preflight = ['ping', 'upload-start', 'upload-cancel']
const context = () => tempFolder({ Dockerfile: 'FROM scratch\nCOPY a /a\nCOPY b /b\n', a: 'one', b: 'two' })

/** The requests of a second run, without those of preflight, sorted. */
async function requestsOf(registry: TestRegistry, work: () => Promise<{ readonly error: unknown }>) {
  const before = registry.journal.length
  expect((await work()).error).toBeUndefined()
  const kinds: string[] = registry.kinds().slice(before)
  for (const kind of preflight) kinds.splice(kinds.indexOf(kind), 1)
  return kinds.sort()
}

describe('a step whose image the tags refer to', () => {
  test('sends nothing after the build', async () => {
    const registry = await registryOf()
    const step = { context: context() }
    await runEmbedded(registry.host, step)
    expect(await requestsOf(registry, () => runEmbedded(registry.host, step))).toEqual(['manifest-get'])
  })

  test('reads the manifests of an index, and sends one that a clean-up deleted', async () => {
    const registry = await registryOf()
    const step = { context: context(), given: { platforms: 'linux/amd64, linux/arm64' } }
    await runEmbedded(registry.host, step)
    const reads = Array(3).fill('manifest-get')
    expect(await requestsOf(registry, () => runEmbedded(registry.host, step))).toEqual(reads)
    const manifests = registry.store.manifests.get('app')
    const child = [...(manifests?.keys() ?? [])].find((digest) => digest !== registry.store.tags.get('app')?.get('1'))
    manifests?.delete(child as Digest)
    expect((await runEmbedded(registry.host, step)).error).toBeUndefined()
    expect(manifests?.has(child as Digest)).toBe(true)
  })

  test('reads the tags again after a long build', async () => {
    const clock = createFakeClock()
    let wait = 0
    const registry = await registryOf({
      quirk: {
        instead: ({ kind }) => {
          if (kind === 'manifest-get') clock.advance(wait)
          return undefined
        },
      },
    })
    const step = { context: context(), more: { clock } }
    await runEmbedded(registry.host, step)
    wait = 9_000
    expect(await requestsOf(registry, () => runEmbedded(registry.host, step))).toEqual(['manifest-get'])
    wait = 11_000
    expect(await requestsOf(registry, () => runEmbedded(registry.host, step))).toEqual([
      'manifest-get',
      'manifest-head',
    ])
  })

  test('reads the tags again if the build was repeated without an optional platform', async () => {
    const clock = createFakeClock()
    let wait = 0
    const registry = await registryOf({
      quirk: {
        instead: ({ kind }) => {
          // The repetition does not send the request again.
          if (kind === 'manifest-get') clock.advance(wait)
          return undefined
        },
      },
    })
    const files = { Dockerfile: 'FROM scratch\nARG TARGETARCH\nCOPY a-$TARGETARCH /a\n', 'a-amd64': 'one' }
    const step = { context: tempFolder(files), more: { clock } }
    await runEmbedded(registry.host, step)
    wait = 11_000
    const before = registry.journal.length
    const given = { platforms: 'linux/amd64, linux/arm64?' }
    const { error, log } = await runEmbedded(registry.host, { ...step, given })
    expect(error).toBeUndefined()
    expect(log.join('\n')).toContain('is omitted from the image')
    expect(registry.kinds().slice(before)).toContain('manifest-head')
    expect(registry.kinds().slice(before)).not.toContain('manifest-put')
  })

  test('reads the tags again after the commands of before-tags', async () => {
    const registry = await registryOf()
    const more = { env: { HOME: tempFolder(), PATH: process.env['PATH'] } }
    const step = { context: context(), given: { 'before-tags': 'true' }, more }
    await runEmbedded(registry.host, step)
    expect(await requestsOf(registry, () => runEmbedded(registry.host, step))).toContain('manifest-head')
  })

  test('writes the tags that do not refer to it', async () => {
    const registry = await registryOf()
    const step = { context: context() }
    await runEmbedded(registry.host, step)
    const given = { tags: ['1', '2'].map((tag) => `${registry.host}/app:${tag}`).join() }
    const kinds = await requestsOf(registry, () => runEmbedded(registry.host, { ...step, given }))
    expect(kinds.filter((kind) => kind === 'manifest-put' || kind.startsWith('blob'))).toEqual(['manifest-put'])
    expect([...(registry.store.tags.get('app')?.values() ?? [])]).toHaveLength(2)
  })
})

test('A step whose tags cannot be read early publishes the image', async () => {
  const registry = await registryOf()
  registry.misbehave({ on: 'manifest-get', do: 'answer', status: 403 })
  const { error } = await runEmbedded(registry.host, { context: context() })
  expect(error).toBeUndefined()
  expect(registry.store.tags.get('app')?.size).toBe(1)
})

test('A step with a changed layer looks only for the new content', async () => {
  const registry = await registryOf()
  await runEmbedded(registry.host, { context: context() })
  const changed = tempFolder({ Dockerfile: 'FROM scratch\nCOPY a /a\nCOPY b /b\n', a: 'one', b: 'three' })
  const kinds = await requestsOf(registry, () => runEmbedded(registry.host, { context: changed }))
  // For the second layer and the configuration, one request looks for the blob and opens its upload.
  expect(kinds.filter((kind) => /^(?:blob|mount|upload)/.test(kind))).toEqual([
    ...['mount', 'mount', 'upload-put', 'upload-put'],
  ])
})

test('A step that opened uploads cancels them if verification fails', async () => {
  const registry = await registryOf()
  await runEmbedded(registry.host, { context: context() })
  const wrong = tempFolder({ Dockerfile: 'FROM scratch\nCOPY a /a\nCOPY b /b\nENTRYPOINT ["/b"]\n', a: 'one' })
  writeFileSync(join(wrong, 'b'), elf('arm64'), { mode: 0o755 })
  const before = registry.journal.length
  const { error } = await runEmbedded(registry.host, { context: wrong })
  expect(error).toMatchObject({ code: 'platform-mismatch' })
  expect(registry.kinds().slice(before)).toContain('mount')
  expect(registry.kinds().slice(before)).not.toContain('upload-put')
  expect(registry.store.uploads.size).toBe(0)
})

test.each([{ noMount: true }, { forbids: true }])(
  'A registry that does not mount (%o) gets the layers',
  async ({ noMount = false, forbids }) => {
    const registry = await registryOf({ noMount })
    if (forbids) registry.misbehave({ on: 'mount', do: 'answer', status: 403, times: Infinity })
    await runEmbedded(registry.host, { context: context() })
    const changed = tempFolder({ Dockerfile: 'FROM scratch\nCOPY a /a\nCOPY b /b\n', a: 'one', b: 'three' })
    expect((await runEmbedded(registry.host, { context: changed })).error).toBeUndefined()
    expect(registry.store.blobs.get('app')?.size).toBe(3 + 2)
    expect(registry.store.uploads.size).toBe(0)
  },
)

describe('findExisting()', () => {
  /** Answers about documents once it was asked about `blobs` blobs. */
  function storeOf(blobs: number) {
    let asked = 0
    let open = (): void => undefined
    const all = new Promise<void>((resolve) => {
      open = resolve
    })
    if (blobs === 0) open()
    const store = {
      repository: { registry: 'r.example', repository: 'app' },
      has: async () => {
        asked += 1
        if (asked === blobs) open()
        return false
      },
      hasDocument: async () => {
        await all
        return false
      },
    } as Partial<RegistryStore> as RegistryStore
    return { store, asked: () => asked }
  }
  const { signal } = new AbortController()
  const other = { digest: digestOf(Buffer.from('another image')), blobs: [] }
  const treeOf = async (): Promise<ImageTree> => (await randomImage(createRandom(7), ['linux/amd64'])).tree

  test('looks for manifests and blobs at the same time if the tags refer to another image', async () => {
    const tree = await treeOf()
    const { store } = storeOf(tree.blobs.length)
    const { lacks } = await findExisting(tree, store, { current: [other], signal })
    expect(lacks.size).toBe(tree.blobs.length)
  })

  test('looks for blobs after the manifests if it does not know the tags', async () => {
    const tree = await treeOf()
    const { store, asked } = storeOf(0)
    const existing = findExisting(tree, { ...store, hasDocument: async () => true }, { signal })
    expect((await existing).has.size).toBe(tree.blobs.length + tree.documents.length)
    expect(asked()).toBe(0)
  })
})

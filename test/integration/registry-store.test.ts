import { buffer } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { digestOf } from '../../src/oci/digest.ts'
import { layoutStore } from '../../src/oci/layout.ts'
import { manifestOf } from '../../src/oci/make-image.ts'
import { mediaType } from '../../src/oci/media-type.ts'
import { parsePlatform } from '../../src/oci/platform.ts'
import { alsoIn, type BlobReader, cached } from '../../src/oci/store.ts'
import type { Descriptor } from '../../src/oci/types.ts'
import { registryStore } from '../../src/registry/registry-store.ts'
import { createRandom, randomBytes } from '../support/random.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createTestClient } from '../support/registry-client.ts'
import { tempFolder } from '../support/temp.ts'

const content = randomBytes(createRandom(1), 300_000)
const blob: Descriptor = { mediaType: mediaType.ociLayer, digest: digestOf(content), size: content.length }

/** A registry, and the store of one of its repositories. */
async function world() {
  const registry = await startRegistry()
  onTestFinished(registry.close)
  const client = createTestClient()
  onTestFinished(client.close)
  const repository = (name: string) => ({ registry: registry.host, repository: name })
  return { registry, repository, store: (name: string) => registryStore(client, repository(name)) }
}

const put = (registry: TestRegistry, repository: string) =>
  registry.store.blobs.set(repository, new Map([[blob.digest, content]]))
const here: BlobReader = {
  open: async (_, { start = 0 } = {}) =>
    (async function* () {
      yield content.subarray(start)
    })(),
}
const nowhere: BlobReader = { open: () => Promise.reject(new Error('nobody has it')) }

describe('registryStore()', () => {
  test.each([0, 1, 100_000, content.length])('reads a blob from byte %i on', async (start) => {
    const { registry, store } = await world()
    put(registry, 'app')
    const read = await buffer(await store('app').open(blob, { start }))
    expect(read.equals(content.subarray(start))).toBe(true)
  })

  test('checks the digest of a blob, also if it is read from an offset', async () => {
    const { registry, store } = await world()
    put(registry, 'app')
    registry.misbehave({ on: 'blob-get', do: 'corrupt' })
    const read = buffer(await store('app').open(blob, { start: 200_000 }))
    await expect(read).rejects.toMatchObject({ code: 'content-mismatch' })
  })

  test('has existing blobs, and is the location of every blob', async () => {
    const { registry, repository, store } = await world()
    put(registry, 'app')
    expect([await store('app').has(blob), await store('other').has(blob)]).toEqual([true, false])
    expect(store('app').locate?.(blob.digest)).toEqual([repository('app')])
  })

  test('does not send existing blobs', async () => {
    const { registry, store } = await world()
    put(registry, 'app')
    expect(await store('app').put(blob, nowhere)).toBe('exists')
  })

  test('sends blobs that the registry is known to lack, without a check or a mount', async () => {
    const { registry, store } = await world()
    put(registry, 'app')
    put(registry, 'base')
    const from = { ...here, locate: store('base').locate ?? (() => []) }
    expect(await store('app').put(blob, from, { unasked: true, unmounted: true })).toBe('pushed')
    expect(registry.kinds()).not.toContain('blob-head')
    expect(registry.kinds()).not.toContain('mount')
  })

  test('mounts a blob from the repository of its reader', async () => {
    const { registry, repository, store } = await world()
    put(registry, 'base')
    expect(await store('app').put(blob, store('base'))).toBe('mounted')
    expect(await store('third').put(blob, alsoIn(nowhere, [repository('none'), repository('app')]))).toBe('mounted')
    expect(registry.kinds().filter((kind) => kind === 'blob-get')).toEqual([])
  })

  test('copies a blob from another registry, and resumes an interrupted upload', async () => {
    const [one, two] = [await world(), await world()]
    put(one.registry, 'base')
    two.registry.misbehave({ on: 'upload-put', do: 'reset', after: 100_000 })
    const sent: number[] = []
    const outcome = await two.store('app').put(blob, one.store('base'), { onProgress: (bytes) => sent.push(bytes) })
    expect([outcome, sent.at(-1)]).toEqual(['pushed', content.length])
    expect(two.registry.store.blobs.get('app')?.get(blob.digest)?.equals(content)).toBe(true)
  })

  test('is cancelled while it waits for the registry that has the blob', async () => {
    const [one, two] = [await world(), await world()]
    one.registry.misbehave({ on: 'blob-get', do: 'hang' })
    const stop = new AbortController()
    const putting = two.store('app').put(blob, one.store('base'), { signal: stop.signal })
    const cancelled = expect(putting).rejects.toMatchObject({ code: 'cancelled' })
    await vi.waitFor(() => expect(one.registry.kinds()).toContain('blob-get'))
    stop.abort()
    await cancelled
  })

  test('sends no content that does not match its descriptor', async () => {
    const { registry, store } = await world()
    const other: BlobReader = {
      open: async () =>
        (async function* () {
          yield Buffer.alloc(content.length)
        })(),
    }
    await expect(store('app').put(blob, other)).rejects.toMatchObject({ code: 'content-mismatch' })
    expect(registry.store.blobs.get('app')?.has(blob.digest) ?? false).toBe(false)
  })

  test('stores a document under its digest', async () => {
    const { registry, store } = await world()
    const app = store('app')
    await app.put(blob, here)
    const document = manifestOf({ platform: parsePlatform('amd64'), config: blob, layers: [] }, {})
    await app.putDocument(document)
    expect([...(registry.store.manifests.get('app')?.keys() ?? [])]).toEqual([document.descriptor.digest])
  })
})

describe('cached()', () => {
  test('downloads a layer once for all parallel readers, whatever their repository', async () => {
    const { registry, store } = await world()
    put(registry, 'one')
    put(registry, 'two')
    const kept = layoutStore(tempFolder())
    const readers = [store('one'), store('two'), store('one')].map((reader) => cached(reader, kept))
    const read = await Promise.all(readers.map(async (reader) => await buffer(await reader.open(blob))))
    expect(read.every((bytes) => bytes.equals(content))).toBe(true)
    expect(registry.kinds().filter((kind) => kind === 'blob-get')).toHaveLength(1)
  })

  test('stores no part of a download that does not match its digest', async () => {
    const { registry, store } = await world()
    put(registry, 'base')
    registry.misbehave({ on: 'blob-get', do: 'corrupt' })
    const kept = layoutStore(tempFolder())
    const reader = cached(store('base'), kept)
    await expect(reader.open(blob)).rejects.toMatchObject({ code: 'content-mismatch' })
    expect(await kept.has(blob)).toBe(false)
    expect((await buffer(await reader.open(blob))).equals(content)).toBe(true)
  })
})

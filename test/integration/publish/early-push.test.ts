import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { build as buildImage } from '../../../src/engine/build.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { startEarlyPush } from '../../../src/publish/early-push.ts'
import { publish } from '../../../src/publish/publish.ts'
import { elf } from '../../support/elf.ts'
import { runEmbedded } from '../../support/embedded-step.ts'
import { createTestHost } from '../../support/host.ts'
import { loginOf } from '../../support/login.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { createRandom, randomBytes } from '../../support/random.ts'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../support/registry.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { runOf } from '../../support/run.ts'
import { seededPart } from '../../support/seeded-part.ts'
import { tempFolder } from '../../support/temp.ts'

const megabyte = 1024 * 1024

async function registryOf(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const registry = await startRegistry(options)
  onTestFinished(registry.close)
  return registry
}

/** A context with one layer for each size (megabytes). Layers from 8 MB on are sent while they are written. */
function contextOf(sizes: readonly number[], starts: Uint8Array = Buffer.alloc(0)): string {
  const copies = sizes.map((_, at) => `COPY layer-${at} /layer-${at}\n`).join('')
  const context = tempFolder({ Dockerfile: `FROM scratch\n${copies}ENTRYPOINT ["/layer-0"]\n` })
  for (const [at, size] of sizes.entries()) {
    const content = randomBytes(createRandom(at + 1), size * megabyte)
    writeFileSync(join(context, `layer-${at}`), Buffer.concat([starts, content]), { mode: 0o755 })
  }
  return context
}

const count = (registry: TestRegistry, kind: string) => registry.kinds().filter((one) => one === kind).length
const sentBytes = (registry: TestRegistry) => registry.journal.reduce((sum, { received }) => sum + received, 0)

describe('layers are sent early', () => {
  test('while they are still written, and completed once each after verification', async () => {
    const tempDir = tempFolder()
    const unfinished: number[] = []
    const registry = await registryOf({
      quirk: {
        instead: ({ kind }) => {
          const names = kind === 'upload-patch' ? readdirSync(tempDir, { recursive: true, encoding: 'utf8' }) : []
          if (kind === 'upload-patch') unfinished.push(names.filter((name) => name.endsWith('.part')).length)
          return undefined
        },
      },
    })
    const given = { compression: 'gzip' }
    const { error } = await runEmbedded(registry.host, { context: contextOf([9, 9, 1]), tempDir, given })
    expect(error).toBeUndefined()
    expect(unfinished).toHaveLength(3)
    expect(unfinished[0]).toBeGreaterThan(0)
    // Three layers and the configuration, which is not sent early.
    expect(count(registry, 'upload-put')).toBe(4)
    expect(registry.store.blobs.get('app')?.size).toBe(4)
    expect(registry.store.uploads.size).toBe(0)
    expect(sentBytes(registry)).toBeLessThan(19.2 * megabyte)
    const lastPatch = registry.kinds().lastIndexOf('upload-patch')
    const completed = registry.journal.slice(lastPatch).filter(({ kind }) => kind === 'upload-put')
    expect(completed.map(({ received }) => received).sort((one, other) => one - other)).toEqual([
      ...[0, 0, 0],
      expect.any(Number),
    ])
  })

  test('but are not completed if verification fails', async () => {
    const registry = await registryOf()
    const context = contextOf([9], elf('arm64'))
    const { error } = await runEmbedded(registry.host, { context })
    expect(error).toMatchObject({ code: 'platform-mismatch' })
    expect(count(registry, 'upload-patch')).toBe(1)
    expect(count(registry, 'upload-put')).toBe(0)
    expect(registry.store.uploads.size).toBe(0)
    expect(registry.store.blobs.get('app')?.size ?? 0).toBe(0)
  })

  test('but not before preflight has passed', async () => {
    const registry = await registryOf()
    registry.misbehave({ on: 'upload-start', do: 'answer', status: 403, times: Infinity })
    const { error } = await runEmbedded(registry.host, { context: contextOf([9]) })
    expect(error).toMatchObject({ code: 'registry-denied' })
    expect(new Set(registry.kinds())).toEqual(new Set(['ping', 'upload-start', 'manifest-get']))
    // Preflight asks twice.
    expect(count(registry, 'upload-start')).toBe(2)
  })

  test('but not without `push`', async () => {
    const registry = await registryOf()
    const outputs = `type=oci,dest=${join(tempFolder(), 'image.tar')}`
    const { error } = await runEmbedded(registry.host, { context: contextOf([9]), given: { push: 'false', outputs } })
    expect(error).toBeUndefined()
    expect(registry.kinds()).toEqual([])
  })

  test('but not if the repository has them', async () => {
    const registry = await registryOf()
    const context = contextOf([2, 3])
    await runEmbedded(registry.host, { context })
    const before = registry.journal.length
    const given = { tags: `${registry.host}/app:2`, labels: 'a=b', 'no-cache': 'true' }
    const { error } = await runEmbedded(registry.host, { context, given })
    expect(error).toBeUndefined()
    const later = registry.journal.slice(before)
    expect(later.filter(({ kind }) => kind === 'upload-patch')).toEqual([])
    // The configuration and the manifest.
    expect(later.reduce((sum, { received }) => sum + received, 0)).toBeLessThan(10_000)
  })

  test('and an interrupted upload is resumed from the disk', async () => {
    const registry = await registryOf()
    registry.misbehave({ on: 'upload-patch', do: 'reset', after: 5 * megabyte })
    const { error } = await runEmbedded(registry.host, { context: contextOf([9]) })
    expect(error).toBeUndefined()
    expect(count(registry, 'upload-status')).toBe(1)
    expect(sentBytes(registry)).toBeLessThan(9.2 * megabyte)
    expect(registry.store.uploads.size).toBe(0)
  })

  test.each(seededPart([405, 413, 416, 501], 2))(
    'and a registry that answers %i to a stream gets them in the usual form',
    async (status) => {
      const registry = await registryOf()
      registry.misbehave({ on: 'upload-patch', do: 'answer', status })
      const { error } = await runEmbedded(registry.host, { context: contextOf([9]) })
      expect(error).toBeUndefined()
      expect(registry.store.tags.get('app')?.size).toBe(1)
      expect(registry.store.uploads.size).toBe(0)
    },
  )

  test('when the engine has written all of them, and to the first repository of each registry', async () => {
    const [first, second] = [await registryOf(), await registryOf()]
    const client = createTestClient()
    const host = createTestHost({ tempDir: tempFolder() })
    onTestFinished(client.close)
    onTestFinished(host.close)
    const tags = [`${first.host}/app:1`, `${first.host}/mirror:1`, `${second.host}/app:1`].join()
    const inputs = inputsOf({ context: contextOf([9, 2]), engine: 'embedded', tags, push: 'true' })
    const opened = await runOf(makePlan(inputs, factsOf()), host, loginOf(client))
    const reading = await opened.source.reading()
    const built = await buildImage(opened, { reading, bases: [] })
    const early = startEarlyPush(opened, Promise.resolve())
    early.addAll(built.content)
    expect(await publish(opened, built)).toMatchObject({ error: undefined })
    for (const registry of [first, second]) {
      const patches = registry.journal.filter(({ kind }) => kind === 'upload-patch')
      expect(patches.map(({ repository }) => repository)).toEqual(['app', 'app'])
      expect(registry.store.uploads.size).toBe(0)
      expect(sentBytes(registry)).toBeLessThan(11.1 * megabyte)
    }
    expect(count(first, 'mount')).toBe(3)
  })
})

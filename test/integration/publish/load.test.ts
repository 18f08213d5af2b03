import { describe, expect, onTestFinished, test } from 'vitest'
import { layoutStore, writeBlob } from '../../../src/oci/layout.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { startPreflight } from '../../../src/preflight/preflight.ts'
import { publish } from '../../../src/publish/publish.ts'
import { createTestHost } from '../../support/host.ts'
import { randomImage } from '../../support/image.ts'
import { loginOf } from '../../support/login.ts'
import { factsOf, inputsOf, serverOf } from '../../support/plan.ts'
import { createRandom } from '../../support/random.ts'
import { type JournalEntry, startRegistry, type TestRegistryOptions } from '../../support/registry.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { runOf } from '../../support/run.ts'
import { sizeOf } from '../../support/seeded-part.ts'
import { tempFolder } from '../../support/temp.ts'

type Size = {
  readonly repositories?: number
  readonly tags?: number
  readonly platforms?: number
  /** Requests of this kind wait, so that those at the same time are seen. */
  readonly slow?: JournalEntry['kind']
}

type Requests = { readonly preflight: readonly JournalEntry[]; readonly published: readonly JournalEntry[] }

const loads = new Map<string, Promise<Requests>>()

/** A run with preflight and publishing, whose registry is empty; returns the requests of both. Tests of the same size share one run. */
function load(size: Size): Promise<Requests> {
  const key = JSON.stringify(size)
  const requests = loads.get(key) ?? loadOnce(size)
  loads.set(key, requests)
  return requests
}

async function loadOnce(
  { repositories = 1, tags = 1, platforms = 1, slow }: Size,
  options: TestRegistryOptions = {},
): Promise<Requests> {
  const registry = await startRegistry(options)
  if (slow) registry.misbehave({ on: slow, do: 'delay', milliseconds: 50, times: Infinity })
  const client = createTestClient()
  const host = createTestHost()
  onTestFinished(async () => {
    await host.close()
    await client.close()
    await registry.close()
  })
  const variants = ['linux/amd64', 'linux/arm64', 'linux/386', 'linux/s390x']
  const names = [...variants, 'linux/ppc64le', 'linux/riscv64', 'linux/arm/v6', 'linux/arm/v7'].slice(0, platforms)
  const { tree, content } = await randomImage(createRandom(1), names)
  const dir = tempFolder({ Dockerfile: 'FROM scratch\n' })
  for (const bytes of content.values()) await writeBlob(dir, bytes, '')
  const inputs = inputsOf({
    context: dir,
    images: Array.from({ length: repositories }, (_, at) => `${registry.host}/app-${at}`).join('\n'),
    tags: Array.from({ length: tags }, (_, at) => `1.${at}.0`).join('\n'),
    platforms: names.join(),
    push: 'true',
  })
  const run = await runOf(
    makePlan(inputs, factsOf({ docker: serverOf({ store: 'containerd' }) })),
    host,
    loginOf(client),
  )
  const started = await startPreflight(run, [run])
  await started.end()
  await started.passed
  const preflight = [...registry.journal]
  const built = { content: { tree, blobs: layoutStore(dir) }, metadata: {}, imageId: undefined, steps: [] }
  const { error } = await publish(run, built)
  expect(error).toBeUndefined()
  return { preflight, published: registry.journal.slice(preflight.length) }
}

const most = (journal: readonly JournalEntry[]) => Math.max(...journal.map(({ concurrent }) => concurrent))
const count = (journal: readonly JournalEntry[], kind: JournalEntry['kind']) =>
  journal.filter((entry) => entry.kind === kind).length

/** A registry that opens an upload instead of mounting. */
const mountless = {
  quirk: {
    instead: ({ kind, url }: { kind: string; url: URL }) => {
      if (kind === 'mount') for (const name of ['mount', 'from']) url.searchParams.delete(name)
      return undefined
    },
  },
}

/** More than twice as many as requests run at once. */
const many: Size = { repositories: sizeOf(100, 40), slow: 'upload-start' }
const manyTags = sizeOf(100, 40)

describe('the requests of a run grow linearly', () => {
  test.each([
    { name: 'tags', sizes: [{ tags: 1 }, { tags: 10 }, { tags: manyTags }], each: 4 },
    { name: 'repositories', sizes: [{ repositories: 1 }, { repositories: 10 }, many], each: 16 },
    { name: 'platforms', sizes: [{ platforms: 2 }, { platforms: 4 }, { platforms: 8 }], each: 8 },
  ])('with the number of $name', async ({ name, sizes, each }) => {
    const counts: { readonly size: number; readonly requests: number }[] = []
    for (const size of sizes) {
      const { preflight, published } = await load(size)
      counts.push({ size: Number(Object.values(size)[0]), requests: preflight.length + published.length })
    }
    const [first, ...others] = counts
    for (const { size, requests } of others)
      expect(`${name}: ${(requests - (first?.requests ?? 0)) / (size - (first?.size ?? 0))}`).toBe(`${name}: ${each}`)
  })

  test('with the number of repositories of a registry that does not mount', async () => {
    const { published } = await loadOnce({ repositories: 20 }, mountless)
    // Of each of the three blobs: from two repositories, and the upload that the first of them opened is canceled.
    expect(count(published, 'mount')).toBeLessThanOrEqual(19 * 3 * 2)
    expect(count(published, 'upload-cancel')).toBeLessThanOrEqual(19 * 3)
  })
})

describe('a run with many repositories', () => {
  test('makes at most 16 checks of a registry at a time', async () => {
    const { preflight } = await load(many)
    const probes = preflight.filter(({ kind }) => kind === 'upload-start')
    expect(probes).toHaveLength(many.repositories ?? 0)
    expect(most(probes)).toBeGreaterThanOrEqual(16)
    // Cancellations are not awaited.
    expect(most(probes)).toBeLessThanOrEqual(32)
  })

  test('completes one repository, and then several at a time', async () => {
    const { published } = await load({ repositories: 20, slow: 'mount' })
    const complete = published.findIndex(({ kind }) => kind === 'manifest-put')
    const before = published.slice(0, complete).filter(({ kind }) => kind.startsWith('upload') || kind === 'mount')
    expect(new Set(before.map(({ repository }) => repository))).toEqual(new Set(['app-0']))
    const mounts = published.filter(({ kind }) => kind === 'mount')
    // Each repository gets three blobs.
    expect(most(mounts)).toBeGreaterThan(3)
    expect(most(mounts)).toBeLessThanOrEqual(4 * 3)
  })
})

describe('a run with many tags', () => {
  test('reads no tag back while another is written', async () => {
    const { published } = await load({ tags: manyTags })
    const isTag = ({ path }: JournalEntry) => path.includes('/manifests/1.')
    const lastWrite = published.findLastIndex((entry) => entry.kind === 'manifest-put' && isTag(entry))
    const content = published.findIndex((entry) => entry.kind === 'manifest-put' && isTag(entry))
    const reads = published.filter((entry, at) => entry.kind === 'manifest-head' && at > content)
    expect(reads).toHaveLength(manyTags)
    expect(reads.every((entry) => published.indexOf(entry) > lastWrite)).toBe(true)
    expect(most(published.filter(isTag))).toBeLessThanOrEqual(20)
  })
})

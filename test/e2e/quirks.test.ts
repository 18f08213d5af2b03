import { afterEach, describe, expect, it } from 'vitest'
import { mediaType } from '../../src/oci/media-type.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { fault } from '../support/registry-answer.ts'
import type { AuthOptions } from '../support/registry-auth.ts'
import { type QuirkHooks, quirks } from '../support/registry-quirks.ts'
import { createJob, type Job, runStepHere } from './support/action.ts'
import { missing, part } from './support/rig.ts'

// The cases of test/integration/registry-quirks.test.ts with the built action and real builders.

const jobs: Job[] = []
const registries: TestRegistry[] = []
afterEach(async () => {
  for (const job of jobs.splice(0)) job.remove()
  for (const registry of registries.splice(0)) await registry.close()
})

const user = { username: 'u', password: 'p' }

async function registryOf(quirk: QuirkHooks, auth?: Partial<AuthOptions>): Promise<TestRegistry> {
  const registry = await startRegistry({ quirk, ...(auth ? { auth: { kind: 'token', ...user, ...auth } } : {}) })
  registries.push(registry)
  return registry
}

const engines = {
  embedded: () => ({ host: 'unix:///nonexistent/docker.sock', inputs: { engine: 'embedded' } }),
  docker: () => ({ host: part('docker').host, inputs: {} }),
  remote: () => ({
    host: 'unix:///nonexistent/docker.sock',
    inputs: { driver: 'remote', endpoint: part('buildkitd')[0] ?? '' },
  }),
}

async function build(
  registry: TestRegistry,
  engine: keyof typeof engines,
  inputs: Readonly<Record<string, string>> = {},
) {
  const { host, inputs: own } = engines[engine]()
  const files = { Dockerfile: 'FROM scratch\nCOPY hello /\n', hello: `${engine} ${registry.host}` }
  const job = createJob(files, { DOCKER_HOST: host })
  jobs.push(job)
  const all = { images: `${registry.host}/acme/app`, tags: '1.0, latest', platforms: 'amd64, arm64', push: 'true' }
  return await runStepHere(job, { ...all, ...own, ...inputs })
}

const login = (registry: TestRegistry) => ({ registry: registry.host, ...user })

/** The quirks that each engine's own client supports: with a remote builder, its client transfers the content. */
const tried: readonly (readonly [keyof typeof engines, RegExp])[] = [
  [
    'embedded',
    /^HEAD of a manifest answers (?:404|405)|^the end of an upload answers 200|^a challenge|cookie|redirect|are application\/json|compressed/,
  ],
  ['docker', /^HEAD of a manifest answers (?:404|405)|^the end of an upload answers 200|^a challenge for|cookie/],
  [
    'remote',
    // BuildKit gives up at a second challenge with insufficient_scope, so no challenge for another scope.
    /^HEAD of a manifest answers (?:404|405)|^the end of an upload answers 200|^PUT of a manifest answers 200/,
  ],
]

describe.each(tried)('with the engine %s', (engine, names) => {
  const absent = engine === 'embedded' ? false : missing(engine === 'docker' ? 'docker' : 'buildkitd')
  it.skipIf(absent).each(quirks.filter(({ name }) => names.test(name)))(
    'publishes to a registry where $name',
    async (quirk) => {
      const registry = await registryOf(quirk.hooks(), quirk.token && (quirk.auth ?? {}))
      const step = await build(registry, engine, quirk.token === true ? login(registry) : {})
      expect(step, step.log).toMatchObject({ status: 0, post: { status: 0 }, leftovers: [] })
      const digest = step.outputs['digest']
      expect(Object.fromEntries(registry.store.tags.get('acme/app') ?? [])).toEqual({ '1.0': digest, latest: digest })
    },
    // A lost answer costs a request its time limit of 60 s; then it is retried.
    150_000,
  )
})

describe('a registry that accepts Docker media types only', () => {
  const refusal = fault(400, 'MANIFEST_INVALID', 'manifest invalid', {})
  const dockerOnly: QuirkHooks = {
    instead: ({ kind, headers }) =>
      kind === 'manifest-put' && !String(headers['content-type']).startsWith('application/vnd.docker.')
        ? refusal
        : undefined,
  }

  it.skipIf(missing('docker')).each(['embedded', 'docker'] as const)(
    'receives them, and all outputs report it: %s',
    async (engine) => {
      const registry = await registryOf(dockerOnly)
      const step = await build(registry, engine)
      expect(step, step.log).toMatchObject({ status: 0 })
      const { digest = '', digests = '', metadata = '', refs } = step.outputs
      expect(registry.store.manifests.get('acme/app')?.get(digest)?.type).toBe(mediaType.dockerIndex)
      expect(refs).toBe(`${registry.host}/acme/app@${digest}`)
      expect(JSON.parse(metadata)).toMatchObject({ 'containerimage.digest': digest })
      const stored = registry.store.manifests.get('acme/app')
      for (const one of Object.values<string>(JSON.parse(digests)))
        expect(stored?.get(one)?.type).toBe(mediaType.dockerManifest)
      expect(step.log).toContain('Docker media types')
    },
  )

  it.skipIf(missing('buildkitd'))('is named in the hint if the builder pushes', async () => {
    const step = await build(await registryOf(dockerOnly), 'remote')
    expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'registry-refused' } })
    expect(step.log).toContain('Docker media types')
  })
})

it.skipIf(missing('buildkitd'))(
  'reports that an image pushed by a builder is missing, and that a new run may fix it',
  async () => {
    let registry: TestRegistry | undefined
    registry = await registryOf({
      instead: ({ kind, url, headers }) => {
        const byStep = String(headers['user-agent']).startsWith('polyarch')
        if (byStep && kind === 'manifest-put' && !url.pathname.includes('sha256:')) registry?.store.manifests.clear()
        return byStep && kind === 'manifest-put'
          ? fault(400, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry')
          : undefined
      },
    })
    const step = await build(registry, 'remote', { retries: '1' })
    expect(step, step.log).toMatchObject({ status: 75, outputs: { 'error-code': 'registry-unavailable' } })
    expect(step.log).toContain('lost content that was pushed a moment ago')
  },
)

it('rejects a base image that is an index and a manifest', async () => {
  const registry = await registryOf({})
  const step = await build(registry, 'embedded', { tags: '1' })
  expect(step).toMatchObject({ status: 0 })
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [], layers: [], config: {} }))
  registry.store.manifests.get('acme/app')?.set(step.outputs['digest'] ?? '', { type: mediaType.ociManifest, bytes })
  const job = createJob(
    { Dockerfile: `FROM ${registry.host}/acme/app:1\nCOPY Dockerfile /\n` },
    { DOCKER_HOST: 'unix:///nonexistent' },
  )
  jobs.push(job)
  const second = await runStepHere(job, {
    engine: 'embedded',
    images: `${registry.host}/acme/two`,
    tags: '1',
    push: 'true',
  })
  expect(second, second.log).toMatchObject({ status: 75, outputs: { 'error-code': 'content-mismatch' } })
})

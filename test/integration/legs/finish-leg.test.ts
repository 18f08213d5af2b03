import { Readable } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { BuiltImage } from '../../../src/engine/built.ts'
import { readJob } from '../../../src/facts/job.ts'
import type { InputName } from '../../../src/inputs/schema.ts'
import { joinLegs } from '../../../src/legs/join-legs.ts'
import type { LegOutcome } from '../../../src/legs/leg-outcome.ts'
import { makeRecords } from '../../../src/legs/make-records.ts'
import { passLeg } from '../../../src/legs/pass-leg.ts'
import { digestOf as hash } from '../../../src/oci/digest.ts'
import { walkImage } from '../../../src/oci/image-tree.ts'
import { indexOf as makeIndex } from '../../../src/oci/make-image.ts'
import { mediaType } from '../../../src/oci/media-type.ts'
import { type BlobReader, readSmall } from '../../../src/oci/store.ts'
import type { Descriptor, Index } from '../../../src/oci/types.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import type { Plan } from '../../../src/plan/plan.ts'
import { pushTree } from '../../../src/publish/push-tree.ts'
import { registryStore } from '../../../src/registry/registry-store.ts'
import { retryPolicy } from '../../../src/retry/backoff.ts'
import { type ArtifactServer, startArtifactServer } from '../../support/artifact-service.ts'
import { builtOf } from '../../support/built-image.ts'
import { createTestHost } from '../../support/host.ts'
import { loginOf } from '../../support/login.ts'
import { factsOf, inputsOf, serverOf } from '../../support/plan.ts'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../support/registry.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { runOf } from '../../support/run.ts'

async function registryOf(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const registry = await startRegistry(options)
  onTestFinished(registry.close)
  return registry
}

type JobOptions = {
  readonly images: string
  readonly platform?: string
  readonly content?: string
  readonly attempt?: number
  /** Whether its platform is optional and fails. */
  readonly fails?: boolean
  readonly inputs?: Partial<Record<InputName, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly created?: string
  /** When the step started. Default: after the records of all other jobs were written. */
  readonly started?: Date
}

const [firstDay, lastDay] = [new Date(0), new Date('9999-01-01')]

/** Runs the job of one platform. */
async function job({ images, platform = 'linux/amd64', content = platform, ...options }: JobOptions) {
  const { attempt = 1, fails = false, inputs = {}, env = {}, created, started = lastDay } = options
  const client = createTestClient()
  const variables = {
    ...{ GITHUB_RUN_ID: '7', GITHUB_REPOSITORY: 'acme/app', GITHUB_RUN_ATTEMPT: String(attempt) },
    ...{ RUNNER_NAME: `runner of ${platform} ${content}`, ...env },
  }
  const host = createTestHost({ env: variables })
  for (const { close } of [client, host]) onTestFinished(close)
  const given = {
    ...inputsOf({
      ...{ images, tags: '1.0, latest', platforms: 'linux/amd64, linux/arm64', platform, push: 'true' },
      ...inputs,
    }),
    ...(created === undefined ? {} : { annotationLevels: ['index'] }),
  }
  const origin =
    created === undefined
      ? undefined
      : {
          ...{ title: 'app', url: '', description: '', license: '', revision: '', problems: [] },
          created: new Date(created),
        }
  const facts = factsOf({ docker: serverOf({ store: 'containerd' }), job: readJob(variables, started), origin })
  const plan = makePlan(given, facts)
  const built = await builtOf([{ platform, layers: [{ 'app.txt': content }] }], { annotations: plan.build.annotations })
  const access = { ...loginOf(client), retries: { policy: retryPolicy(2), onRetry: () => undefined } }
  const left = fails ? { ...plan, build: { ...plan.build, platforms: [] } } : plan
  const run = await runOf(left, host, access)
  const omitted = fails ? plan.build.platforms.map((one) => ({ platform: one, code: 'smoke-failed' })) : []
  return { host, outcome: await passLeg(run, built, { omitted }) }
}

/** Returns the plan of a job of an image with two platforms. */
function planOf(images: string, platform: string): Plan {
  const inputs = inputsOf({ images, tags: '1', platforms: 'amd64, arm64', platform, push: 'true' })
  const job = readJob({ GITHUB_RUN_ID: '7' }, lastDay)
  return makePlan(inputs, factsOf({ docker: serverOf({ store: 'containerd' }), job }))
}

/** Adds an attestation in the form of BuildKit to an image of one platform. */
async function withAttestation({ tree, blobs }: BuiltImage): Promise<BuiltImage> {
  const content = new Map<string, Buffer>()
  const add = (document: object, mediaTypeOf: string): Descriptor => {
    const bytes = Buffer.from(JSON.stringify(document))
    const digest = hash(bytes)
    content.set(digest, bytes)
    return { mediaType: mediaTypeOf, digest, size: bytes.length }
  }
  const [image] = tree.images
  if (image === undefined) throw new Error('There is no image')
  const config = add(
    { os: 'unknown', architecture: 'unknown', author: image.manifest.digest, rootfs: { type: 'layers', diff_ids: [] } },
    mediaType.ociConfig,
  )
  const manifest = add(
    { schemaVersion: 2, mediaType: mediaType.ociManifest, config, layers: [] },
    mediaType.ociManifest,
  )
  const attestation: Descriptor = {
    ...manifest,
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: {
      'vnd.docker.reference.digest': image.manifest.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
  }
  const index = makeIndex([{ ...image.manifest, platform: image.platform }, attestation], {})
  const own = new Map(tree.documents.map(({ descriptor, bytes }) => [descriptor.digest, Buffer.from(bytes)]))
  own.set(index.descriptor.digest, Buffer.from(index.bytes))
  const whole = await walkImage(index.descriptor, async (descriptor) => {
    const known = own.get(descriptor.digest) ?? content.get(descriptor.digest)
    return known ?? (await readSmall(descriptor, blobs))
  })
  const open: BlobReader['open'] = async (blob, options) => {
    const known = content.get(blob.digest)
    return known === undefined ? await blobs.open(blob, options) : Readable.from([known])
  }
  return { tree: whole, blobs: { open } }
}

const arm = { platform: 'linux/arm64' }

function indexOf(registry: TestRegistry, tag = 'latest', repository = 'app'): Index | undefined {
  const digest = registry.store.tags.get(repository)?.get(tag)
  const found = registry.store.manifests.get(repository)?.get(digest ?? '')
  return found && (JSON.parse(found.bytes.toString()) as Index)
}

const tagsOf = (registry: TestRegistry, repository = 'app') => [...(registry.store.tags.get(repository)?.keys() ?? [])]
const digestOf = (outcome: LegOutcome | undefined) =>
  outcome?.kind === 'published' ? outcome.published.digest : undefined
const waitsFor = (outcome: LegOutcome | undefined) =>
  outcome?.kind === 'waiting' ? outcome.missing.map(({ architecture }) => architecture) : undefined

describe('passLeg() with the registry as the ledger', () => {
  it('writes no tag in the first job, and all tags of both registries in the second; then deletes the records', async () => {
    const [one, two] = [await registryOf(), await registryOf()]
    const images = `${one.host}/app, ${two.host}/app`
    const first = await job({ images })
    expect(waitsFor(first.outcome)).toEqual(['arm64'])
    expect([...tagsOf(one), ...tagsOf(two)]).toEqual([expect.stringMatching(/^polyarch-leg-[0-9a-f]{20}-linux-amd64$/)])
    expect(first.host.told).toContainEqual({
      notice:
        'Pushed linux/amd64. No tag is written yet: the job that completes the image writes them. Missing: linux/arm64',
    })
    const second = await job({ images, ...arm })
    for (const registry of [one, two]) {
      expect(tagsOf(registry).toSorted()).toEqual(['1.0', 'latest'])
      expect(indexOf(registry)?.manifests.map(({ platform }) => platform?.architecture)).toEqual(['amd64', 'arm64'])
      expect(registry.store.tags.get('app')?.get('1.0')).toBe(digestOf(second.outcome))
    }
  })

  it('writes the same index whichever job is the last', async () => {
    const digests = []
    for (const order of [
      [{}, arm],
      [arm, {}],
    ]) {
      const registry = await registryOf()
      const images = `${registry.host}/app`
      for (const platform of order) digests.push(digestOf((await job({ images, ...platform })).outcome))
    }
    expect(digests[1]).toMatch(/^sha256:/)
    expect(digests[3]).toBe(digests[1])
  })

  it('has the annotations of the index, with the time of the first platform if no commit has one', async () => {
    const registry = await registryOf()
    const images = `${registry.host}/app`
    const inputs = { annotations: 'index,manifest:a=b\nmanifest-descriptor[linux/arm64]:c=d' }
    await job({ images, ...arm, inputs, created: '2026-01-02T00:00:00.000Z' })
    await job({ images, inputs, created: '2026-01-01T00:00:00.000Z' })
    const index = indexOf(registry)
    expect(index?.annotations).toMatchObject({
      'org.opencontainers.image.created': '2026-01-01T00:00:00.000Z',
      a: 'b',
    })
    expect(index?.manifests.map(({ annotations }) => annotations)).toEqual([undefined, { c: 'd' }])
  })

  it('says that temporary tags remain if the registry does not delete, and a second attempt of all jobs replaces the image', async () => {
    const registry = await registryOf({
      quirk: { instead: ({ kind }) => (kind === 'manifest-delete' ? { status: 405 } : undefined) },
    })
    const images = `${registry.host}/app`
    await job({ images })
    const { host, outcome } = await job({ images, ...arm })
    expect(host.log.lines.filter((line) => line.includes('does not delete'))).toHaveLength(1)
    const temporary = tagsOf(registry).filter((tag) => tag.startsWith('polyarch-leg-'))
    expect(temporary).toHaveLength(2)
    for (const tag of temporary) expect(registry.store.tags.get('app')?.get(tag)).toBe(digestOf(outcome))

    const again = await job({ images, content: 'new', attempt: 2 })
    expect(waitsFor(again.outcome)).toEqual(['arm64'])
    expect(again.host.told).toContainEqual({
      notice: expect.stringContaining('Missing: linux/arm64. If their jobs do not run again, run all jobs again'),
    })
    const last = await job({ images, ...arm, content: 'new too', attempt: 2 })
    expect(digestOf(last.outcome)).not.toBe(digestOf(outcome))
    expect(registry.store.tags.get('app')?.get('latest')).toBe(digestOf(last.outcome))
  })

  it('completes the image with the record of an earlier attempt', async () => {
    const registry = await registryOf()
    const images = `${registry.host}/app`
    await job({ images })
    const { host, outcome } = await job({ images, ...arm, attempt: 2 })
    expect(outcome?.kind).toBe('published')
    expect(host.log.lines).toContainEqual(expect.stringMatching(/polyarch-leg-[0-9a-f]{20}-…, remain in the registry/))
  })

  it('completes the image without an optional platform that failed in its job, whichever job is the last', async () => {
    const digests = []
    for (const order of [
      [{}, { ...arm, fails: true }],
      [{ ...arm, fails: true }, {}],
    ]) {
      const registry = await registryOf()
      const inputs = { platforms: 'amd64, arm64?' }
      const jobs = []
      for (const one of order) jobs.push(await job({ images: `${registry.host}/app`, inputs, ...one }))
      const [first, last] = jobs
      expect(first?.outcome?.kind).toBe('waiting')
      expect(last?.outcome).toMatchObject({ kind: 'published', omitted: [{ code: 'smoke-failed' }] })
      expect(last?.host.log.lines.join('\n')).toContain(
        'All platforms are pushed, except the optional linux/arm64 (smoke-failed): this job writes the index and the tags',
      )
      expect(tagsOf(registry)).toEqual(['1.0', 'latest'])
      digests.push(digestOf(last?.outcome))
    }
    expect(digests[0]).toMatch(/^sha256:/)
    expect(digests[1]).toBe(digests[0])
  })

  it('leaves open whether the tags are written if another job has deleted the record of an omitted platform', async () => {
    const registry = await registryOf({
      quirk: {
        instead: ({ kind, url }) =>
          kind === 'manifest-get' && url.pathname.includes('polyarch-leg-') ? { status: 404 } : undefined,
      },
    })
    const images = `${registry.host}/app`
    const { host, outcome } = await job({ images, inputs: { platforms: 'amd64, arm64?' }, ...arm, fails: true })
    expect(outcome).toMatchObject({ kind: 'waiting', missing: [] })
    expect(host.told).toContainEqual({
      notice: 'The job that completes the image writes the tags, or has already written them',
    })
  })

  it('has an optional platform that succeeded in a later attempt', async () => {
    const registry = await registryOf()
    const both = { images: `${registry.host}/app`, inputs: { platforms: 'amd64, arm64?' } }
    await job({ ...both, ...arm, fails: true })
    expect(waitsFor((await job({ ...both, ...arm, attempt: 2 })).outcome)).toEqual(['amd64'])
    const { outcome } = await job({ ...both, attempt: 2 })
    expect(outcome).toMatchObject({ kind: 'published', omitted: [] })
    expect(indexOf(registry)?.manifests).toHaveLength(2)
  })

  it('writes no tag if every platform is optional and failed', async () => {
    const registry = await registryOf()
    const all = { images: `${registry.host}/app`, inputs: { platforms: 'amd64?, arm64?' }, fails: true }
    await job(all)
    await expect(job({ ...all, ...arm })).rejects.toMatchObject({
      code: 'build-failed',
      message:
        'Cannot join the image: all of its platforms failed: linux/amd64 (smoke-failed), linux/arm64 (smoke-failed)',
    })
    expect(tagsOf(registry).filter((tag) => !tag.startsWith('polyarch-leg-'))).toEqual([])
  })

  it('does not use the record of an earlier attempt with other tags, and says so', async () => {
    const registry = await registryOf()
    const images = `${registry.host}/app`
    await job({ images, inputs: { tags: 'monday' } })
    const { outcome, host } = await job({ images, ...arm, attempt: 2, inputs: { tags: 'tuesday' } })
    expect(waitsFor(outcome)).toEqual(['amd64'])
    expect(host.log.lines.join('\n')).toContain(
      'The image for linux/amd64 of attempt 1 is not used, because its tags differ',
    )
  })

  it('fails if a job has other tags, names both, and writes no tag', async () => {
    const registry = await registryOf()
    const images = `${registry.host}/app`
    await job({ images })
    await expect(job({ images, ...arm, inputs: { tags: '1.1' } })).rejects.toMatchObject({
      code: 'legs-differ',
      message: expect.stringContaining(
        `- tags: ${images}:1.1 in this job, ${images}:1.0, ${images}:latest in the job for linux/amd64`,
      ),
    })
    expect(tagsOf(registry).filter((tag) => !tag.startsWith('polyarch-leg-'))).toEqual([])
  })

  it('fails if two jobs of a run build one platform', async () => {
    const registry = await registryOf()
    const images = `${registry.host}/app`
    await job({ images })
    await expect(job({ images, content: 'twin' })).rejects.toMatchObject({
      code: 'legs-differ',
      message: 'Cannot join the image: two jobs of this run build linux/amd64',
    })
  })

  it('writes no tag in the job of another platform if two jobs build one', async () => {
    const registry = await registryOf()
    const images = `${registry.host}/app`
    await job({ images })
    await expect(job({ images, content: 'twin' })).rejects.toMatchObject({ code: 'legs-differ' })
    await expect(job({ images, ...arm })).rejects.toMatchObject({
      code: 'legs-differ',
      message: 'Cannot join the image: two jobs of this run build linux/amd64',
    })
    expect(tagsOf(registry).filter((tag) => !tag.startsWith('polyarch-leg-'))).toEqual([])
    // The next attempt may have other jobs.
    expect(waitsFor((await job({ images, ...arm, attempt: 2 })).outcome)).toEqual(['amd64'])
    expect((await job({ images, attempt: 2 })).outcome?.kind).toBe('published')
  })

  it.each([
    ['by act', { ACT: 'true', RUNNER_NAME: '' }],
    ['by a runner that gives all jobs one name', { RUNNER_NAME: '' }],
  ])('fails if two jobs that run at the same time build one platform, run %s', async (_, env) => {
    const registry = await registryOf()
    const images = `${registry.host}/app`
    await job({ images, env, started: firstDay })
    await expect(job({ images, env, content: 'twin', started: firstDay })).rejects.toMatchObject({
      code: 'legs-differ',
      platform: 'linux/amd64',
    })
    await expect(job({ images, ...arm, env, started: firstDay })).rejects.toMatchObject({ code: 'legs-differ' })
  })

  it.each([
    ['of an earlier run of act', { ACT: 'true' }],
    ['of an earlier step of the same job', { RUNNER_NAME: 'one' }],
  ])('replaces the record %s', async (_, env) => {
    const registry = await registryOf()
    const images = `${registry.host}/app`
    await job({ images, env, content: 'old' })
    await job({ images, env, content: 'new' })
    const { outcome } = await job({ images, ...arm, env })
    expect(outcome?.kind).toBe('published')
  })

  it('ignores that two jobs of an earlier run of act built one platform', async () => {
    const registry = await registryOf()
    const images = `${registry.host}/app`
    const env = { ACT: 'true' }
    await job({ images, env, started: firstDay })
    await expect(job({ images, env, started: firstDay })).rejects.toMatchObject({ code: 'legs-differ' })
    expect(waitsFor((await job({ images, ...arm, env })).outcome)).toEqual(['amd64'])
    expect((await job({ images, env })).outcome?.kind).toBe('published')
  })

  it('names the platform if the image of another job no longer exists', async () => {
    const registry = await registryOf()
    const images = `${registry.host}/app`
    const { outcome } = await job({ images, ...arm })
    const [lost] = outcome?.images ?? []
    registry.store.manifests.get('app')?.delete(lost?.manifest.digest ?? '')
    await expect(job({ images })).rejects.toMatchObject({
      code: 'image-not-found',
      message: `Cannot join the image: the image for linux/arm64, which its job has pushed, no longer exists in ${images}`,
      hint: expect.stringContaining('run all jobs again'),
    })
  })

  it('names the rule to change if the registry does not let tags be replaced', async () => {
    const isRecord = ({ kind, url }: { readonly kind: string; readonly url: URL }) =>
      kind === 'manifest-put' && url.pathname.includes('polyarch-leg-')
    const body = '{"errors":[{"code":"TAG_IMMUTABLE","message":"tag is immutable"}]}'
    const registry = await registryOf({
      quirk: { instead: (asked) => (isRecord(asked) ? { status: 409, body } : undefined) },
    })
    await expect(job({ images: `${registry.host}/app` })).rejects.toMatchObject({
      code: 'tag-exists',
      hint: expect.stringMatching(/^The tag is one of those .* Exclude `polyarch-leg-\*`/),
    })
  })

  it('rejects a record that claims another size of a manifest', async () => {
    const registry = await registryOf()
    const images = `${registry.host}/app`
    await job({ images, ...arm })
    const store = registry.store.manifests.get('app')
    const [tag = '', digest = ''] = [...(registry.store.tags.get('app') ?? [])][0] ?? []
    const { manifests, ...rest } = JSON.parse(store?.get(digest)?.bytes.toString() ?? '') as Index
    const forged = JSON.stringify({ ...rest, manifests: manifests.map((one) => ({ ...one, size: one.size + 1 })) })
    registry.store.putManifest('app', tag, mediaType.ociIndex, Buffer.from(forged))
    await expect(job({ images })).rejects.toMatchObject({
      code: 'content-mismatch',
      message: expect.stringContaining('the record for linux/arm64 says that'),
    })
  })

  it('keeps images with the same name apart by leg-set, and runs by their number', async () => {
    const registry = await registryOf()
    const images = `${registry.host}/app`
    const variant = (name: string) => ({ inputs: { tags: name, 'leg-set': name } })
    await job({ images, ...variant('alpine') })
    const outcomes = [
      await job({ images, ...arm, ...variant('debian') }),
      await job({ images, ...arm, ...variant('alpine'), env: { GITHUB_RUN_ID: '8' } }),
      await job({ images, ...arm, ...variant('alpine') }),
    ]
    expect(outcomes.map(({ outcome }) => outcome?.kind)).toEqual(['waiting', 'waiting', 'published'])
  })

  it('fails with the use of the request if the registry rejects the record, and writes no tag', async () => {
    const registry = await registryOf({
      quirk: {
        instead: ({ kind, url }) =>
          kind === 'manifest-put' && url.pathname.includes('polyarch-leg-')
            ? { status: 403, body: JSON.stringify({ errors: [{ code: 'DENIED', message: 'tag rule' }] }) }
            : undefined,
      },
    })
    await expect(job({ images: `${registry.host}/app` })).rejects.toMatchObject({
      code: 'registry-denied',
      hint: expect.stringContaining(
        `The request was for the results of the jobs of this image, which are in the registry ${registry.host}`,
      ),
    })
    expect(tagsOf(registry)).toEqual([])
  })

  it('writes no tag if the content of another job is gone', async () => {
    const registry = await registryOf()
    const images = `${registry.host}/app`
    await job({ images })
    const record = indexOf(registry, tagsOf(registry)[0])
    for (const { digest } of record?.manifests ?? []) registry.store.manifests.get('app')?.delete(digest)
    await expect(job({ images, ...arm })).rejects.toMatchObject({ code: 'image-not-found' })
    expect(indexOf(registry)).toBeUndefined()
  })

  it('refers to the manifests of the platform in the record, so that garbage collection keeps them', async () => {
    const registry = await registryOf()
    await job({ images: `${registry.host}/app` })
    const record = indexOf(registry, tagsOf(registry)[0])
    const [manifest] = record?.manifests ?? []
    expect(manifest?.platform).toEqual({ os: 'linux', architecture: 'amd64' })
    expect(registry.store.manifests.get('app')?.has(manifest?.digest ?? '')).toBe(true)
  })
})

describe('makeRecords() and joinLegs()', () => {
  it('keep the attestations of each image behind it', async () => {
    const registry = await registryOf()
    const images = `${registry.host}/app`
    const client = createTestClient()
    onTestFinished(client.close)
    const host = createTestHost()
    onTestFinished(host.close)
    const records = []
    for (const platform of ['linux/amd64', 'linux/arm64']) {
      const { content } = await builtOf([{ platform, layers: [{ 'app.txt': platform }] }])
      const attested = await withAttestation(content)
      await pushTree(attested.tree, {
        ...{ from: attested.blobs, host },
        to: [registryStore(client, { registry: registry.host, repository: 'app' })],
      })
      const plan = planOf(images, platform)
      if (plan.leg === undefined) throw new Error('The job builds the whole image')
      records.push(...makeRecords(attested.tree, { leg: plan.leg, share: plan.build.platforms, time: new Date(0) }))
    }
    expect(records.map(({ manifests }) => manifests.length)).toEqual([2, 2])
    const plan = planOf(images, 'linux/amd64')
    const run = { plan, host, access: loginOf(client) }
    const { tree } = await joinLegs(run, records.toReversed(), plan.leg?.platforms ?? [])
    const index = JSON.parse(Buffer.from(tree.documents.at(-1)?.bytes ?? '').toString()) as Index
    expect(index.manifests.map(({ platform }) => `${platform?.os}/${platform?.architecture}`)).toEqual([
      'linux/amd64',
      'unknown/unknown',
      'linux/arm64',
      'unknown/unknown',
    ])
    expect(index.manifests[3]?.annotations?.['vnd.docker.reference.digest']).toBe(index.manifests[2]?.digest)
    expect(tree.images).toHaveLength(2)
  })
})

describe('passLeg() with the artifact service as the ledger', () => {
  async function servers(): Promise<{ registry: TestRegistry; service: ArtifactServer; images: string }> {
    const [registry, service] = [await registryOf(), await startArtifactServer()]
    onTestFinished(service.close)
    return { registry, service, images: `${registry.host}/app` }
  }

  it('completes the image, writes no temporary tag, and deletes the artifacts', async () => {
    const { registry, service, images } = await servers()
    const first = await job({ images, env: service.env('one') })
    expect(waitsFor(first.outcome)).toEqual(['arm64'])
    expect(service.names()).toEqual([expect.stringMatching(/^polyarch-leg-[0-9a-f]{20}-linux-amd64$/)])
    const second = await job({ images, ...arm, env: service.env('two') })
    expect(tagsOf(registry)).toEqual(['1.0', 'latest'])
    expect(registry.store.tags.get('app')?.get('latest')).toBe(digestOf(second.outcome))
    expect(service.names()).toEqual([])
    expect(first.host.told).toContainEqual({ mask: 's+cret' })
  })

  it('replaces the artifact of an earlier attempt, and rejects a second job for a platform', async () => {
    const { service, images } = await servers()
    await job({ images, env: service.env('one') })
    await job({ images, env: service.env('two'), attempt: 2, content: 'new' })
    expect(service.names()).toHaveLength(1)
    const twin = job({ images, env: service.env('three'), attempt: 2, content: 'twin' })
    await expect(twin).rejects.toMatchObject({ code: 'legs-differ' })
    const other = job({ images, ...arm, env: service.env('four'), attempt: 2 })
    await expect(other).rejects.toMatchObject({ code: 'legs-differ', platform: 'linux/amd64' })
  })

  it('retries transient errors of the service', async () => {
    const { service, images } = await servers()
    service.fail((_, time) => (time === 1 ? 503 : undefined))
    expect(waitsFor((await job({ images, env: service.env('one') })).outcome)).toEqual(['arm64'])
  })

  it('fails with an alternative if the service rejects the job', async () => {
    const { registry, service, images } = await servers()
    service.fail((call) => (call === 'CreateArtifact' ? 403 : undefined))
    await expect(job({ images, env: service.env('one') })).rejects.toMatchObject({
      code: 'ledger-failed',
      message: 'Cannot call CreateArtifact of the artifact service: it answered 403 (out of order)',
      hint: expect.stringContaining('`ledger: registry`'),
    })
    expect(tagsOf(registry)).toEqual([])
  })

  it('takes an artifact that was deleted after it was listed for one that does not exist', async () => {
    const { service, images } = await servers()
    await job({ images, env: service.env('one') })
    service.fail((call) => (call === 'GetSignedArtifactURL' ? 404 : undefined))
    expect(waitsFor((await job({ images, ...arm, env: service.env('two') })).outcome)).toEqual(['amd64'])
  })
})

import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { type CacheFault, type CacheRequest, type CacheService, startCacheService } from '../support/cache-service.ts'
import type { Fault } from '../support/fault.ts'
import { startObjectStore } from '../support/object-store.ts'
import { createJob, type Job, runStepHere } from './support/action.ts'
import { startFaultProxy } from './support/fault-proxy.ts'
import { startOwnBuildkitd } from './support/own-buildkitd.ts'
import { missing, part } from './support/rig.ts'

// Caches that one builder writes and another reads: real BuildKit, a real registry, a directory.

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

/** A job with a slow step, which differs in each test. */
function jobOf(env: Readonly<Record<string, string>> = {}): { readonly job: Job; readonly mark: string } {
  const mark = `${process.pid}-${Math.random()}`
  const job = createJob({ 'app/Dockerfile': `FROM ${part('base')}\nRUN echo ${mark} > /mark\n` }, env)
  jobs.push(job)
  return { job, mark }
}

type Call = { readonly command: string; readonly args: string; readonly env: string }

/** Installs a program before the rig's buildx that records its arguments; returns the calls so far. */
function spyOnBuildx(job: Job): () => readonly Call[] {
  const folder = join(job.home, 'spy')
  const config = { cliPluginsExtraDirs: [folder] }
  mkdirSync(folder)
  writeFileSync(join(job.home, '.docker/config.json'), JSON.stringify(config))
  const record = `printf '%s\\0%s\\0%s\\0' "$1" "$*" "$(env)" >> ${folder}/calls`
  const script = `#!/bin/sh\n${record}\nexec ${join(part('plugins'), 'docker-buildx')} "$@"\n`
  writeFileSync(join(folder, 'docker-buildx'), script, { mode: 0o755 })
  return () => {
    const texts = readFileSync(join(folder, 'calls'), 'utf8').split('\0').slice(0, -1)
    return Array.from({ length: texts.length / 3 }, (_, at) => {
      const [command = '', args = '', env = ''] = texts.slice(3 * at, 3 * at + 3)
      return { command, args, env }
    })
  }
}

const inputs = (name: string, builder: string) => ({
  images: `${part('registry').host}/e2e/${name}`,
  tags: '1',
  context: 'app',
  push: 'true',
  driver: 'remote',
  endpoint: builder,
})

const ran = (log: string, mark: string) => new RegExp(`^#(\\d+) \\[.*RUN echo ${mark}`, 'm').exec(log)?.[1]
const wasCached = (log: string, mark: string) => log.includes(`#${ran(log, mark)} CACHED`)

describe.skipIf(missing('buildkitd', 'registry', 'base'))('a cache', () => {
  it('next to the image is read by another builder', async () => {
    const [first = '', second = ''] = part('buildkitd')
    const { job, mark } = jobOf()
    const written = await runStepHere(job, { ...inputs('cache', first), cache: 'registry' })
    expect(written).toMatchObject({ status: 0, leftovers: [] })
    expect(wasCached(written.log, mark)).toBe(false)
    const read = await runStepHere(job, { ...inputs('cache', second), cache: 'registry' })
    expect(read).toMatchObject({ status: 0, leftovers: [] })
    expect(wasCached(read.log, mark)).toBe(true)
    expect(read.outputs['digest']).toMatch(/^sha256:/)
  })

  it('in a directory is read by another builder', async () => {
    const [first = '', second = ''] = part('buildkitd')
    const { job, mark } = jobOf()
    const written = await runStepHere(job, { ...inputs('cache-local', first), 'cache-to': 'type=local,dest=kept' })
    expect(written).toMatchObject({ status: 0, leftovers: [] })
    expect(existsSync(join(job.workspace, 'kept/index.json'))).toBe(true)
    const read = await runStepHere(job, { ...inputs('cache-local', second), 'cache-from': 'type=local,src=kept' })
    expect(read).toMatchObject({ status: 0, leftovers: [] })
    expect(wasCached(read.log, mark)).toBe(true)
  })

  it('in a directory (keyword) is replaced as a whole, and ignored if damaged', async () => {
    const [first = '', second = ''] = part('buildkitd')
    const folder = (job: Job) => join(job.workspace, 'tools/polyarch-cache')
    const damages: readonly { damage: (blobs: string, cache: string) => void; says: string }[] = [
      { damage: (_, cache) => truncateSync(join(cache, 'index.json'), 20), says: 'Cache: 0 of 2 steps reused' },
      {
        damage: (blobs) => {
          for (const name of layersIn(blobs))
            writeFileSync(join(blobs, name), 'x'.repeat(statSync(join(blobs, name)).size))
        },
        says: 'unexpected commit digest',
      },
    ]
    for (const { damage, says } of damages) {
      const { job } = jobOf()
      const env = { ...job.env, RUNNER_TOOL_CACHE: join(job.workspace, 'tools') }
      const given = (builder: string) => ({ ...inputs('cache-word', builder), cache: 'local' })
      const written = await runStepHere({ ...job, env }, given(first))
      expect(written).toMatchObject({ status: 0, leftovers: [] })
      expect(written.log).toContain('(local, mode=min: the target is one stage)')
      const [cache = '', ...others] = readdirSync(folder(job)).map((name) => join(folder(job), name))
      expect(others).toEqual([])
      const blobs = join(cache, 'blobs/sha256')
      writeFileSync(join(blobs, 'of-an-older-build'), '')
      damage(blobs, cache)
      // A step that runs on top of the cached one needs its content.
      appendFileSync(join(job.workspace, 'app/Dockerfile'), 'RUN cat /mark\n')
      const read = await runStepHere({ ...job, env }, given(second))
      expect(read).toMatchObject({ status: 0, leftovers: [], outputs: { pushed: 'true' } })
      expect(read.log).toContain(says)
      expect([readdirSync(folder(job)).length, readdirSync(blobs).includes('of-an-older-build')]).toEqual([1, false])
    }
  })

  it('(keyword) is kept if the gate fails, after the report, but not if verification fails', async () => {
    const [first = ''] = part('buildkitd')
    const kept = (job: Job) => existsSync(join(job.workspace, 'kept'))
    const gate = jobOf()
    const failed = await runStepHere(gate.job, {
      ...inputs('cache-gate', first),
      cache: 'local:kept',
      'before-tags': 'false',
    })
    expect([failed.status, failed.outputs['pushed'], kept(gate.job)]).toEqual([1, 'false', true])
    expect(failed.log.indexOf('Build cache written')).toBeGreaterThan(failed.log.indexOf('::error title=Polyarch'))
    expect(failed.log.indexOf('::error title=Polyarch')).toBeGreaterThan(0)
    const large = jobOf()
    const refused = await runStepHere(large.job, {
      ...inputs('cache-large', first),
      cache: 'local:kept',
      'max-size': '1k',
    })
    expect([refused.outputs['error-code'], kept(large.job)]).toEqual(['image-too-large', false])
  })

  it('(keyword) is one per platform if two nodes build', async () => {
    const [first = '', second = ''] = part('buildkitd')
    const { job, mark } = jobOf()
    const given = (...[one, other]: readonly [string, string]) => ({
      ...inputs('cache-nodes', one),
      ...{ platforms: 'amd64, arm64', cache: 'local:kept', 'node-platforms': 'amd64' },
      append: `- endpoint: ${other}\n  name: other\n  platforms: arm64`,
    })
    const written = await runStepHere(job, given(first, second))
    expect(written).toMatchObject({ status: 0, leftovers: [] })
    expect(readdirSync(join(job.workspace, 'kept')).sort()).toEqual([
      'polyarch-cache-e2e-cache-nodes-linux-amd64-main',
      'polyarch-cache-e2e-cache-nodes-linux-arm64-main',
    ])
    // Each node has built the other platform.
    const read = await runStepHere(job, given(second, first))
    expect(read.log).toContain('Cache: 2 of 2 steps reused')
    expect(wasCached(read.log, mark)).toBe(true)
  })

  it('that cannot be read or written fails no build', async () => {
    const [first = ''] = part('buildkitd')
    const { job } = jobOf()
    const step = await runStepHere(job, {
      ...inputs('cache-away', first),
      'cache-from': 'type=registry,ref=127.0.0.1:9/nobody/app:cache\ntype=local,src=nowhere',
      'cache-to': 'type=registry,ref=127.0.0.1:9/nobody/app:cache,mode=max',
    })
    expect(step.outputs['digest']).toMatch(/^sha256:/)
    expect(step).toMatchObject({ status: 0, outputs: { pushed: 'true' } })
  })

  it('that is required fails the build if it cannot be written', async () => {
    const [first = ''] = part('buildkitd')
    const { job } = jobOf()
    const step = await runStepHere(job, {
      ...inputs('cache-must', first),
      retries: '0',
      'cache-to': 'type=registry,ref=127.0.0.1:9/nobody/app:cache,ignore-error=false',
    })
    expect(step.status).not.toBe(0)
    expect(step.outputs['pushed']).not.toBe('true')
  })
})

/** The blobs that are layers: the other blobs of these small caches are texts. */
function layersIn(blobs: string): readonly string[] {
  return readdirSync(blobs).filter((name) => !readFileSync(join(blobs, name)).subarray(0, 1).equals(Buffer.from('{')))
}

describe.skipIf(missing('buildkitd', 'buildctl', 'registry', 'base'))('a cache in a registry', () => {
  it('fails no build and delays no tag, whatever is wrong with it', async () => {
    const { endpoint } = await startOwnBuildkitd()
    const [first = ''] = part('buildkitd')
    const always = { times: Number.POSITIVE_INFINITY, path: '/e2e/kept-' }
    // BuildKit reads the manifest, then the list of steps, then layers.
    const layer = { on: 'blob-get', skip: 1, ...always } as const
    const faults: readonly { faults: readonly Fault[]; reads: string; writes: string }[] = [
      {
        faults: [
          { on: 'blob-get', do: 'corrupt', ...always },
          { on: 'upload-start', do: 'hang', ...always },
        ],
        reads: '0 of 2 steps reused',
        writes: 'stopped at 1 s',
      },
      {
        faults: [
          { on: 'manifest-get', do: 'delay', milliseconds: 300, ...always },
          { ...layer, do: 'answer', status: 404 },
          { on: 'upload-start', do: 'answer', status: 403, ...always },
        ],
        reads: 'Building again without the build cache',
        writes: '403 Forbidden',
      },
      {
        faults: [
          { ...layer, do: 'truncate', after: 0 },
          { on: 'upload-put', do: 'answer', status: 413, ...always },
        ],
        reads: 'Building again without the build cache',
        writes: '413 ',
      },
    ]
    for (const [number, { faults: those, reads, writes }] of faults.entries()) {
      const proxy = await startFaultProxy({ registry: part('registry').host })
      onTestFinished(proxy.close)
      const { job } = jobOf()
      const ref = `${proxy.host}/e2e/kept-${number}:cache`
      const caches = { 'cache-from': ref, 'cache-to': `type=registry,ref=${ref},mode=max` }
      const good = await runStepHere(job, { ...inputs('kept-good', first), ...caches })
      expect(good.log).toContain('Build cache written after the image')
      for (const one of those) proxy.misbehave(one)
      // A step that runs on top of the cached one needs its content.
      appendFileSync(join(job.workspace, 'app/Dockerfile'), 'RUN cat /mark\n')
      const limit = writes.startsWith('stopped') ? '1s' : '20s'
      const step = await runStepHere(job, {
        ...inputs(`bad-${number}`, endpoint),
        ...caches,
        ...{ 'cache-timeout': limit, retries: '0' },
      })
      expect([number, step.status, step.outputs['pushed'], step.leftovers]).toEqual([number, 0, 'true', []])
      expect(step.log).toContain(reads)
      expect(step.log).toMatch(new RegExp(`Digest: [^]*Cannot write the build cache: (?!Cannot).*${writes}`))
    }
  })
})

describe.skipIf(missing('buildkitd', 'buildctl', 'plugins', 'registry', 'base'))('the cache of GitHub Actions', () => {
  let service: CacheService
  beforeEach(async () => {
    service = await startCacheService()
  })
  afterEach(() => service.close())

  it.each(['v2', 'v1'] as const)(
    'with protocol %s is read by another builder; only BuildKit receives its token',
    async (version) => {
      const [first = '', second = ''] = part('buildkitd')
      const { job, mark } = jobOf(service.env(version))
      const calls = spyOnBuildx(job)
      const written = await runStepHere(job, { ...inputs('cache-gha', first), cache: 'gha' })
      expect(written).toMatchObject({ status: 0, leftovers: [] })
      expect(written.log).toContain('Cache: 0 of 1 step reused')
      expect(service.keys().some((key) => key.startsWith('index-e2e-cache-gha-linux-amd64-main'))).toBe(true)
      expect(service.asked.every((line) => line.startsWith(version))).toBe(true)
      // Everything was written after the tag.
      expect(written.log.indexOf('Build cache written after the image')).toBeGreaterThan(
        written.log.indexOf('Digest: '),
      )
      const read = await runStepHere(job, {
        ...inputs('cache-gha-read', second),
        'cache-from': 'type=gha,scope=e2e-cache-gha-linux-amd64-main',
      })
      expect(wasCached(read.log, mark)).toBe(true)
      expect(read.log).toMatch(/Cache: 1 of 1 step reused, \d+ B read/)
      expect(read.summary).toContain('Cache: 1 of 1 step reused')
      // One build for the image, one for the cache; a builder created and removed.
      const withToken = calls().filter(({ env }) => env.includes(service.token))
      expect(withToken.map(({ command }) => command)).toEqual(['build', 'build', 'build'])
      expect(calls().length).toBeGreaterThan(withToken.length)
      expect(calls().some(({ args }) => args.includes(service.token))).toBe(false)
      for (const text of [written.log, read.log, written.summary, ...Object.values(written.outputs)]) {
        expect(text.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(service.token)
      }
    },
  )

  it('fails no build and delays no tag, whatever is wrong with it', async () => {
    const { endpoint } = await startOwnBuildkitd()
    const [first = ''] = part('buildkitd')
    const content = ({ does, key }: CacheRequest) => does === 'read' && key.includes('blob')
    const faults: readonly { fault: CacheFault; of: (request: CacheRequest) => boolean; says: string }[] = [
      {
        fault: 'poisoned',
        of: ({ does, key }) => does === 'read' && key.startsWith('index'),
        says: '0 of 1 step reused',
      },
      { fault: 'poisoned', of: content, says: 'Building again without the build cache' },
      { fault: 'truncated', of: content, says: 'Building again without the build cache' },
      { fault: 'forbidden', of: ({ does }) => does !== 'read', says: 'Cannot write the build cache: ' },
      { fault: 'full', of: ({ does }) => does === 'write', says: 'Cannot write the build cache: stopped at 1 s' },
      { fault: 'stalled', of: ({ does }) => does === 'write', says: 'Cannot write the build cache: stopped at 1 s' },
    ]
    for (const [number, { fault, of, says }] of faults.entries()) {
      const { job, mark } = jobOf(service.env('v2'))
      const given = { ...inputs(`cache-bad-${number}`, endpoint), 'cache-timeout': '1s', retries: '0' }
      const caches = {
        'cache-from': `type=gha,scope=bad-${number}`,
        'cache-to': `type=gha,scope=bad-${number},mode=max`,
      }
      service.fail(() => undefined)
      if (of === content || number === 0) await runStepHere(job, { ...inputs('cache-good', first), ...caches })
      service.fail((request) => (of(request) ? fault : undefined))
      const step = await runStepHere(job, { ...given, ...caches })
      expect(step.log).toContain(says)
      expect([fault, step.status, step.outputs['pushed'], ran(step.log, mark) === undefined]).toEqual([
        fault,
        0,
        'true',
        false,
      ])
    }
  })
})

describe.skipIf(missing('buildkitd', 'plugins', 'registry', 'base'))('a cache in a bucket', () => {
  it('is read by another builder; its key reaches BuildKit only through the environment', async () => {
    const store = await startObjectStore()
    onTestFinished(store.close)
    const [first = '', second = ''] = part('buildkitd')
    const secret = `secret-of-the-bucket-${Math.random()}`
    const { job, mark } = jobOf({ AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: secret })
    const calls = spyOnBuildx(job)
    const bucket = `type=s3,region=eu-west-1,bucket=b,name=app,endpoint_url=${store.url},use_path_style=true`
    const written = await runStepHere(job, { ...inputs('cache-s3', first), 'cache-to': `${bucket},mode=max` })
    expect(written).toMatchObject({ status: 0, leftovers: [] })
    expect(store.keys()).toContain('b/manifests/app')
    const read = await runStepHere(job, { ...inputs('cache-s3-read', second), 'cache-from': bucket })
    expect(read.log).toContain('Cache: 1 of 1 step reused')
    expect(wasCached(read.log, mark)).toBe(true)
    expect(store.authorizations.every((one) => one.startsWith('AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/'))).toBe(true)
    expect(calls().filter(({ command }) => command === 'build')).toHaveLength(3)
    for (const text of [written.log, read.log, ...calls().map(({ args }) => args)]) expect(text).not.toContain(secret)
  })
})

describe.skipIf(missing('docker', 'registry', 'base'))('a cache with the docker driver', () => {
  it('is written once by the containerd store, even if the image is loaded too', async () => {
    const { job, mark } = jobOf({ DOCKER_HOST: part('docker').host })
    const given = { images: 'e2e/cache-load', tags: '1', context: 'app', load: 'true' }
    const step = await runStepHere(job, { ...given, 'cache-to': 'type=local,dest=kept' })
    expect(step).toMatchObject({ status: 0, leftovers: [] })
    expect(ran(step.log, mark)).toBeDefined()
    expect(step.log.match(/^Build cache written after the image/gm)).toHaveLength(1)
    expect(existsSync(join(job.workspace, 'kept/index.json'))).toBe(true)
    rmSync(join(job.workspace, 'kept'), { recursive: true })
  })
})

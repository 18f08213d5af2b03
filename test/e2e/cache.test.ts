import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CacheFault, type CacheRequest, type CacheService, startCacheService } from '../support/cache-service.ts'
import { createJob, type Job, runStep } from './support/action.ts'
import { startOwnBuildkitd } from './support/own-buildkitd.ts'
import { missing, part } from './support/rig.ts'

// Caches that one builder writes and another reads: real BuildKit, a real registry, a folder.

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

/** A job whose step takes its time, and is another in each test. */
function jobOf(env: Readonly<Record<string, string>> = {}): { readonly job: Job; readonly mark: string } {
  const mark = `${process.pid}-${Math.random()}`
  const job = createJob({ 'app/Dockerfile': `FROM ${part('base')}\nRUN echo ${mark} > /mark\n` }, env)
  jobs.push(job)
  return { job, mark }
}

type Call = { readonly command: string; readonly args: string; readonly env: string }

/** Puts a program before the rig's buildx that writes down what it is given; returns the calls so far. */
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
  it('beside the image is read by another builder', async () => {
    const [first = '', second = ''] = part('buildkitd')
    const { job, mark } = jobOf()
    const written = await runStep(job, { ...inputs('cache', first), cache: 'registry' })
    expect(written).toMatchObject({ status: 0, leftovers: [] })
    expect(wasCached(written.log, mark)).toBe(false)
    const read = await runStep(job, { ...inputs('cache', second), cache: 'registry' })
    expect(read).toMatchObject({ status: 0, leftovers: [] })
    expect(wasCached(read.log, mark)).toBe(true)
    expect(read.outputs['digest']).toMatch(/^sha256:/)
  })

  it('in a folder is read by another builder', async () => {
    const [first = '', second = ''] = part('buildkitd')
    const { job, mark } = jobOf()
    const written = await runStep(job, { ...inputs('cache-local', first), 'cache-to': 'type=local,dest=kept' })
    expect(written).toMatchObject({ status: 0, leftovers: [] })
    expect(existsSync(join(job.workspace, 'kept/index.json'))).toBe(true)
    const read = await runStep(job, { ...inputs('cache-local', second), 'cache-from': 'type=local,src=kept' })
    expect(read).toMatchObject({ status: 0, leftovers: [] })
    expect(wasCached(read.log, mark)).toBe(true)
  })

  it('that cannot be read or written fails no build', async () => {
    const [first = ''] = part('buildkitd')
    const { job } = jobOf()
    const step = await runStep(job, {
      ...inputs('cache-away', first),
      'cache-from': 'type=registry,ref=127.0.0.1:9/nobody/app:cache\ntype=local,src=nowhere',
      'cache-to': 'type=registry,ref=127.0.0.1:9/nobody/app:cache,mode=max',
    })
    expect(step.outputs['digest']).toMatch(/^sha256:/)
    expect(step).toMatchObject({ status: 0, outputs: { pushed: 'true' } })
  })

  it('that must be written fails the build where it cannot', async () => {
    const [first = ''] = part('buildkitd')
    const { job } = jobOf()
    const step = await runStep(job, {
      ...inputs('cache-must', first),
      retries: '0',
      'cache-to': 'type=registry,ref=127.0.0.1:9/nobody/app:cache,ignore-error=false',
    })
    expect(step.status).not.toBe(0)
    expect(step.outputs['pushed']).not.toBe('true')
  })
})

describe.skipIf(missing('buildkitd', 'buildctl', 'plugins', 'registry', 'base'))('the cache of GitHub Actions', () => {
  let service: CacheService
  beforeEach(async () => {
    service = await startCacheService()
  })
  afterEach(() => service.close())

  it.each(['v2', 'v1'] as const)(
    'in protocol %s is read by another builder; its token reaches BuildKit alone',
    async (version) => {
      const [first = '', second = ''] = part('buildkitd')
      const { job, mark } = jobOf(service.env(version))
      const calls = spyOnBuildx(job)
      const written = await runStep(job, { ...inputs('cache-gha', first), cache: 'gha' })
      expect(written).toMatchObject({ status: 0, leftovers: [] })
      expect(written.log).toContain('Cache: 0 of 1 step reused')
      expect(service.keys().some((key) => key.startsWith('index-e2e-cache-gha-linux-amd64-main'))).toBe(true)
      expect(service.asked.every((line) => line.startsWith(version))).toBe(true)
      // Everything was written after the tag.
      expect(written.log.indexOf('Build cache written after the image')).toBeGreaterThan(
        written.log.indexOf('Digest: '),
      )
      const read = await runStep(job, {
        ...inputs('cache-gha-read', second),
        'cache-from': 'type=gha,scope=e2e-cache-gha-linux-amd64-main',
      })
      expect(wasCached(read.log, mark)).toBe(true)
      expect(read.log).toMatch(/Cache: 1 of 1 step reused, \d+ B read/)
      expect(read.summary).toContain('Cache: 1 of 1 step reused')
      // One build for the image, one for the cache; a builder made and removed.
      const withToken = calls().filter(({ env }) => env.includes(service.token))
      expect(withToken.map(({ command }) => command)).toEqual(['build', 'build', 'build'])
      expect(calls().length).toBeGreaterThan(withToken.length)
      expect(calls().some(({ args }) => args.includes(service.token))).toBe(false)
      for (const text of [written.log, read.log, written.summary, ...Object.values(written.outputs)]) {
        expect(text.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(service.token)
      }
    },
  )

  it('fails no build and holds up no tag, whatever is wrong with it', async () => {
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
      if (of === content || number === 0) await runStep(job, { ...inputs('cache-good', first), ...caches })
      service.fail((request) => (of(request) ? fault : undefined))
      const step = await runStep(job, { ...given, ...caches })
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

describe.skipIf(missing('docker', 'registry', 'base'))('a cache with the docker driver', () => {
  it('is written once by the containerd store, also where the image is loaded too', async () => {
    const { job, mark } = jobOf({ DOCKER_HOST: part('docker').host })
    const given = { images: 'e2e/cache-load', tags: '1', context: 'app', load: 'true' }
    const step = await runStep(job, { ...given, 'cache-to': 'type=local,dest=kept' })
    expect(step).toMatchObject({ status: 0, leftovers: [] })
    expect(ran(step.log, mark)).toBeDefined()
    expect(step.log.match(/^Build cache written after the image/gm)).toHaveLength(1)
    expect(existsSync(join(job.workspace, 'kept/index.json'))).toBe(true)
    rmSync(join(job.workspace, 'kept'), { recursive: true })
  })
})

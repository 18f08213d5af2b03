import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createJob, type Job, runStep } from './support/action.ts'
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

describe.skipIf(missing('docker', 'registry', 'base'))('a cache with the docker driver', () => {
  it('is written once by the containerd store, also where the image is loaded too', async () => {
    const { job, mark } = jobOf({ DOCKER_HOST: part('docker').host })
    const given = { images: 'e2e/cache-load', tags: '1', context: 'app', load: 'true' }
    const step = await runStep(job, { ...given, 'cache-to': 'type=local,dest=kept' })
    expect(step).toMatchObject({ status: 0, leftovers: [] })
    expect(ran(step.log, mark)).toBeDefined()
    expect(step.log.match(/exporting cache to client directory$/gm)?.length ?? 0).toBe(1)
    expect(existsSync(join(job.workspace, 'kept/index.json'))).toBe(true)
    rmSync(join(job.workspace, 'kept'), { recursive: true })
  })
})

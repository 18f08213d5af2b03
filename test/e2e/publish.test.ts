import { afterEach, describe, expect, it } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createJob, type Job, runStepHere } from './support/action.ts'
import { pull } from './support/pull.ts'
import { missing, part } from './support/rig.ts'

const jobs: Job[] = []
const registries: TestRegistry[] = []
afterEach(async () => {
  for (const job of jobs.splice(0)) job.remove()
  for (const registry of registries.splice(0)) await registry.close()
})

const dockerfile = (base: string) => `FROM ${base}\nRUN uname -m > /machine\n`

describe.skipIf(missing('docker', 'registry', 'base', 'emulated'))('a step with the containerd image store', () => {
  it('publishes three platforms, each with the machine that it was built for', async () => {
    const job = createJob({ Dockerfile: dockerfile(part('base')) }, { DOCKER_HOST: part('docker').host })
    jobs.push(job)
    const name = `${part('registry').host}/e2e/three`
    const step = await runStepHere(job, {
      images: name,
      tags: '1.2.3, latest',
      platforms: 'amd64, arm64, arm32',
      push: 'true',
    })

    expect(step).toMatchObject({ status: 0, post: { status: 0 }, leftovers: [] })
    expect(step.outputs).toMatchObject({
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      image: name,
      tags: `${name}:1.2.3\n${name}:latest`,
      refs: `${name}@${step.outputs['digest']}`,
      pushed: 'true',
      engine: 'buildx',
      version: '1.2.3',
    })
    for (const tag of ['1.2.3', 'latest']) {
      const pulled = await pull(name, tag)
      expect(pulled.digest).toBe(step.outputs['digest'])
      expect(pulled.platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64', 'linux/arm/v7'])
      expect(await Promise.all(pulled.platforms.map((image) => image.readFile('machine')))).toEqual([
        'x86_64\n',
        'aarch64\n',
        'armv7l\n',
      ])
    }
  })
})

describe('a step whose tags exist', () => {
  /** Publishes an image with `content`, without Docker. */
  async function publishTo(registry: TestRegistry, content: string, inputs: Readonly<Record<string, string>> = {}) {
    const job = createJob(
      { Dockerfile: 'FROM scratch\nCOPY hello /\n', hello: content },
      { DOCKER_HOST: 'unix:///nonexistent', SOURCE_DATE_EPOCH: '0' },
    )
    jobs.push(job)
    const given = { images: `${registry.host}/app`, tags: '1.0.0, 1.0.1, latest', push: 'true', engine: 'embedded' }
    return await runStepHere(job, { ...given, ...inputs })
  }
  async function registryWith(content: string, inputs: Readonly<Record<string, string>>) {
    const registry = await startRegistry()
    registries.push(registry)
    return { registry, first: await publishTo(registry, content, inputs) }
  }

  it('does not list skipped tags, and reports their digest', async () => {
    const { registry, first } = await registryWith('one', { tags: '1.0.0' })
    const step = await publishTo(registry, 'two', { 'if-exists': 'skip' })
    const name = `${registry.host}/app`

    expect(step).toMatchObject({ status: 0, outputs: { pushed: 'true', tags: `${name}:1.0.1\n${name}:latest` } })
    expect(step.summary).toContain(
      `| \`${name}:1.0.0\` | skipped: already exists with digest \`${first.outputs['digest']}\` |`,
    )
    expect(step.log).toContain(`${name}:1.0.0: skipped: already exists with digest ${first.outputs['digest']}`)
  })

  it('reports the result of each tag, and sets the outputs, if one is immutable', async () => {
    const { registry } = await registryWith('one', {})
    const message =
      "The image tag '1.0.0' already exists in the 'app' repository and cannot be overwritten because the repository is immutable."
    const body = JSON.stringify({ errors: [{ code: 'TAG_INVALID', message }] })
    registry.misbehave({ on: 'manifest-put', path: '/1.0.0', do: 'answer', status: 400, body, times: Infinity })
    const name = `${registry.host}/app`

    const again = await publishTo(registry, 'one')
    expect(again).toMatchObject({ status: 0, outputs: { tags: `${name}:1.0.0\n${name}:1.0.1\n${name}:latest` } })
    expect(again.summary).toContain(`| \`${name}:1.0.0\` | already up to date |`)

    const other = await publishTo(registry, 'two')
    expect(other).toMatchObject({
      status: 1,
      outputs: {
        'error-code': 'tag-exists',
        pushed: 'false',
        tags: `${name}:1.0.1`,
        refs: `${name}@${other.outputs['digest']}`,
        engine: 'embedded',
        version: '1.0.0',
        attempts: '1',
      },
    })
    expect(other.summary).toContain(`| \`${name}:1.0.0\` | failed: \`Cannot push`)
    expect(other.summary).toContain(`| \`${name}:1.0.1\` | written |`)
    expect(other.summary).toContain(`| \`${name}:latest\` | not updated because an earlier push failed |`)
    expect(other.log).toContain(`${name}:latest: not updated because an earlier push failed`)
  })

  it('sets the number of attempts if it fails before it publishes', async () => {
    const registry = await startRegistry()
    registries.push(registry)
    registry.misbehave({ on: 'upload-start', do: 'answer', status: 503, times: Infinity })
    const step = await publishTo(registry, 'one', { retries: '1' })
    const outputs = { 'error-code': 'registry-unavailable', attempts: '2', engine: 'embedded' }
    expect(step).toMatchObject({ status: 75, outputs })
    expect(step.summary).toMatch(/^### Failed: `registry-unavailable`\n\n```text\n.* answered 503\n/)
  })
})

describe.skipIf(missing('docker', 'base'))('a step that is run again on a builder without a cache', () => {
  it('reports that the existing tag was built from the same commit, and what to do', async () => {
    const registry = await startRegistry()
    registries.push(registry)
    registry.misbehave({ on: 'manifest-put', path: '/latest', do: 'answer', status: 400, times: 2 })
    const commit = '0123456789abcdef0123456789abcdef01234567'
    const attempt = async (number: number, ifExists: string) => {
      const files = { Dockerfile: `FROM ${part('base')}\nRUN cat /proc/uptime /proc/sys/kernel/random/uuid > /stamp\n` }
      const job = createJob(files, { DOCKER_HOST: part('docker').host, GITHUB_RUN_ATTEMPT: String(number) })
      jobs.push(job)
      return await runStepHere(job, {
        images: `${registry.host}/again`,
        tags: '1.0.0, latest',
        push: 'true',
        'no-cache': 'true',
        'if-exists': ifExists,
        labels: `org.opencontainers.image.revision=${commit}`,
      })
    }
    const name = `${registry.host}/again`
    const first = await attempt(1, 'fail')
    expect(first).toMatchObject({ outputs: { 'error-code': 'registry-refused', tags: `${name}:1.0.0` } })

    const second = await attempt(2, 'fail')
    expect(second).toMatchObject({ outputs: { 'error-code': 'tag-exists', tags: '' } })
    expect(second.log).toContain('It was made from the commit of this run, 0123456, most likely by an earlier attempt')
    expect(second.log).toContain('Delete the tag and run the job again')

    const third = await attempt(3, 'skip')
    expect(third).toMatchObject({ outputs: { 'error-code': 'registry-refused' } })
    expect(await attempt(4, 'skip')).toMatchObject({ status: 0, outputs: { tags: `${name}:latest` } })
  })
})

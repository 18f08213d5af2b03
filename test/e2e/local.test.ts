import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createJob, type Job, runStep, runStepHere } from './support/action.ts'
import { pull } from './support/pull.ts'
import { missing, part, type Rig } from './support/rig.ts'

// The effects of a step on the engine's own store: only those that are requested.

const jobs: Job[] = []
const undo: (() => void)[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
  for (const step of undo.splice(0)) step()
})

function job(daemon: keyof Rig & ('docker' | 'classic'), files: Readonly<Record<string, string>>): Job {
  const made = createJob(files, { DOCKER_HOST: part(daemon).host })
  jobs.push(made)
  return made
}

const dockerOf =
  (daemon: 'docker' | 'classic') =>
  (...args: readonly string[]): string =>
    execFileSync(join(part('cli'), 'docker'), ['-H', part(daemon).host, ...args], { encoding: 'utf8', stdio: 'pipe' })

const runsOnBase = () => ({ Dockerfile: `FROM ${part('base')}\nCMD ["uname", "-m"]\n` })

for (const daemon of ['docker', 'classic'] as const) {
  describe.skipIf(missing(daemon, 'registry', 'base'))(`the image store of ${daemon}`, () => {
    const docker = dockerOf(daemon)
    const name = `polyarch-e2e/${daemon}`
    const remove = () => undo.push(() => void docker('image', 'rm', '--force', `${name}:1`, `${name}:latest`))

    it('stores one platform that is not pushed, under every tag, and it runs', async () => {
      remove()
      const step = await runStepHere(job(daemon, runsOnBase()), { images: name, tags: '1, latest' })

      expect(step).toMatchObject({
        status: 0,
        outputs: { pushed: 'false', tags: `${name}:1\n${name}:latest` },
      })
      expect(step.outputs['imageid']).toBe(docker('image', 'inspect', '--format', '{{.Id}}', `${name}:latest`).trim())
      expect(docker('run', '--rm', '--network', 'none', `${name}:1`)).toBe('x86_64\n')
    })

    it('stores a pushed image only with load', async () => {
      const pushed = `${part('registry').host}/e2e/load-${daemon}`
      undo.push(() => void docker('image', 'rm', '--force', `${pushed}:1`))
      const inputs = { images: pushed, tags: '1', push: 'true' }
      await runStepHere(job(daemon, runsOnBase()), inputs)
      expect(docker('image', 'ls', '--quiet', pushed)).toBe('')

      const step = await runStepHere(job(daemon, runsOnBase()), { ...inputs, load: 'true' })
      expect(step).toMatchObject({ status: 0, leftovers: [] })
      expect(docker('run', '--rm', '--network', 'none', '--pull', 'never', `${pushed}:1`)).toBe('x86_64\n')
      expect((await pull(pushed, '1')).digest).toBe(step.outputs['digest'])
    })

    it('is cleared of earlier images of the step by fresh', async () => {
      remove()
      const files = {
        Dockerfile: `FROM ${part('base')}\nRUN head -c 20 /dev/urandom > /random\nCMD ["sleep", "300"]\n`,
      }
      await runStepHere(job(daemon, files), { images: name, tags: '1' })
      const first = docker('image', 'inspect', '--format', '{{.Id}}', `${name}:1`).trim()
      const container = docker('run', '--detach', '--network', 'none', `${name}:1`).trim()
      const again = await runStepHere(job(daemon, files), { images: name, tags: '1' })
      const fresh = await runStepHere(job(daemon, files), { images: name, tags: '1', fresh: 'true' })

      expect(again.outputs['imageid']).toBe(first)
      expect(fresh.status).toBe(0)
      expect(fresh.outputs['imageid']).not.toBe(first)
      expect(docker('ps', '--all', '--quiet', '--no-trunc')).not.toContain(container)
    })
  })
}

describe.skipIf(missing('docker', 'classic', 'registry'))('several platforms', () => {
  const inputs = { images: 'polyarch-e2e/several', tags: '1', platforms: 'amd64, arm64', load: 'true' }
  const files = { Dockerfile: 'FROM scratch\nCOPY hello /\n', hello: 'hello' }

  it('are loaded by the containerd image store', async () => {
    undo.push(() => void dockerOf('docker')('image', 'rm', '--force', 'polyarch-e2e/several:1'))
    const step = await runStepHere(job('docker', files), inputs)

    expect(step.status).toBe(0)
    expect(dockerOf('docker')('image', 'ls', '--tree', 'polyarch-e2e/several')).toMatch(/linux\/amd64.*linux\/arm64/s)
  })

  it('of a base that only the containerd image store has are built, and others are rejected before the build', async () => {
    const base = `${part('registry').host}/e2e/never-pushed:1`
    undo.push(() => void dockerOf('docker')('image', 'rm', '--force', base))
    await runStepHere(job('docker', files), { ...inputs, images: base.replace(/:1$/, ''), push: 'false' })
    const onBase = { Dockerfile: `FROM ${base}\nCOPY more /\n`, more: 'more' }

    expect(await runStepHere(job('docker', onBase), { platforms: 'amd64, arm64' })).toMatchObject({ status: 0 })
    const refused = await runStepHere(job('docker', onBase), { platforms: 'amd64, s390x' })
    expect(refused).toMatchObject({ status: 66, outputs: { 'error-code': 'image-not-found' } })
    expect(refused.log).not.toContain('Build linux')
  })

  it('are rejected by the classic one before the build', async () => {
    const step = await runStepHere(job('classic', files), inputs)

    expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'feature-missing' }, leftovers: [] })
    expect(step.log).toContain('containerd image store')
    expect(step.log).not.toContain('Build linux')
  })

  it('that are neither pushed nor loaded are built, and have the digest of the store', async () => {
    for (const daemon of ['docker', 'classic'] as const) {
      const step = await runStepHere(job(daemon, files), { platforms: 'amd64, arm64' })

      expect(step).toMatchObject({ status: 0, outputs: { pushed: 'false', tags: '', refs: '' }, leftovers: [] })
      // The classic image store exports no index.
      expect(step.outputs['digest']).toMatch(daemon === 'docker' ? /^sha256:/ : /^$/)
    }
  })
})

describe.skipIf(missing('docker', 'registry', 'tls'))('tags and names', () => {
  const files = { Dockerfile: 'FROM scratch\nCOPY hello /\n', hello: 'hello' }

  it.each([
    { event: 'push', ref: 'refs/heads/feature/x', tags: ['feature-x'] },
    { event: 'push', ref: 'refs/tags/v1.2.3', tags: ['v1.2.3', 'latest'] },
    { event: 'pull_request', ref: 'refs/pull/7/merge', tags: ['pr-7'] },
  ])('come from $event of $ref', async ({ event, ref, tags }) => {
    const name = `${part('registry').host}/e2e/event-${event.replace('_', '-')}`
    const made = job('docker', files)
    const env = { ...made.env, GITHUB_EVENT_NAME: event, GITHUB_REF: ref }
    const step = await runStepHere({ ...made, env }, { images: name, push: 'true' })

    expect(step.outputs['tags']?.split('\n')).toEqual(tags.map((tag) => `${name}:${tag}`))
    for (const tag of tags) expect((await pull(name, tag)).digest).toBe(step.outputs['digest'])
  })

  it('apply to every repository of every registry, from one build', async () => {
    const names = ['one', 'two'].map((last) => `${part('registry').host}/e2e/many-${last}`)
    const other = `${part('tls').host}/e2e/many`
    const made = job('docker', files)
    const env = { ...made.env, NODE_EXTRA_CA_CERTS: part('tls').ca }
    // Node reads the variable when it starts.
    const step = await runStep({ ...made, env }, { images: [...names, other].join('\n'), tags: '1', push: 'true' })

    expect(step.outputs['refs']?.split('\n')).toEqual(
      [...names, other].map((name) => `${name}@${step.outputs['digest']}`),
    )
    for (const name of names) expect((await pull(name, '1')).digest).toBe(step.outputs['digest'])
    // A tag of an earlier run is up to date.
    expect(step.log.match(/(?:→ |up to date \()sha256:/g)).toHaveLength(3)
  })

  it('use the separate registry input', async () => {
    const step = await runStepHere(job('docker', files), {
      registry: `http://${part('registry').host}/`,
      images: 'e2e/Apart',
      tags: '1',
      push: 'true',
    })

    expect(step).toMatchObject({ status: 0, outputs: { image: `${part('registry').host}/e2e/apart` } })
  })
})

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createJob, type Job, runStepHere } from './support/action.ts'
import { expectNothingLeft, stateBefore } from './support/daemon-state.ts'
import { pull } from './support/pull.ts'
import { missing, part, type Rig } from './support/rig.ts'

// Every method that exports content from a builder, on real engines, checked in the registry.

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

const dockerfile = (base: string) => `FROM ${base}
ARG GREETING
COPY hello /hello
RUN uname -m > /machine && echo "$GREETING" > /greeting
`

function job(env: Readonly<Record<string, string>>): Job {
  const made = createJob({ 'app/Dockerfile': dockerfile(part('base')), 'app/hello': 'hello\n' }, env)
  jobs.push(made)
  return made
}

/** The default labels and annotations of the job, without the two that only GitHub provides. */
const described = {
  'org.opencontainers.image.created': '2026-01-02T03:04:05.000Z',
  'org.opencontainers.image.revision': '0123456789abcdef0123456789abcdef01234567',
  'org.opencontainers.image.source': 'https://github.com/acme/app',
  'org.opencontainers.image.title': 'app',
  'org.opencontainers.image.url': 'https://github.com/acme/app',
  'org.opencontainers.image.version': '1.2.3',
}

const inputs = (name: string) => ({
  images: name,
  tags: '1.2.3, latest',
  platforms: 'linux/arm64, amd64, arm32',
  context: 'app',
  'build-args': 'GREETING=good, "morning"',
  labels: 'org.example.of=a,b',
  annotations: 'index:org.example.level=index\nmanifest[linux/arm64]:org.example.level=arm\norg.example.all=yes',
  push: 'true',
})

const machines: Readonly<Record<string, string>> = {
  'linux/arm64': 'aarch64',
  'linux/amd64': 'x86_64',
  'linux/arm/v7': 'armv7l',
}

/** Both tags have the digest, and every platform in the image has its label. */
async function expectPublished(
  name: string,
  digest: string | undefined,
  platforms: readonly string[] = Object.keys(machines),
): Promise<void> {
  for (const tag of ['1.2.3', 'latest']) {
    const index = await pull(name, tag)
    expect(index.digest).toBe(digest)
    expect(index.platforms.map(({ platform }) => platform)).toEqual(platforms)
    expect(index.manifest.annotations).toMatchObject({ 'org.example.level': 'index' })
    for (const image of index.platforms) {
      expect(await image.readFile('machine')).toBe(`${machines[image.platform]}\n`)
      expect(await image.readFile('greeting')).toBe('good, "morning"\n')
      expect(await image.readFile('hello')).toBe('hello\n')
      expect(image.config).toMatchObject({ config: { Labels: { 'org.example.of': 'a,b', ...described } } })
      const level = image.platform === 'linux/arm64' ? { 'org.example.level': 'arm' } : {}
      expect(image.manifest.annotations).toEqual({ ...level, 'org.example.all': 'yes', ...described })
    }
  }
}

const daemons = [
  { part: 'docker', method: 'layout' },
  { part: 'classic', method: 'join' },
  { part: 'docker26', method: 'join' },
  { part: 'docker20', method: 'join' },
] as const satisfies readonly { part: keyof Rig; method: string }[]

for (const daemon of daemons) {
  describe.skipIf(missing(daemon.part, 'registry', 'base', 'emulated'))(`the docker driver of ${daemon.part}`, () => {
    it(`publishes three platforms with ${daemon.method} and leaves nothing on the daemon`, async () => {
      const { host, version } = part(daemon.part)
      const name = `${part('registry').host}/e2e/${daemon.part}`
      const before = stateBefore(host)
      const step = await runStepHere(job({ DOCKER_HOST: host }), inputs(name))

      expect(step).toMatchObject({ status: 0, post: { status: 0, log: '' }, leftovers: [] })
      expect(step.summary).toContain(`Docker ${version}`)
      expect(step.summary).toContain(`Export method: ${daemon.method} (`)
      await expectPublished(name, step.outputs['digest'])
      await expectNothingLeft(host, before)
    })
  })
}

const plainRegistry = () => `[registry."${part('registry').host}"]\nhttp = true\n`

describe.skipIf(missing('docker', 'registry', 'base', 'emulated', 'builderImage'))(
  'the docker-container driver',
  () => {
    it('boots a builder for the step, publishes by digest, and removes the builder', async () => {
      const { host } = part('docker')
      const name = `${part('registry').host}/e2e/container`
      const before = stateBefore(host)
      const step = await runStepHere(job({ DOCKER_HOST: host }), {
        ...inputs(name),
        driver: 'docker-container',
        'driver-opts': `image=${part('builderImage')}\nnetwork=host`,
        'buildkitd-config-inline': plainRegistry(),
      })

      expect(step).toMatchObject({ status: 0, post: { log: '' }, leftovers: [] })
      expect(step.summary).toContain('Export method: digest (')
      await expectPublished(name, step.outputs['digest'])
      await expectNothingLeft(host, before)
    })

    it('reports what to do if the builder does not boot, and leaves nothing behind', async () => {
      const { host } = part('docker')
      const before = stateBefore(host)
      const step = await runStepHere(job({ DOCKER_HOST: host }), {
        ...inputs(`${part('registry').host}/e2e/container`),
        driver: 'docker-container',
        'driver-opts': `image=${part('registry').host}/e2e/no-such-builder`,
      })

      expect(step).toMatchObject({ status: 66, outputs: { 'error-code': 'image-not-found' }, leftovers: [] })
      expect(step.log).toContain('Cannot start a docker-container builder')
      expect(step.log).toContain('image=')
      await expectNothingLeft(host, before)
    })
  },
)

describe.skipIf(missing('buildkitd', 'registry', 'basic', 'base', 'emulated', 'plugins'))('the remote driver', () => {
  const nowhere = 'unix:///nonexistent/docker.sock'

  it('publishes from one buildkitd without any Docker daemon', async () => {
    const [node = ''] = part('buildkitd')
    const name = `${part('registry').host}/e2e/remote`
    const step = await runStepHere(job({ DOCKER_HOST: nowhere }), {
      ...inputs(name),
      driver: 'remote',
      endpoint: node,
    })

    expect(step).toMatchObject({ status: 0, leftovers: [] })
    await expectPublished(name, step.outputs['digest'])
  })

  it('passes the credentials of the step to the builder', async () => {
    const [node = ''] = part('buildkitd')
    const { host, username, password } = part('basic')
    const step = await runStepHere(job({ DOCKER_HOST: nowhere }), {
      ...inputs(`${host}/e2e/remote`),
      driver: 'remote',
      endpoint: node,
      registry: host,
      username,
      password,
    })

    expect(step).toMatchObject({ status: 0, leftovers: [] })
    expect(step.log.match(/(?:→ |up to date \()sha256:/g)).toHaveLength(2)
    const shown = step.log.split('\n').filter((line) => line.includes(password))
    expect(shown).toEqual([`::add-mask::${password}`])
  })

  it("publishes from the user's own builder of two nodes and keeps that builder unchanged", async () => {
    const [first = '', second = ''] = part('buildkitd')
    const name = `${part('registry').host}/e2e/nodes`
    const made = job({ DOCKER_HOST: nowhere })
    const buildx = (...args: string[]): string =>
      execFileSync(join(part('plugins'), 'docker-buildx'), args, {
        env: { ...made.env, DOCKER_CONFIG: join(made.home, '.docker') },
        encoding: 'utf8',
        stdio: 'pipe',
      })
    buildx('create', '--name', 'nodes', '--driver', 'remote', '--platform', 'linux/amd64', first)
    const others = 'linux/arm64,linux/arm/v7'
    buildx('create', '--name', 'nodes', '--append', '--driver', 'remote', '--platform', others, second)
    const before = buildx('ls')
    const step = await runStepHere(made, { ...inputs(name), builder: 'nodes' })

    expect(step).toMatchObject({ status: 0, leftovers: [] })
    // buildx joins the nodes' results, node after node.
    await expectPublished(name, step.outputs['digest'], ['linux/arm64', 'linux/arm/v7', 'linux/amd64'])
    expect(buildx('ls')).toBe(before)
  })

  it('reports the missing builder', async () => {
    const step = await runStepHere(job({ DOCKER_HOST: nowhere }), {
      ...inputs(`${part('registry').host}/e2e/none`),
      builder: 'no-such-builder',
    })

    expect(step).toMatchObject({ status: 66, outputs: { 'error-code': 'builder-not-found' }, leftovers: [] })
    expect(step.log).toContain('no-such-builder')
  })
})

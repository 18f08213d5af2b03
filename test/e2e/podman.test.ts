import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { seededPart } from '../support/seeded-part.ts'
import { createJob, type Job, runStep, type StepResult } from './support/action.ts'
import { missing, part } from './support/rig.ts'
import { createRootlessJob, type RootlessJob } from './support/rootless.ts'

const jobs: Job[] = []
const registries: TestRegistry[] = []
afterEach(async () => {
  for (const job of jobs.splice(0)) job.remove()
  for (const registry of registries.splice(0)) await registry.close()
})

/** The oldest and the newest Podman of the rig; a machine with nothing else. */
const versions = ['4.3.1', '5.8.6'] as const

function job(version: string, files: Readonly<Record<string, string>>): Job {
  const found = part('podman').find((one) => one.version === version)
  if (found === undefined) throw new Error(`The rig has no Podman ${version}`)
  const made = createJob(files, { PATH: `${found.bin}:${process.env['PATH']}` })
  jobs.push(made)
  return made
}

async function registry(): Promise<TestRegistry> {
  const started = await startRegistry()
  registries.push(started)
  return started
}

const podman = ({ env }: Job, ...args: readonly string[]): string =>
  execFileSync('podman', args, { env: { ...env }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

type Manifest = {
  readonly config: { readonly digest: string }
  readonly layers: readonly { readonly digest: string }[]
  readonly manifests: readonly { readonly digest: string; readonly platform: unknown }[]
  readonly annotations?: Readonly<Record<string, string>>
}

const accept = ['index', 'manifest'].map((kind) => `application/vnd.oci.image.${kind}.v1+json`).join(',')
const manifestOf = async (repository: string, digest: string): Promise<Manifest> =>
  (await fetch(urlOf(repository, 'manifests', digest), { headers: { accept } })).json() as Promise<Manifest>
const blobOf = async (repository: string, digest: string): Promise<unknown> =>
  (await fetch(urlOf(repository, 'blobs', digest))).json()
const layerText = async (repository: string, digest: string): Promise<string> =>
  gunzipSync(Buffer.from(await (await fetch(urlOf(repository, 'blobs', digest))).arrayBuffer())).toString('latin1')

function urlOf(repository: string, kind: string, digest: string): string {
  const [host = '', ...path] = repository.split('/')
  return `http://${host}/v2/${path.join('/')}/${kind}/${digest}`
}

/** What a step left in Podman's store, which other tests use too: names, and containers of builds. */
function leftIn(made: Job, { log }: StepResult): readonly string[] {
  const sessions = [...new Set(log.match(/(?<=localhost\/)polyarch-\w+/g))]
  const names = podman(made, 'images', '--all', '--format', '{{.Repository}}')
  const containers = podman(made, 'ps', '--all', '--external', '--no-trunc', '--format', '{{.ID}}')
  const store = join(made.env['PATH']?.split(':')[0] ?? '', '../storage/overlay-containers')
  const isOwn = (id: string): boolean => {
    try {
      const settings = readFileSync(join(store, id, 'userdata/buildah.json'), 'utf8')
      return sessions.some((session) => settings.includes(session))
    } catch {
      return false // It is not of a build, or was removed meanwhile.
    }
  }
  return [
    ...names.split('\n').filter((name) => sessions.some((session) => name.endsWith(session))),
    ...containers.split('\n').filter(isOwn),
  ]
}

const commandLines = (): readonly string[] =>
  readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')] : []
    } catch {
      return [] // It has ended meanwhile.
    }
  })

const files = () => ({
  Dockerfile: [
    `FROM ${part('base')} AS build`,
    'ARG TARGETARCH',
    'ARG MSG',
    'RUN --mount=type=secret,id=key echo "$MSG $(uname -m) $(wc -c < /run/secrets/key)" > /made',
    `FROM ${part('base')}`,
    'COPY --from=build /made /made',
    'COPY hello /hello',
    'HEALTHCHECK CMD true',
    'CMD ["cat", "/made"]',
  ].join('\n'),
  hello: 'hello\n',
})

/** Sends SIGINT as soon as the log has `text`. */
const onceLogged = (text: string) => (pid: number, log: () => string) => {
  const timer = setInterval(() => {
    if (!log().includes(text)) return
    clearInterval(timer)
    process.kill(pid, 'SIGINT')
  }, 20)
}

describe.skipIf(missing('podman', 'registry', 'base', 'emulated'))('Podman', () => {
  it.each(versions)('builds three platforms with %s as one verified image', async (version) => {
    const made = job(version, files())
    const { host } = await registry()
    const step = await runStep(made, {
      images: `${host}/podman`,
      tags: 'v1',
      push: 'true',
      platforms: 'linux/amd64,linux/arm64,linux/arm/v7',
      'build-args': 'MSG=hi, there',
      secrets: 'key=four',
      labels: 'a=b',
      annotations: 'manifest:c=d\nindex:e=f',
    })
    expect(step).toMatchObject({ status: 0, leftovers: [] })
    expect(step.log).toContain(`podman ${version}`)
    expect(step.log.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('four')
    const root = await manifestOf(`${host}/podman`, step.outputs['digest'] ?? '')
    expect(root.annotations).toMatchObject({ e: 'f' })
    const images = await Promise.all(
      root.manifests.map(async ({ digest, platform }) => {
        const manifest = await manifestOf(`${host}/podman`, digest)
        const config = await blobOf(`${host}/podman`, manifest.config.digest)
        const made = await layerText(`${host}/podman`, manifest.layers[1]?.digest ?? '')
        return { platform, made, config, c: manifest.annotations?.['c'] }
      }),
    )
    const one = (architecture: string, machine: string, variant: object = {}) => ({
      platform: { os: 'linux', architecture, ...variant },
      c: 'd',
      made: expect.stringContaining(`hi, there ${machine} 4\n`),
      config: expect.objectContaining({
        architecture,
        ...variant,
        config: expect.objectContaining({
          Cmd: ['cat', '/made'],
          Healthcheck: { Test: ['CMD-SHELL', 'true'] },
          Labels: expect.objectContaining({ a: 'b' }),
        }),
      }),
    })
    expect(images).toEqual([one('amd64', 'x86_64'), one('arm64', 'aarch64'), one('arm', 'armv7l', { variant: 'v7' })])
    expect(JSON.stringify(images)).not.toMatch(/io\.buildah|polyarch-/)
    expect(leftIn(made, step)).toEqual([])
  })

  it('reports the platform and the line of a command that fails, and what the version does not support', async () => {
    const made = job('4.3.1', { Dockerfile: `FROM ${part('base')}\nRUN echo said; exit 3\n` })
    const inputs = { push: 'false', load: 'false', platforms: 'linux/arm64' }
    const failed = await runStep(made, inputs)
    expect(failed).toMatchObject({ status: 1, outputs: { 'error-code': 'build-failed' }, leftovers: [] })
    expect(failed.log).toMatch(
      /Cannot build for linux\/arm64 at \S*Dockerfile:2 in RUN echo said; exit 3: .*exit code: 3/,
    )
    expect(failed.log).toMatch(/Last lines of that step:(?:\n|%0A) {2}said/)

    writeFileSync(join(made.workspace, 'Dockerfile'), `FROM ${part('base')}\nRUN <<END\ntrue\nEND\n`)
    const refused = await runStep(made, inputs)
    expect(refused).toMatchObject({ status: 1, outputs: { 'error-code': 'feature-missing' } })
    expect(refused.log).toMatch(/Dockerfile:2: here-documents/)
    expect([...leftIn(made, failed), ...leftIn(made, refused)]).toEqual([])
  })

  it.each(seededPart(versions, 2))('tests the image over HTTP at a published port, with %s', async (version) => {
    const made = job(version, {
      Dockerfile: `FROM ${part('base')}\nCMD ["busybox", "httpd", "-f", "-p", "8080", "-h", "/etc"]\n`,
      // A bridge needs packet filter rules, which tests do not change.
      'containers.conf':
        '[containers]\nnetns = "slirp4netns"\n[engine]\ncgroup_manager = "cgroupfs"\nruntime = "runc"\n',
    })
    const settings = { ...made, env: { ...made.env, CONTAINERS_CONF: join(made.workspace, 'containers.conf') } }
    const step = await runStep(settings, {
      ...{ push: 'false', load: 'false', platforms: 'linux/amd64' },
      'smoke-test': 'expect:\n  http: { path: /passwd, port: 8080, contains: root }',
    })
    expect(step, step.log).toMatchObject({ status: 0, outputs: { engine: 'podman' }, leftovers: [] })
    expect(step.log).toMatch(/podman [\d.]+ at \S+, rootful/)
    expect(step.log).toMatch(/Smoke test\nlinux\/amd64: passed/)
    expect(leftIn(made, step)).toEqual([])
  })

  it.each(versions)('ends the command and removes the container when a build of %s is canceled', async (version) => {
    // The native platform has ended by then, and two others run at the same time.
    const command = 'test $(uname -m) = x86_64 || { echo begun; sleep 287; }'
    const made = job(version, { Dockerfile: `FROM ${part('base')}\nRUN ${command}\n` })
    const platforms = 'linux/amd64,linux/arm64,linux/arm/v7'
    const inputs = { push: 'false', load: 'false', platforms, 'no-cache': 'true' }
    const step = await runStep(made, inputs, { during: onceLogged(': begun') })
    expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'cancelled' }, leftovers: [] })
    expect(commandLines().filter((line) => line.includes('sleep 287'))).toEqual([])
    expect(leftIn(made, step)).toEqual([])
  })

  it('loads the verified image, and keeps the caches whose registry accepts them', async () => {
    const made = job('5.4.2', { Dockerfile: 'FROM scratch\nCOPY hello /hello\n', hello: 'hello\n' })
    const { host, misbehave } = await registry()
    misbehave({ on: 'upload-start', path: '/refused/', times: 99, do: 'answer', status: 403 })
    const name = `${host}/loaded-here:1`
    const step = await runStep(made, {
      images: `${host}/loaded-here`,
      tags: '1',
      push: 'false',
      load: 'true',
      labels: 'a=b',
      registry: `http://${host}`,
      'cache-from': `type=registry,ref=${host}/refused`,
      'cache-to': `type=registry,ref=${host}/refused\ntype=registry,ref=${host}/kept`,
    })
    expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
    expect(step.log).toMatch(/::warning::Cannot write the build cache: \S+\/refused: writing blob: /)
    const kept = (await (await fetch(`http://${host}/v2/kept/tags/list`)).json()) as {
      readonly tags: readonly string[]
    }
    expect(kept.tags).toHaveLength(1)
    const [image] = JSON.parse(podman(made, 'image', 'inspect', name))
    expect(image).toMatchObject({ Digest: step.outputs['digest'], Labels: expect.objectContaining({ a: 'b' }) })
    podman(made, 'rmi', name)
    expect(leftIn(made, step)).toEqual([])
  })
})

describe.skipIf(missing('podman', 'base'))("Podman at Docker's socket", () => {
  it.each(versions)('stores the image that the embedded engine made, in %s', async (version) => {
    const made = job(version, { Dockerfile: `FROM ${part('base')}\nCOPY hello /hello\n`, hello: 'hello\n' })
    const socket = part('podman').find((one) => one.version === version)?.host ?? ''
    const at = { ...made, env: { ...made.env, PATH: '/usr/bin:/bin', DOCKER_HOST: socket } }
    const name = 'localhost/loaded-at-socket:1'
    const step = await runStep(at, {
      images: 'localhost/loaded-at-socket',
      tags: '1',
      push: 'false',
      load: 'true',
      labels: 'a=b',
    })
    expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
    expect(step.log).toContain('Using engine embedded')
    const [image] = JSON.parse(podman(made, 'image', 'inspect', name))
    expect(image).toMatchObject({ Labels: expect.objectContaining({ a: 'b' }) })
    expect(step.outputs['imageid']).toContain(image.Id)
    podman(made, 'rmi', name)
  })
})

describe.skipIf(missing('podman', 'base', 'emulated'))('Podman of a user without privileges', () => {
  function rootless(dockerfile: string, options: Parameters<typeof createRootlessJob>[1] = {}): RootlessJob {
    const made = createRootlessJob({ Dockerfile: `FROM ${part('base')}\n${dockerfile}` }, options)
    jobs.push(made.job)
    return made
  }

  it('builds three platforms, tests them over HTTP at a published port, pushes and loads them', async () => {
    const {
      job: made,
      through,
      podman,
    } = rootless(
      [
        'RUN mkdir /www && echo on $(uname -m) > /www/machine && chown -R 33:33 /www',
        'USER 33',
        'CMD ["busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]',
      ].join('\n'),
    )
    const { host } = await registry()
    const inputs = {
      images: `${host}/rootless`,
      tags: 'v1',
      push: 'true',
      load: 'true',
      platforms: 'linux/amd64,linux/arm64,linux/arm/v7',
      'smoke-test': 'expect:\n  http: { path: /machine, port: 8080, contains: on }',
    }
    const step = await runStep(made, inputs, { through })
    expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
    expect(step.log).toMatch(/podman [\d.]+ at \/usr\/bin\/podman, rootless/)
    const root = await manifestOf(`${host}/rootless`, step.outputs['digest'] ?? '')
    const list = JSON.parse(podman('manifest', 'inspect', `${host}/rootless:v1`)) as Manifest
    const digests = ({ manifests }: Manifest) => manifests.map(({ digest }) => digest).sort()
    expect(digests(list)).toEqual(digests(root))
    expect(root.manifests).toHaveLength(3)
    expect(podman('ps', '--all', '--external', '--quiet')).toBe('')
  })

  it('fails before the build if the user has no ranges of IDs', async () => {
    const { job: made, through } = rootless('RUN true\n', { ranges: false })
    const step = await runStep(made, { push: 'false', platforms: 'linux/amd64' }, { through })
    expect(step, step.log).toMatchObject({ status: 1, outputs: { 'error-code': 'feature-missing' }, leftovers: [] })
    expect(step.log).toMatch(/the user has no ranges of IDs in \/etc\/subuid/)
    expect(step.log).not.toContain('STEP 1')
  })
})

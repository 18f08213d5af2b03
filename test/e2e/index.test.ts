import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createJob, type Job, runStep, runStepHere } from './support/action.ts'
import { pull } from './support/pull.ts'
import { missing, part } from './support/rig.ts'

// Features that only an index has: its annotations, and attestations.

const jobs: Job[] = []
const undo: (() => void)[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
  for (const step of undo.splice(0)) step()
})

const files = { Dockerfile: 'FROM scratch\nCOPY hello /\n', hello: 'hello' }

function job(env: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}): Job {
  const made = createJob({ ...files, ...more }, env)
  jobs.push(made)
  return made
}

const nowhere = 'unix:///nonexistent/docker.sock'
const remote = () => ({ driver: 'remote', endpoint: part('buildkitd')[0] ?? '' })

const ways: readonly {
  readonly name: string
  readonly host: () => string
  readonly inputs: () => Readonly<Record<string, string>>
}[] = [
  { name: 'embedded', host: () => nowhere, inputs: () => ({ engine: 'embedded' }) },
  { name: 'layout', host: () => part('docker').host, inputs: () => ({}) },
  { name: 'join', host: () => part('classic').host, inputs: () => ({}) },
  { name: 'digest', host: () => nowhere, inputs: remote },
]

describe.skipIf(missing('docker', 'classic', 'buildkitd', 'registry', 'plugins'))('an image of one platform', () => {
  it.each(ways)('has an index if an annotation requires one, with $name', async ({ name, host, inputs }) => {
    const image = `${part('registry').host}/e2e/index-${name}`
    const annotations = 'index,manifest:a=b\nmanifest-descriptor[x86_64]:c=d\nmanifest:a=later'
    const step = await runStepHere(job({ DOCKER_HOST: host() }), {
      ...{ images: image, tags: '1', push: 'true', annotations },
      ...inputs(),
    })

    expect(step).toMatchObject({ status: 0, leftovers: [] })
    const pulled = await pull(image, '1')
    expect(pulled.digest).toBe(step.outputs['digest'])
    expect(pulled.manifest).toMatchObject({
      mediaType: 'application/vnd.oci.image.index.v1+json',
      annotations: { a: 'b' },
      manifests: [{ platform: { os: 'linux', architecture: 'amd64' }, annotations: { c: 'd' } }],
    })
    expect(pulled.platforms).toMatchObject([{ platform: 'linux/amd64', manifest: { annotations: { a: 'later' } } }])
    expect(JSON.parse(step.outputs['digests'] ?? '')).toEqual({ 'linux/amd64': pulled.platforms[0]?.digest })
    expect(await pulled.platforms[0]?.readFile('hello')).toBe('hello')
  })

  it.each(ways)('has none otherwise, with $name', async ({ name, host, inputs }) => {
    const image = `${part('registry').host}/e2e/manifest-${name}`
    const given = { images: image, tags: '1', push: 'true', annotations: 'a=b' }
    const step = await runStepHere(job({ DOCKER_HOST: host() }), { ...given, ...inputs() })

    expect(step.status).toBe(0)
    expect((await pull(image, '1')).manifest).toMatchObject({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      annotations: { a: 'b' },
    })
  })

  it('rejects an annotation for a platform that is not built, before the build', async () => {
    const step = await runStepHere(job({ DOCKER_HOST: nowhere }), {
      ...{ images: 'localhost:1/app', annotations: 'a=b\nmanifest[arm64]:a=b', engine: 'embedded' },
    })
    expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'input-invalid' } })
    expect(step.log).toContain('annotations, line 2: "manifest[arm64]" is for linux/arm64')
  })
})

describe.skipIf(missing('docker', 'buildkitd', 'registry', 'plugins'))('provenance', () => {
  const run = { GITHUB_RUN_ID: '7', GITHUB_RUN_ATTEMPT: '2', GITHUB_REPOSITORY: 'acme/app' }

  it.each(ways.filter(({ name }) => name === 'layout' || name === 'digest'))(
    'names the run as the builder, with $name',
    async ({ name, host, inputs }) => {
      const image = `${part('registry').host}/e2e/provenance-${name}`
      const step = await runStepHere(job({ ...run, DOCKER_HOST: host() }), {
        ...{ images: image, tags: '1', push: 'true', provenance: 'mode=max' },
        ...inputs(),
      })

      expect(step.status).toBe(0)
      const { manifest, platforms } = await pull(image, '1')
      const attestation = platforms.find(({ platform }) => platform === 'unknown/unknown')
      const [layer] = (await attestation?.layers()) ?? []
      const statement = JSON.parse(layer?.toString('utf8') ?? '{}')
      expect(JSON.stringify(statement)).toContain('https://github.com/acme/app/actions/runs/7/attempts/2')
      expect(statement).toMatchObject({ predicateType: expect.stringContaining('slsa.dev/provenance') })
      expect(manifest).toMatchObject({ mediaType: 'application/vnd.oci.image.index.v1+json' })
      expect(Object.keys(JSON.parse(step.outputs['digests'] ?? ''))).toEqual(['linux/amd64'])
    },
  )

  it('names the revision, for which buildx starts Git; without a provenance it does not', async () => {
    const own = job({ DOCKER_HOST: part('docker').host })
    const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: own.workspace, encoding: 'utf8' })
    git('init', '--quiet')
    git('add', '.')
    git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '--message', 'first')
    const bin = join(own.home, 'bin')
    const calls = join(own.home, 'calls')
    mkdirSync(bin)
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
    // buildx gives this option in each of its calls.
    writeFileSync(
      join(bin, 'git'),
      `#!/bin/sh\ncase "$*" in *log.showSignature*) echo x >> ${calls} ;; esac\nexec ${real} "$@"\n`,
      { mode: 0o755 },
    )
    const watched = { ...own, env: { ...own.env, PATH: `${bin}:${own.env['PATH']}` } }
    const image = `${part('registry').host}/e2e/provenance-revision`
    const given = { images: image, tags: '1', push: 'true' }

    const plain = await runStepHere(watched, given)
    expect({ status: plain.status, asked: existsSync(calls) }).toEqual({ status: 0, asked: false })
    const attested = await runStepHere(watched, { ...given, provenance: 'mode=max' })
    expect({ status: attested.status, asked: existsSync(calls) }).toEqual({ status: 0, asked: true })
    const { platforms } = await pull(image, '1')
    const [layer] = (await platforms.find(({ platform }) => platform === 'unknown/unknown')?.layers()) ?? []
    expect(layer?.toString('utf8')).toContain(git('rev-parse', 'HEAD').trim())
  })

  it('is rejected by the embedded engine before the build', async () => {
    const step = await runStepHere(job({ DOCKER_HOST: nowhere }), { engine: 'embedded', provenance: 'true' })
    expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'feature-missing' } })
  })

  it('is reported as missing if an output cannot store it', async () => {
    const step = await runStepHere(job({ DOCKER_HOST: part('docker').host }), {
      ...{ images: 'app', provenance: 'true', outputs: 'type=oci,dest=a.tar\ntype=docker,dest=b.tar\nout' },
    })
    expect(step.status).toBe(0)
    expect(step.log).toContain(
      '::warning::b.tar (type=docker), out (type=local): cannot hold attestations (provenance)',
    )
  })
})

describe.skipIf(missing('docker', 'buildkitd', 'registry', 'plugins', 'cli'))(
  'an image that is pushed and loaded',
  () => {
    const docker = (...args: readonly string[]): string =>
      execFileSync(join(part('cli'), 'docker'), ['-H', part('docker').host, ...args], {
        encoding: 'utf8',
        stdio: 'pipe',
      })

    it.each([
      { name: 'layout', inputs: () => ({}) },
      { name: 'layout-several', inputs: () => ({ platforms: 'amd64, arm64' }) },
      { name: 'layout-provenance', inputs: () => ({ provenance: 'true' }) },
      { name: 'layout-index', inputs: () => ({ annotations: 'index:a=b' }) },
      { name: 'layout-zstd', inputs: () => ({ compression: 'zstd' }) },
      { name: 'digest', inputs: remote },
      { name: 'digest-several', inputs: () => ({ ...remote(), platforms: 'amd64, arm64' }) },
      { name: 'digest-provenance', inputs: () => ({ ...remote(), provenance: 'true' }) },
      { name: 'embedded', inputs: () => ({ engine: 'embedded', platforms: 'amd64, arm64' }) },
    ])('has one digest in registry and daemon: $name', async ({ name, inputs }) => {
      const image = `${part('registry').host}/e2e/both-${name}`
      undo.push(() => void docker('image', 'rm', '--force', `${image}:1`, `${image}:latest`))
      // Content of its own: the daemon would name other tags of the same image, too.
      const step = await runStepHere(job({ DOCKER_HOST: part('docker').host }, { hello: image }), {
        ...{ images: image, tags: '1, latest', push: 'true', load: 'true' },
        ...inputs(),
      })

      expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
      const { digest } = await pull(image, '1')
      expect(step.outputs).toMatchObject({ digest, imageid: digest, tags: `${image}:1\n${image}:latest` })
      for (const tag of ['1', 'latest']) {
        const found = JSON.parse(docker('image', 'inspect', `${image}:${tag}`)) as readonly {
          RepoDigests: string[]
          Id: string
        }[]
        expect(found).toMatchObject([{ Id: digest, RepoDigests: [`${image}@${digest}`] }])
      }
    })
  },
)

describe.skipIf(missing('docker', 'classic', 'plugins'))('several platforms without a destination', () => {
  const several = { images: 'acme/app', tags: '1', platforms: 'amd64, arm64' }

  it.each([
    { daemon: 'docker', digest: /^sha256:/, built: ['linux/amd64', 'linux/arm64'] },
    // The classic image store does not report the digest of several platforms.
    { daemon: 'classic', digest: /^$/, built: [] },
  ] as const)('are reported to be only in the cache by $daemon, with the digests of the build', async (given) => {
    const { daemon, digest, built } = given
    const step = await runStepHere(job({ DOCKER_HOST: part(daemon).host }), several)
    expect(step).toMatchObject({ status: 0, outputs: { tags: '', refs: '', pushed: 'false' } })
    expect(step.outputs['digest']).toMatch(digest)
    expect(Object.keys(JSON.parse(step.outputs['digests'] ?? ''))).toEqual(built)
    expect(JSON.parse(step.outputs['json'] ?? '')).toMatchObject({ tags: [], 'tag-names': [] })
    expect(JSON.parse(step.outputs['metadata'] ?? '')['containerimage.digest'] ?? '').toBe(step.outputs['digest'])
    expect(step.log).toMatch(/::warning::The image is only in the build cache/)
  })

  it('are not reported if requested', async () => {
    const step = await runStepHere(job({ DOCKER_HOST: part('docker').host }), { ...several, load: 'false' })
    expect(step.status).toBe(0)
    expect(step.log).not.toContain('only in the build cache')
  })
})

describe.skipIf(missing('docker', 'registry', 'plugins'))('outputs: type=registry', () => {
  it.each(ways.slice(0, 2))('is pushed with its annotations, and bake reads its names, with $name', async (way) => {
    const image = `${part('registry').host}/e2e/outputs-${way.name}`
    const files: string[] = []
    const made = job({ DOCKER_HOST: way.host() })
    const bake = () => {
      const [kept = ''] = readdirSync(made.temp)
      const file = join(made.temp, kept, 'kept', 'docker-metadata-action-bake.json')
      const args = ['bake', '-f', file, '--print', 'docker-metadata-action']
      files.push(
        execFileSync(join(part('plugins'), 'docker-buildx'), args, { env: made.env, encoding: 'utf8', stdio: 'pipe' }),
      )
    }
    const step = await runStep(
      made,
      {
        outputs: `type=registry,name=${image}:1,annotation-index.a=b,annotation.c=d\ntype=oci,dest=image.tar`,
        labels: 'e=${F}',
        ...way.inputs(),
      },
      { betweenMainAndPost: bake },
    )
    expect(step, step.log).toMatchObject({
      status: 0,
      leftovers: [],
      outputs: { tags: `${image}:1`, files: 'image.tar' },
    })
    const pulled = await pull(image, '1')
    expect(pulled.manifest).toMatchObject({ annotations: { a: 'b' } })
    expect(pulled.platforms).toMatchObject([{ manifest: { annotations: { c: 'd' } } }])
    const { target } = JSON.parse(files[0] ?? '')
    // Printed as it is written, escaped.
    expect(target['docker-metadata-action']).toMatchObject({ tags: [`${image}:1`], labels: { e: '$${F}' } })
  })
})

import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { exitProgram } from '../support/elf.ts'
import { createJob, type Job, runStepHere } from './support/action.ts'
import { pull } from './support/pull.ts'
import { missing, part, rig } from './support/rig.ts'

// An architecture that no other test emulates: handlers affect the whole machine.

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

const handlers = () => readdirSync('/proc/sys/fs/binfmt_misc').filter((name) => name.includes('ppc64le'))

const base = () => `${part('registry').host}/e2e/emulated-base:1`

/** Each build differs. Otherwise its steps would come from the cache. */
const running = () => `FROM ${base()}\nENV A=1\nRUN ["/bin/ok", "${Math.random()}"]\n`

function job(dockerfile: string, host: string): Job {
  const made = createJob({ Dockerfile: dockerfile }, { DOCKER_HOST: host })
  for (const architecture of ['amd64', 'ppc64le'] as const) {
    const file = join(made.workspace, architecture, 'ok')
    mkdirSync(join(file, '..'))
    writeFileSync(file, exitProgram(architecture))
    chmodSync(file, 0o755)
  }
  jobs.push(made)
  return made
}

const inputs = (name: string) => ({
  images: `${part('registry').host}/e2e/${name}`,
  tags: 'latest',
  platforms: 'amd64, ppc64le',
  push: 'true',
  'emulator-image': part('emulatorImage'),
})

beforeAll(async () => {
  if (!rig.registry) return
  // The embedded engine executes no steps, so this base needs no emulator.
  const dockerfile = 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /bin\n'
  const given = { tags: base(), platforms: 'amd64, ppc64le', push: 'true', engine: 'embedded' }
  const { status } = await runStepHere(job(dockerfile, 'unix:///nonexistent.sock'), given)
  expect(status).toBe(0)
})

describe.skipIf(missing('docker', 'classic', 'registry', 'emulatorImage', 'builderImage'))(
  'a step that needs an emulator',
  () => {
    it.each([
      { name: 'containerd', host: () => part('docker').host, more: () => ({}) },
      {
        // Nothing answers at the mirror: the registry is used.
        name: 'classic',
        host: () => part('classic').host,
        more: () => ({ mirrors: `${part('registry').host}=127.0.0.1:1` }),
      },
      {
        name: 'container',
        host: () => part('docker').host,
        more: () => ({ driver: 'docker-container', 'driver-opts': `image=${part('builderImage')}\nnetwork=host` }),
      },
    ])(
      'sets it up, reports the steps that ran on it with their time, and removes it: $name',
      async ({ name, host, more }) => {
        expect(handlers()).toEqual([])
        const given = inputs(`emulated-${name}`)
        const step = await runStepHere(job(running(), host()), { ...given, ...more() })

        expect(step).toMatchObject({ status: 0, post: { status: 0, log: '' }, leftovers: [] })
        expect(handlers()).toEqual([])
        expect(step.log).toContain('qemu-ppc64le runs linux/ppc64le for this step')
        const told = /^Emulated for linux\/ppc64le, [\d.]+ s: Dockerfile:3: RUN \["\/bin\/ok"/m
        expect(step.log).toMatch(told)
        expect(step.log).not.toContain('Emulated for linux/amd64')
        expect(step.summary).toMatch(/\| `linux\/ppc64le` \| `Dockerfile:3` \| `RUN /)
        const { platforms } = await pull(given.images, 'latest')
        expect(platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/ppc64le'])
      },
    )

    it.each(['by digest alone', 'by tag and digest'])('uses the image %s', async (form) => {
      const image = part('emulatorImage')
      const name = image.slice(0, image.lastIndexOf(':'))
      const answer = await fetch(`http://${name.replace('/', '/v2/')}/manifests/${image.slice(name.length + 1)}`, {
        // Without Docker's type, the registry converts the manifest, and returns the digest of the result.
        headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
      })
      const pinned = `${form === 'by digest alone' ? name : image}@${answer.headers.get('docker-content-digest')}`
      for (const host of [part('docker').host, part('classic').host]) {
        const given = { ...inputs('emulated-pinned'), 'emulator-image': pinned }
        const step = await runStepHere(job(running(), host), given)

        expect(step, step.log).toMatchObject({ status: 0, post: { status: 0, log: '' }, leftovers: [] })
        expect(step.log).toContain('qemu-ppc64le runs linux/ppc64le for this step')
        expect(handlers()).toEqual([])
      }
    })

    it('also removes it if the build fails', async () => {
      const step = await runStepHere(
        job(running().replace('/bin/ok', '/bin/none'), part('docker').host),
        inputs('emulated-failing'),
      )

      expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'build-failed' }, leftovers: [] })
      expect(step.log).toContain('qemu-ppc64le runs linux/ppc64le for this step')
      expect(handlers()).toEqual([])
    })

    it.each([
      { name: 'if setup is disabled', more: { emulators: 'off' }, says: '`emulators` is off' },
      {
        name: 'if its image does not exist',
        more: { 'emulator-image': '127.0.0.1:5000/none:1' },
        says: '127.0.0.1:5000/none:1 could not set it up',
      },
    ])('fails before the build $name, with the lines that need it', async ({ more, says }) => {
      const step = await runStepHere(job(running(), part('docker').host), { ...inputs('not-emulated'), ...more })

      expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'emulator-missing' }, leftovers: [] })
      expect(step.log).toContain(
        '::error title=Polyarch%3A emulator-missing,file=Dockerfile,line=3::Cannot build for linux/ppc64le',
      )
      expect(step.log).toContain(says)
      expect(step.log).toContain('--platform=$BUILDPLATFORM')
      expect(step.log).not.toContain('::group::Build ')
      expect(handlers()).toEqual([])
    })
  },
)

describe.skipIf(missing('docker', 'registry', 'emulatorImage', 'buildkitd'))(
  'a smoke test that needs an emulator, whichever engine built the image',
  () => {
    const copying = 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /bin\n'
    const engines = [
      { name: 'embedded', more: () => ({ engine: 'embedded' }) },
      { name: 'remote', more: () => ({ driver: 'remote', endpoint: part('buildkitd')[0] ?? '' }) },
    ]

    it.each(engines)('sets it up on the daemon that runs it, for the step: $name', async ({ name, more }) => {
      expect(handlers()).toEqual([])
      const step = await runStepHere(job(copying, part('docker').host), {
        ...inputs(`emulated-test-${name}`),
        ...more(),
        'smoke-test': '/bin/ok',
      })

      expect(step, step.log).toMatchObject({ status: 0, post: { status: 0, log: '' }, leftovers: [] })
      expect(step.log).toContain('qemu-ppc64le runs linux/ppc64le for this step')
      expect(step.log).toMatch(/linux\/ppc64le: passed in [\d.]+ s, emulated/)
      expect(handlers()).toEqual([])
    })

    it.each(engines)('fails before the build if setup is disabled: $name', async ({ more }) => {
      const step = await runStepHere(job(copying, part('docker').host), {
        ...inputs('not-emulated'),
        ...more(),
        'smoke-test': '/bin/ok',
        emulators: 'off',
      })

      expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'emulator-missing' }, leftovers: [] })
      expect(step.log).toContain('Cannot run the smoke test for linux/ppc64le')
      expect(step.log).not.toMatch(/::group::(?:Build|Create)/)
      expect(handlers()).toEqual([])
    })
  },
)

describe.skipIf(missing('docker', 'registry'))('a step that needs no emulator', () => {
  it.each([
    { name: 'that only copies', dockerfile: () => 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /bin\n' },
    {
      name: 'that only runs on the build platform',
      dockerfile: () =>
        'FROM --platform=$BUILDPLATFORM scratch AS tools\nARG BUILDARCH\nCOPY $BUILDARCH /bin\nRUN ["/bin/ok"]\nFROM scratch\nCOPY --from=tools /bin/ok /ok\n',
    },
    {
      name: 'whose foreign stage is not needed',
      dockerfile: () => `${running().replace(':1', ':1 AS unused')}FROM scratch\nCOPY Dockerfile /\n`,
    },
  ])('sets up none: one $name', async ({ dockerfile }) => {
    const name = `${part('registry').host}/e2e/nothing-emulated`
    const given = { images: name, tags: 'latest', platforms: 'amd64, ppc64le', push: 'true', verify: 'off' }
    const step = await runStepHere(job(dockerfile(), part('docker').host), {
      ...given,
      'emulator-image': '127.0.0.1:5000/none:1',
    })

    expect(step).toMatchObject({ status: 0, leftovers: [] })
    expect(step.log).not.toContain('Set up emulators')
    expect(step.log).not.toContain('Emulated')
    expect(step.summary).not.toContain('Emulated')
    expect(handlers()).toEqual([])
  })
})

describe.skipIf(missing('buildkitd', 'registry', 'plugins'))('a step with a remote builder', () => {
  it('reports in a notice which emulator may be missing, and continues', async () => {
    // A platform for which no other test sets up an emulator: BuildKit continues to offer a platform that it has seen once.
    const dockerfile = `FROM scratch\nCOPY ppc64le/ok /bin/ok\nRUN ["/bin/ok", "${Math.random()}"]\n`
    const made = job(dockerfile, 'unix:///nonexistent.sock')
    const env = { ...made.env, DOCKER_CONFIG: join(made.home, '.docker') }
    const create = ['create', '--name', 'far', '--driver', 'remote', part('buildkitd')[0] ?? '']
    execFileSync(join(part('plugins'), 'docker-buildx'), create, { env, stdio: 'pipe' })
    const step = await runStepHere(made, { platforms: 'mips64le', builder: 'far', load: 'false' })

    expect(step.log).toContain('::notice file=Dockerfile,line=3::The builder may have no emulator for linux/mips64le')
    expect(step.log).toContain('Dockerfile:3: RUN ["/bin/ok"')
    expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'platform-unsupported' }, leftovers: [] })
    expect(handlers()).toEqual([])
  })
})

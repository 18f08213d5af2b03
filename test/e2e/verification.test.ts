import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { elf } from '../support/elf.ts'
import { seededPart } from '../support/seeded-part.ts'
import { createJob, type Job, runStepHere } from './support/action.ts'
import { expectNothingLeft, imageNames } from './support/daemon-state.ts'
import { missing, part, rig } from './support/rig.ts'

// Every build is verified, on every engine and for every destination: a binary of another platform leaves nothing behind.

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

function jobOf(dockerfile: string, env: Readonly<Record<string, string>>): Job {
  const made = createJob({ Dockerfile: dockerfile }, env)
  jobs.push(made)
  mkdirSync(join(made.workspace, 'bin'))
  for (const machine of ['amd64', 'arm64'] as const) {
    const file = join(made.workspace, 'bin', `app-${machine}`)
    writeFileSync(file, elf(machine))
    chmodSync(file, 0o755)
  }
  return made
}

type Engine = {
  readonly name: string
  readonly needs: readonly (keyof typeof rig)[]
  /** The daemon into which images are loaded. */
  readonly daemon: 'docker' | 'classic' | 'docker20' | undefined
  readonly inputs: () => Readonly<Record<string, string>>
  /** Whether only the daemon differs from another row. */
  readonly variant?: true
}

const engines: readonly Engine[] = [
  { name: 'embedded', needs: ['docker'], daemon: 'docker', inputs: () => ({ engine: 'embedded' }) },
  {
    name: 'embedded, classic',
    needs: ['classic'],
    daemon: 'classic',
    variant: true,
    inputs: () => ({ engine: 'embedded' }),
  },
  { name: 'containerd', needs: ['docker', 'plugins'], daemon: 'docker', inputs: () => ({}) },
  { name: 'classic', needs: ['classic', 'plugins'], daemon: 'classic', inputs: () => ({}) },
  { name: 'docker20', needs: ['docker20', 'plugins'], daemon: 'docker20', variant: true, inputs: () => ({}) },
  {
    name: 'docker-container',
    needs: ['docker', 'plugins', 'builderImage'],
    daemon: 'docker',
    inputs: () => ({
      driver: 'docker-container',
      'driver-opts': `image=${part('builderImage')}\nnetwork=host`,
    }),
  },
  {
    name: 'remote, classic',
    needs: ['buildkitd', 'plugins', 'classic'],
    daemon: 'classic',
    inputs: () => ({ driver: 'remote', endpoint: part('buildkitd')[0] ?? '' }),
  },
]

type Fate = {
  readonly name: string
  readonly inputs: Readonly<Record<string, string>>
  /** The files of the workspace of a valid build. */
  readonly file?: string
  readonly loads?: true
  readonly pushes?: true
}

const fates: readonly Fate[] = [
  { name: 'loaded', inputs: { platforms: 'arm64', push: 'false' }, loads: true },
  {
    name: 'written as oci',
    inputs: { platforms: 'arm64', push: 'false', outputs: 'type=oci,dest=out.tar' },
    file: 'out.tar',
  },
  {
    name: 'written as docker',
    inputs: { platforms: 'arm64', push: 'false', outputs: 'type=docker,dest=out.tar' },
    file: 'out.tar',
  },
  {
    name: 'written as local',
    inputs: { platforms: 'arm64', push: 'false', outputs: 'type=local,dest=out' },
    file: 'out',
  },
  {
    name: 'written as tar',
    inputs: { platforms: 'amd64, arm64', push: 'false', outputs: 'type=tar,dest=out.tar' },
    file: 'out.tar',
  },
  { name: 'cached', inputs: { platforms: 'arm64', push: 'false', outputs: 'type=cacheonly' } },
  { name: 'without a destination', inputs: { platforms: 'amd64, arm64', push: 'false' } },
  { name: 'pushed', inputs: { platforms: 'amd64, arm64', push: 'true' }, pushes: true },
  { name: 'pushed and loaded', inputs: { platforms: 'arm64', push: 'true', load: 'true' }, pushes: true, loads: true },
]

function docker(daemon: NonNullable<Engine['daemon']>, ...args: readonly string[]): string {
  const env = { PATH: `${rig.cli}:${process.env['PATH']}`, DOCKER_HOST: part(daemon).host }
  return execFileSync('docker', args, { env, encoding: 'utf8' }).trim()
}

async function tagged(reference: string): Promise<boolean> {
  const [host, ...path] = reference.split('/')
  const [repository, tag] = path.join('/').split(':')
  const accept = 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json'
  return (await fetch(`http://${host}/v2/${repository}/manifests/${tag}`, { method: 'HEAD', headers: { accept } })).ok
}

/** The cases of engines that differ from others only in the daemon. */
const few = fates.filter(({ name }) => ['loaded', 'cached', 'pushed and loaded'].includes(name))

type Cell = { readonly engine: string; readonly fate: Fate }

/** Each engine with each of its fates. Four does not divide the number of fates, so that the engines do not all have the same ones on one day. */
function cells(fatesOf: (engine: Engine) => readonly Fate[], every: number): readonly Cell[] {
  return seededPart(
    engines.flatMap((engine) => fatesOf(engine).map((fate) => ({ engine: engine.name, fate }))),
    every,
  )
}

const refused = cells(({ variant }) => (variant ? few : fates), 4)
const withToken = cells(() => few, 2)
const right = cells(({ variant }) => (variant ? few : fates), 4)
const of = (engine: string, all: readonly Cell[]) =>
  all.filter((cell) => cell.engine === engine).map(({ fate }) => fate)

for (const { name: engine, needs, daemon, inputs } of engines) {
  describe.skipIf(missing(...needs, 'registry'))(`verification with ${engine}`, () => {
    const env = (): Record<string, string> => ({
      DOCKER_HOST: daemon ? part(daemon).host : 'unix:///nonexistent.sock',
    })
    const expectNoneLeft = async (named: string): Promise<void> => {
      if (daemon === undefined) return
      await expectNothingLeft(part(daemon).host, [], (entry) => entry.includes(named) || entry.startsWith('polyarch-'))
    }

    it.each(of(engine, refused))('an image that is $name: rejected with a binary of another platform', async (fate) => {
      const repository = `e2e/verify-${engine.replaceAll(/\W+/g, '-')}-${fate.name.replaceAll(' ', '-')}`
      const reference = `${part('registry').host}/${repository}:1.0.0`
      const given = { ...inputs(), images: `${part('registry').host}/${repository}`, tags: '1.0.0', ...fate.inputs }
      const bad = jobOf(
        `FROM scratch\nLABEL a=${repository}\nCOPY bin/app-amd64 /usr/bin/app\nENTRYPOINT ["app"]\n`,
        env(),
      )
      const step = await runStepHere(bad, given)
      expect(step, step.log).toMatchObject({
        status: 1,
        leftovers: [],
        outputs: { 'error-code': 'platform-mismatch' },
      })
      expect(step.log).toMatch(/::error .*file=Dockerfile,line=3::/)
      expect(await tagged(reference)).toBe(false)
      await expectNoneLeft(repository)
      if (fate.file) expect(existsSync(join(bad.workspace, fate.file))).toBe(false)
    })

    it.each(of(engine, withToken))(
      'an image that is $name: rejected with the token that a checkout left in the context',
      async (fate) => {
        const repository = `e2e/secret-${engine.replaceAll(/\W+/g, '-')}-${fate.name.replaceAll(' ', '-')}`
        const reference = `${part('registry').host}/${repository}:1.0.0`
        const given = { ...inputs(), images: `${part('registry').host}/${repository}`, tags: '1.0.0', ...fate.inputs }
        const job = jobOf(`FROM scratch\nLABEL a=${repository}\nCOPY . /src\n`, env())
        mkdirSync(join(job.workspace, '.git'))
        const token = 'ghs_16C7e42F292c6912E7710c838347Ae178B4a'
        const header = Buffer.from(`x-access-token:${token}`).toString('base64')
        const config = `[http "https://github.com/"]\n\textraheader = AUTHORIZATION: basic ${header}\n`
        writeFileSync(join(job.workspace, '.git', 'config'), config)
        const step = await runStepHere(job, given)
        expect(step, step.log).toMatchObject({ status: 1, leftovers: [], outputs: { 'error-code': 'secret-in-image' } })
        expect(step.log).toMatch(
          /::error .*file=Dockerfile,line=3::.*\/src\/\.git\/config contains the credentials in the Git configuration/,
        )
        expect(step.log).not.toContain(token)
        expect(step.log).not.toContain(header)
        expect(await tagged(reference)).toBe(false)
        await expectNoneLeft(repository)
      },
    )

    it.each(of(engine, right))('an image that is $name: accepted with the right one', async (fate) => {
      const repository = `e2e/verified-${engine.replaceAll(/\W+/g, '-')}-${fate.name.replaceAll(' ', '-')}`
      const reference = `${part('registry').host}/${repository}:1.0.0`
      const given = { ...inputs(), images: `${part('registry').host}/${repository}`, tags: '1.0.0', ...fate.inputs }
      const text = `FROM scratch\nARG TARGETARCH\nLABEL a=${repository}\nCOPY bin/app-$TARGETARCH /usr/bin/app-$TARGETARCH\n`
      const good = jobOf(text, env())
      const step = await runStepHere(good, given)
      expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
      expect(step.log).toContain('linux/arm64: 1 binary checked in 1 of 1 layers: OK')
      expect(step.summary).toMatch(/\| `linux\/arm64` \|.*\| OK \(1 binary\) \|/)
      expect(await tagged(reference)).toBe(fate.pushes === true)
      if (fate.file) expect(readdirSync(good.workspace)).toContain(fate.file)
      if (daemon === undefined) return
      await expectNothingLeft(part(daemon).host, [], (entry) => entry.startsWith('polyarch-'))
      expect(imageNames(part(daemon).host).includes(reference)).toBe(fate.loads === true)
      if (!fate.loads) return
      const id = docker(daemon, 'image', 'inspect', '--format', '{{.Id}}', reference)
      expect(step.outputs['imageid']).toBe(id)
      // One image, one digest: the containerd store and the registry use the same.
      if (fate.pushes && part(daemon).store === 'containerd') expect(id).toBe(step.outputs['digest'])
      docker(daemon, 'image', 'rm', reference)
    })
  })
}

describe.skipIf(missing('docker', 'plugins', 'registry'))('a large layer of the published image', () => {
  it('is read again for a platform for which the published image does not have it', async () => {
    const images = `${part('registry').host}/e2e/verify-second-platform`
    const job = jobOf('FROM scratch\nCOPY app /app\n', { DOCKER_HOST: part('docker').host })
    // More than a megabyte, so that it stays on the daemon.
    writeFileSync(join(job.workspace, 'app'), Buffer.concat([elf('amd64'), randomBytes(2_000_000)]))
    const given = { images, push: 'true' }
    const first = await runStepHere(job, { ...given, tags: '1, latest', platforms: 'amd64' })
    expect(first, first.log).toMatchObject({ status: 0 })
    const again = await runStepHere(job, { ...given, tags: '2, latest', platforms: 'amd64' })
    expect(again, again.log).toMatchObject({ status: 0 })
    expect(again.log).toContain('linux/amd64: no binaries in 0 of 1 layers: OK')

    const second = await runStepHere(job, { ...given, tags: '3, latest', platforms: 'amd64, arm64' })
    expect(second, second.log).toMatchObject({ status: 1, outputs: { 'error-code': 'platform-mismatch', tags: '' } })
    expect(second.log).toContain('Cannot use the image for linux/arm64: /app is ELF for amd64')
    expect(second.log).toContain('linux/amd64: no binaries in 0 of 1 layers: OK')
    expect(await tagged(`${images}:3`)).toBe(false)
  })
})

describe.skipIf(missing('docker', 'plugins', 'registry', 'base'))('a secret in a build argument', () => {
  it.each([
    {
      name: 'the history',
      dockerfile: 'ARG TOKEN\nRUN true\n',
      inputs: {},
      told: /the history contains build secret x/,
    },
    {
      name: 'the provenance',
      dockerfile: 'COPY Dockerfile /\n',
      inputs: { provenance: 'mode=max' },
      told: /the attestation sha256:\w+ contains build secret x/,
    },
  ])('is found in $name', async ({ name, dockerfile, inputs, told }) => {
    const secret = 'Tr0ub4dor&3-of-a-build'
    const job = jobOf(`FROM ${part('base')}\n${dockerfile}`, { DOCKER_HOST: part('docker').host })
    const images = `${part('registry').host}/e2e/refused-in-${name.replace('the ', '')}`
    const given = {
      images,
      tags: '1',
      push: 'true',
      secrets: `x=${secret}`,
      'build-args': `TOKEN=${secret}`,
      ...inputs,
    }
    const step = await runStepHere(job, given)
    expect(step, step.log).toMatchObject({ status: 1, leftovers: [], outputs: { 'error-code': 'secret-in-image' } })
    expect(step.log).toMatch(told)
    expect(await tagged(`${images}:1`)).toBe(false)
  })
})

describe.skipIf(missing('docker', 'classic', 'plugins'))('findings', () => {
  it.each([
    { name: 'embedded', env: () => ({ DOCKER_HOST: 'unix:///nonexistent.sock' }), inputs: { engine: 'embedded' } },
    { name: 'containerd', env: () => ({ DOCKER_HOST: part('docker').host }), inputs: {} },
    { name: 'classic', env: () => ({ DOCKER_HOST: part('classic').host }), inputs: {} },
  ])('of build checks and of verify: warn are annotations on their lines, with $name', async ({ env, inputs }) => {
    const job = jobOf(
      'FROM scratch\nMAINTAINER me\nCOPY bin/app-amd64 /usr/bin/app\nENTRYPOINT ["/usr/bin/app"]\n',
      env(),
    )
    const step = await runStepHere(job, {
      ...inputs,
      platforms: 'arm64, s390x',
      load: 'false',
      push: 'false',
      verify: 'warn',
    })
    expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
    const warnings = step.log.split('\n').filter((line) => line.startsWith('::warning '))
    expect(warnings.filter((line) => /file=Dockerfile,line=2::.*MaintainerDeprecated/.test(line))).toHaveLength(1)
    expect(warnings.filter((line) => /file=Dockerfile,line=3::.*\/usr\/bin\/app/.test(line))).toHaveLength(2)
  })
})

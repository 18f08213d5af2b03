import { execFileSync } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import { runStepHere } from './support/action.ts'
import { type EngineRow, engineRows, jobOf } from './support/engine-rows.ts'
import { pull } from './support/pull.ts'
import { missing, part } from './support/rig.ts'

// An optional platform that fails in the build, in preflight or in its smoke test is not in the image; the others are.

const undo: (() => unknown)[] = []
afterEach(() => {
  for (const one of undo.splice(0)) one()
})

/** Engines that prepare a build differently: files, a builder that the step creates, a store. */
const names = [
  'buildx, Docker 28, containerd image store',
  'buildx, Docker 28, classic image store',
  'podman 5.8.6',
  'nerdctl 2.2.1',
]
// nerdctl is an optional part of the rig.
const rows = engineRows.filter(({ name, needs }) => names.includes(name) && missing(...needs) === undefined)
const created: EngineRow = {
  name: 'buildx, a builder of the step',
  needs: ['docker', 'plugins', 'builderImage'],
  env: () => ({ DOCKER_HOST: part('docker').host }),
  inputs: () => ({ driver: 'docker-container', 'driver-opts': `image=${part('builderImage')}\nnetwork=host` }),
  registry: () => part('registry').host,
  left: () => [],
}

function docker(...args: readonly string[]): string {
  const env = {
    PATH: `${part('cli')}:${process.env['PATH']}`,
    DOCKER_HOST: part('docker').host,
    DOCKER_CONFIG: '/nonexistent',
  }
  return execFileSync('docker', args, { env, encoding: 'utf8' })
}

const runsNothing = (name: string): boolean => name === 'embedded'

async function run(
  row: EngineRow,
  dockerfile: string,
  inputs: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
) {
  const job = jobOf(row, { dockerfile, files })
  undo.push(job.remove)
  const name = `${row.registry()}/optional-${row.name.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}`
  const step = await runStepHere(job, {
    ...row.inputs(row.registry()),
    images: name,
    tags: 'latest',
    push: 'true',
    secrets: 'key=some value that is hidden',
    ...inputs,
  })
  return { step, name }
}

describe.skipIf(missing('docker', 'classic', 'podman', 'plugins', 'base', 'builderImage'))('per-platform', () => {
  const dockerfile = () =>
    `FROM ${part('base')} AS full\nARG NAME=none\nRUN echo $NAME > /name\nFROM full AS slim\nCOPY Dockerfile.arm /slim\nFROM full\n`
  const other = () => `FROM ${part('base')}\nARG NAME\nCOPY Dockerfile.arm /other-$NAME\n`
  const settings = [
    'arm64:',
    '  target: slim',
    '  build-args: { NAME: sixty-four }',
    'arm/v7:',
    '  file: Dockerfile.arm',
    '  build-args: { NAME: seven }',
  ].join('\n')

  it.each([...rows, created, ...engineRows.filter(({ name }) => runsNothing(name))])(
    '$name builds one image from several Dockerfiles and settings',
    async (row) => {
      const runs = !runsNothing(row.name)
      const first = runs
        ? dockerfile()
        : dockerfile().replace('RUN echo $NAME > /name', 'COPY Dockerfile.arm /name-$NAME')
      const { step, name } = await run(
        row,
        first,
        {
          platforms: 'arm64, amd64, arm/v7',
          'per-platform': settings,
          annotations: 'index:note=joined',
        },
        { 'Dockerfile.arm': other() },
      )
      expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
      const { platforms, manifest } = await pull(name, 'latest')
      expect(manifest.annotations).toMatchObject({ note: 'joined' })
      expect(platforms.map(({ platform }) => platform)).toEqual(['linux/arm64', 'linux/amd64', 'linux/arm/v7'])
      const [arm64, amd64, armv7] = platforms
      if (runs) {
        expect(await arm64?.readFile('name')).toBe('sixty-four\n')
        expect(await amd64?.readFile('name')).toBe('none\n')
      } else {
        expect(await arm64?.readFile('name-sixty-four')).toBeDefined()
        expect(await amd64?.readFile('name-none')).toBeDefined()
      }
      expect(await arm64?.readFile('slim')).toBeDefined()
      expect(await amd64?.readFile('slim')).toBeUndefined()
      expect(await armv7?.readFile('other-seven')).toBeDefined()
      expect(await armv7?.readFile('name')).toBeUndefined()
      expect(Object.keys(JSON.parse(step.outputs['digests'] ?? ''))).toHaveLength(3)
    },
  )

  it('loads the joined image into the containerd image store', async () => {
    const [row] = rows
    if (row === undefined) throw new Error('no engine')
    const { step, name } = await run(
      row,
      dockerfile(),
      {
        ...{ platforms: 'amd64, arm64', 'per-platform': 'arm64: { target: slim }', push: 'false', load: 'true' },
        tags: 'joined',
      },
      { 'Dockerfile.arm': other() },
    )
    expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
    const image = `${name}:joined`
    undo.push(() => docker('image', 'rm', '--force', image))
    expect(docker('image', 'inspect', '--format', '{{.Id}}', image).trim()).toBe(step.outputs['digest'])
    expect(docker('run', '--rm', '--platform=linux/arm64', image, 'ls', '/').split('\n')).toContain('slim')
  })
})

const failing = () => `FROM ${part('base')}\nARG TARGETARCH\nRUN test $TARGETARCH != arm64\n`

describe.skipIf(missing('docker', 'classic', 'podman', 'plugins', 'base', 'builderImage'))(
  'platforms: linux/arm64?',
  () => {
    it.each([...rows.slice(0, 2), created])('$name omits a platform whose RUN fails', async (row) => {
      const { step, name } = await run(row, failing(), { platforms: 'amd64, arm64?, arm/v7' })
      expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
      expect(step.outputs['omitted-platforms']).toBe('linux/arm64')
      expect(Object.keys(JSON.parse(step.outputs['digests'] ?? ''))).toEqual(['linux/amd64', 'linux/arm/v7'])
      expect(step.log).toMatch(/linux\/arm64 is optional and is omitted from the image: .*exit/)
      expect(step.summary).toContain('is optional and is not in the image')
      const pulled = await pull(name, 'latest')
      expect(pulled.platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm/v7'])
    })

    it('a platform that is not optional still fails the step', async () => {
      const [row] = rows
      if (row === undefined) throw new Error('no engine')
      const { step } = await run(row, failing(), { platforms: 'amd64?, arm64' })
      expect(step.outputs, step.log).toMatchObject({ 'error-code': 'build-failed' })
      expect(step.outputs['tags']).toBe('')
    })

    it('omits a platform that the base image lacks, and one whose smoke test fails', async () => {
      const [row] = rows
      if (row === undefined) throw new Error('no engine')
      const { step } = await run(row, `FROM ${part('base')}\n`, {
        platforms: 'amd64, arm64?, mips64le?',
        'smoke-test': `sh -c 'test "$(uname -m)" = x86_64'`,
      })
      expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
      expect(step.outputs['omitted-platforms']?.split('\n')).toEqual(['linux/mips64le', 'linux/arm64'])
      expect(Object.keys(JSON.parse(step.outputs['digests'] ?? ''))).toEqual(['linux/amd64'])
    })
  },
)

import { execFileSync } from 'node:child_process'
import { cpSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, onTestFinished, test } from 'vitest'
import { addSubmodule, commitFiles, git, makeRepository, startGitServer } from '../support/git-server.ts'
import { tempFolder } from '../support/temp.ts'
import { createJob, type Job, runStepHere, type StepResult } from './support/action.ts'
import { type Compared, readImage } from './support/compare.ts'
import { pull } from './support/pull.ts'
import { missing, part, rig } from './support/rig.ts'

// Sources of contexts and the Dockerfile: both engines accept the same and give the same result.

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

function job(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>): Job {
  const made = createJob(files, env)
  for (const name of Object.keys(files)) utimesSync(join(made.workspace, name), 1_600_000_000, 1_600_000_000)
  jobs.push(made)
  return made
}

const bare = { DOCKER_HOST: 'unix:///nonexistent.sock' }
const withDocker = () => ({ DOCKER_HOST: part('docker').host })
const absent = missing('docker', 'registry', 'base')
const registry = rig.registry?.host
const base = rig.base ?? ''

type Given = {
  readonly files: Readonly<Record<string, string>>
  readonly inputs: Readonly<Record<string, string>>
  readonly prepare?: (workspace: string) => void
}

type Both = { readonly steps: readonly StepResult[]; readonly names: readonly string[] }

/** Builds and pushes the same with buildx and with the embedded engine. */
async function buildBoth(name: string, { files, inputs, prepare }: Given): Promise<Both> {
  const names = ['buildx', 'embedded'].map((engine) => `${registry}/e2e/contexts-${name}-${engine}`)
  const steps: StepResult[] = []
  for (const [index, tag] of names.entries()) {
    const made = job(files, index === 0 ? withDocker() : bare)
    prepare?.(made.workspace)
    // The cache identifies a copy by the content of its files: it may be an earlier one, with other times.
    const all = { platforms: 'amd64, arm64', push: 'true', 'no-cache': 'true', ...inputs, tags: `${tag}:1` }
    steps.push(await runStepHere(made, all))
  }
  expect(steps[0]).toMatchObject({ status: 0, outputs: { engine: 'buildx' } })
  expect(steps[1]).toMatchObject({ status: 0, outputs: { engine: 'embedded' }, leftovers: [] })
  return { steps, names }
}

/** Without history, in which BuildKit describes the layer of a context differently. */
function withoutHistory(images: Readonly<Record<string, Compared>>): unknown {
  return Object.entries(images).map(([platform, { config, ...rest }]) => {
    return [platform, { ...rest, config: { ...(config as object), history: undefined } }]
  })
}

/**
 * Without the times of files, which are those of a fetch. Without the files that BuildKit leaves in submodules, which point to a directory
 * of its own.
 */
function withoutTimes(images: Readonly<Record<string, Compared>>): unknown {
  const told = Object.entries(images).map(([platform, { files, ...rest }]) => {
    const plain = Object.entries(files)
      .filter(([path]) => !path.endsWith('/.git'))
      .map(([path, text]) => [path, text.replace(/ (?:\d{13}|now) /, ' ')])
    return [platform, { ...rest, files: Object.fromEntries(plain) }]
  })
  return Object.fromEntries(told)
}

const lib = { 'lib/x': 'x', 'lib/d/y': 'y', 'lib/skip': 's', 'lib/.dockerignore': 'skip\n' }

describe.skipIf(absent)('both engines give the same result for build-contexts:', () => {
  const cases: readonly (Given & { readonly name: string; readonly title: string })[] = [
    {
      name: 'copy',
      title: 'COPY --from a directory with its own ignore file',
      files: {
        ...lib,
        Dockerfile: 'FROM scratch\nCOPY --from=lib . /all\nCOPY --from=lib d/y /y\n',
        '.dockerignore': 'x\n',
      },
      inputs: { 'build-contexts': 'lib=./lib' },
    },
    {
      name: 'stage',
      title: 'a directory in place of a stage',
      files: {
        ...lib,
        Dockerfile: `FROM ${base} AS lib\nRUN never\nFROM scratch\nCOPY --from=lib . /all\n`,
      },
      inputs: { 'build-contexts': 'lib=lib' },
    },
    {
      name: 'image',
      title: 'an image in place of another, by all its names',
      files: {
        a: 'a',
        Dockerfile: 'FROM alpine:latest\nCOPY a /a\nCOPY --from=docker.io/library/alpine /bin/busybox /b\n',
      },
      inputs: { 'build-contexts': `docker.io/library/alpine:latest=docker-image://${base}` },
    },
    {
      name: 'scratch',
      title: 'nothing in place of an image',
      files: { a: 'a', Dockerfile: 'FROM nothing.example/at/all:1\nENV A=1\nCOPY a /a\n' },
      inputs: { 'build-contexts': 'nothing.example/at/all:1=docker-image://scratch' },
    },
  ]
  test.each(cases)('$title', async (row) => {
    const { names } = await buildBoth(row.name, row)
    const [theirs, ours] = await Promise.all(names.map(readImage))
    expect(ours).toEqual(theirs)
  })

  it('a directory in place of the base', async () => {
    const files = { ...lib, a: 'a', Dockerfile: 'FROM lib\nENV A=1\nCOPY a /d/a\nWORKDIR /d\n' }
    const { names } = await buildBoth('base', { files, inputs: { 'build-contexts': 'lib=lib' } })
    const [theirs, ours] = await Promise.all(names.map(readImage))
    expect(withoutHistory(ours ?? {})).toEqual(withoutHistory(theirs ?? {}))
    const [image] = (await pull(names[1] ?? '', '1')).platforms
    const history = image?.config['history'] as readonly { readonly empty_layer?: boolean }[] | undefined
    expect(history?.filter((line) => !line.empty_layer).length).toBe(image?.layerDigests.length)
  })

  it('an OCI layout, by tag', async () => {
    const layout = tempFolder({ Dockerfile: `FROM ${base}\nCOPY Dockerfile /made\nENV MADE=1\n` })
    const buildx = join(part('plugins'), 'docker-buildx')
    const output = `type=oci,tar=false,dest=${join(layout, 'out')},name=example.com/made:v1`
    const args = ['build', '--provenance=false', '--platform', 'linux/amd64,linux/arm64', '--output', output, layout]
    execFileSync(buildx, args, { env: { ...withDocker(), HOME: layout, PATH: process.env['PATH'] }, stdio: 'pipe' })
    const files = { a: 'a', Dockerfile: 'FROM made\nCOPY a /a\n' }
    const prepare = (workspace: string) => cpSync(join(layout, 'out'), join(workspace, 'out'), { recursive: true })
    const given = { files, prepare, inputs: { 'build-contexts': 'made=oci-layout://out:v1' } }
    const { names } = await buildBoth('layout', given)
    const [theirs, ours] = await Promise.all(names.map(readImage))
    expect(ours).toEqual(theirs)
  })
})

describe.skipIf(missing('docker', 'registry', 'base', 'cli', 'classic', 'docker20'))(
  'both engines give the same result for archives of docker image save:',
  () => {
    it.each(['docker', 'classic', 'docker20'] as const)('a base image of the daemon %s', async (daemon) => {
      const env = { PATH: `${part('cli')}:${process.env['PATH']}`, DOCKER_HOST: part(daemon).host, HOME: tempFolder() }
      const name = `polyarch-test-saved-${process.pid}:v1`
      const docker = (...args: readonly string[]) => execFileSync('docker', args, { env, stdio: 'pipe' })
      docker('pull', '--quiet', base)
      docker('tag', base, name)
      onTestFinished(() => void docker('image', 'rm', '--force', name))
      const files = {
        a: 'a',
        Dockerfile: 'FROM saved AS one\nCOPY a /a\nFROM one\nCOPY --from=saved /bin/busybox /b\n',
      }
      const prepare = (workspace: string) => docker('image', 'save', '--output', join(workspace, 'base.tar'), name)
      const inputs = { 'build-contexts': 'saved=docker-archive:base.tar:v1', platforms: 'amd64' }
      const { names } = await buildBoth(`saved-${daemon}`, { files, prepare, inputs })
      const [theirs, ours] = await Promise.all(names.map(readImage))
      expect(ours).toEqual(theirs)
      const [image] = (await pull(names[1] ?? '', '1')).platforms
      const layers = image?.manifest['layers'] as readonly { readonly mediaType: string }[] | undefined
      expect(layers?.map((layer) => layer.mediaType)).toEqual(
        Array(3).fill('application/vnd.oci.image.layer.v1.tar+gzip'),
      )
    })
  },
)

describe.skipIf(absent)('both engines give the same result for Git:', () => {
  it.each([
    { name: 'branch', suffix: '#main' },
    { name: 'subdir', suffix: '#v1:sub' },
  ])('a context, $suffix', async ({ name, suffix }) => {
    const root = tempFolder()
    const inner = makeRepository(root, 'inner.git', { 'inner.txt': 'inner\n' })
    const dir = makeRepository(root, 'app.git', {
      Dockerfile: 'FROM scratch\nCOPY . /all\n',
      '.dockerignore': 'skip\n',
      skip: 's\n',
      'sub/Dockerfile': 'FROM scratch\nENV SUB=1\nCOPY . /all\n',
      'sub/s': 's\n',
    })
    git(dir, ['tag', 'v1'])
    const server = await startGitServer(root)
    addSubmodule(dir, 'module', { url: `${server.url}/inner.git`, commit: git(inner, ['rev-parse', 'HEAD']) })
    commitFiles(dir, { late: 'l\n' })
    const given = { files: {}, inputs: { context: `${server.url}/app.git${suffix}` } }
    const { names } = await buildBoth(`git-${name}`, given)
    const [theirs, ours] = await Promise.all(names.map(readImage))
    expect(withoutTimes(ours ?? {})).toEqual(withoutTimes(theirs ?? {}))
  })

  it('a named context', async () => {
    const root = tempFolder()
    makeRepository(root, 'lib.git', { x: 'x\n', '.dockerignore': 'x\n' })
    const { url } = await startGitServer(root)
    const files = { Dockerfile: 'FROM scratch\nCOPY --from=lib . /lib\n' }
    const { names } = await buildBoth('git-named', { files, inputs: { 'build-contexts': `lib=${url}/lib.git#main` } })
    const [theirs, ours] = await Promise.all(names.map(readImage))
    expect(withoutTimes(ours ?? {})).toEqual(withoutTimes(theirs ?? {}))
  })

  it('names the line of a RUN in a fetched Dockerfile, and uses the time of its commit', async () => {
    const root = tempFolder()
    const dir = makeRepository(root, 'app.git', { Dockerfile: `FROM ${base}\nRUN make it\n` })
    const { url } = await startGitServer(root)
    const inputs = { context: `${url}/app.git`, tags: `${registry}/e2e/contexts-git-run:1`, push: 'true' }
    const refused = await runStepHere(job({}, bare), inputs)
    expect(refused).toMatchObject({ status: 1, outputs: { 'error-code': 'feature-missing' }, leftovers: [] })
    expect(refused.log).toContain('Dockerfile:2: RUN make it')

    commitFiles(dir, { Dockerfile: 'FROM scratch\nCOPY . /\n' }, 1_500_000_000)
    const step = await runStepHere(job({}, bare), inputs)
    expect(step.status).toBe(0)
    const [image] = (await pull(`${registry}/e2e/contexts-git-run`, '1')).platforms
    expect(image?.config['created']).toBe('2017-07-14T02:40:00.000Z')

    const kept = await runStepHere(job({}, bare), { ...inputs, 'build-args': 'BUILDKIT_CONTEXT_KEEP_GIT_DIR=1' })
    expect(kept.status).toBe(0)
    const files = Object.keys((await readImage(`${registry}/e2e/contexts-git-run`))['linux/amd64']?.files ?? {})
    expect(files).toEqual(expect.arrayContaining(['Dockerfile', '.git/HEAD']))
  })
})

test.skipIf(absent)('reports every missing base of a fetched Dockerfile before it builds anything', async () => {
  const root = tempFolder()
  const only = `${registry}/base-amd64-only:1`
  makeRepository(root, 'app.git', { Dockerfile: `FROM ${only} AS a\nFROM ${registry}/no/such:1\nCOPY --from=a / /\n` })
  const { url } = await startGitServer(root)
  const inputs = { context: `${url}/app.git`, tags: `${registry}/e2e/contexts-git-base:1`, platforms: 'amd64, arm64' }
  const step = await runStepHere(job({}, bare), inputs)

  expect(step).toMatchObject({ outputs: { 'error-code': 'platform-unsupported' }, leftovers: [] })
  expect(step.log).toContain(`Dockerfile:1: Cannot build for linux/arm64`)
  expect(step.log).toContain(`Dockerfile:2: Cannot find the base image ${registry}/no/such:1`)
  expect(step.log).not.toContain('::group::Build')
})

describe.skipIf(absent)('dockerfile-inline', () => {
  const files = { a: 'a', skip: 's', '.dockerignore': 'skip\n', Dockerfile: 'FROM nothing.example/none\n' }

  it('is built by both engines, with the ignore file of the context', async () => {
    const inline = `# comment\nFROM ${base}\n\nCOPY . /all\nENV A=1`
    const { names } = await buildBoth('inline', { files, inputs: { 'dockerfile-inline': inline } })
    const [theirs, ours] = await Promise.all(names.map(readImage))
    expect(ours).toEqual(theirs)
    expect(Object.keys(ours?.['linux/amd64']?.files ?? {})).not.toContain('all/skip')
  })

  it.each([
    { engine: 'buildx', env: withDocker, says: 'dockerfile-inline:3' },
    { engine: 'embedded', env: () => bare, says: 'dockerfile-inline:3: ' },
  ])('is named in messages of $engine, and annotates no file', async ({ engine, env, says }) => {
    const step = await runStepHere(job(files, env()), {
      'dockerfile-inline': 'FROM scratch\nCOPY a /\nCOPY nope /\n',
      tags: `${registry}/e2e/contexts-inline-wrong:1`,
      engine,
    })
    expect(step.outputs['error-code']).toBe('build-failed')
    expect(step.log).toContain(says)
    expect(step.log).not.toMatch(/::error [^:]*file=/)
  })
})

describe.skipIf(absent)('compression', () => {
  it.each([
    { compression: 'zstd', type: 'application/vnd.oci.image.layer.v1.tar+zstd' },
    { compression: 'uncompressed', type: 'application/vnd.oci.image.layer.v1.tar' },
  ])(
    '$compression is used for the layers of both engines, but not for those of the base',
    async ({ compression, type }) => {
      // Layers that BuildKit compressed before are unchanged.
      const files = { a: `${compression} ${Date.now()}`, Dockerfile: `FROM ${base}\nCOPY a /a\n` }
      const { names } = await buildBoth(compression, { files, inputs: { compression } })
      const [theirs, ours] = await Promise.all(names.map(readImage))
      expect(ours).toEqual(theirs)
      for (const name of names) {
        const [image] = (await pull(name, '1')).platforms
        const layers = image?.manifest['layers'] as readonly { readonly mediaType: string }[] | undefined
        expect(layers?.map((layer) => layer.mediaType)).toEqual(['application/vnd.oci.image.layer.v1.tar+gzip', type])
      }
    },
  )

  it.skipIf(missing('classic'))('zstd is used for every layer if platforms are joined', async () => {
    const name = `${registry}/e2e/contexts-joined`
    const files = { a: 'a', Dockerfile: `FROM ${base}\nCOPY a /a\n` }
    const inputs = { platforms: 'amd64, arm64', push: 'true', tags: `${name}:1`, compression: 'zstd' }
    const step = await runStepHere(job(files, { DOCKER_HOST: part('classic').host }), inputs)
    expect(step.status).toBe(0)
    const image = await pull(name, '1')
    const types = image.platforms.flatMap(({ manifest }) => manifest['layers'] as readonly { mediaType: string }[])
    expect(new Set(types.map((one) => one.mediaType))).toEqual(new Set(['application/vnd.oci.image.layer.v1.tar+zstd']))
    expect(Object.keys((await readImage(name))['linux/arm64']?.files ?? {})).toContain('a')
  })
})

describe('build-contexts', () => {
  it('reports a missing directory before the build', async () => {
    const files = { Dockerfile: 'FROM scratch\nCOPY --from=lib . /\n' }
    const step = await runStepHere(job(files, bare), { 'build-contexts': 'lib=./nope', tags: 'example.com/a:1' })
    expect(step).toMatchObject({ status: 66, outputs: { 'error-code': 'context-not-found' }, leftovers: [] })
    expect(step.log).toContain('the context lib, ./nope, is not a directory')
  })
})

it('no-cache and pull do not change the result of the embedded engine', async () => {
  const files = { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' }
  const env = { ...bare, SOURCE_DATE_EPOCH: '1700000000' }
  const digests: unknown[] = []
  for (const inputs of [{}, { 'no-cache': 'true', pull: 'true' }]) {
    const step = await runStepHere(job(files, env), {
      tags: 'example.com/a:1',
      outputs: 'type=oci,dest=out.tar',
      ...inputs,
    })
    expect(step.status).toBe(0)
    digests.push((JSON.parse(step.outputs['metadata'] ?? '{}') as Record<string, unknown>)['containerimage.digest'])
  }
  expect(digests[0]).toMatch(/^sha256:/)
  expect(digests[1]).toBe(digests[0])
})

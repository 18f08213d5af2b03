import { execFileSync } from 'node:child_process'
import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest'
import { tarHeader } from '../../src/tree/archive/tar-header.ts'
import { rootNode } from '../../src/tree/tree.ts'
import { startFileServer } from '../support/file-server.ts'
import { flatten } from '../support/flatten.ts'
import { startRegistry } from '../support/registry.ts'
import { seededPart } from '../support/seeded-part.ts'
import { createJob, type Job, runStepHere } from './support/action.ts'
import { readImage } from './support/compare.ts'
import { corpus } from './support/corpus.ts'
import { baseDockerfiles, baseFiles, corpusBases, oddBase } from './support/corpus-bases.ts'
import type { CorpusCase } from './support/corpus-case.ts'
import { pull } from './support/pull.ts'
import { pushBase } from './support/push-base.ts'
import { missing, part, rig } from './support/rig.ts'
import { type FileSpec, writeFilesTo } from './support/write-files.ts'

// The embedded engine compared with BuildKit: the same Dockerfile, the same image.

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

const absent = missing('docker', 'registry', 'base', 'buildkitd')

function job(files: Readonly<Record<string, FileSpec>>, env: Readonly<Record<string, string>>): Job {
  const made = createJob({}, env)
  writeFilesTo(made.workspace, files)
  jobs.push(made)
  return made
}

const withDocker = () => ({ DOCKER_HOST: part('docker').host })
/** BuildKit's cache identifies files by content and not by time, so files of an earlier run would have that run's times. */
function theirInputs({ newest }: CorpusCase): Readonly<Record<string, string>> {
  const remote = { driver: 'remote', endpoint: part('buildkitd')[0] ?? '' }
  return { engine: 'buildx', 'no-cache': 'true', ...(newest ? remote : {}) }
}

/** A machine without Docker: no daemon, no CLI, no plugin. */
const bare = { DOCKER_HOST: 'unix:///nonexistent.sock' }

type ConfigOf = {
  readonly history: readonly { readonly empty_layer?: boolean }[]
  readonly rootfs: { readonly diff_ids: readonly string[] }
}

describe.skipIf(absent)('the embedded engine gives the same image as BuildKit for', () => {
  const registry = rig.registry?.host
  const bases = corpusBases(registry)

  beforeAll(async () => {
    await pushBase(part('registry').host, 'e2e/corpus-odd', oddBase)
    for (const [tag, Dockerfile] of baseDockerfiles(bases, part('base'))) {
      const inputs = { tags: tag, platforms: 'amd64, arm64', push: 'true', engine: 'buildx' }
      const step = await runStepHere(job({ Dockerfile, ...baseFiles }, withDocker()), inputs)
      expect(step, step.log).toMatchObject({ status: 0 })
    }
  })

  const tried: string[] = []
  const equal = new Set<string>()
  afterAll(() => {
    const rest = tried.filter((name) => !equal.has(name))
    console.log(
      [`Equal by both engines: ${equal.size} of ${tried.length} Dockerfiles, two platforms each`, ...rest].join('\n- '),
    )
  })

  test.each(
    seededPart(
      corpus(bases).map((row, index) => ({ ...row, index })),
      7,
    ),
  )('$name', async (row) => {
    tried.push(row.name)
    const files = { Dockerfile: row.dockerfile, ...row.files }
    const inputs = {
      platforms: 'amd64, arm64',
      push: 'true',
      annotations: 'org.example.one=1',
      ...row.inputs,
    }
    const names = ['buildx', 'embedded'].map((engine) => `${registry}/e2e/corpus-${engine}-${row.index}`)
    const buildx = { ...inputs, ...theirInputs(row), tags: `${names[0]}:1` }
    const theirs = await runStepHere(job(files, { ...withDocker(), ...row.env }), buildx)
    const ours = await runStepHere(job(files, { ...bare, ...row.env }), { ...inputs, tags: `${names[1]}:1` })

    expect(theirs, `${theirs.log}\nours: ${ours.status}`).toMatchObject({ status: 0, outputs: { engine: 'buildx' } })
    expect(ours, ours.log).toMatchObject({ status: 0, outputs: { engine: 'embedded' }, leftovers: [] })
    const [expected, found] = await Promise.all(names.map(readImage))
    expect(found).toEqual(expected)
    equal.add(row.name)
  })
})

/** One commit of all files, with one time. */
function commitAll(folder: string): void {
  const when = '2025-01-01T00:00:00Z'
  const env = { ...process.env, GIT_AUTHOR_DATE: when, GIT_COMMITTER_DATE: when, GIT_CONFIG_GLOBAL: '/dev/null' }
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', '-c', 'commit.gpgsign=false']
  for (const command of [
    ['init', '-q'],
    ['add', '-A'],
    ['commit', '-q', '-m', 'one'],
  ]) {
    execFileSync('git', ['-C', folder, ...identity, ...command], { env, stdio: 'pipe' })
  }
}

describe.skipIf(absent)('the embedded engine', () => {
  const inputs = () => ({ tags: `${rig.registry?.host}/e2e/embedded:1`, platforms: 'amd64, arm64', push: 'true' })

  it('gives the same bytes for the same inputs in two directories at two times', async () => {
    const files = { Dockerfile: 'FROM scratch\nWORKDIR /w\nCOPY . /app\nCOPY <<E /e\ne\nE\n', a: 'a', 'b/c': 'c' }
    const env = { ...bare, SOURCE_DATE_EPOCH: '1700000000' }
    const steps = []
    for (const made of [createJob(files, env), createJob(files, env)]) {
      jobs.push(made)
      steps.push(await runStepHere(made, inputs()))
    }
    const [first, second] = steps

    expect(first).toMatchObject({ status: 0, outputs: { digest: expect.stringMatching(/^sha256:/) } })
    expect(second?.outputs['digest']).toBe(first?.outputs['digest'])
  })

  it.each([
    { name: 'of one commit', git: true },
    { name: 'without Git, of one SOURCE_DATE_EPOCH', git: false },
  ])('gives the same bytes for two checkouts $name', async ({ git }) => {
    const contents: readonly (readonly [string, string])[] = [
      ['Dockerfile', 'FROM scratch\nWORKDIR /w\nCOPY . /app\nCOPY --chmod=755 bin/run /run\nADD lib /lib\n'],
      ['.dockerignore', '.git\n'],
      ['bin/run', 'run'],
      ['lib/z', 'z'],
      ['lib/a', 'a'],
      ['lib/m/deep', 'd'],
      ['ünï', 'u'],
    ]
    const env = { ...bare, ...(git ? {} : { SOURCE_DATE_EPOCH: '1700000000' }) }
    const digests = []
    for (const order of [contents, contents.toReversed()]) {
      const made = createJob({}, env)
      jobs.push(made)
      const isFirst = order === contents
      const time = isFirst ? 1_750_000_000 : 1_760_000_000
      for (const [path, data] of order) writeFilesTo(made.workspace, { [path]: { data, time } })
      if (git) commitAll(made.workspace)
      // Git does not keep these permissions; a checkout derives them from the umask.
      for (const [path] of order) utimesSync(join(made.workspace, path), time, time)
      digests.push((await runStepHere(made, inputs())).outputs['digest'])
    }
    expect(digests[0]).toMatch(/^sha256:/)
    expect(digests[1]).toBe(digests[0])
  })

  it('reads SOURCE_DATE_EPOCH from a build argument', async () => {
    const files = { Dockerfile: 'FROM scratch\nARG SOURCE_DATE_EPOCH\nCOPY a /$SOURCE_DATE_EPOCH\n', a: 'a' }
    const build = async (env: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}) => {
      const step = await runStepHere(job(files, { ...bare, ...env }), { ...inputs(), ...more })
      expect(step, step.log).toMatchObject({ status: 0 })
      return step.outputs['digest']
    }
    const [given, other] = ['1600000000', '1700000000']
    const ofEnvironment = await build({ SOURCE_DATE_EPOCH: given })

    expect(await build({}, { 'build-args': `SOURCE_DATE_EPOCH=${given}` })).toBe(ofEnvironment)
    expect(await build({ SOURCE_DATE_EPOCH: other }, { 'build-args': `SOURCE_DATE_EPOCH=${given}` })).toBe(
      ofEnvironment,
    )
    const image = await pull(`${rig.registry?.host}/e2e/embedded`, '1')
    const times = image.platforms.map(({ config }) => (config as { readonly created?: string }).created)
    expect(times).toEqual([1, 2].map(() => '2020-09-13T12:26:40.000Z'))
    const [first] = image.platforms
    expect(Object.keys(await flatten((await first?.layers()) ?? []))).toEqual([given])
  })

  it('rejects RUN before it starts, with its line and the engines that support it', async () => {
    const step = await runStepHere(
      job({ Dockerfile: `FROM ${part('base')}\nCOPY a /\nRUN make it\n`, a: 'a' }, bare),
      inputs(),
    )

    expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'feature-missing' }, leftovers: [] })
    expect(step.log).toContain('Dockerfile:3: RUN make it')
    expect(step.log).toContain('buildx')
    expect(step.log).toContain('line=3')
  })

  it.each([
    {
      name: 'an unknown instruction',
      dockerfile: 'FROM scratch\nCOPPY a b\n',
      code: 'dockerfile-invalid',
      says: 'COPPY',
    },
    {
      name: 'an ADD from a host that does not resolve',
      dockerfile: 'FROM scratch\nADD http://nowhere.invalid/a /\n',
      code: 'download-failed',
      says: 'Dockerfile:2: Cannot download http://nowhere.invalid/a',
    },
    {
      name: 'a file that does not exist',
      dockerfile: 'FROM scratch\nCOPY nope /\n',
      code: 'build-failed',
      says: 'nope',
    },
    ...['COPY dist/app /', 'ADD dist/app /', 'COPY --parents ./dist/app /'].map((line) => ({
      name: `a file that is ignored, in ${line}`,
      dockerfile: `FROM scratch\n${line}\n`,
      code: 'build-failed',
      says: 'dist/app exists, but line 2 of .dockerignore excludes it from the build context: dist. ',
    })),
    {
      name: 'a base that does not exist',
      dockerfile: `FROM ${rig.registry?.host}/no/such:1\n`,
      code: 'image-not-found',
      says: 'no/such:1',
    },
    {
      name: 'a base without the platform',
      dockerfile: `FROM ${rig.registry?.host}/base-amd64-only:1\nCOPY a /\n`,
      code: 'platform-unsupported',
      says: 'linux/arm64',
    },
  ])('reports the problem of $name', async ({ dockerfile, code, says }) => {
    const files = { Dockerfile: dockerfile, a: 'a', 'dist/app': 'd', '.dockerignore': '# built\ndist\n' }
    const step = await runStepHere(job(files, bare), inputs())

    expect(step).toMatchObject({ outputs: { 'error-code': code }, leftovers: [] })
    expect(step.status).not.toBe(0)
    expect(step.log).toContain(says)
    expect(step.log).not.toContain('::group::Publish')
  })

  describe('changes an image without reading or sending its layers', () => {
    const whole = ['a', 'b', 'c']
    test.each([
      { name: 'a file by COPY --link', lines: 'COPY --link new /opt/new', files: [...whole, 'opt', 'opt/new'] },
      { name: 'ENV', lines: 'ENV A=1', files: whole },
      { name: 'LABEL', lines: 'LABEL a=1', files: whole },
      { name: 'ENTRYPOINT', lines: 'ENTRYPOINT ["/c"]', files: whole },
      { name: 'labels and annotations of the step', inputs: { labels: 'a=1', annotations: 'b=2' }, files: whole },
      { name: 'only another name', files: whole },
      { name: 'the top layer omitted', inputs: { 'drop-layers': '1' }, files: ['a', 'b'] },
      {
        name: 'two layers omitted below another stage, and one put in their place',
        from: ' AS bottom\nFROM bottom',
        lines: 'COPY --link new /c',
        inputs: { 'drop-layers': '2' },
        files: ['a', 'c'],
      },
      {
        name: 'the top layer omitted of a named context',
        from: ' AS named',
        inputs: { 'drop-layers': '1', 'build-contexts': 'named=docker-image://BASE' },
        files: ['a', 'b'],
      },
      { name: 'all layers omitted', inputs: { 'drop-layers': '3' }, files: [] },
    ])('$name', async ({ from = '', lines = '', inputs: more = {}, files }) => {
      const registry = await startRegistry()
      try {
        const name = `${registry.host}/lazy`
        const large = {
          Dockerfile: 'FROM scratch\nARG TARGETARCH\nCOPY a /a\nENV B=1\nCOPY a /b\nCOPY a-$TARGETARCH /c\nCMD ["c"]\n',
          a: 'x'.repeat(1_000_000),
          'a-amd64': 'amd64',
          'a-arm64': 'arm64',
        }
        await runStepHere(job(large, bare), { ...inputs(), tags: `${name}/base:1` })
        const before = registry.journal.length
        const edit = { Dockerfile: `FROM ${name}/base:1${from}\n${lines}\n`, new: 'new' }
        const entries = Object.entries<string>(more).map(([key, value]) => [
          key,
          value.replace('BASE', `${name}/base:1`),
        ])
        const step = await runStepHere(job(edit, bare), {
          ...inputs(),
          tags: `${name}/app:1`,
          ...Object.fromEntries(entries),
        })

        expect(step, step.log).toMatchObject({ status: 0, outputs: { engine: 'embedded' } })
        const base = await pull(`${name}/base`, '1')
        const layers = new Set(base.platforms.flatMap(({ layerDigests }) => layerDigests))
        const after = registry.journal.slice(before, registry.journal.length)
        const isLayer = (path: string) => [...layers].some((one) => path.includes(one))
        expect(after.filter(({ kind, path }) => kind === 'blob-get' && isLayer(path))).toEqual([])
        const image = await pull(`${name}/app`, '1')
        expect(image.platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64'])
        for (const { config, layerDigests, layers: read } of image.platforms) {
          expect(Object.keys(await flatten(await read()))).toEqual(files)
          const { history, rootfs } = config as unknown as ConfigOf
          expect(rootfs.diff_ids).toHaveLength(layerDigests.length)
          expect(history.filter(({ empty_layer }) => !empty_layer)).toHaveLength(layerDigests.length)
        }
      } finally {
        await registry.close()
      }
    })
  })

  it('reads a base once for all stages and platforms, and reports it', async () => {
    const registry = await startRegistry()
    try {
      const name = `${registry.host}/once`
      const base = { Dockerfile: 'FROM scratch\nCOPY a /a\nCOPY b /b\n', a: 'a', b: 'b' }
      await runStepHere(job(base, bare), { ...inputs(), platforms: 'amd64', tags: `${name}/base:1` })
      const from = `FROM --platform=linux/amd64 ${name}/base:1 AS`
      const lines = [`${from} one`, 'COPY x /d/x', `${from} two`, 'COPY y /d/y', 'FROM scratch', 'COPY --from=one /d /']
      const files = { Dockerfile: [...lines, 'COPY --from=two /d /', ''].join('\n'), x: 'x', y: 'y' }
      const before = registry.journal.length
      const step = await runStepHere(job(files, bare), { ...inputs(), tags: `${name}/app:1` })

      expect(step, step.log).toMatchObject({ status: 0 })
      expect(step.log.match(/Reading 2 layers of .*once\/base \(\d+ B\): an instruction depends on/g)).toHaveLength(1)
      const { layerDigests = [] } = (await pull(`${name}/base`, '1')).platforms[0] ?? {}
      const read = registry.journal.slice(before).filter(({ kind }) => kind === 'blob-get')
      for (const digest of layerDigests) expect(read.filter(({ path }) => path.includes(digest))).toHaveLength(1)
    } finally {
      await registry.close()
    }
  })

  it.each([
    { name: 'an image', lines: 'COPY --from=$I /a /one\nCOPY --from=$I /b /two\n' },
    { name: 'a stage of an image', before: 'FROM $I AS s\nENV A=1\nFROM s AS t\n', lines: 'COPY --from=t /a /b /x/\n' },
    {
      name: 'a named context',
      lines: 'COPY --from=named /a /b /x/\n',
      inputs: { 'build-contexts': 'named=docker-image://$I' },
    },
  ])('downloads each layer once if it copies from $name', async ({ before = '', lines, inputs: more = {} }) => {
    const registry = await startRegistry()
    try {
      const name = `${registry.host}/once`
      const withImage = (text: string) => text.replaceAll('$I', `${name}/base:1`)
      const base = {
        Dockerfile: 'FROM scratch\nCOPY a /a\nCOPY b /b\n',
        a: 'a'.repeat(100_000),
        b: 'b'.repeat(100_000),
      }
      await runStepHere(job(base, bare), { ...inputs(), tags: `${name}/base:1` })
      const { layerDigests = [] } = (await pull(`${name}/base`, '1')).platforms[0] ?? {}
      const begun = registry.journal.length
      const files = { Dockerfile: withImage(`${before}FROM scratch\n${lines}`) }
      const contexts = Object.fromEntries(Object.entries(more).map(([key, value]) => [key, withImage(value)]))
      const step = await runStepHere(job(files, bare), { ...inputs(), tags: `${name}/app:1`, ...contexts })

      expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
      const asked = registry.journal.slice(begun).filter(({ kind }) => kind === 'blob-get')
      const times = layerDigests.map((digest) => asked.filter(({ path }) => path.includes(digest)).length)
      expect(times).toEqual([1, 1])
      const [image] = (await pull(`${name}/app`, '1')).platforms
      expect(Object.values(await flatten((await image?.layers()) ?? [])).join()).toContain('100000')
    } finally {
      await registry.close()
    }
  })

  it('gives each platform the files of its own base if an archive links to them', async () => {
    const env = { ...bare, SOURCE_DATE_EPOCH: '1700000000' }
    const name = `${rig.registry?.host}/e2e/linked`
    const base = {
      Dockerfile: 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /etc/who\n',
      amd64: 'amd64',
      arm64: 'arm64',
    }
    expect(await runStepHere(job(base, env), { ...inputs(), tags: `${name}/base:1` })).toMatchObject({ status: 0 })
    const link = tarHeader(
      { path: 'link', node: { ...rootNode, type: 'file', mode: 0o644 }, linkTo: 'etc/who' },
      1_700_000_000,
    )
    const files = {
      Dockerfile: `FROM ${name}/base:1\nADD a.tar /\n`,
      'a.tar': Buffer.concat([link, Buffer.alloc(1024)]),
    }
    expect(await runStepHere(job(files, env), { ...inputs(), tags: `${name}/app:1` })).toMatchObject({ status: 0 })

    const { platforms } = await pull(`${name}/app`, '1')
    const contents = await Promise.all(
      platforms.map(async ({ layers }) =>
        execFileSync('tar', ['-xOf', '-', 'etc/who'], { input: gunzipSync((await layers()).at(-1) ?? '') }).toString(),
      ),
    )
    expect(contents).toEqual(['amd64', 'arm64'])
  })

  it.each([
    { name: 'more layers to drop than there are', from: rig.base ?? '', layers: '99', says: 'it has ' },
    { name: 'layers to drop from nothing', from: 'scratch', layers: '1', says: 'does not begin with one' },
    { name: 'an invalid number', from: 'scratch', layers: '-1', says: 'whole number' },
  ])('rejects $name', async ({ from, layers, says }) => {
    const files = { Dockerfile: `FROM ${from}\nCOPY a /a\n`, a: 'a' }
    const step = await runStepHere(job(files, bare), { ...inputs(), 'drop-layers': layers })

    expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'input-invalid' }, leftovers: [] })
    expect(step.log).toContain(says)
  })

  it('downloads an archive once for all platforms, and unpacks xz', async () => {
    const script = 'd=$(mktemp -d) && cd $d && echo hi > f && tar -cJf - f && rm -r $d'
    const archive = execFileSync('sh', ['-c', script])
    const server = await startFileServer((response) => response.end(archive))
    try {
      const Dockerfile = `FROM scratch\nADD --unpack ${server.url}/a.tar.xz /x/\n`
      const step = await runStepHere(job({ Dockerfile }, bare), inputs())
      const image = await pull(`${rig.registry?.host}/e2e/embedded`, '1')

      expect(step).toMatchObject({ status: 0, leftovers: [] })
      expect(server.asked.map(({ path }) => path)).toEqual(['/a.tar.xz'])
      for (const platform of image.platforms)
        expect(Object.keys(await flatten(await platform.layers()))).toEqual(['x', 'x/f'])
    } finally {
      await server.close()
    }
  })

  it('streams a base from one registry to another', async () => {
    const { host, username, password } = part('basic')
    const files = { Dockerfile: `FROM ${part('base')}\nCOPY a /a\n`, a: 'a' }
    const login = { registry: host, username, password }
    const step = await runStepHere(job(files, bare), { ...inputs(), tags: `${host}/e2e/moved:1`, ...login })
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    const image = await pull(`${host}/e2e/moved`, '1', { authorization })

    expect(step.status).toBe(0)
    expect(Object.keys(await flatten((await image.platforms[1]?.layers()) ?? []))).toContain('bin/busybox')
  })
})

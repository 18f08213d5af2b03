import { execFileSync } from 'node:child_process'
import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it, test } from 'vitest'
import { startFileServer } from '../support/file-server.ts'
import { flatten } from '../support/flatten.ts'
import { startRegistry } from '../support/registry.ts'
import { createJob, type Job, runStep } from './support/action.ts'
import { readImage } from './support/compare.ts'
import { corpus } from './support/corpus.ts'
import { pull } from './support/pull.ts'
import { missing, part, rig } from './support/rig.ts'

// The embedded engine against BuildKit: the same Dockerfile, the same image.

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

const absent = missing('docker', 'registry', 'base')

function job(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>): Job {
  const made = createJob(files, env)
  // One time for all: BuildKit and we keep it.
  for (const name of Object.keys(files)) utimesSync(join(made.workspace, name), 1_600_000_000, 1_600_000_000)
  jobs.push(made)
  return made
}

const withDocker = () => ({ DOCKER_HOST: part('docker').host })
/** A machine without Docker: no daemon, no CLI, no plugin. */
const bare = { DOCKER_HOST: 'unix:///nonexistent.sock' }

describe.skipIf(absent)('the embedded engine makes what BuildKit makes of', () => {
  const registry = rig.registry?.host
  const base = `${registry}/e2e/corpus-base:1`
  const trigger = `${registry}/e2e/corpus-trigger:1`

  beforeAll(async () => {
    const files = {
      Dockerfile: `FROM ${part('base')}
RUN mkdir -p /srv/app /usr/tools && chmod 1777 /srv/app && echo old > /srv/app/old && ln -s old /srv/app/link \\
 && cp /bin/busybox /usr/tools/tool && mkdir -p /etc /tmp && chmod 1777 /tmp \\
 && echo 'root:x:0:0::/:/bin/sh' > /etc/passwd && echo 'app:x:1001:1002::/home/app:/bin/sh' >> /etc/passwd \\
 && echo 'app:x:1002:' > /etc/group && echo 'staff:x:50:' >> /etc/group
ENV BASE=1
LABEL base=yes
EXPOSE 80
VOLUME /data
WORKDIR /srv/app
USER app
ENTRYPOINT ["/bin/tool"]
CMD ["base"]
`,
    }
    const platforms = 'amd64, arm64'
    const first = await runStep(job(files, withDocker()), { tags: base, platforms, push: 'true' })
    const onbuild = `FROM ${base}\nONBUILD COPY LICENSE /triggered\nONBUILD ENV FROM_TRIGGER=yes\n`
    const second = await runStep(job({ Dockerfile: onbuild }, withDocker()), { tags: trigger, platforms, push: 'true' })
    expect([first.status, second.status]).toEqual([0, 0])
  })

  test.each(corpus(base, trigger).map((row, index) => ({ ...row, index })))('$name', async (row) => {
    const files = { Dockerfile: row.dockerfile, ...row.files }
    // The cache knows a copy by what is in the files: it may be an earlier one, with other times.
    const inputs = {
      'no-cache': 'true',
      platforms: 'amd64, arm64',
      push: 'true',
      annotations: 'org.example.one=1',
      ...row.inputs,
    }
    const names = ['buildx', 'embedded'].map((engine) => `${registry}/e2e/corpus-${engine}-${row.index}`)
    const [theirs, ours] = await Promise.all([
      runStep(job(files, withDocker()), { ...inputs, engine: 'buildx', tags: `${names[0]}:1` }),
      runStep(job(files, bare), { ...inputs, tags: `${names[1]}:1` }),
    ])

    expect(theirs).toMatchObject({ status: 0, outputs: { engine: 'buildx' } })
    expect(ours).toMatchObject({ status: 0, outputs: { engine: 'embedded' }, leftovers: [] })
    const [expected, found] = await Promise.all(names.map(readImage))
    expect(found).toEqual(expected)
  })
})

describe.skipIf(absent)('the embedded engine', () => {
  const inputs = () => ({ tags: `${rig.registry?.host}/e2e/embedded:1`, platforms: 'amd64, arm64', push: 'true' })

  it('gives the same bytes from the same inputs in two folders at two times', async () => {
    const files = { Dockerfile: 'FROM scratch\nWORKDIR /w\nCOPY . /app\nCOPY <<E /e\ne\nE\n', a: 'a', 'b/c': 'c' }
    const env = { ...bare, SOURCE_DATE_EPOCH: '1700000000' }
    const steps = []
    for (const made of [createJob(files, env), createJob(files, env)]) {
      jobs.push(made)
      steps.push(await runStep(made, inputs()))
    }
    const [first, second] = steps

    expect(first).toMatchObject({ status: 0, outputs: { digest: expect.stringMatching(/^sha256:/) } })
    expect(second?.outputs['digest']).toBe(first?.outputs['digest'])
  })

  it('refuses RUN before anything starts, with its line and the engines that can', async () => {
    const step = await runStep(
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
      name: 'a word that is no instruction',
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
    { name: 'a file that is not there', dockerfile: 'FROM scratch\nCOPY nope /\n', code: 'build-failed', says: 'nope' },
    {
      name: 'a base that is not there',
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
  ])('says what is wrong with $name', async ({ dockerfile, code, says }) => {
    const step = await runStep(job({ Dockerfile: dockerfile, a: 'a' }, bare), inputs())

    expect(step).toMatchObject({ outputs: { 'error-code': code }, leftovers: [] })
    expect(step.status).not.toBe(0)
    expect(step.log).toContain(says)
    expect(step.log).not.toContain('::group::Publish')
  })

  it('puts a small layer on a large base without reading or sending a byte of its layers', async () => {
    const registry = await startRegistry()
    try {
      const name = `${registry.host}/lazy`
      const large = { Dockerfile: 'FROM scratch\nCOPY a /a\n', a: 'x'.repeat(3_000_000) }
      await runStep(job(large, bare), { ...inputs(), tags: `${name}/base:1` })
      const before = registry.journal.length
      const files = { Dockerfile: `FROM ${name}/base:1\nCOPY --link b /opt/b\nENV A=1\n`, b: 'b' }
      const step = await runStep(job(files, bare), { ...inputs(), tags: `${name}/app:1` })

      expect(step.status).toBe(0)
      const after = registry.journal.slice(before)
      const layers = new Set((await pull(`${name}/base`, '1')).platforms.flatMap(({ layerDigests }) => layerDigests))
      const touched = after.filter(
        ({ kind, path }) => kind === 'blob-get' && [...layers].some((one) => path.includes(one)),
      )
      expect(touched).toEqual([])
      expect(after.filter(({ kind }) => kind === 'mount').length).toBeGreaterThan(0)
      const image = await pull(`${name}/app`, '1')
      expect(Object.keys(await flatten((await image.platforms[0]?.layers()) ?? []))).toEqual(['a', 'opt', 'opt/b'])
    } finally {
      await registry.close()
    }
  })

  it('downloads an archive once for all platforms, and unpacks xz', async () => {
    const script = 'd=$(mktemp -d) && cd $d && echo hi > f && tar -cJf - f && rm -r $d'
    const archive = execFileSync('sh', ['-c', script])
    const server = await startFileServer((response) => response.end(archive))
    try {
      const Dockerfile = `FROM scratch\nADD --unpack ${server.url}/a.tar.xz /x/\n`
      const step = await runStep(job({ Dockerfile }, bare), inputs())
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
    const step = await runStep(job(files, bare), { ...inputs(), tags: `${host}/e2e/moved:1`, username, password })
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    const image = await pull(`${host}/e2e/moved`, '1', { authorization })

    expect(step.status).toBe(0)
    expect(Object.keys(await flatten((await image.platforms[1]?.layers()) ?? []))).toContain('bin/busybox')
  })
})

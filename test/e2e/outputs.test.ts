import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createJob, type Job, runStepHere } from './support/action.ts'
import { type Files, filesOfArchive, filesOfFolder } from './support/files.ts'
import { pull } from './support/pull.ts'
import { missing, part } from './support/rig.ts'

// The files of `outputs` on each engine, compared with those of buildx and read by Docker's versions.

const jobs: Job[] = []
const undo: (() => void)[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
  for (const step of undo.splice(0)) step()
})

const run = randomUUID()
const nowhere = 'unix:///nonexistent/docker.sock'

/** A job whose image has typical contents of file systems: modes, owners, times, links of both kinds, and a file that a layer removes. */
function job(host: string): Job {
  const made = createJob(
    {
      Dockerfile: [
        `FROM ${part('base')} AS first`,
        'COPY --chown=1000:1001 tree/ /opt/',
        'COPY --chmod=4755 tree/plain /opt/set/uid',
        `FROM ${part('base')}`,
        'COPY --from=first /opt/ /opt/',
        'COPY tree/plain /etc/',
        'ENTRYPOINT ["/bin/busybox"]',
        'CMD ["cat", "/opt/plain"]',
        '',
      ].join('\n'),
      'tree/plain': 'plain\n',
      'tree/private/key': 'key\n',
      [`tree/${'long'.repeat(30)}/ü`]: 'name\n',
      'tree/empty': '',
      // BuildKit's cache ignores times, so the files would have those of an earlier run.
      'tree/run': run,
    },
    { DOCKER_HOST: host },
  )
  jobs.push(made)
  const tree = join(made.workspace, 'tree')
  chmodSync(join(tree, 'private'), 0o700)
  chmodSync(join(tree, 'private/key'), 0o400)
  symlinkSync('/etc/plain', join(tree, 'link'))
  symlinkSync('nowhere', join(tree, 'private/dangling'))
  linkSync(join(tree, 'plain'), join(tree, 'private/again'))
  for (const name of readdirSync(tree, { recursive: true, encoding: 'utf8' })) {
    lutimesSync(join(tree, name), 1_000_000_000, 1_000_000_000)
  }
  return made
}

const docker = (daemon: 'docker' | 'classic' | 'docker26' | 'docker20', ...args: readonly string[]): string =>
  execFileSync(join(part('cli'), 'docker'), ['-H', part(daemon).host, ...args], { encoding: 'utf8', stdio: 'pipe' })

/** Removes an image from a daemon when the test has finished. */
const removeLater = (daemon: 'docker' | 'classic' | 'docker26' | 'docker20', name: string) =>
  undo.push(() => void docker(daemon, 'image', 'rm', '--force', name))

/** The files that buildx writes for the same context. */
function reference(made: Job, ...args: readonly string[]): string {
  const dest = join(made.workspace, '..', `reference-${Math.random()}`)
  const output = args.map((arg) => arg.replace('DEST', dest))
  execFileSync(
    join(part('plugins'), 'docker-buildx'),
    ['build', '--quiet', '--provenance=false', ...output, made.workspace],
    {
      env: { ...made.env, DOCKER_HOST: part('docker').host },
      stdio: 'pipe',
    },
  )
  return dest
}

/** BuildKit also prepends the platform's directory to the target of an absolute link, which breaks it; Polyarch keeps the target of the image. */
function withOwnLinks(files: Files): Files {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, text.replace(/-> \/linux_\w+\//, '-> /')]),
  )
}

const all = [
  'type=oci,dest=out/oci.tar',
  'type=oci,dest=out/layout,tar=false',
  'type=docker,dest=out/docker.tar',
  'type=local,dest=out/root',
  'type=tar,dest=out/root.tar',
].join('\n')

type Engine = { readonly name: string; readonly host: () => string; readonly inputs: () => Record<string, string> }

const engines: readonly Engine[] = [
  { name: 'embedded', host: () => nowhere, inputs: () => ({}) },
  { name: 'buildx on the containerd store', host: () => part('docker').host, inputs: () => ({}) },
  { name: 'buildx on the classic store', host: () => part('classic').host, inputs: () => ({}) },
  {
    name: 'a remote buildkitd',
    host: () => nowhere,
    inputs: () => ({ driver: 'remote', endpoint: part('buildkitd')[0] ?? '' }),
  },
]

const needed = ['docker', 'classic', 'docker26', 'docker20', 'registry', 'base', 'buildkitd', 'plugins', 'cli'] as const

describe.skipIf(missing(...needed)).each(engines)('outputs of $name', ({ host, inputs }) => {
  const images = 'rig.example/outputs'

  it('are the files that buildx writes, and an image that every Docker loads and runs', async () => {
    const made = job(host())
    const step = await runStepHere(made, { ...inputs(), images, tags: '1, latest', outputs: all })
    expect(step).toMatchObject({ status: 0, leftovers: [] })
    expect(step.outputs['files']?.split('\n')).toHaveLength(5)
    const out = (name: string): string => join(made.workspace, 'out', name)

    expect(filesOfFolder(out('root'))).toEqual(filesOfFolder(reference(made, '--output', 'type=local,dest=DEST')))
    expect(await filesOfArchive(out('root.tar'))).toEqual(
      await filesOfArchive(reference(made, '--output', 'type=tar,dest=DEST')),
    )

    const index = JSON.parse(readFileSync(out('layout/index.json'), 'utf8'))
    expect(index.manifests).toMatchObject(
      ['1', 'latest'].map((tag) => ({
        digest: step.outputs['digest'],
        annotations: {
          'io.containerd.image.name': `${images}:${tag}`,
          'org.opencontainers.image.ref.name': tag,
        },
      })),
    )
    expect(Object.keys(await filesOfArchive(out('oci.tar'))).sort()).toEqual(
      Object.keys(filesOfFolder(out('layout'))).sort(),
    )

    for (const daemon of ['docker', 'classic', 'docker26', 'docker20'] as const) {
      removeLater(daemon, `${images}:1`)
      removeLater(daemon, `${images}:latest`)
      const loaded = docker(daemon, 'image', 'load', '--input', out('docker.tar'))
      expect(loaded).toBe(`Loaded image: ${images}:1\nLoaded image: ${images}:latest\n`)
      const said = docker(daemon, 'run', '--rm', '--network', 'none', '--pull', 'never', `${images}:latest`)
      expect({ daemon, said }).toEqual({ daemon, said: 'plain\n' })
    }
  })

  it('have a directory for each of several platforms, and work with a push', async () => {
    const made = job(host())
    const pushed = `${part('registry').host}/e2e/outputs`
    const outputs = 'root\ntype=tar,dest=root.tar\ntype=oci,dest=oci.tar'
    const platforms = 'amd64, arm/v7'
    const step = await runStepHere(made, { ...inputs(), images: pushed, tags: '1', platforms, push: 'true', outputs })
    expect(step).toMatchObject({ status: 0, leftovers: [] })

    const both = ['--platform', 'linux/amd64,linux/arm/v7', '--output']
    expect(filesOfFolder(join(made.workspace, 'root'))).toEqual(
      withOwnLinks(filesOfFolder(reference(made, ...both, 'type=local,dest=DEST'))),
    )
    expect(await filesOfArchive(join(made.workspace, 'root.tar'))).toEqual(
      withOwnLinks(await filesOfArchive(reference(made, ...both, 'type=tar,dest=DEST'))),
    )
    const registry = await pull(pushed, '1')
    expect(registry.digest).toBe(step.outputs['digest'])
    const layout = join(made.workspace, 'layout')
    mkdirSync(layout)
    execFileSync('tar', ['-xf', join(made.workspace, 'oci.tar'), '-C', layout])
    for (const { digest } of [registry, ...registry.platforms]) {
      expect(existsSync(join(layout, 'blobs', digest.replace(':', '/')))).toBe(true)
    }
  })
})

describe.skipIf(missing(...needed))('outputs', () => {
  it('are the same bytes for the same inputs', async () => {
    const made = job(nowhere)
    const env = { ...made.env, SOURCE_DATE_EPOCH: '1000000000' }
    const write = (name: string) =>
      runStepHere({ ...made, env }, { images: 'a', outputs: `type=oci,dest=${name}.oci\ntype=tar,dest=${name}.tar` })
    await write('one')
    await write('two')
    for (const type of ['oci', 'tar']) {
      const [one, two] = ['one', 'two'].map((name) => readFileSync(join(made.workspace, `${name}.${type}`)))
      expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true)
    }
  })

  it('are rejected before the build if invalid', async () => {
    const made = job(nowhere)
    writeFileSync(join(made.workspace, 'file'), '')
    const cases = [
      { outputs: 'type=oci', code: 'input-invalid', says: 'outputs, line 1: type=oci needs dest' },
      { outputs: 'file', code: 'output-unwritable', says: 'Cannot write the output file: it is not a directory' },
      { outputs: 'type=tar,dest=file/x.tar', code: 'output-unwritable', says: 'file is not a directory' },
      { outputs: 'type=tar,dest=tree', code: 'output-unwritable', says: 'it exists and is not a regular file' },
      { outputs: 'type=tar,dest=/proc/x.tar', code: 'output-unwritable', says: '/proc/x.tar' },
    ]
    for (const { outputs, code, says } of cases) {
      const step = await runStepHere(made, { outputs })
      expect(step).toMatchObject({ status: 1, outputs: { 'error-code': code } })
      expect(step.log).toContain(says)
    }
  })

  it('are rejected before the build if the disk is not writable', async () => {
    const made = job(nowhere)
    const closed = join(made.workspace, 'closed')
    mkdirSync(closed)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', closed])
    try {
      const step = await runStepHere(made, { outputs: 'closed/root\ntype=oci,dest=closed/x.tar' })
      expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'output-unwritable' } })
      expect(step.log).toContain('Preflight found 2 problems')
    } finally {
      execFileSync('umount', [closed])
    }
  })

  it('report that the disk is full, and leave no partial archive', async () => {
    const made = job(nowhere)
    const small = join(made.workspace, 'small')
    mkdirSync(small)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', small])
    try {
      for (const outputs of ['type=oci,dest=small/x.tar', 'type=tar,dest=small/x.tar', 'small/root']) {
        const step = await runStepHere(made, { outputs })
        expect(step).toMatchObject({ status: 75, outputs: { 'error-code': 'disk-full' } })
        expect(step.log).toContain('Cannot write small/')
        expect(Object.keys(filesOfFolder(small)).filter((name) => name.startsWith('x'))).toEqual([])
      }
    } finally {
      execFileSync('umount', [small])
    }
  })
})

const daemons = ['docker', 'classic', 'docker26', 'docker20'] as const

describe.skipIf(missing(...needed)).each(daemons)('the embedded engine with the daemon %s', (daemon) => {
  const images = 'rig.example/loaded'

  it('loads one platform without another destination, under every tag, and it runs', async () => {
    removeLater(daemon, `${images}:1`)
    removeLater(daemon, `${images}:latest`)
    const step = await runStepHere(job(part(daemon).host), { engine: 'embedded', images, tags: '1, latest' })
    expect(step).toMatchObject({ status: 0, leftovers: [] })
    const id = docker(daemon, 'image', 'inspect', '--format', '{{.Id}}', `${images}:latest`).trim()
    expect(step.outputs['imageid']).toBe(id)
    expect(docker(daemon, 'run', '--rm', '--network', 'none', `${images}:1`)).toBe('plain\n')
  })

  it('loads an image without a name, which its ID finds', async () => {
    const step = await runStepHere(job(part(daemon).host), { engine: 'embedded' })
    const id = step.outputs['imageid'] ?? ''
    removeLater(daemon, id)
    expect(docker(daemon, 'run', '--rm', '--network', 'none', id)).toBe('plain\n')
  })

  it('loads several platforms if the store supports them', async () => {
    removeLater(daemon, `${images}:1`)
    const inputs = { engine: 'embedded', images, tags: '1', platforms: 'amd64, arm/v7', load: 'true' }
    const step = await runStepHere(job(part(daemon).host), inputs)
    if (part(daemon).store === 'classic') {
      expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'feature-missing' } })
      return
    }
    expect(step).toMatchObject({ status: 0 })
    expect(docker(daemon, 'image', 'inspect', '--format', '{{.Id}}', `${images}:1`).trim()).toBe(step.outputs['digest'])
    for (const platform of ['linux/amd64', 'linux/arm/v7']) {
      const run = ['run', '--rm', '--network', 'none', '--pull', 'never', '--platform', platform, `${images}:1`]
      expect(docker(daemon, ...run)).toBe('plain\n')
    }
  })
})

describe.skipIf(missing(...needed))('the embedded engine without a daemon', () => {
  it('reports that nothing is kept, and what to do', async () => {
    const step = await runStepHere(job(nowhere), { images: 'a' })
    expect(step).toMatchObject({ status: 0 })
    expect(step.log).toMatch(/::notice::The image will not be kept: .*outputs/)
  })

  it('reports why load: true is impossible', async () => {
    const step = await runStepHere(job(nowhere), { images: 'a', load: 'true', engine: 'embedded' })
    expect(step).toMatchObject({ status: 75, outputs: { 'error-code': 'daemon-unreachable' } })
    expect(step.log).toContain('Cannot load the image: no Docker daemon answers at unix:///nonexistent/docker.sock')
  })

  it('is silent with outputs', async () => {
    const step = await runStepHere(job(nowhere), { images: 'a', outputs: 'type=cacheonly' })
    expect(step).toMatchObject({ status: 0, outputs: { files: '' } })
    expect(step.log).not.toContain('::notice::')
  })
})

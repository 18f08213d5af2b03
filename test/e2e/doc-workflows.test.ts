import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { elf } from '../support/elf.ts'
import { type ActOptions, runWorkflow } from './support/act.ts'
import { createJob, type Job } from './support/action.ts'
import { pull } from './support/pull.ts'
import { missing, part } from './support/rig.ts'

// Workflows of the documentation, unchanged except for the registry, which is one of this machine.

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

type Files = Readonly<Record<string, string | Buffer>>

const folder = resolve(import.meta.dirname, '../../examples/workflows')

/** Runs a workflow of examples/workflows with `files` in the workspace and `programs` on PATH. */
function run(name: string, { files = {}, programs = {}, ...options }: RunOptions) {
  const job = createJob({}, { DOCKER_HOST: 'unix:///nonexistent.sock' })
  jobs.push(job)
  const bin = join(job.workspace, '../bin')
  for (const [path, data] of Object.entries(files)) write(join(job.workspace, path), data)
  for (const [path, data] of Object.entries(programs)) write(join(bin, path), `#!/bin/sh\n${data}`)
  const workflow = readFileSync(join(folder, `${name}.yml`), 'utf8').replaceAll(
    'ghcr.io/',
    `${part('registry').host}/doc-`,
  )
  const withPrograms = { ...job, env: { ...job.env, PATH: `${bin}:${job.env['PATH']}` } }
  return runWorkflow(withPrograms, { workflow, ...options })
}

type RunOptions = ActOptions & { readonly files?: Files; readonly programs?: Readonly<Record<string, string>> }

function write(path: string, data: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, data)
  chmodSync(path, 0o755)
}

const image = () => `${part('registry').host}/doc-acme/app`
const copied = { Dockerfile: 'FROM scratch\nCOPY . /\n', '.dockerignore': '.git\n' }

describe.skipIf(missing('act', 'registry'))('examples/workflows, run by act', () => {
  it('getting-started.yml publishes a branch, and the next step reads its digest', async () => {
    const { status, log } = run('getting-started', { files: copied })
    expect(status, log).toBe(0)
    const { digest, platforms } = await pull(image(), 'main')
    expect(platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64'])
    expect(log).toContain(`| Published ${image()}@${digest}`)
  })

  it('binaries-without-docker.yml publishes each program, and promote.yml adds another tag', async () => {
    const compiled = Object.fromEntries((['amd64', 'arm64'] as const).map((arch) => [`go/${arch}`, elf(arch)]))
    const first = run('binaries-without-docker', {
      files: compiled,
      // go build -o FILE .
      programs: { go: '[ "$1 $2" = "build -o" ] && mkdir -p "$(dirname "$3")" && cp "go/$GOARCH" "$3"\n' },
      branch: 'binaries',
    })
    expect(first.status, first.log).toBe(0)
    const built = await pull(image(), 'binaries')
    for (const { platform, readFile } of built.platforms) {
      expect(await readFile('app', 'latin1')).toBe(compiled[platform.replace('linux', 'go')]?.toString('latin1'))
    }

    const promoted = run('promote', { event: 'workflow_dispatch', inputs: { tag: 'binaries' }, files: { none: '' } })
    expect(promoted.status, promoted.log).toBe(0)
    const stable = await pull(image(), 'stable')
    expect(stable.digest).toBe(built.digest)
  })

  it('monorepo.yml publishes an image for each leg', async () => {
    const files = Object.fromEntries(
      ['api', 'web'].flatMap((name) =>
        Object.entries({ ...copied, name }).map(([path, text]) => [`services/${name}/${path}`, text]),
      ),
    )
    const { status, log } = run('monorepo', { files })
    expect(status, log).toBe(0)
    const [api, web] = await Promise.all(['api', 'web'].map((name) => pull(`${image()}/${name}`, 'main')))
    expect(await api?.platforms[0]?.readFile('name')).toBe('api')
    expect(await web?.platforms[1]?.readFile('name')).toBe('web')
  })

  it('scan-and-sign.yml scans, then signs the digest, then writes the tag', async () => {
    const { status, log } = run('scan-and-sign', {
      files: { ...copied, 'scripts/scan.sh': '#!/bin/sh\necho "scanned $POLYARCH_PLATFORMS"\n' },
      programs: { cosign: 'echo "cosign: $*"\n' },
      actions: stubs(),
      branch: 'signed',
    })
    expect(status, log).toBe(0)
    const { digest } = await pull(image(), 'signed')
    expect(log).toContain(`cosign: sign --yes ${image()}@${digest}`)
    expect(log.indexOf('scanned linux/amd64')).toBeLessThan(log.indexOf('cosign: sign'))
    expect(log.indexOf('cosign: sign')).toBeLessThan(log.indexOf(`${image()}:signed →`))
  })

  it('dry-run.yml and check-dockerfile.yml build nothing on a pull request', () => {
    const plan = run('dry-run', { files: copied, event: 'pull_request' })
    expect(plan.status, plan.log).toBe(0)
    expect(plan.log).toMatch(/\| A build would write \S+\/doc-acme\/app:sha-[0-9a-f]{7}$/m)
    const check = run('check-dockerfile', {
      files: { ...copied, Dockerfile: 'from scratch\nCOPY . /\n' },
      event: 'pull_request',
    })
    expect(check.status).not.toBe(0)
    expect(check.log).toContain('ConsistentInstructionCasing')
  })

  it('oci-archive.yml writes the archive that the next step uploads', () => {
    const { status, log } = run('oci-archive', { files: copied, event: 'pull_request', actions: stubs() })
    expect(status, log).toBe(0)
    expect(log).toMatch(/stub: \S+image\.tar is \d{4,} bytes/)
  })
})

/** Actions that only print the size of the file `path`, in place of those that the workflows pin to commits. */
function stubs(): Readonly<Record<string, string>> {
  const job = createJob({
    'action.yml': `name: stub
inputs: { name: { default: '' }, path: { default: '' } }
runs: { using: composite, steps: [{ shell: sh, run: 'for f in \${{ inputs.path }}; do echo "stub: $PWD/$f is $(wc -c < "$f") bytes"; done' }] }
`,
  })
  jobs.push(job)
  const names = readdirSync(folder).flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/uses: ((?!actions\/checkout)\S+@[0-9a-f]{40})/g)].map(
      (m) => m[1],
    ),
  )
  return Object.fromEntries(names.map((name) => [name, job.workspace]))
}

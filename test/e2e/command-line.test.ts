import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { elf } from '../support/elf.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createJob, type Job } from './support/action.ts'
import { missing, part } from './support/rig.ts'
import { writeFilesTo } from './support/write-files.ts'

// The bundle of the command line as users run it: a separate process, with a pipe or on a terminal.

const root = resolve(import.meta.dirname, '../..')
const entry = join(root, 'dist/cli/index.js')

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.splice(0)) await one()
})

/** A user's machine: a directory with a Dockerfile, a home, a temporary directory, and no runner. */
function machine(
  env: Readonly<Record<string, string>> = {},
  dockerfile = 'FROM scratch\nARG TARGETARCH\nCOPY ${TARGETARCH} /app\nENTRYPOINT ["/app"]\n',
) {
  const made = createJob({ Dockerfile: dockerfile }, env)
  undo.push(made.remove)
  writeFilesTo(made.workspace, { amd64: elf('amd64'), arm64: elf('arm64') })
  const own = Object.fromEntries(Object.entries(made.env).filter(([name]) => !/^(?:GITHUB|RUNNER)_/.test(name)))
  return { ...made, env: { ...own, TMPDIR: made.temp, TERM: 'xterm' } }
}

async function registry(): Promise<TestRegistry> {
  const started = await startRegistry()
  undo.push(started.close)
  return started
}

type Ended = { readonly status: number | null; readonly out: string; readonly err: string }
type RunOptions = {
  readonly input?: string
  /** Called with the output so far when there is more. */
  readonly onOutput?: (
    text: string,
    child: { readonly interrupt: () => void; readonly type: (text: string) => void },
  ) => void
  readonly program?: readonly string[]
}

/** Runs the command line in the workspace until it exits. */
function polyarch(
  { workspace, env }: Pick<Job, 'workspace' | 'env'>,
  args: readonly string[],
  { input, onOutput, program = [process.execPath, entry, ...args] }: RunOptions = {},
): Promise<Ended> {
  return new Promise((done, failed) => {
    const [command = '', ...rest] = program
    const child = spawn(command, rest, { cwd: workspace, env, stdio: 'pipe' })
    const text = { out: '', err: '' }
    const control = {
      interrupt: () => void child.kill('SIGINT'),
      type: (typed: string) => void child.stdin.write(typed),
    }
    for (const [name, stream] of [
      ['out', child.stdout],
      ['err', child.stderr],
    ] as const) {
      stream.setEncoding('utf8')
      stream.on('data', (piece: string) => {
        text[name] += piece
        onOutput?.(text.out + text.err, control)
      })
    }
    if (input !== undefined || onOutput === undefined) child.stdin.end(input ?? '')
    child.once('error', failed)
    child.once('close', (status) => {
      child.stdin.destroy()
      done({ status, ...text })
    })
  })
}

/** Calls `work` once, as soon as the output contains `text`. */
function once(
  text: string,
  work: (child: { readonly interrupt: () => void; readonly type: (text: string) => void }) => void,
) {
  let called = false
  return (output: string, child: Parameters<typeof work>[0]) => {
    if (called || !output.includes(text)) return
    called = true
    work(child)
  }
}

describe('polyarch', () => {
  it('builds, publishes and verifies without Docker and a runner', async () => {
    const { host, store } = await registry()
    const here = machine()
    const flags = ['.', '--images', `${host}/acme/app`, '-t', '1.2.3,latest', '--platforms', 'amd64,arm64', '--push']

    const planned = await polyarch(here, ['plan', ...flags, '--json'])
    expect(planned.status, planned.err).toBe(0)
    expect(JSON.parse(planned.out)).toMatchObject({
      tags: [`${host}/acme/app:1.2.3`, `${host}/acme/app:latest`],
      version: '1.2.3',
      engine: 'embedded',
      pushed: false,
      digest: '',
    })
    expect(planned.err).toMatch(/^Platforms +linux\/amd64$/m)
    expect(store.tags.size).toBe(0)

    const password = 'canary-password'
    const account = ['--registry', host, '--username', 'octocat', '--password-stdin']
    const built = await polyarch(here, ['build', ...flags, ...account], { input: `${password}\n` })
    expect(built.status, built.err).toBe(0)
    const digest = store.tags.get('acme/app')?.get('1.2.3')
    expect(built.out).toMatch(new RegExp(`^digest +${digest}$`, 'm'))
    expect(built.out).toMatch(/^tags +\S+:1\.2\.3$/m)
    expect(built.out + built.err).not.toMatch(/^::|canary/m)
    expect(built.out + built.err).not.toContain('\u001b')

    const verified = await polyarch(here, ['verify', `${host}/acme/app:1.2.3`, '--platforms', 'amd64,arm64'])
    expect(verified.status, verified.err).toBe(0)
    expect(verified.out.match(/^linux\/\w+ +OK +1 +1 /gm)).toHaveLength(2)
    expect(readdirSync(here.temp)).toEqual([])
  })

  it('reports an invalid flag of the schema with its name, and does nothing else', async () => {
    const here = machine()
    const { status, out, err } = await polyarch(here, ['build', '--platforms', 'linux/amd46', '--cache', 'ghaa'])
    expect({ status, out }).toEqual({ status: 1, out: '' })
    expect(err).toMatch(/^error: 2 problems in the inputs:\nplatforms, line 1: .*amd46/)
    expect(err).toContain('Correct the flags of these names; nothing was run yet.')
    const { out: document } = await polyarch(here, ['build', '--platforms', 'linux/amd46', '--json'])
    expect(JSON.parse(document)).toMatchObject({
      'error-code': 'input-invalid',
      error: { code: 'input-invalid', hint: expect.stringMatching(/^Correct the flags of these names/) },
    })
    expect(readdirSync(here.temp)).toEqual([])
  })

  it('leaves nothing behind when it is interrupted', async () => {
    const here = machine({}, 'FROM scratch\nCOPY large /large\n')
    // Sparse: it uses no space, and takes as long to read as any other.
    writeFilesTo(here.workspace, { large: '' })
    truncateSync(join(here.workspace, 'large'), 20_000_000_000)
    const { status, out, err } = await polyarch(here, ['build', '-o', 'type=oci,dest=image.tar'], {
      onOutput: once('Build linux/amd64', (child) => child.interrupt()),
    })
    expect(status).toBe(1)
    expect(out).toContain('Canceled: cleaning up')
    expect(err).toContain('cancelled: https://')
    expect(readdirSync(here.temp)).toEqual([])
    expect(existsSync(join(here.workspace, 'image.tar'))).toBe(false)
  })

  it('is installed from its package alone, without a network, and works there', async () => {
    const here = machine()
    const project = join(here.home, 'project')
    mkdirSync(project)
    // --install-links makes the package of the directory, as `npm pack` does, and installs that.
    const flagsOfNpm = ['--install-links', '--offline', '--ignore-scripts', '--no-audit', '--no-fund']
    execFileSync('npm', ['install', ...flagsOfNpm, '--prefix', project, '--cache', join(here.home, 'cache'), root], {
      cwd: project,
      stdio: 'pipe',
    })
    expect(readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['polyarch'])
    const files = readdirSync(join(project, 'node_modules/polyarch'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(join(project, 'node_modules/polyarch'), join(parentPath, name)))
    expect(files.filter((path) => !/^dist\/chunks\/[\w-]+\.js$/.test(path)).toSorted()).toEqual([
      'LICENSE',
      'README.md',
      'dist/cli/index.js',
      'dist/licenses.txt',
      'package.json',
    ])

    const installed = join(project, 'node_modules/.bin/polyarch')
    const run = (...args: readonly string[]) => polyarch(here, [], { program: [installed, ...args] })
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string }
    expect((await run('--version')).out).toBe(`polyarch ${version}\n`)
    expect((await run('--help')).out).toContain('Usage: polyarch COMMAND')
    const flags = ['.', '--platforms', 'amd64,arm64', '-o', 'type=oci,dest=image.tar']
    const planned = await run('plan', ...flags, '--json')
    expect(planned.status, planned.err).toBe(0)
    expect(JSON.parse(planned.out)).toMatchObject({ engine: 'embedded' })
    const built = await run('build', ...flags)
    expect(built.status, built.err).toBe(0)
    const verified = await run('verify', 'oci:image.tar')
    expect(verified.status, verified.err).toBe(0)
    expect(verified.out.match(/^linux\/\w+ +OK /gm)).toHaveLength(2)
  })
})

describe.skipIf(missing('docker', 'cli', 'plugins', 'base'))('polyarch build with Docker', () => {
  /** The command line on a pseudo terminal, which `script` opens and closes. */
  const onTerminal = (args: readonly string[]) => {
    const line = [process.execPath, entry, ...args].map((word) => `'${word}'`).join(' ')
    return ['script', '--quiet', '--return', '--command', line, '/dev/null']
  }
  const building = () =>
    machine({ DOCKER_HOST: part('docker').host }, `FROM ${part('base')}\nRUN echo begun && sleep 2\n`)
  const args = ['build', '-o', 'type=cacheonly', '--no-cache']

  it('shows the running step on a terminal, and every line when it is piped', async () => {
    const here = building()
    const shown = await polyarch(here, args, { program: onTerminal(args), onOutput: () => undefined })
    expect(shown.status, shown.out).toBe(0)
    expect(shown.out).toMatch(/\d\.\d s {2}linux\/amd64 2\/2 RUN echo begun/)
    expect(shown.out).not.toMatch(/^#\d+ /m)
    expect(shown.out.lastIndexOf('\u001b[?25h')).toBeGreaterThan(shown.out.lastIndexOf('\u001b[?25l'))

    const piped = await polyarch(here, args)
    expect(piped.status, piped.err).toBe(0)
    expect(piped.out).toMatch(/^#\d+ \[2\/2\] RUN echo begun/m)
    expect(piped.out).not.toContain('\u001b')
  })

  it('restores the cursor when it is interrupted, and leaves nothing behind', async () => {
    const here = building()
    const { out } = await polyarch(here, args, {
      program: onTerminal(args),
      onOutput: once('RUN echo begun', (child) => child.type('\u0003')),
    })
    expect(out).toContain('cancelled: https://')
    expect(out.lastIndexOf('\u001b[?25h')).toBeGreaterThan(out.lastIndexOf('\u001b[?25l'))
    expect(readdirSync(here.temp)).toEqual([])
  })
})

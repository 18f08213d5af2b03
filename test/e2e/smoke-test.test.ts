import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { elf } from '../support/elf.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createJob, type Job, runStep, runStepHere, type StepOptions, type StepResult } from './support/action.ts'
import { imageNames } from './support/daemon-state.ts'
import { missing, part, type Rig } from './support/rig.ts'

// Images are started before they are tagged; afterwards the daemon has neither containers nor images of the step.

type Engine = keyof Pick<Rig, 'docker' | 'classic' | 'docker20'>

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.splice(0)) await one()
})

async function registry(): Promise<TestRegistry> {
  const started = await startRegistry()
  undo.push(started.close)
  return started
}

function job(daemon: Engine, dockerfile: string): Job {
  const made = createJob({ Dockerfile: dockerfile }, { DOCKER_HOST: part(daemon).host })
  undo.push(made.remove)
  return made
}

function docker(daemon: Engine, ...args: readonly string[]): string {
  const env = { DOCKER_HOST: part(daemon).host, PATH: [rigCli(), process.env['PATH']].join(':') }
  return execFileSync('docker', args, { env, encoding: 'utf8' })
}

const rigCli = (): string => part('cli')

/** Containers in any state, and image names, of smoke tests. */
function left(daemon: Engine): readonly string[] {
  const containers = docker(daemon, 'ps', '--all', '--filter', 'name=-smoke-', '--format', '{{.Names}}')
  const images = imageNames(part(daemon).host)
  return [...containers.split('\n').filter(Boolean), ...images.filter((name) => name.includes('-smoke:'))]
}

const base = () => `FROM ${part('base')}\n`
const service = () =>
  `${base()}RUN mkdir /www && echo well > /www/health\nCMD ["busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]\n`

type Given = {
  readonly daemon?: Engine
  readonly dockerfile?: string
  readonly inputs?: Readonly<Record<string, string>>
  readonly options?: StepOptions
}

async function smoke(test: string, { daemon = 'docker', dockerfile = base(), inputs = {}, options = {} }: Given = {}) {
  const target = await registry()
  const given = { images: `${target.host}/smoke`, tags: 'latest', push: 'true', 'smoke-test': test, ...inputs }
  const step = await runStep(job(daemon, dockerfile), given, options)
  return { step, target, left: left(daemon) }
}

/** The step failed, and the tag does not exist. */
async function expectFailure(
  { step, target }: { readonly step: StepResult; readonly target: TestRegistry },
  code = 'smoke-failed',
): Promise<void> {
  expect(step.outputs, step.log).toMatchObject({ 'error-code': code })
  expect(step).toMatchObject({ status: 1, leftovers: [] })
  expect((await fetch(`${target.url}/v2/smoke/manifests/latest`)).status).toBe(404)
}

describe.skipIf(missing('docker', 'classic', 'docker20', 'base'))('smoke-test', () => {
  it.each(['docker', 'classic', 'docker20'] as const)(
    'runs every platform before the tag is written, on %s',
    async (daemon) => {
      const { step, left } = await smoke("sh -c 'uname -m; test $(uname -m) != x86_64 -o $0 = here' here", {
        daemon,
        inputs: { platforms: 'amd64, arm64' },
      })
      expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
      expect(step.log).toContain('linux/amd64 | x86_64')
      expect(step.log).toContain('linux/arm64 | aarch64')
      expect(step.log).toMatch(/linux\/arm64: passed in [\d.]+ s, emulated/)
      expect(step.summary).toContain('Smoke test of <code>linux/amd64</code>: passed')
      expect(left).toEqual([])
    },
  )

  it('reads layers that stayed on the daemon from the registry that has them', async () => {
    const { target } = await smoke('uname -m')
    const inputs = { images: `${target.host}/smoke`, tags: 'latest', push: 'true', 'smoke-test': 'cat /new' }
    const step = await runStepHere(job('docker', `${base()}RUN echo well > /new\n`), inputs)
    expect(step, step.log).toMatchObject({ status: 0 })
    expect(step.log).toContain('are in the registry already and stayed on the daemon')
    expect(step.log).toContain('linux/amd64 | well')
  })

  it('polls a service until it answers, on a free port', async () => {
    const test = 'expect:\n  http: { path: /health, port: 8080, contains: well }'
    const { step, left } = await smoke(test, { dockerfile: service(), inputs: { platforms: 'amd64, arm64' } })
    expect(step, step.log).toMatchObject({ status: 0 })
    expect(left).toEqual([])
  })

  it('fails on another exit status, with the end of the log, and writes no tag', async () => {
    const found = await smoke("sh -c 'echo before the crash; exit 3'")
    await expectFailure(found)
    expect(found.step.log).toContain('it exited with 3, expected 0')
    expect(found.step.log).toContain('before the crash')
    expect(found.step.summary).toContain('Smoke test of <code>linux/amd64</code>: failed')
    expect(found.left).toEqual([])
  })

  it('fails on output without the expected text', async () => {
    const found = await smoke('entrypoint: echo 1.2.3\nexpect:\n  output: /^1\\.2\\.4$/m')
    await expectFailure(found)
    expect(found.step.log).toContain('it did not print /^1\\.2\\.4$/m')
  })

  it('fails on a program that does not exist', async () => {
    const found = await smoke('nothing-of-that-name --version')
    await expectFailure(found)
    expect(found.step.log).toContain('nothing-of-that-name')
    expect(found.left).toEqual([])
  })

  it('fails after the time limit, on a service without expectation', async () => {
    const found = await smoke('timeout: 2s', { dockerfile: service() })
    await expectFailure(found)
    expect(found.step.log).toContain('it was still running after 2 s')
    expect(found.left).toEqual([])
  })

  it('fails after the time limit, with the last answer', async () => {
    const test = 'timeout: 2s\nports: 8080\nexpect:\n  http: /nothing'
    const found = await smoke(test, { dockerfile: service() })
    await expectFailure(found)
    expect(found.step.log).toContain('it answered 404, expected less than 400')
    expect(found.left).toEqual([])
  })

  it('fails on a service that crashes, with its log', async () => {
    const dockerfile = `${base()}CMD ["sh", "-c", "echo no database; exit 7"]\n`
    const found = await smoke('expect: { http: { port: 80 } }', { dockerfile })
    await expectFailure(found)
    expect(found.step.log).toContain('it exited with 7 before GET / on port 80 was answered')
    expect(found.step.log).toContain('no database')
  })

  it('distinguishes a crash under an emulator from one of the program', async () => {
    // A child, because the first process of a container receives no signal that it does not handle.
    const found = await smoke(`sh -c 'sh -c "kill -SEGV \\$\\$"; exit $?'`, { inputs: { platforms: 'arm64' } })
    await expectFailure(found)
    expect(found.step.log).toContain('it exited with 139, expected 0')
    expect(found.step.log).toContain('under emulation, this exit status usually means that the emulator crashed')
  })

  describe('for a platform without an emulator', () => {
    const program = 'FROM scratch\nCOPY --chmod=755 app /app\nENTRYPOINT ["/app"]\n'
    const without = async (inputs: Readonly<Record<string, string>>) => {
      const made = job('docker', program)
      writeFileSync(join(made.workspace, 'app'), elf('ppc64le'))
      const target = await registry()
      const given = { images: `${target.host}/smoke`, tags: 'latest', platforms: 'ppc64le', push: 'true' }
      return {
        step: await runStepHere(made, { ...given, 'smoke-test': 'timeout: 50s', emulators: 'off', ...inputs }),
        target,
      }
    }

    it('fails before the build', async () => {
      const found = await without({})
      await expectFailure(found, 'emulator-missing')
      expect(found.step.log).toContain('the smoke test')
      expect(found.step.log).not.toContain('::group::Build')
    })

    it('fails when the program is started, if preflight is disabled', async () => {
      const found = await without({ preflight: 'false' })
      await expectFailure(found, 'platform-unsupported')
      expect(found.step.log).toContain('The image for linux/ppc64le cannot be run here: exec /app: exec format error')
      expect(found.step.log).toContain('Set up an emulator for this platform on the Docker host')
      expect(left('docker')).toEqual([])
    })
  })

  it('names the program that uses the port', async () => {
    const server = createServer()
    const port = await new Promise<number>((done) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address()
        done(typeof address === 'object' && address ? address.port : 0)
      })
    })
    undo.push(() => new Promise((done) => server.close(done)))
    const found = await smoke(`ports: "${port}:8080"\nexpect: { http: / }`, { dockerfile: service() })
    await expectFailure(found)
    expect(found.step.log).toContain(`port ${port} is in use by process ${process.pid} (`)
    expect(found.left).toEqual([])
  })

  it('names the container that uses the port', async () => {
    const name = `polyarch-test-holder-${process.pid}`
    docker('docker', 'run', '--detach', `--name=${name}`, '--publish=127.0.0.1::80', part('base'), 'sleep', '60')
    undo.push(() => docker('docker', 'rm', '--force', name))
    const [, port = ''] = /:(\d+)\s*$/.exec(docker('docker', 'port', name, '80/tcp')) ?? []
    const found = await smoke(`ports: "${port}:8080"\nexpect: { http: / }`, { dockerfile: service() })
    await expectFailure(found)
    expect(found.step.log).toContain(`port ${port} is in use by container ${name} (`)
  })

  it('passes environment, user, directory, hosts and volumes', async () => {
    const test = [
      "entrypoint: sh -c 'echo $GREETING; id -u; pwd; cat /etc/hosts; cat /data/Dockerfile'",
      'env: { GREETING: good day }',
      'user: 1234',
      'workdir: /tmp',
      'add-hosts: [db:192.0.2.7]',
      'volumes: [./:/data:ro]',
      'expect: { output: "/good day\\n1234\\n\\\\/tmp[\\\\s\\\\S]*192.0.2.7\\\\s+db[\\\\s\\\\S]*FROM/" }',
    ]
    const { step } = await smoke(test.join('\n'))
    expect(step, step.log).toMatchObject({ status: 0 })
  })

  it.skipIf(missing('buildkitd'))('runs an image that a remote builder pushed on the local daemon', async () => {
    const [endpoint = ''] = part('buildkitd')
    const inputs = { driver: 'remote', endpoint, platforms: 'amd64, arm64' }
    const { step, left } = await smoke('uname -m', { inputs })
    expect(step, step.log).toMatchObject({ status: 0 })
    expect(step.log).toContain('linux/arm64 | aarch64')
    expect(left).toEqual([])
    const found = await smoke('false', { inputs })
    await expectFailure(found)
  })

  it('runs an image of the embedded engine', async () => {
    const { step, left } = await smoke('cat /Dockerfile', {
      dockerfile: `${base()}COPY Dockerfile /\n`,
      inputs: { engine: 'embedded', platforms: 'amd64, arm64' },
    })
    expect(step, step.log).toMatchObject({ status: 0 })
    expect(step.log).toContain('linux/arm64 | COPY Dockerfile /')
    expect(left).toEqual([])
  })

  it.each(['docker', 'classic'] as const)('runs an image that is only loaded, on %s', async (daemon) => {
    const tag = `polyarch-test-loaded-${process.pid}:1`
    undo.push(() => docker(daemon, 'image', 'rm', '--force', tag))
    const { step } = await smoke('uname -s', { daemon, inputs: { images: '', tags: tag, push: 'false', load: 'true' } })
    expect(step, step.log).toMatchObject({ status: 0 })
    expect(step.log).toContain('linux/amd64 | Linux')
  })

  it.each(['SIGINT', 'SIGKILL'] as const)('leaves neither container nor image after %s', async (signal) => {
    const during: StepOptions['during'] = (pid) => {
      const timer = setInterval(() => {
        if (docker('docker', 'ps', '--quiet', '--filter', 'name=-smoke-linux-amd64') === '') return
        clearInterval(timer)
        process.kill(pid, signal)
      }, 50)
    }
    const found = await smoke('sleep 100', { options: { during } })
    expect(found.step.leftovers).toEqual([])
    expect(found.left).toEqual([])
    expect((await fetch(`${found.target.url}/v2/smoke/manifests/latest`)).status).toBe(404)
  })

  it('is rejected before the build if no daemon is running', async () => {
    const target = await registry()
    const made = createJob({ Dockerfile: base() }, { DOCKER_HOST: 'unix:///nowhere.sock' })
    undo.push(made.remove)
    const inputs = { engine: 'embedded', images: `${target.host}/smoke`, push: 'true', 'smoke-test': 'true' }
    const step = await runStepHere(made, inputs)
    expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'feature-missing' } })
    expect(step.log).toContain('Cannot run the smoke test: no Docker daemon answers at unix:///nowhere.sock')
  })
})

import { execFileSync } from 'node:child_process'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { makeRepository, startGitServer } from '../support/git-server.ts'
import { tempFolder } from '../support/temp.ts'
import { createJob, type Job, runStep, runStepHere } from './support/action.ts'
import { startOwnBuildkitd, untilProcess } from './support/own-buildkitd.ts'
import { pull } from './support/pull.ts'
import { missing, part, rig } from './support/rig.ts'

// Engines that disappear, do not exist, or differ from expectations: the result of the complete step.

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

function job(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>): Job {
  const made = createJob(files, env)
  jobs.push(made)
  return made
}

const nowhere = 'unix:///nonexistent.sock'

describe.skipIf(missing('cli', 'plugins', 'buildctl', 'registry', 'base'))('a builder that is killed', () => {
  const inputsFor = (endpoint: string, tag: string) => ({
    ...{ driver: 'remote', endpoint, platforms: 'amd64', push: 'true', tags: `${part('registry').host}/e2e/${tag}:1` },
  })

  it('during the build is used again after it restarts', async () => {
    const daemon = await startOwnBuildkitd()
    const Dockerfile = `FROM ${part('base')}\nRUN sleep 2.718281 && echo built > /done\n`
    const made = job({ Dockerfile }, { DOCKER_HOST: nowhere })
    const inputs = inputsFor(daemon.endpoint, 'killed')
    const running = runStep(made, inputs)
    await untilProcess('sleep 2.718281')
    await daemon.kill()
    await sleep(6_000)
    await daemon.start()
    const step = await running

    expect(step).toMatchObject({ status: 0, leftovers: [] })
    expect(step.log).toMatch(/Cannot build: .*; transient, attempt 2 of 9/)
    expect(Number(step.outputs['attempts'])).toBeGreaterThan(1)
    const image = await pull(`${part('registry').host}/e2e/killed`, '1')
    expect(image.digest).toBe(step.outputs['digest'])
  })

  it('permanently is an outage, which blames no line of the Dockerfile', async () => {
    const daemon = await startOwnBuildkitd()
    const Dockerfile = `FROM ${part('base')}\nRUN sleep 3.141592\n`
    const running = runStep(job({ Dockerfile }, { DOCKER_HOST: nowhere }), {
      ...inputsFor(daemon.endpoint, 'gone'),
      retries: '1',
    })
    await untilProcess('sleep 3.141592')
    await daemon.kill()
    const step = await running

    expect(step).toMatchObject({ status: 75, outputs: { 'error-code': 'daemon-unreachable' } })
    expect(step.log).not.toMatch(/^::error.*file=/m)
  })
})

describe.skipIf(missing('docker', 'registry'))('a Git context', () => {
  async function serve(options: Parameters<typeof startGitServer>[1] = {}) {
    const root = tempFolder()
    makeRepository(root, 'app.git', { Dockerfile: 'FROM scratch\nCOPY f /f\n', f: 'x\n' })
    return startGitServer(root, options)
  }

  const inputsFor = (context: string, engine: string) => ({
    ...{
      context,
      engine,
      platforms: 'amd64',
      push: 'true',
      tags: `${part('registry').host}/e2e/git-faults-${engine}:1`,
    },
  })

  for (const engine of ['buildx', 'embedded']) {
    it(`is fetched by ${engine} after its server answers again`, async () => {
      const { url } = await serve({ faults: { status: 503, count: 4 } })
      const env = { DOCKER_HOST: part('docker').host }
      const step = await runStepHere(job({}, env), inputsFor(`${url}/app.git#main`, engine))
      expect(step).toMatchObject({ status: 0, outputs: { engine }, leftovers: [] })
      expect(step.log).toMatch(/; transient, attempt 3 of 9/)
    })

    it.each([
      { name: 'a server that is down', status: 503, code: 'download-failed', exit: 75 },
      { name: 'a server that asks for a user', status: 401, code: 'context-unreadable', exit: 66 },
      { name: 'no repository', status: 404, code: 'context-not-found', exit: 66 },
    ])(`ends with ${engine} and $name as $code`, async ({ status, code, exit }) => {
      const { url } = await serve({ faults: { status, count: 1_000 } })
      const inputs = { ...inputsFor(`${url}/app.git#main`, engine), retries: '1' }
      const step = await runStepHere(job({}, { DOCKER_HOST: part('docker').host }), inputs)
      expect(step).toMatchObject({ status: exit, outputs: { 'error-code': code } })
      expect(step.log).toMatch(/Cannot fetch http:\/\/127\.0\.0\.1:\d+\/app\.git/)
    })

    it(`ends with ${engine} and a missing Dockerfile with a message about the repository`, async () => {
      const { url } = await serve()
      const inputs = { ...inputsFor(`${url}/app.git#main`, engine), file: 'nope.Dockerfile' }
      const step = await runStepHere(job({}, { DOCKER_HOST: part('docker').host }), inputs)
      expect(step).toMatchObject({ status: 66, outputs: { 'error-code': 'dockerfile-not-found' } })
      expect(step.log).toMatch(/nope\.Dockerfile does not exist in http:\/\/127\.0\.0\.1/)
      expect(step.log).not.toMatch(/path starts from the workspace/)
    })
  }
})

describe.skipIf(missing('docker', 'registry', 'base'))('a context directory named like an option', () => {
  it('is built', async () => {
    const name = `${part('registry').host}/e2e/option`
    const files = { '--network=host/-f': 'FROM scratch\nCOPY -f /f\n' }
    const step = await runStepHere(job(files, { DOCKER_HOST: part('docker').host }), {
      ...{
        context: '--network=host',
        file: './--network=host/-f',
        platforms: 'amd64',
        push: 'true',
        tags: `${name}:1`,
      },
    })
    expect(step).toMatchObject({ status: 0, outputs: { engine: 'buildx' } })
  })
})

describe('missing engines', () => {
  /** Podman's answers at a socket, as `podman system service` 4.3.1 and 5.8.6 return them. */
  async function startPodman(): Promise<string> {
    const socket = join(tempFolder(), 'podman.sock')
    const server = createServer((request, response) => {
      const answers: Readonly<Record<string, unknown>> = {
        '/version': { Version: '4.3.1', Os: 'linux', Arch: 'amd64', Components: [{ Name: 'Podman Engine' }] },
        '/info': { DriverStatus: [['Backing Filesystem', 'extfs']], KernelVersion: '', DockerRootDir: '/var/lib' },
      }
      const answer = answers[request.url ?? '']
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(answer ?? {}))
    })
    await new Promise<void>((resolve) => server.listen(socket, resolve))
    onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())))
    return `unix://${socket}`
  }

  it('leave a Dockerfile without RUN to the embedded engine if Podman is running', async () => {
    const made = job({ Dockerfile: 'FROM scratch\nCOPY f /f\n', f: 'x' }, { DOCKER_HOST: await startPodman() })
    const step = await runStepHere(made, { platforms: 'amd64', outputs: 'type=oci,dest=out.tar' })
    expect(step).toMatchObject({ status: 0, outputs: { engine: 'embedded' } })
    expect(step.log).toMatch(
      rig.plugins ? /Podman answers at unix:.*, which buildx cannot use/ : /buildx is not installed/,
    )
  })

  it('report that Podman is not supported yet if the Dockerfile has a RUN', async () => {
    const made = job({ Dockerfile: 'FROM scratch\nRUN make\n' }, { DOCKER_HOST: await startPodman() })
    const step = await runStepHere(made, { platforms: 'amd64', outputs: 'type=oci,dest=out.tar' })
    expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'feature-missing' } })
  })

  it.each(['fd://', 'http://127.0.0.1:2375', 'npipe:////./pipe/docker_engine', 'ssh://', 'what is this'])(
    'are an input error at the address %s',
    async (host) => {
      const made = job({ Dockerfile: 'FROM scratch\nCOPY f /f\n', f: 'x' }, { DOCKER_HOST: host })
      const step = await runStepHere(made, { platforms: 'amd64', outputs: 'type=oci,dest=out.tar' })
      expect(step).toMatchObject({ status: 1, outputs: { 'error-code': 'input-invalid' } })
      expect(step.log).toMatch(/unix:\/\/\/path\/to\/docker\.sock/)
      expect(step.log).not.toMatch(/Start Docker/)
    },
  )
})

describe.skipIf(missing('cli', 'plugins'))('driver: kubernetes', () => {
  it('without a kubeconfig fails in preflight', async () => {
    const made = job({ Dockerfile: 'FROM scratch\nCOPY f /f\n', f: 'x' }, { DOCKER_HOST: nowhere })
    const step = await runStepHere(made, { driver: 'kubernetes', platforms: 'amd64', outputs: 'type=oci,dest=out.tar' })
    expect(step).toMatchObject({ status: 66, outputs: { 'error-code': 'builder-not-found' }, leftovers: [] })
    expect(step.log).toMatch(/KUBECONFIG/)
    expect(step.log).not.toMatch(/Preflight passed|Docker Hub/)
  })
})

describe.skipIf(missing('docker', 'registry', 'builderImage'))('driver-opts', () => {
  it('with commas and quotes reach the builder unchanged', async () => {
    const { host } = part('docker')
    /** Builders of other tests run too, and may be removed before they are inspected. */
    const environmentOf = (id: string): string => {
      try {
        return docker('inspect', '--format', '{{json .Config.Env}}', id)
      } catch {
        return ''
      }
    }
    const docker = (...args: string[]): string =>
      execFileSync(join(part('cli'), 'docker'), ['-H', host, ...args], { encoding: 'utf8' })
    const seen: string[] = []
    const made = job({ Dockerfile: 'FROM scratch\nCOPY f /f\n', f: 'x' }, { DOCKER_HOST: host })
    const options = [
      `image=${part('builderImage')}`,
      'network=host',
      'env.no_proxy=localhost,a.example',
      'env.G="b, c"',
    ]
    const step = await runStep(
      made,
      {
        ...{ driver: 'docker-container', 'driver-opts': options.join('\n'), platforms: 'amd64' },
        ...{ outputs: 'type=oci,dest=out.tar' },
      },
      {
        onOutput: (text) => {
          // The builder exists as soon as it has built something.
          if (seen.length > 0 || !/load build definition/.test(text)) return
          const ids = docker('ps', '--quiet', '--filter', 'name=buildx_buildkit_polyarch-').split('\n').filter(Boolean)
          seen.push(...ids.map(environmentOf).filter((env) => env.includes('G=b, c')))
        },
      },
    )
    expect(step).toMatchObject({ status: 0, post: { log: '' } })
    expect(JSON.parse(seen[0] ?? '[]')).toEqual(expect.arrayContaining(['no_proxy=localhost,a.example', 'G=b, c']))
  })
})

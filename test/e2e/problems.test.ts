import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { pluginFolders } from '../../src/facts/plugin-folders.ts'
import { startRegistry } from '../support/registry.ts'
import { createJob, type Job, runStepHere } from './support/action.ts'
import { pull } from './support/pull.ts'
import { missing, part, restartPart } from './support/rig.ts'

// The results of bad inputs, a bad registry and a bad engine: a code, a helpful message, no stack trace, nothing left behind.

const jobs: Job[] = []
afterEach(() => {
  for (const job of jobs.splice(0)) job.remove()
})

type Files = Readonly<Record<string, string>>
type Env = Readonly<Record<string, string>>

function job(files: Files, env: Env = { DOCKER_HOST: part('docker').host }): Job {
  const made = createJob(files, env)
  jobs.push(made)
  return made
}

const good: Files = { Dockerfile: 'FROM scratch\nCOPY hello /hello\n', hello: 'hello\n' }

/** The requirements for every failed step, whatever failed. */
function expectFailure(
  step: Awaited<ReturnType<typeof runStepHere>>,
  { status, code, says }: { status: number; code: string; says: readonly (string | RegExp)[] },
): void {
  expect(step).toMatchObject({ status, outputs: { 'error-code': code }, post: { status: 0, log: '' }, leftovers: [] })
  expect(step.outputs['digest'] ?? '').toBe('')
  expect(step.log).toContain(`::error title=Polyarch%3A ${code}`)
  // Without debug logging, no stack trace is printed.
  expect(step.log.split('\n').filter((line) => /^\s+at /.test(line))).toEqual([])
  for (const text of says) expect(step.log).toMatch(text)
}

describe('a step with bad inputs', () => {
  it('lists all problems of all inputs at once, before anything runs', async () => {
    const step = await runStepHere(job(good, { DOCKER_HOST: 'unix:///nonexistent.sock' }), {
      images: '127.0.0.1:5000/acme/App:1, ghcr.io/acme//app',
      tags: 'bad tag',
      platforms: 'amd46',
      labels: 'no-equals-sign',
      push: 'maybe',
    })

    expectFailure(step, {
      status: 1,
      code: 'input-invalid',
      says: [/5 problems|6 problems/, 'amd46', 'amd64', 'no-equals-sign', 'bad tag', 'maybe', 'images, line 1'],
    })
  })

  it.skipIf(missing('docker'))('lists the platforms of the builder if a platform is unknown', async () => {
    const step = await runStepHere(job(good), { platforms: 'linux/amd46' })

    expectFailure(step, { status: 1, code: 'input-invalid', says: ['amd46', /offers .*linux\/amd64/] })
  })
})

describe.skipIf(missing('docker', 'registry'))('a step whose files are missing', () => {
  it.each([
    { name: 'context', inputs: { context: 'nope' }, code: 'context-not-found', says: ['nope', 'actions/checkout'] },
    {
      name: 'Dockerfile',
      inputs: { file: 'nope.Dockerfile' },
      code: 'dockerfile-not-found',
      says: ['nope.Dockerfile'],
    },
  ])('names the missing $name', async ({ inputs, code, says }) => {
    expectFailure(await runStepHere(job(good), inputs), { status: 66, code, says })
  })
})

describe('a step without its engine', () => {
  it.skipIf(missing('plugins'))('reports that no daemon is running, and where it searched', async () => {
    const step = await runStepHere(job(good, { DOCKER_HOST: 'unix:///nonexistent.sock' }), { engine: 'buildx' })

    expectFailure(step, {
      status: 75,
      code: 'daemon-unreachable',
      says: ['unix:///nonexistent.sock', '(from DOCKER_HOST)', 'Start Docker'],
    })
  })

  // The system directories, in which Docker's packages install the plugin, cannot be hidden from a process.
  const installed = pluginFolders({}, process.platform, '/nonexistent').some((folder) =>
    existsSync(join(folder, 'docker-buildx')),
  )

  it.skipIf(installed)('reports that buildx is missing, and where it searched', async () => {
    const made = job(good, { DOCKER_HOST: 'unix:///nonexistent.sock', PATH: '/nonexistent', HOME: '/nonexistent' })

    expectFailure(await runStepHere(made, { engine: 'buildx' }), {
      status: 1,
      code: 'buildx-missing',
      says: ['docker-buildx', 'cli-plugins'],
    })
  })

  it.skipIf(missing('docker20'))('reports that the engine is too old', async () => {
    const made = job(good, { DOCKER_HOST: part('docker20').host })
    const step = await runStepHere(made, { 'minimum-engine-version': '24' })

    expectFailure(step, { status: 1, code: 'engine-too-old', says: ['24.0.0', '20.10.24', 'Update Docker'] })
  })
})

describe.skipIf(missing('docker', 'registry', 'basic', 'full'))('a step whose registry rejects the push', () => {
  it('explains wrong credentials before building, and never shows the password', async () => {
    const password = 'correct-horse-battery'
    const step = await runStepHere(job(good), {
      images: `${part('basic').host}/e2e/denied`,
      tags: '1',
      push: 'true',
      registry: part('basic').host,
      username: 'somebody',
      password,
    })

    expectFailure(step, { status: 1, code: 'registry-unauthorized', says: ['401', part('basic').host] })
    expect(step.log).not.toContain('Build linux/amd64')
    expect(step.log.split('\n').filter((line) => line.includes(password))).toEqual([`::add-mask::${password}`])
  })

  it('explains missing credentials', async () => {
    const inputs = { images: `${part('basic').host}/e2e/denied`, tags: '1', push: 'true' }

    expectFailure(await runStepHere(job(good), inputs), {
      status: 1,
      code: 'registry-unauthorized',
      says: ['No credentials', 'docker login'],
    })
  })

  it.each([
    { name: 'grants less than requested', strict: false },
    { name: 'rejects the token request', strict: true },
  ])('explains an account without push access, before the build, if the registry $name', async ({ strict }) => {
    const account = { username: 'reader', password: 'may-only-read' }
    const registry = await startRegistry({ auth: { kind: 'token', ...account, permissions: () => ['pull'], strict } })
    try {
      const inputs = {
        images: `${registry.host}/e2e/pull-only`,
        tags: '1',
        push: 'true',
        registry: registry.host,
        ...account,
      }
      const step = await runStepHere(job(good), inputs)

      expectFailure(step, {
        status: 1,
        code: 'registry-denied',
        says: [`Cannot push to ${registry.host}/e2e/pull-only`],
      })
      expect(step.log).not.toContain('::group::Build')
      expect(registry.kinds()).not.toContain('manifest-put')
    } finally {
      await registry.close()
    }
  })

  it('explains an unreachable registry', async () => {
    const port = await freePort()
    const inputs = { images: `127.0.0.1:${port}/e2e/nowhere`, tags: '1', push: 'true' }

    expectFailure(await runStepHere(job(good), inputs), {
      status: 75,
      code: 'registry-unreachable',
      says: [`127.0.0.1:${port}`, 'ECONNREFUSED', 'attempt 2 of'],
    })
  })

  it('explains a full registry, and does not update the tag', async () => {
    // It stays full: an earlier run may have filled it.
    restartPart('full')
    const name = `${part('full').host}/e2e/full`
    const inputs = { images: name, tags: 'latest', push: 'true' }
    const first = await runStepHere(job(good), inputs)
    expect(first.status).toBe(0)

    // Random, so that compression does not make it fit.
    const dockerfile = 'FROM busy\nRUN head -c 30000000 /dev/urandom > /big\n'.replace('busy', part('base'))
    const second = await runStepHere(job({ Dockerfile: dockerfile }), inputs)

    expectFailure(second, { status: 75, code: 'registry-full', says: [name] })
    expect((await pull(name, 'latest')).digest).toBe(first.outputs['digest'])
  })
})

describe.skipIf(missing('docker', 'registry'))('a step that would overwrite a fixed tag', () => {
  it('reports it and a missing base before the build, one annotation for each; in a re-run, publishing decides', async () => {
    const name = `${part('registry').host}/e2e/fixed`
    const inputs = { images: name, tags: `1.0.${Date.now()}`, push: 'true', 'if-exists': 'fail' }
    const first = await runStepHere(job(good), inputs)
    expect(first).toMatchObject({ status: 0 })

    const dockerfile = `FROM ${part('registry').host}/no/such:tag\n`
    const second = await runStepHere(job({ ...good, Dockerfile: dockerfile }), inputs)
    expectFailure(second, {
      status: 66,
      code: 'image-not-found',
      says: [
        'Preflight found 2 problems',
        `::error title=Polyarch%3A tag-exists::Cannot write ${name}:${inputs.tags}: the tag already exists with digest ${first.outputs['digest']}`,
        '::error title=Polyarch%3A image-not-found,file=Dockerfile,line=1::',
      ],
    })
    expect(second.log).not.toContain('::group::Build ')

    const env = { DOCKER_HOST: part('docker').host, GITHUB_RUN_ATTEMPT: '2' }
    const third = await runStepHere(job(good, env), inputs)
    expect(third).toMatchObject({ status: 0, outputs: { digest: first.outputs['digest'] } })
    expect(third.log).toContain('This is attempt 2 of the run')
  })
})

describe.skipIf(missing('docker', 'registry', 'base', 'emulated'))('a step whose build fails', () => {
  it('names line, platform and the last lines of the step, and updates no tag', async () => {
    const name = `${part('registry').host}/e2e/failing`
    const dockerfile = `FROM ${part('base')}
ARG TARGETARCH
RUN if [ "$TARGETARCH" = arm64 ]; then echo "permission denied: not a registry"; exit 3; fi
`
    const inputs = { images: name, tags: 'latest', platforms: 'amd64, arm64', push: 'true' }
    const first = await runStepHere(job(good), inputs)
    const second = await runStepHere(job({ 'docker/Dockerfile': dockerfile }), { ...inputs, file: 'docker/Dockerfile' })

    expectFailure(second, {
      status: 1,
      code: 'build-failed',
      says: [
        'file=docker/Dockerfile,line=3',
        'for linux/arm64 at docker/Dockerfile:3',
        'exit code: 3',
        'permission denied: not a registry',
      ],
    })
    expect((await pull(name, 'latest')).digest).toBe(first.outputs['digest'])
  })

  it.each([
    {
      // A frozen event loop in a pattern, where no cancel can reach it: https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS
      name: 'a command that prints one line of 131,072 characters and fails',
      dockerfile: () => `FROM ${part('base')}\nRUN head -c 131072 /dev/zero | tr '\\0' a; exit 9\n`,
      expected: { status: 1, code: 'build-failed', says: ['Dockerfile:2', 'exit code: 9', 'aaaa'] },
    },
    {
      name: 'a base image that does not exist',
      dockerfile: () => `FROM ${part('registry').host}/no/such:tag\n`,
      expected: { status: 66, code: 'image-not-found', says: ['no/such:tag'] },
    },
    {
      name: 'an instruction that does not exist',
      dockerfile: () => 'FROM scratch\nCOPPY a b\n',
      expected: { status: 1, code: 'dockerfile-invalid', says: ['Dockerfile:2', 'COPPY'] },
    },
    {
      name: 'a file that is not in the context',
      dockerfile: () => 'FROM scratch\nCOPY nothing /\n',
      expected: { status: 1, code: 'build-failed', says: ['Dockerfile:2', 'nothing', '.dockerignore'] },
    },
    {
      name: 'a program of a platform without emulator',
      dockerfile: () => `FROM ${part('base')}\nCOPY --chmod=755 hello /hello\nRUN ["/hello"]\n`,
      expected: {
        status: 1,
        code: 'platform-unsupported',
        says: ['Dockerfile:3', 'emulator', /offers .*linux\/amd64/],
      },
      hello: '\x7fELF\x02\x01\x01 not for any machine here',
    },
  ])('explains $name', async ({ dockerfile, expected, hello = 'hello' }) => {
    const made = job({ Dockerfile: dockerfile(), hello })

    expectFailure(await runStepHere(made, {}), expected)
  })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  await new Promise((closed) => server.close(closed))
  if (address === null || typeof address === 'string') throw new Error('No port')
  return address.port
}

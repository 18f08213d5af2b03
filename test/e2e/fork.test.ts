import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createJob, type Job, runStepHere } from './support/action.ts'
import { missing, part, rig } from './support/rig.ts'

// Pull requests without secrets: they are built and verified, without logins and pushes.

const jobs: Job[] = []
const registries: TestRegistry[] = []
afterEach(async () => {
  for (const job of jobs.splice(0)) job.remove()
  for (const registry of registries.splice(0)) await registry.close()
})

const plain = { Dockerfile: 'FROM scratch\nCOPY hello /hello\n', hello: 'hello\n' }

type Event = {
  readonly payload: unknown
  readonly actor?: string
  readonly docker?: string
  readonly files?: Readonly<Record<string, string>>
}

/** The job of a pull request, as GitHub describes it in variables and the event file. */
function pullRequest({ payload, actor = 'somebody', docker = part('docker').host, files = plain }: Event): Job {
  const made = createJob(files, {
    DOCKER_HOST: docker,
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_REF: 'refs/pull/7/merge',
    GITHUB_HEAD_REF: 'topic',
    GITHUB_ACTOR: actor,
    SENTRY_TOKEN: '',
  })
  jobs.push(made)
  const path = join(made.home, 'event.json')
  writeFileSync(path, JSON.stringify(payload))
  return { ...made, env: { ...made.env, GITHUB_EVENT_PATH: path } }
}

const from = (name: string) => ({
  number: 7,
  pull_request: { number: 7, head: { ref: 'topic', repo: { full_name: name, fork: name !== 'acme/app' } } },
})

/** Removes an image that a step has loaded; fails if it does not exist. */
function removeImage(daemon: 'docker' | 'classic', name: string): void {
  execFileSync(join(part('cli'), 'docker'), ['-H', part(daemon).host, 'image', 'rm', name], { stdio: 'pipe' })
}

describe.skipIf(missing('docker'))('push: auto', () => {
  it.each([
    {
      name: "a fork's pull request",
      event: { payload: from('stranger/app') },
      because: 'the pull request comes from the fork stranger/app, which gets no secrets',
      platforms: 'amd64, arm64',
    },
    {
      name: "a fork's pull request, for one platform",
      event: { payload: from('stranger/app') },
      because: 'the pull request comes from the fork stranger/app, which gets no secrets',
      platforms: 'amd64',
    },
    {
      name: "Dependabot's pull request",
      event: { payload: from('acme/app'), actor: 'dependabot[bot]' },
      because: "the pull request is Dependabot's, which gets no secrets",
      platforms: 'amd64, arm64',
    },
  ])('builds $name without a login and a push, and reports it', async ({ event, because, platforms }) => {
    const registry = await startRegistry({ auth: { kind: 'basic', username: 'acme', password: 'secret' } })
    registries.push(registry)
    // The secrets of the workflow are empty in such a run.
    const inputs = {
      images: `${registry.host}/acme/app`,
      tags: 'pr-7',
      platforms,
      push: 'auto',
      username: '',
      password: '',
    }
    const step = await runStepHere(pullRequest(event), inputs)

    expect(step).toMatchObject({ status: 0, outputs: { pushed: 'false' }, post: { status: 0, log: '' }, leftovers: [] })
    expect(step.log).toContain(`::notice::Nothing is pushed: ${because}`)
    expect(step.log).toContain(`::group::Build ${platforms === 'amd64' ? 'linux/amd64' : 'linux/amd64, linux/arm64'}`)
    if (platforms === 'amd64') removeImage('docker', `${registry.host}/acme/app:pr-7`)
    else expect(step.log).toContain('::group::Verify')
    expect(registry.kinds()).toEqual([])
  })

  const nowhere = 'unix:///nonexistent/docker.sock'
  it.skipIf(missing('classic', 'buildkitd')).each([
    { name: 'the classic image store', daemon: 'classic', host: undefined, given: {} },
    {
      name: 'a remote BuildKit',
      daemon: undefined,
      host: nowhere,
      given: { driver: 'remote', endpoint: rig.buildkitd?.[0] ?? '' },
    },
    { name: 'the embedded engine', daemon: undefined, host: nowhere, given: { engine: 'embedded' } },
    { name: 'the embedded engine next to a daemon', daemon: 'docker', host: undefined, given: { engine: 'embedded' } },
  ] as const)("builds a fork's pull request with $name, and loads it if possible", async ({ daemon, host, given }) => {
    const registry = await startRegistry({ auth: { kind: 'basic', username: 'acme', password: 'secret' } })
    registries.push(registry)
    const name = `${registry.host}/acme/app:pr-7`
    for (const platforms of ['amd64', 'amd64, arm64']) {
      const docker = host ?? part(daemon).host
      const inputs = {
        images: `${registry.host}/acme/app`,
        tags: 'pr-7',
        platforms,
        push: 'auto',
        username: '',
        password: '',
      }
      const step = await runStepHere(pullRequest({ payload: from('stranger/app'), docker }), { ...inputs, ...given })

      const isLoaded = platforms === 'amd64' && daemon !== undefined
      const outputs = { pushed: 'false', tags: isLoaded ? name : '', refs: '' }
      expect(step).toMatchObject({ status: 0, outputs, post: { status: 0, log: '' }, leftovers: [] })
      expect(step.log).toContain('::notice::Nothing is pushed: the pull request comes from the fork stranger/app')
      if (isLoaded) removeImage(daemon, name)
    }
    expect(registry.kinds()).toEqual([])
  })

  const mounts = (options: string) => ({
    Dockerfile: `FROM ${rig.base ?? ''}
RUN --mount=type=secret,id=npm_token${options} --mount=type=secret,id=sentry_token \\
    test ! -e /run/secrets/npm_token && test ! -e /run/secrets/sentry_token
`,
  })
  const secrets = { secrets: 'npm_token=', 'secret-envs': 'sentry_token=SENTRY_TOKEN', push: 'auto', load: 'false' }

  it.skipIf(missing('base'))("builds a fork's pull request with empty build secrets", async () => {
    const step = await runStepHere(pullRequest({ payload: from('stranger/app'), files: mounts('') }), secrets)

    expect(step).toMatchObject({ status: 0, post: { status: 0, log: '' }, leftovers: [] })
    for (const input of ['secrets', 'secret-envs']) {
      expect(step.log).toContain(`::notice::${input}, line 1: the secret is empty and counts as not set: the pull`)
    }
    for (const id of ['npm_token', 'sentry_token']) {
      expect(step.log).toContain(`Dockerfile:2: the build secret ${id} is not given, and RUN goes without it`)
    }
  })

  it.skipIf(missing('base')).each([
    { name: 'a RUN requires one', event: from('stranger/app'), files: mounts(',required'), code: 'secret-not-found' },
    { name: 'the event has secrets', event: from('acme/app'), files: mounts(''), code: 'input-invalid' },
  ])('rejects empty build secrets if $name', async ({ event, files, code }) => {
    const step = await runStepHere(pullRequest({ payload: event, files }), secrets)
    expect(step).toMatchObject({ outputs: { 'error-code': code }, leftovers: [] })
  })

  it('pushes a pull request from a branch of the repository', async () => {
    const registry = await startRegistry()
    registries.push(registry)
    const inputs = { images: `${registry.host}/acme/app`, tags: 'pr-7', push: 'auto' }
    const step = await runStepHere(pullRequest({ payload: from('acme/app') }), inputs)

    expect(step).toMatchObject({ status: 0, outputs: { pushed: 'true' } })
    expect(registry.kinds()).toContain('manifest-put')
  })
})

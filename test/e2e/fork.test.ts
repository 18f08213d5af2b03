import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createJob, type Job, runStep } from './support/action.ts'
import { missing, part } from './support/rig.ts'

// Pull requests that get no secrets: they are built and proven, nobody logs in anywhere, and nothing is pushed.

const jobs: Job[] = []
const registries: TestRegistry[] = []
afterEach(async () => {
  for (const job of jobs.splice(0)) job.remove()
  for (const registry of registries.splice(0)) await registry.close()
})

type Event = { readonly payload: unknown; readonly actor?: string }

/** The job of a pull request, as GitHub describes it in its variables and the file of the event. */
function pullRequest({ payload, actor = 'somebody' }: Event): Job {
  const files = { Dockerfile: 'FROM scratch\nCOPY hello /hello\n', hello: 'hello\n' }
  const made = createJob(files, {
    DOCKER_HOST: part('docker').host,
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_REF: 'refs/pull/7/merge',
    GITHUB_HEAD_REF: 'topic',
    GITHUB_ACTOR: actor,
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
  ])('builds $name without a login and without a push, and says so', async ({ event, because, platforms }) => {
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
    const step = await runStep(pullRequest(event), inputs)

    expect(step).toMatchObject({ status: 0, outputs: { pushed: 'false' }, post: { status: 0, log: '' }, leftovers: [] })
    expect(step.log).toContain(`::notice::Nothing is pushed: ${because}`)
    expect(step.log).toContain(`::group::Build ${platforms === 'amd64' ? 'linux/amd64' : 'linux/amd64, linux/arm64'}`)
    if (platforms !== 'amd64') expect(step.log).toContain('::group::Prove')
    expect(registry.kinds()).toEqual([])
  })

  it('pushes a pull request from a branch of the repository itself', async () => {
    const registry = await startRegistry()
    registries.push(registry)
    const inputs = { images: `${registry.host}/acme/app`, tags: 'pr-7', push: 'auto' }
    const step = await runStep(pullRequest({ payload: from('acme/app') }), inputs)

    expect(step).toMatchObject({ status: 0, outputs: { pushed: 'true' } })
    expect(registry.kinds()).toContain('manifest-put')
  })
})

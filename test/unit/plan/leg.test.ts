import { describe, expect, test } from 'vitest'
import { readJob } from '../../../src/facts/job.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { factsOf, inputsOf, serverOf } from '../../support/plan.ts'

const given = { images: 'acme/app', tags: '1.0', platforms: 'amd64, arm64', platform: 'arm64', push: 'true' }
const github = {
  ...{ GITHUB_RUN_ID: '7', GITHUB_REPOSITORY: 'acme/app', GITHUB_SERVER_URL: 'https://github.com' },
  ...{ ACTIONS_RUNTIME_TOKEN: 'x', ACTIONS_RESULTS_URL: 'https://results.example/' },
}

function planOf(inputs: Parameters<typeof inputsOf>[0] = {}, env: Readonly<Record<string, string>> = {}) {
  const facts = factsOf({ docker: serverOf({ store: 'containerd' }), job: readJob({ ...github, ...env }, new Date(0)) })
  return makePlan(inputsOf({ ...given, ...inputs }), facts)
}

const keyOf = (...args: Parameters<typeof planOf>) => planOf(...args).leg?.key

describe('makePlan() of a job that builds a part of the platforms', () => {
  test('builds only that part, with the tags and annotations of the whole image', () => {
    const annotations = 'manifest,index:a=b\nmanifest[linux/amd64]:c=d\nindex-descriptor:e=f\ng=h'
    const { build, leg, tags } = planOf({ annotations })
    expect(build.platforms).toEqual([{ os: 'linux', architecture: 'arm64' }])
    expect(build.annotations).toEqual({ 'manifest:a': 'b', g: 'h' })
    expect(leg?.platforms.map(({ architecture }) => architecture)).toEqual(['amd64', 'arm64'])
    expect(Object.keys(leg?.annotations ?? {})).toHaveLength(4)
    expect(tags).toHaveLength(1)
  })

  test('names what the jobs must have in common', () => {
    expect(planOf({ annotations: 'index:a=b' }).leg?.agreed).toEqual({
      commit: '0123456789abcdef0123456789abcdef01234567',
      platforms: 'linux/amd64, linux/arm64',
      tags: 'acme/app:1.0',
      'if-exists': 'overwrite',
      annotations: 'index:a=b',
    })
    expect(planOf({ platforms: 'amd64?, arm64' }).leg?.agreed['platforms']).toBe('linux/amd64?, linux/arm64')
    const tags = Array.from({ length: 400 }, (_, at) => `1.${at}`).join()
    expect(planOf({ tags }).leg?.agreed['tags']).toMatch(/^sha256:[0-9a-f]{64}$/)
  })

  test('has one key for the jobs and attempts of a run, and another for other images, runs and sets', () => {
    const key = keyOf()
    expect(key).toMatch(/^[0-9a-f]{20}$/)
    expect([keyOf({ platform: 'amd64' }), keyOf({ tags: '2.0' }), keyOf({}, { GITHUB_RUN_ATTEMPT: '2' })]).toEqual([
      key,
      key,
      key,
    ])
    const others = [
      keyOf({ images: 'acme/other' }),
      keyOf({ 'leg-set': 'alpine' }),
      keyOf({}, { GITHUB_RUN_ID: '8' }),
      keyOf({}, { GITHUB_REPOSITORY: 'acme/fork' }),
      keyOf({}, { GITHUB_SERVER_URL: 'https://git.example' }),
    ]
    expect(new Set([key, ...others]).size).toBe(6)
  })

  test.each([
    ['on github.com', {}, {}, 'artifacts', 'the runner has an artifact service'],
    [
      'on ghe.com',
      {},
      { GITHUB_SERVER_URL: 'https://acme.ghe.com' },
      'artifacts',
      'the runner has an artifact service',
    ],
    ['on another server', {}, { GITHUB_SERVER_URL: 'https://git.example' }, 'registry', 'the server is not github.com'],
    [
      'without the service',
      {},
      { ACTIONS_RESULTS_URL: '' },
      'registry',
      'the runner offers no artifact service to this step',
    ],
    ['on request', { ledger: 'registry' }, {}, 'registry', 'selected by the `ledger` input'],
    [
      'on request on another server',
      { ledger: 'artifacts' },
      { GITHUB_SERVER_URL: 'https://git.example' },
      'artifacts',
      'selected by the `ledger` input',
    ],
  ])('selects the ledger %s', (_name, inputs, env, kind, because) => {
    expect(planOf(inputs, env).leg?.ledger).toEqual({ kind, because })
  })

  test('fails if the requested artifact service does not exist, or the run is not known', () => {
    expect(() => planOf({ ledger: 'artifacts' }, { ACTIONS_RUNTIME_TOKEN: '' })).toThrow(
      'Cannot use `ledger: artifacts`: the runner offers no artifact service to this step',
    )
    expect(() => planOf({}, { GITHUB_RUN_ID: '' })).toThrow(
      'Cannot build linux/arm64 as a part of the image: GITHUB_RUN_ID is not set',
    )
  })

  test('is a build of the part only, with a notice, if nothing is pushed', () => {
    const { leg, build, notices } = planOf({ push: 'false' })
    expect({ leg, platforms: build.platforms.length }).toEqual({ leg: undefined, platforms: 1 })
    expect(notices).toContain('This job builds only linux/arm64 and writes no tag, because nothing is pushed')
  })

  test('is an ordinary build if the part is the whole', () => {
    expect(planOf({ platform: 'arm64, amd64' })).toMatchObject({ leg: undefined, notices: [] })
  })

  test('warns that jobs overwrite the caches of cache-to', () => {
    const { notices } = planOf({ 'cache-to': 'type=registry,ref=acme/app:cache' })
    expect(notices.join()).toContain('Jobs for other platforms that write the same caches of `cache-to`')
  })
})

test('readJob() distinguishes jobs with one name, and runs whose numbers repeat', () => {
  const started = new Date(5)
  const job = readJob({ GITHUB_JOB: 'image', RUNNER_TRACKING_ID: 'github_1', RUNNER_NAME: 'a', ACT: 'true' }, started)
  expect(job).toMatchObject({ run: undefined, attempt: 1, id: 'image github_1', started, numbersRepeat: true })
  expect(readJob({ GITHUB_JOB: 'image', RUNNER_NAME: 'a', GITHUB_RUN_ATTEMPT: 'x' }, started)).toMatchObject({
    ...{ attempt: 1, id: 'image a' },
  })
})

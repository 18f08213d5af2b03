import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { limits } from '../../../src/bounds/limits.ts'
import { readEvent } from '../../../src/facts/event.ts'
import { findOrigin, withCommitDate } from '../../../src/facts/origin.ts'
import { parseInputs } from '../../../src/inputs/parse.ts'
import { type InputName, inputRows } from '../../../src/inputs/schema.ts'
import { secret } from '../../../src/inputs/secret.ts'
import { hasLevel } from '../../../src/oci/annotations.ts'
import { planLabels } from '../../../src/plan/labels.ts'
import { createTestHost } from '../../support/host.ts'
import { hostile } from '../../support/hostile.ts'
import { tempFolder } from '../../support/temp.ts'

type Given = Partial<Record<InputName, string>>

const sha = '860c1904a1ce19322e91ac35af1ab07466440c37'
const runner = {
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_SHA: sha,
  GITHUB_REPOSITORY: 'acme/app',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_WORKSPACE: '/nonexistent',
}
const pushed = { head_commit: { id: sha, timestamp: '2026-01-02T04:04:05+01:00' } }
/** A repository as GitHub describes it in most events. */
const described = { name: 'app', html_url: 'https://github.com/acme/app', description: 'An app', license: null }

/** A server that replaces GitHub's API; `asked` are the paths, in order. */
async function startApi(answer: RequestListener) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    answer(request, response)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

/** An API that returns this for the repository, and nothing for the commit. */
const giving =
  (repository: unknown): RequestListener =>
  ({ url }, response) => {
    response.statusCode = url === '/repos/acme/app' ? 200 : 404
    response.end(JSON.stringify(repository))
  }

function inputsOf(given: Given, env: Readonly<Record<string, string>> = {}) {
  const texts: Readonly<Record<string, string>> = { 'github-token': 'ghs_token', ...given }
  const annotationLevels = env['DOCKER_METADATA_ANNOTATIONS_LEVELS']
  const rows: Readonly<Record<string, { readonly default: string }>> = inputRows
  return parseInputs((name) => texts[name] ?? rows[name]?.default ?? '', [], { annotationLevels }).inputs
}

/** The origin of the event, planned as labels with the main tag `1.2`. */
async function find(
  { payload = {}, given = {}, env = {} }: { payload?: unknown; given?: Given; env?: Readonly<Record<string, string>> },
  answer?: RequestListener,
) {
  const api = answer && (await startApi(answer))
  const all = { ...runner, ...(api && { GITHUB_API_URL: api.url }), ...env }
  const host = createTestHost({ env: all })
  onTestFinished(host.close)
  const inputs = inputsOf(given, all)
  const origin = await findOrigin(host, inputs, readEvent(all, payload))
  return { origin, ...planLabels(inputs, origin, '1.2'), asked: api?.asked ?? [] }
}

const prefix = 'org.opencontainers.image.'
const short = (pairs: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(pairs).map(([key, value]) => [key.replace(prefix, ''), value]))

describe('findOrigin()', () => {
  test('reads everything from the event, and sends no request if it is complete', async () => {
    const { labels, asked, origin } = await find({ payload: { ...pushed, repository: described } }, giving({}))
    expect(short(labels)).toEqual({
      title: 'app',
      description: 'An app',
      url: 'https://github.com/acme/app',
      source: 'https://github.com/acme/app',
      version: '1.2',
      created: '2026-01-02T03:04:05.000Z',
      revision: sha,
      licenses: '',
    })
    expect({ asked, problems: origin?.problems }).toEqual({ asked: [], problems: [] })
  })

  test('queries the API for missing facts, with the token of the job', async () => {
    const headers: unknown[] = []
    const { labels, asked, origin } = await find({ payload: pushed }, (request, response) => {
      headers.push(request.headers.authorization)
      giving({ ...described, license: { spdx_id: 'MIT' } })(request, response)
    })
    expect(short(labels)).toMatchObject({ title: 'app', description: 'An app', licenses: 'MIT' })
    expect({ asked, headers }).toEqual({ asked: ['/repos/acme/app'], headers: ['Bearer ghs_token'] })
    expect(origin?.problems).toEqual([])
  })

  test.each([
    { name: 'no token', given: { 'github-token': '' }, env: {} },
    { name: 'default-labels: false', given: { 'default-labels': 'false' }, env: {} },
    { name: 'no repository', given: {}, env: { GITHUB_REPOSITORY: '' } },
    {
      name: 'labels and annotations that set the missing values',
      given: Object.fromEntries(
        ['labels', 'annotations'].map((name) => [name, `${prefix}description=mine\n${prefix}licenses=`]),
      ),
      env: {},
    },
  ])('sends no request with $name', async ({ given, env }) => {
    const { asked } = await find({ payload: pushed, given, env }, giving(described))
    expect(asked).toEqual([])
  })

  test.each([
    { name: 'default-labels: false', given: { 'default-labels': 'false', labels: 'a=b' }, env: {} },
    { name: 'no repository', given: { labels: 'a=b' }, env: { GITHUB_REPOSITORY: '' } },
  ])('creates no default label with $name', async ({ given, env }) => {
    const { labels, annotations } = await find({ payload: pushed, given, env })
    expect({ labels, annotations }).toEqual({ labels: { a: 'b' }, annotations: {} })
  })

  test.each([
    { name: 'a server error, twice', status: 500, body: 'x', requests: 2, says: 'it answered 500' },
    { name: 'a rejection', status: 404, body: '{"message":"Not Found"}', requests: 1, says: 'it answered 404' },
    {
      name: 'an answer that is not JSON',
      status: 200,
      body: `<${hostile}>`,
      requests: 1,
      says: 'it is not valid JSON',
    },
    {
      name: 'too much data',
      status: 200,
      body: 'x'.repeat(limits.apiAnswer + 1),
      requests: 1,
      says: 'it is larger than 1.0 MB',
    },
  ])('reports an API that returns $name, and continues', async ({ status, body, requests, says }) => {
    const { labels, asked, origin } = await find({ payload: pushed }, (_, response) => {
      response.statusCode = status
      response.end(body)
    })
    expect(origin?.problems).toEqual([
      expect.stringMatching(
        new RegExp(
          `^The image has no default label for description and licenses: cannot read /repos/acme/app from 127.0.0.1:\\d+: .*${says}`,
        ),
      ),
    ])
    expect(asked).toHaveLength(requests)
    expect(short(labels)).toMatchObject({ title: 'app', created: '2026-01-02T03:04:05.000Z' })
    expect(Object.keys(short(labels))).not.toContain('description')
  })

  test('stops waiting for an API that does not answer or never ends its answer', { timeout: 20_000 }, async () => {
    const drip: RequestListener = (_, response) => {
      const timer = setInterval(() => response.write(' '), 100)
      response.once('close', () => clearInterval(timer))
    }
    // Both at once: each takes the complete time limit of an API.
    for (const { origin } of await Promise.all(
      [() => undefined, drip].map((answer) => find({ payload: pushed }, answer)),
    )) {
      expect(origin?.problems).toEqual([expect.stringContaining('no answer within 5 s')])
    }
  })

  test('reduces a hostile description to one bounded line, and drops invalid names, URLs and licenses', async () => {
    const { labels } = await find(
      { payload: { ...pushed, repository: { name: `app\n${hostile}`, html_url: 'javascript:x' } } },
      giving({ description: `${hostile}${'x'.repeat(100_000)}`, license: { spdx_id: 'MIT\nevil=1' } }),
    )
    const { description = '', ...rest } = short(labels)
    expect([...description]).toHaveLength(limits.description)
    expect(description).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
    expect(rest).toEqual({
      title: 'app',
      url: 'https://github.com/acme/app',
      source: 'https://github.com/acme/app',
      version: '1.2',
      created: '2026-01-02T03:04:05.000Z',
      revision: sha,
    })
  })

  test('stops with the run', async () => {
    const over = new AbortController()
    const api = await startApi(() => over.abort())
    const env = { ...runner, GITHUB_API_URL: api.url }
    const host = createTestHost({ env, signal: over.signal })
    onTestFinished(host.close)
    await expect(findOrigin(host, inputsOf({}), readEvent(env, pushed))).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('the label created', () => {
  const created = async (more: Parameters<typeof find>[0], answer?: RequestListener) =>
    short((await find(more, answer)).labels)['created']

  test('is SOURCE_DATE_EPOCH of the build arguments, then of the environment', async () => {
    const env = { SOURCE_DATE_EPOCH: '1' }
    expect(await created({ payload: pushed, env })).toBe('1970-01-01T00:00:01.000Z')
    expect(await created({ payload: pushed, env, given: { 'build-args': 'SOURCE_DATE_EPOCH=2' } })).toBe(
      '1970-01-01T00:00:02.000Z',
    )
    expect(await created({ payload: pushed, env: { SOURCE_DATE_EPOCH: 'x' } })).toBe('2026-01-02T03:04:05.000Z')
  })

  test('is the time of the commit in Git, if the event has no pushed commit', async () => {
    const folder = tempFolder()
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
        encoding: 'utf8',
        env: { ...process.env, GIT_COMMITTER_DATE: '2020-01-02T03:04:05Z' },
      })
    git('init', '-q')
    git('commit', '-q', '--allow-empty', '-m', 'a')
    const env = { GITHUB_WORKSPACE: folder, GITHUB_SHA: git('rev-parse', 'HEAD').trim() }
    expect(await created({ payload: pushed, env })).toBe('2020-01-02T03:04:05.000Z')
  })

  test('is the time of the commit in the API without a checkout, otherwise of this run', async () => {
    const commit = { committer: { date: '2021-01-02T03:04:05Z' } }
    const payload = { repository: described }
    const answer: RequestListener = ({ url }, response) => {
      response.statusCode = url === `/repos/acme/app/git/commits/${sha}` ? 200 : 404
      response.end(JSON.stringify(commit))
    }
    expect(await created({ payload }, answer)).toBe('2021-01-02T03:04:05.000Z')
    // The clock of the test host does not advance.
    expect(await created({ payload }, giving(described))).toBe('2026-01-02T03:04:05.000Z')
    expect(await created({ payload })).toBe('2026-01-02T03:04:05.000Z')
  })

  test('is never an invalid date', async () => {
    const payload = { head_commit: { id: sha, timestamp: `2026-99-02T03:04:05Z${hostile}` } }
    expect(await created({ payload })).toBe('2026-01-02T03:04:05.000Z')
  })
})

// The results of docker/metadata-action for events and inputs. `version` is its main tag; other tests check the rules of tags.
type Case = {
  readonly id: string
  readonly env: Readonly<Record<string, string>>
  readonly repo: Readonly<Record<string, unknown>>
  readonly event: { readonly name: string; readonly ref: string; readonly sha: string; readonly payload: unknown }
  readonly inputs: Given
  readonly version: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: readonly string[]
}
const cases: readonly Case[] = readFileSync(new URL('../../golden/labels/cases.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line))

/** Intended differences. */
const decided: Readonly<Record<string, (one: Case) => Pick<Case, 'labels' | 'annotations'> | 'an error'>> = {
  // metadata-action omits a label without "=".
  'labels-007': () => 'an error',
  // A description is one line, so that each line of the output is one label; the JSON of metadata-action has only the first line.
  'labels-031': ({ labels, annotations }) => ({
    labels: { ...labels, [`${prefix}description`]: 'Line one line two' },
    annotations: annotations.map((one) => one.replace('Line one\nline two', 'Line one line two')),
  }),
}

test.each(cases)('labels and annotations are those of metadata-action, $id', async (one) => {
  const { event, env, repo } = one
  const api = await startApi(giving({ description: 'An app, with a "quote"', license: { spdx_id: 'MIT' }, ...repo }))
  const all = {
    ...runner,
    ...env,
    GITHUB_EVENT_NAME: event.name,
    GITHUB_REF: event.ref,
    GITHUB_SHA: event.sha,
    GITHUB_API_URL: api.url,
  }
  const expected = decided[one.id]?.(one) ?? one
  if (expected === 'an error') {
    expect(() => inputsOf(one.inputs, all)).toThrow('expected key=value')
    return
  }
  const host = createTestHost({ env: all })
  onTestFinished(host.close)
  const inputs = inputsOf(one.inputs, all)
  const origin = await findOrigin(host, inputs, readEvent(all, event.payload))
  const { labels, annotations } = planLabels(inputs, origin, one.version)
  const created = (text: string) => text.replace(/(image\.created=)\d{4}-[\dT:.-]+Z$/, '$1<created>')
  expect(Object.entries(labels).map(([key, value]) => created(`${key}=${value}`))).toEqual(
    Object.entries(expected.labels).map(([key, value]) => `${key}=${value}`),
  )
  expect(
    Object.entries(annotations).map(([key, value]) => created(`${hasLevel(key) ? '' : 'manifest:'}${key}=${value}`)),
  ).toEqual(expected.annotations)
})

describe('withCommitDate()', () => {
  const commit =
    (status: number): RequestListener =>
    (_, response) => {
      response.statusCode = status
      response.end(JSON.stringify({ committer: { date: '2026-02-03T04:05:06Z' } }))
    }
  async function dated(payload: unknown, answer: RequestListener, env: Readonly<Record<string, string>> = {}) {
    const { url, asked } = await startApi(answer)
    const all = { ...runner, GITHUB_API_URL: url, ...env }
    const host = createTestHost({ env: all })
    onTestFinished(host.close)
    const { commitDate } = await withCommitDate(host, readEvent(all, payload), secret('ghs_token'))
    return { commitDate, asked, told: host.told }
  }

  test('sends no request if the event has the date', async () => {
    expect(await dated(pushed, commit(200))).toMatchObject({ commitDate: '2026-01-02T04:04:05+01:00', asked: [] })
  })

  test('queries the API if neither the event nor the workspace has it', async () => {
    expect(await dated({}, commit(200))).toEqual({
      commitDate: '2026-02-03T04:05:06.000Z',
      asked: [`/repos/acme/app/git/commits/${sha}`],
      told: [],
    })
  })

  test('prefers the checked out repository', async () => {
    const folder = tempFolder()
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, GIT_COMMITTER_DATE: '2026-05-06T07:08:09Z' },
      })
    git('init', '-q')
    git('commit', '-q', '--allow-empty', '-m', 'a')
    const env = { GITHUB_WORKSPACE: folder, GITHUB_SHA: git('rev-parse', 'HEAD').trim() }
    expect(await dated({}, commit(200), env)).toMatchObject({ commitDate: '2026-05-06T07:08:09.000Z', asked: [] })
  })

  test('returns none if the API has none, and reports the answer', async () => {
    const { commitDate, told } = await dated({}, commit(403))
    expect(commitDate).toBeUndefined()
    expect(JSON.stringify(told)).toContain('{{commit_date}}: cannot read /repos/acme/app/git/commits/')
    expect(JSON.stringify(told)).toContain('403')
  })
})

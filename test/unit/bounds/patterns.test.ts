import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { checkSync } from 'recheck'
import ts from 'typescript'
import { afterEach, expect, it, vi } from 'vitest'
import { excerptOf } from '../../../src/bounds/excerpt.ts'
import { limits } from '../../../src/bounds/limits.ts'
import { toBuildError } from '../../../src/engine/buildkit/failure.ts'
import { createProgress } from '../../../src/engine/buildkit/progress.ts'
import { ActionError, type ErrorCode } from '../../../src/errors/action-error.ts'
import { recognise } from '../../../src/errors/known-failure.ts'
import { failureError } from '../../../src/registry/answers/errors.ts'
import { describeFaults } from '../../../src/registry/answers/fault.ts'
import { knownAnswers } from '../../../src/registry/answers/known-answers.ts'
import { classify } from '../../../src/retry/classify.ts'
import { isMisconfigured, startTable } from '../../../src/retry/network-faults.ts'
import { mostAttempts } from '../../support/most-attempts.ts'

const src = resolve(import.meta.dirname, '../../../src')

/** Their patterns may take quadratic time: all that they are matched with is an excerpt. The tests below hold that. */
const ofExcerpts = [
  'engine/buildkit/failure.ts',
  'engine/buildkit/known-failures.ts',
  'engine/buildkit/gone.ts',
  'engine/buildkit/internal-failures.ts',
  'engine/buildkit/retry-table.ts',
  'source/git/git-failures.ts',
  'registry/answers/known-answers.ts',
  'retry/network-faults.ts',
]

/** Patterns that may take quadratic time in what they are matched with, and what bounds that. */
const bounded: Readonly<Record<string, string>> = {
  [String.raw`/\.?0+$/`]: 'a number of seconds with nine decimals',
  [String.raw`/(\d+(?:\.\d+)?)([hms])/g`]: 'the first 100 characters of an input',
  [String.raw`/^(.+?)(?::([^:/\\@]+))?(?:@(.+))?$/`]: 'the first 4096 characters of a path',
  [String.raw`/(?:\.dkr[.-]ecr[.-].*\.(?:amazonaws\.com(?:\.cn)?|on\.aws)|^public\.ecr\.aws)$/`]:
    'the host of a reference, 255 characters at most',
  '/(?:invalid|unknown) driver option|invalid (?:value|option) .{0,200}driver|bare " in non-quoted/i': 'an excerpt',
  [String.raw`/(?<=\.)0+(?=\d)/g`]: 'the first 64 characters of a version',
  '/token.{0,80}(?:expired|invalid)/i': 'what describeFaults gives, 1000 characters at most',
}

/** Linear, as recheck says, which takes a second or more for each of them. Without their flags. */
const linear = new Set([
  String.raw`/^(?:image|namespace|default-load|provenance-add-gha|replicas|(?:requests|limits)\.[\w-]+|buildkit-root-volume-memory|nodeselector|annotations|labels|tolerations|serviceaccount|schedulername|rootless|loadbalance|qemu\.\w+|timeout|env\.[^=]+)=/`,
  String.raw`/^(?:image|network|memory|memory-swap|cpu-(?:quota|period|shares)|cpuset-(?:cpus|mems)|cgroup-parent|restart-policy|default-load|provenance-add-gha|gpus|env\.[^=]+)=/`,
  String.raw`/no (such (image|container)|builder)|not found|removal of container \S+ is already in progress/`,
  '/^(?:(?:https?|ftp|no|all)_proxy|SOURCE_DATE_EPOCH|BUILDKIT_.*|(?:BUILD|TARGET)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT)|TARGETSTAGE)$/',
  '/^(?:INPUT_.*|STATE_.*|ACTIONS_RUNTIME_TOKEN|ACTIONS_ID_TOKEN_REQUEST_(?:TOKEN|URL)|ACTIONS_CACHE_SERVICE_TOKEN)$/',
  String.raw`/^((?:(?:manifest|index)(?:-descriptor)?(?:\[[^\]]+\])?,?)+):(.+)$/`,
  String.raw`/no space left|ENOSPC|disk quota|quota (?:has been )?exceeded|exceed\w{0,3} (?:the )?(?:configured )?(?:upper limit|quota|storage)|storage limit|insufficient storage|"Err":\s*(?:28|122)\b/`,
  String.raw`/^(?:ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)|EPROTO|ECONN\w+)$/`,
  String.raw`/^\[(?:([a-z]+\/[a-z0-9_]+(?:\/v\d+)?)(?:->\S+)? )?(?:(\S+) )? *(\d+)\/(\d+)\] (RUN|COPY|ADD|WORKDIR) /`,
  String.raw`/(?<![a-z0-9+.-])([a-z0-9+.-]+:\/\/)[^\s/]+@/`,
  String.raw`/^ERROR: \(\*service\)\.Write failed: .* locked for /`,
  String.raw`/(?:for|listen tcp4?|port) \S*?:(\d+)/`,
])

/** Every regular expression in the sources, with one place where it stands. */
function patternsOf(files: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const file of files) {
    const source = ts.createSourceFile(file, readFileSync(join(src, file), 'utf8'), ts.ScriptTarget.Latest, true)
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) {
        found.set(node.text, `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`)
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  return found
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'))

it('every pattern takes linear time, or what it is matched with is bounded', { timeout: 300_000 }, () => {
  // Without this it would start a program for each.
  vi.stubEnv('RECHECK_SYNC_BACKEND', 'pure')
  const patterns = patternsOf(files.filter((file) => !ofExcerpts.includes(file)))
  expect(patterns.size).toBeGreaterThan(100)
  const slow = [...patterns].flatMap(([text, place]) => {
    if (linear.has(text.replace(/[a-z]*$/, '')) || text in bounded) return []
    const [, source = '', flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(text) ?? []
    const { status } = checkSync(source, flags, { timeout: 60_000, randomSeed: 1 })
    return status === 'safe' ? [] : [`${place}: ${text} is ${status}`]
  })
  expect(slow).toEqual([])
})

it('no exception is left for a pattern that is gone', () => {
  const patterns = patternsOf(files)
  expect(Object.keys(bounded).filter((text) => !patterns.has(text))).toEqual([])
  expect(ofExcerpts.filter((file) => !files.includes(file))).toEqual([])
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

const megabyte = 1024 * 1024
const worst = [
  'a',
  ' ',
  '<',
  '\n',
  '"/',
  'a:',
  'process "',
  'unexpected status ',
  'failed to push ',
  'dial tcp ',
  'stream error: ',
  '<script',
  'tag ',
  'exceed',
  'connection refused ',
  'target stage "',
  'executor failed running [',
  "The repository with name '",
].map((part) => part.repeat(Math.ceil(megabyte / part.length)))

const codes: readonly ErrorCode[] = [
  'build-failed',
  'registry-unreachable',
  'engine-failed',
  'daemon-unreachable',
  'dockerfile-not-found',
]
const repository = { registry: 'a.example', repository: 'b' }

/** What reads a text of somebody else's by patterns of the files above. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  recognise: (text) => recognise(knownAnswers, text),
  isMisconfigured,
  startTable: (text) => classify({ kind: 'text', text }, startTable),
  mostAttempts: (text) =>
    codes.map((code) => mostAttempts(new ActionError(code, text), { ownNetwork: true, answeredBefore: true })),
  'describeFaults of a fault, read once more,': (text) =>
    recognise(knownAnswers, describeFaults([{ code: text, message: text, detail: text }], text)),
  failureError: (text) =>
    failureError(
      { kind: 'answer', status: 500, text: text.slice(0, limits.errorBody), faults: [] },
      { what: 'Cannot push', target: repository, action: 'push', authenticated: true },
    ),
  'toBuildError of a message': (text) => buildErrorOf([`ERROR: failed to solve: ${text}`], []),
  'toBuildError of a RUN': (text) =>
    buildErrorOf([`ERROR: failed to solve: process "${text}" did not complete successfully: exit code: 1`], [text]),
}

function buildErrorOf(messages: readonly string[], output: readonly string[]) {
  const failed = { name: 'RUN x', platform: 'linux/arm64', error: messages.join('\n'), output }
  const isEmulated = () => true
  return toBuildError({ status: 1, messages, failed, dockerfile: 'Dockerfile', platform: undefined, isEmulated })
}

it.each(Object.entries(readers))('%s matches patterns that are not linear with an excerpt only', (_, read) => {
  const patterns = patternsOf(ofExcerpts)
  // Linear, or nearly: literals and one class.
  const wholes = new Set([
    '/did not complete successfully: exit code|executor failed running/',
    String.raw`/^(\S.*):(\d+)$/`,
    String.raw`/dockerfile parse error (?:on )?line (\d+)/i`,
    String.raw`/^ERROR: (?:(?:failed to build|failed to solve|rpc error: code = Unknown desc = failed to solve with frontend \S+|failed to create LLB definition): )*/`,
  ])
  const before = RegExp.prototype.exec
  let longest = 0
  vi.spyOn(RegExp.prototype, 'exec').mockImplementation(function (this: RegExp, text: string) {
    if (patterns.has(String(this)) && !wholes.has(String(this))) longest = Math.max(longest, text.length)
    return before.call(this, text)
  })
  for (const text of worst) read(text)
  vi.restoreAllMocks()
  expect(longest).toBeGreaterThan(0)
  expect(longest).toBeLessThanOrEqual(limits.excerpt)
})

it('excerptOf() keeps the beginning and the end', () => {
  expect(excerptOf('x'.repeat(100), 100)).toBe('x'.repeat(100))
  expect(excerptOf(`abc${'x'.repeat(100)}def`, 12)).toBe('abc…xxxxxdef')
})

it('createProgress() keeps no line longer than an error may repeat, and shows one without an end in pieces', () => {
  const printed: string[] = []
  const progress = createProgress((line) => printed.push(line))
  const event = (value: unknown) => progress.line(JSON.stringify(value))
  event({ vertexes: [{ digest: 'd', name: 'RUN x', started: '2026-01-01T00:00:00Z' }] })
  const data = Buffer.from('a'.repeat(32 * 1024)).toString('base64')
  for (let part = 0; part < 64; part += 1) event({ logs: [{ vertex: 'd', data }] })
  event({ vertexes: [{ digest: 'd', name: 'RUN x', completed: '2026-01-01T00:00:01Z', error: 'exit code: 1' }] })
  expect(Math.max(...printed.map(({ length }) => length))).toBeLessThan(2 * limits.openLine)
  expect(Math.max(...(progress.failed()?.output ?? []).map(({ length }) => length))).toBe(limits.outputLine)
})

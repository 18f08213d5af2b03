import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { afterEach, expect, it, vi } from 'vitest'
import { excerptOf } from '../../../src/bounds/excerpt.ts'
import { limits } from '../../../src/bounds/limits.ts'
import { toBuildError } from '../../../src/engine/buildkit/failure.ts'
import { createProgress } from '../../../src/engine/buildkit/progress.ts'
import { ActionError, type ErrorCode } from '../../../src/errors/action-error.ts'
import { recognize } from '../../../src/errors/known-failure.ts'
import { failureError } from '../../../src/registry/answers/errors.ts'
import { describeFaults } from '../../../src/registry/answers/fault.ts'
import { knownAnswers } from '../../../src/registry/answers/known-answers.ts'
import { classify } from '../../../src/retry/classify.ts'
import { isMisconfigured, startTable } from '../../../src/retry/network-faults.ts'
import { mostAttempts } from '../../support/most-attempts.ts'
import { sizeOf } from '../../support/seeded-part.ts'

const src = resolve(import.meta.dirname, '../../../src')
const all = process.env['POLYARCH_MATRIX'] === 'all'

/** Files whose patterns may take quadratic time, because they only match excerpts. The tests below check that. */
const ofExcerpts = [
  'engine/buildkit/failure.ts',
  'engine/buildkit/known-failures.ts',
  'engine/buildkit/gone.ts',
  'engine/buildkit/internal-failures.ts',
  'engine/buildkit/retry-table.ts',
  'engine/podman/failure.ts',
  'source/git/git-failures.ts',
  'registry/answers/known-answers.ts',
  'retry/network-faults.ts',
]

/** Patterns that may take quadratic time in the length of their text, and the bound of that text. */
const bounded: Readonly<Record<string, string>> = {
  [String.raw`/\.?0+$/`]: 'a number of seconds with nine decimals',
  [String.raw`/(\d+(?:\.\d+)?)([hms])/g`]: 'the first 100 characters of an input',
  [String.raw`/^(.+?)(?::([^:/\\@]+))?(?:@(.+))?$/`]: 'the first 4096 characters of a path',
  [String.raw`/(?:\.dkr[.-]ecr[.-].*\.(?:amazonaws\.com(?:\.cn)?|on\.aws)|^public\.ecr\.aws)$/`]:
    'the host of a reference, 255 characters at most',
  '/(?:invalid|unknown) driver option|invalid (?:value|option) .{0,200}driver|bare " in non-quoted/i': 'an excerpt',
  [String.raw`/(?<=\.)0+(?=\d)/g`]: 'the first 64 characters of a version',
  [String.raw`/no configuration has been provided|\b(?:stat|open) \S{1,4096}: no such file or directory|invalid kube-?config|context "[^"]*" does not exist/im`]:
    'an excerpt',
  '/token.{0,80}(?:expired|invalid)/i': 'what describeFaults gives, 1000 characters at most',
}

/**
 * The patterns that recheck found linear: it takes up to some seconds for each, and its answers do not change. A new pattern is checked and
 * must be added: `-u` at the end of the command writes the list. `POLYARCH_MATRIX=all` checks all of them again.
 */
const listPath = '../../golden/linear-patterns.txt'
const linear = readFileSync(join(import.meta.dirname, listPath), 'utf8')
  .trimEnd()
  .split('\n')

/** Every regular expression of the sources, with one place where it occurs. */
function patternsOf(files: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const file of files) {
    const content = readFileSync(join(src, file), 'utf8')
    // The formatter puts a space or a bracket before a pattern. Parsing all files would take seconds.
    if (!all && !/[\s([{!]\/(?![/*])/.test(content)) continue
    const source = ts.createSourceFile(file, content, ts.ScriptTarget.Latest)
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) {
        found.set(node.text, `${file}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`)
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
const patternsOfExcerpts = patternsOf(ofExcerpts)
const otherPatterns = patternsOf(files.filter((file) => !ofExcerpts.includes(file)))

it('every pattern takes linear time or matches bounded text', { timeout: 900_000 }, async () => {
  // Without this, it would start a process for each.
  vi.stubEnv('RECHECK_SYNC_BACKEND', 'pure')
  expect(otherPatterns.size).toBeGreaterThan(100)
  const known = new Set(all ? [] : linear)
  const checked = [...otherPatterns].filter(([text]) => !(text in bounded))
  const unknown = checked.filter(([text]) => !known.has(text))
  // Loading it takes seconds, too.
  const check = unknown.length > 0 ? (await import('recheck')).checkSync : undefined
  const slow = unknown.flatMap(([text, place]) => {
    const [, source = '', flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(text) ?? []
    const status = check?.(source, flags, { timeout: 60_000, randomSeed: 1 }).status
    return status === 'safe' ? [] : [`${place}: ${text} is ${status}`]
  })
  expect(slow).toEqual([])
  const list = checked.map(([text]) => text).toSorted()
  await expect(`${list.join('\n')}\n`, 'To update the list, add -u').toMatchFileSnapshot(listPath)
})

it('no exception is listed for a pattern that does not exist', () => {
  const exists = (text: string) => otherPatterns.has(text) || patternsOfExcerpts.has(text)
  expect(Object.keys(bounded).filter((text) => !exists(text))).toEqual([])
  expect(ofExcerpts.filter((file) => !files.includes(file))).toEqual([])
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

/** Much longer than an excerpt. */
const long = sizeOf(1024 * 1024, 128 * 1024)
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
].map((part) => part.repeat(Math.ceil(long / part.length)))

const codes: readonly ErrorCode[] = [
  'build-failed',
  'registry-unreachable',
  'engine-failed',
  'daemon-unreachable',
  'dockerfile-not-found',
]
const repository = { registry: 'a.example', repository: 'b' }

/** The functions that apply patterns of the files above to external text. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  recognize: (text) => recognize(knownAnswers, text),
  isMisconfigured,
  startTable: (text) => classify({ kind: 'text', text }, startTable),
  mostAttempts: (text) =>
    codes.map((code) => mostAttempts(new ActionError(code, text), { ownNetwork: true, answeredBefore: true })),
  'describeFaults of a fault, read once more,': (text) =>
    recognize(knownAnswers, describeFaults([{ code: text, message: text, detail: text }], text)),
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

it.each(Object.entries(readers))('%s matches non-linear patterns against an excerpt only', (_, read) => {
  // Linear, or nearly: literals and one class.
  const wholes = new Set([
    '/did not complete successfully: exit code|executor failed running/',
    String.raw`/^(\S.*):(\d+)$/`,
    String.raw`/dockerfile parse error (?:on )?line (\d+)/i`,
    String.raw`/^ERROR: (?:(?:failed to build|failed to solve|rpc error: code = Unknown desc = failed to solve with frontend \S+|failed to create LLB definition): )*/`,
  ])
  const before = RegExp.prototype.exec
  const isCounted = new Map<RegExp, boolean>()
  let longest = 0
  // A spy of vitest keeps each of millions of calls.
  RegExp.prototype.exec = function (text) {
    let counted = isCounted.get(this)
    if (counted === undefined) {
      counted = patternsOfExcerpts.has(String(this)) && !wholes.has(String(this))
      isCounted.set(this, counted)
    }
    if (counted) longest = Math.max(longest, text.length)
    return before.call(this, text)
  }
  try {
    for (const text of worst) read(text)
  } finally {
    RegExp.prototype.exec = before
  }
  expect(longest).toBeGreaterThan(0)
  expect(longest).toBeLessThanOrEqual(limits.excerpt)
})

it('excerptOf() keeps the start and the end', () => {
  expect(excerptOf('x'.repeat(100), 100)).toBe('x'.repeat(100))
  expect(excerptOf(`abc${'x'.repeat(100)}def`, 12)).toBe('abc…xxxxxdef')
})

it('createProgress() keeps no line longer than an error may repeat, and shows a line without an end in pieces', () => {
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

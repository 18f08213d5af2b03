import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { limits } from '../../../../src/bounds/limits.ts'
import { createProgress, platformOf } from '../../../../src/engine/buildkit/progress.ts'
import { createRandom } from '../../../support/random.ts'
import { seededPart } from '../../../support/seeded-part.ts'

/** Recorded from `buildx build --progress=rawjson`: its output and the expected result. */
const golden = new URL('../../../golden/progress/', import.meta.url)

function follow(lines: readonly string[]) {
  const printed: string[] = []
  const progress = createProgress((line) => printed.push(line))
  for (const line of lines) progress.line(line)
  const { steps, failed, messages } = progress
  return { printed, steps: steps(), failed: failed() ?? null, messages: messages() }
}

describe.each(readdirSync(golden))('createProgress() follows the golden case %s', (name) => {
  const read = (file: string) => readFileSync(new URL(`${name}/${file}`, golden), 'utf8')

  test('as expected', () => {
    expect(follow(read('stderr.txt').trimEnd().split('\n'))).toEqual(JSON.parse(read('expected.json')))
  })
})

const vertex = { digest: 'sha256:1', name: '[2/2] RUN x', started: '2026-01-02T03:04:05Z' }
const started = JSON.stringify({ vertexes: [vertex] })
const completed = JSON.stringify({ vertexes: [{ ...vertex, completed: '2026-01-02T03:04:06.5Z' }] })

function output(...parts: readonly (string | Uint8Array)[]): readonly string[] {
  const logs = parts.map((part) => ({ logs: [{ vertex: vertex.digest, data: Buffer.from(part).toString('base64') }] }))
  return follow([started, ...logs.map((log) => JSON.stringify(log)), completed]).printed.slice(1, -1)
}

const euro = Buffer.from('a\u20ac\n')

test.each([
  { name: 'a line in pieces', parts: ['on', 'e\ntw', 'o\n'], lines: ['#1 one', '#1 two'] },
  { name: 'a character in pieces', parts: [euro.subarray(0, 2), euro.subarray(2)], lines: ['#1 a\u20ac'] },
  { name: 'a line without an end', parts: ['one\ntwo'], lines: ['#1 one', '#1 two'] },
  { name: 'lines of Windows', parts: ['one\r\ntwo\r\n'], lines: ['#1 one', '#1 two'] },
  { name: 'a line that is overwritten', parts: ['10 %\r50 %\r', '100 %\n'], lines: ['#1 100 %'] },
  { name: 'empty lines', parts: ['\n\n'], lines: ['#1 ', '#1 '] },
])('createProgress() prints $name', ({ parts, lines }) => {
  expect(output(...parts)).toEqual(lines)
})

test('createProgress() reports how long a step took', () => {
  expect(follow([started, completed])).toMatchObject({
    printed: ['#1 [2/2] RUN x', '#1 DONE 1.5s'],
    steps: [{ name: vertex.name, cached: false, milliseconds: 1500 }],
  })
})

test('createProgress() joins the pieces of a record that is longer than a line may be', () => {
  const log = JSON.stringify({
    logs: [{ vertex: vertex.digest, data: Buffer.from(`${'a'.repeat(131_072)}\n`).toString('base64') }],
  })
  const pieces: string[] = []
  for (let at = 0; at < log.length; at += limits.openLine) pieces.push(log.slice(at, at + limits.openLine))
  expect(pieces.length).toBeGreaterThan(2)
  const { printed, messages } = follow([started, ...pieces, completed])
  expect(printed.slice(1, -1)).toEqual([`#1 ${'a'.repeat(131_072)}`])
  expect(messages).toEqual([])
})

test('createProgress() prints text that only begins like a record', () => {
  const text = `{${'a'.repeat(limits.openLine - 1)}`
  expect(follow([text, 'b', 'c']).printed).toEqual([`${text}b`, 'c'])
  const endless = Array.from({ length: limits.progressLine / limits.openLine }, () => text)
  expect(follow(endless).printed).toEqual([endless.join('')])
})

test('createProgress() keeps the last 15 lines of a step that fails', () => {
  const text = Array.from({ length: 30 }, (_, line) => `${line}\n`).join('')
  const log = JSON.stringify({ logs: [{ vertex: vertex.digest, data: Buffer.from(text).toString('base64') }] })
  const end = JSON.stringify({ vertexes: [{ ...vertex, completed: vertex.started, error: 'exit code: 3' }] })
  expect(follow([started, log, end]).failed?.output).toEqual(Array.from({ length: 15 }, (_, line) => String(line + 15)))
})

test('createProgress() reports the first step that fails, and no step that was cancelled because of it', () => {
  const ended = (digest: string, error: string) =>
    JSON.stringify({ vertexes: [{ ...vertex, digest, completed: vertex.started, error }] })
  const lines = [ended('a', 'exit code: 137: context canceled'), ended('b', 'first'), ended('c', 'second')]
  expect(follow(lines).failed).toMatchObject({ error: 'first' })
})

test('createProgress() passes on lines that are not events', () => {
  const lines = ['#0 building with "default" instance', '{"vertexes":5}', '{"logs":[{}]}', '{', 'ERROR: no']
  expect(follow(lines)).toMatchObject({ printed: lines, messages: lines })
})

test.each([
  { step: '[linux/arm64 internal] load metadata for a:1', platform: 'linux/arm64' },
  { step: '[linux/arm/v7 builder 2/5] RUN make', platform: 'linux/arm/v7' },
  { step: '[linux/amd64/v3 2/5] RUN make', platform: 'linux/amd64/v3' },
  { step: '[linux/amd64->arm64 build 1/2] RUN make', platform: 'linux/arm64' },
  { step: '[linux/amd64->arm/v7 build 1/2] RUN make', platform: 'linux/arm/v7' },
  { step: '[linux/amd64->windows/amd64 build 1/2] RUN make', platform: 'windows/amd64' },
  { step: '[windows/amd64 1/2] RUN dir', platform: 'windows/amd64' },
  { step: '[app linux/amd64 2/3] RUN make', platform: 'linux/amd64' },
  { step: '[linux/amd64] setting cache mount permissions', platform: 'linux/amd64' },
  { step: '[stage-1 2/3] RUN make', platform: undefined },
  { step: '[2/3] COPY linux/arm64 /', platform: undefined },
  { step: '[internal] load build context', platform: undefined },
  { step: '[auth] linux/arm64:pull token for ghcr.io', platform: undefined },
  { step: 'exporting to oci image format', platform: undefined },
  { step: '', platform: undefined },
])('platformOf() of "$step" is $platform', ({ step, platform }) => {
  expect(platformOf(step)).toBe(platform)
})

test('createProgress() never throws for any line', () => {
  let random = createRandom(20260102)
  const pick = (count: number): number => Math.floor(random() * count)
  const real = readFileSync(new URL('output-and-warnings/stderr.txt', golden), 'utf8').split('\n')
  const values = ['null', '5', '"x"', '[]', '{}', '[null]', '[5]', 'true', '\ufffd', '']
  for (const round of seededPart([...Array(3000).keys()], 5)) {
    random = createRandom(20260102 + round)
    const bytes = Buffer.from(real[pick(real.length)] ?? '')
    for (let change = pick(4); change > 0; change--) bytes[pick(bytes.length)] = pick(256)
    const at = pick(bytes.length)
    const line = bytes.toString('utf8')
    const lines = [line, line.slice(0, at), line.replace(/:[^,:]+,/, `:${values[pick(values.length)]},`)]
    expect(() => follow(lines)).not.toThrow()
  }
})

test('createProgress() returns each finding of the build checks once with its line, and counts the bytes sent of contexts', () => {
  const progress = createProgress(() => undefined)
  const finding = (text: string, range: unknown) => ({
    vertex: 'v',
    short: Buffer.from(text).toString('base64'),
    range,
  })
  const [range] = [[{ start: { line: 2 }, end: { line: 2 } }]]
  const events: readonly unknown[] = [
    { warnings: [finding('MaintainerDeprecated: use LABEL (line 2)', range), finding('No line', undefined)] },
    {
      warnings: [
        finding('MaintainerDeprecated: use LABEL (line 2)', range),
        finding('Odd', [null]),
        finding('Odder', 5),
      ],
    },
    { statuses: [{ id: 'transferring context:', vertex: 'a', current: 10 }] },
    { statuses: [{ id: 'transferring context:', vertex: 'a', current: 25 }] },
    {
      statuses: [
        { id: 'transferring context:', vertex: 'b', current: 5 },
        { id: 'transferring dockerfile:', vertex: 'c', current: 9 },
      ],
    },
    { statuses: [{ id: 'transferring context:', vertex: 'd' }] },
  ]
  for (const event of events) progress.line(JSON.stringify(event))
  expect(progress.findings()).toEqual([
    { message: 'MaintainerDeprecated: use LABEL', line: 2 },
    { message: 'No line', line: undefined },
    { message: 'Odd', line: undefined },
    { message: 'Odder', line: undefined },
  ])
  expect(progress.sent()).toBe(30)
})

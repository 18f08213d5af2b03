import { describe, expect, it } from 'vitest'
import type { FaultAction, RequestKind } from '../support/fault.ts'
import { seededPart } from '../support/seeded-part.ts'
import { type EngineName, type FaultCase, type Outcome, type Point, runFaultCase } from './support/fault-case.ts'
import { missing } from './support/rig.ts'

const json = (status: number, code: string, headers: Readonly<Record<string, string>> = {}): FaultAction => ({
  do: 'answer',
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ errors: [{ code, message: 'injected' }] }),
})
const page = (status: number, text: string): FaultAction => ({
  do: 'answer',
  status,
  headers: { 'content-type': 'text/html' },
  body: `<html><head><title>${status} ${text}</title></head><body><h1>${text}</h1></body></html>`,
})

const faults: Readonly<Record<string, Omit<FaultCase['fault'], 'name'>>> = {
  '408': { action: page(408, 'Request Timeout') },
  '429': { action: json(429, 'TOOMANYREQUESTS') },
  '429 Retry-After': { action: json(429, 'TOOMANYREQUESTS', { 'retry-after': '1' }) },
  '500': { action: json(500, 'UNKNOWN') },
  '502': { action: page(502, 'Bad Gateway') },
  '503': { action: json(503, 'UNAVAILABLE') },
  '503 x3': { action: json(503, 'UNAVAILABLE'), times: 3 },
  '504': { action: page(504, 'Gateway Time-out') },
  '401': { action: json(401, 'UNAUTHORIZED') },
  '403': { action: json(403, 'DENIED') },
  '404': { action: page(404, 'Not Found') },
  'reset before': { action: { do: 'reset' } },
  'reset in the middle': { action: { do: 'reset', after: 50 } },
  'answer lost': { action: { do: 'lose-answer' } },
  'truncated body': { action: { do: 'cut', after: 50 } },
  'short body': { action: { do: 'truncate', after: 50 } },
  'slow body': { action: { do: 'drip', milliseconds: 30 } },
  outage: { action: { do: 'outage', milliseconds: 1500 } },
  'stale token': { action: { do: 'stale' } },
}

const mebi = 1024 * 1024
/** Milliseconds for a test: each runs dozens of steps, and hundreds with `POLYARCH_MATRIX=all`. */
const limit = { timeout: 1_800_000 }

/** The requests of the step. Preflight opens the uploads that are skipped. */
const ofStep = [
  { name: 'ping', on: 'ping', by: 'step' },
  { name: 'token', on: 'token', by: 'step', token: true },
  { name: 'base: manifest GET', on: 'manifest-get', by: 'step', path: '/base/' },
  { name: 'base: blob GET', on: 'blob-get', by: 'step', path: '/base/' },
  { name: 'preflight: upload start', on: 'upload-start', by: 'step' },
  { name: 'preflight: upload cancel', on: 'upload-cancel', by: 'step' },
  { name: 'manifest HEAD', on: 'manifest-head', by: 'step', path: 'manifests/sha256' },
  { name: 'blob HEAD', on: 'blob-head', by: 'step', path: 'REPOSITORY' },
  { name: 'mount', on: 'mount', by: 'step', path: 'from=base' },
  { name: 'blob look-up with upload', on: 'mount', by: 'step', path: 'from=e2e' },
  { name: 'upload start', on: 'upload-start', by: 'step', skip: 1, isNew: true },
  { name: 'upload PATCH', on: 'upload-patch', by: 'step', bytes: 9 * mebi, largestBody: 8 * mebi },
  { name: 'upload PUT', on: 'upload-put', by: 'step' },
  { name: 'manifest PUT', on: 'manifest-put', by: 'step', path: 'manifests/sha256' },
  { name: 'tag PUT', on: 'manifest-put', by: 'step', path: 'manifests/latest' },
  { name: 'tag HEAD', on: 'manifest-head', by: 'step', path: 'REPOSITORY/manifests/1.2.3' },
] as const satisfies readonly Point[]

/** The requests of BuildKit for a build. The base's manifests and blobs are cached. */
const ofBuild = [
  { name: 'base: manifest HEAD', on: 'manifest-head', by: 'builder', path: '/base/' },
] as const satisfies readonly Point[]

/** The requests of BuildKit for a push, and those of the step to read back. */
const ofPush = [
  { name: 'token', on: 'token', by: 'builder', token: true },
  { name: 'blob HEAD', on: 'blob-head', by: 'builder', path: 'REPOSITORY' },
  { name: 'mount', on: 'mount', by: 'builder' },
  { name: 'upload start', on: 'upload-start', by: 'builder' },
  { name: 'upload PUT', on: 'upload-put', by: 'builder' },
  { name: 'manifest HEAD', on: 'manifest-head', by: 'builder', path: 'REPOSITORY' },
  { name: 'manifest PUT', on: 'manifest-put', by: 'builder' },
  { name: 'manifest GET', on: 'manifest-get', by: 'step', path: 'REPOSITORY' },
] as const satisfies readonly Point[]

const token = { token: true, by: 'step' } as const
/** Requests during which a token may expire. */
const withToken: readonly Point[] = [
  { name: 'blob HEAD', on: 'blob-head', ...token },
  { name: 'upload start', on: 'upload-start', skip: 1, isNew: true, ...token },
  { name: 'upload PUT', on: 'upload-put', ...token },
  { name: 'manifest PUT', on: 'manifest-put', path: 'manifests/sha256', ...token },
  { name: 'tag PUT', on: 'manifest-put', path: 'manifests/latest', ...token },
  { name: 'tag HEAD', on: 'manifest-head', ...token },
]

const answered: readonly RequestKind[] = ['ping', 'token', 'manifest-get', 'blob-get']
const sent: readonly RequestKind[] = ['upload-patch', 'upload-put', 'manifest-put']

/** Only a request with a body can be interrupted in it. */
function applies(fault: string, { on }: Point): boolean {
  if (fault.endsWith(' body')) return answered.includes(on)
  return fault !== 'reset in the middle' || sent.includes(on)
}

function casesOf(engine: EngineName, points: readonly Point[], names: readonly string[]): readonly FaultCase[] {
  return points.flatMap((point) =>
    names
      .filter((name) => applies(name, point))
      .map((name): FaultCase => {
        const fault = faults[name]
        if (fault === undefined) throw new Error(`There is no fault ${name}`)
        return { engine, point, fault: { name, ...fault } }
      }),
  )
}

const all = Object.keys(faults).filter((name) => name !== 'stale token')
/**
 * A run with buildx takes a second or two, and all engines share the code for the step's requests. So here BuildKit's own requests get one
 * fault of each kind, and the step's fewer. `POLYARCH_MATRIX=all` tries every fault on every request of every engine, in about ten minutes.
 */
const [ofBuilder, ofStepToo] =
  process.env['POLYARCH_MATRIX'] === 'all'
    ? [all, all]
    : [
        ['401', '404', '429', '503 x3', 'reset before', 'reset in the middle', 'answer lost', 'outage'],
        ['403', '503 x3', 'reset before', 'answer lost'],
      ]

const named = (...names: readonly (typeof ofStep)[number]['name'][]): readonly Point[] =>
  ofStep.filter(({ name }) => names.includes(name))
/** With BuildKit, the layers of a base stay in their place, and the step does not mount them. */
const ofDocker = ofStep.filter(({ name }) => name !== 'base: blob GET' && name !== 'mount')
/** BuildKit pushes by digest; the step writes the index and its tags. */
const ofRemote = named(
  'ping',
  'token',
  'base: manifest GET',
  'preflight: upload start',
  'preflight: upload cancel',
  'tag PUT',
  'tag HEAD',
)

/** A part, with faults of every request. */
const matrix: Readonly<Record<EngineName, readonly FaultCase[]>> = {
  embedded: seededPart([...casesOf('embedded', ofStep, all), ...casesOf('embedded', withToken, ['stale token'])], 5),
  docker: seededPart(
    [
      ...casesOf('docker', ofBuild, ofBuilder),
      ...casesOf('docker', ofDocker, ofStepToo),
      ...casesOf('docker', withToken, ['stale token']),
    ],
    4,
  ),
  remote: seededPart(
    [...casesOf('remote', [...ofBuild, ...ofPush], ofBuilder), ...casesOf('remote', ofRemote, ofStepToo)],
    4,
  ),
}

async function sideBySide(limit: number, cases: readonly FaultCase[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  const waiting = cases.values()
  const work = async (): Promise<void> => {
    for (const next of waiting) outcomes.push(await runFaultCase(next))
  }
  await Promise.all(Array.from({ length: limit }, work))
  return outcomes
}

/** `survived of tried` for each kind of request. */
function tableOf(engine: string, outcomes: readonly Outcome[]): string {
  const rows = [...Map.groupBy(outcomes, ({ point }) => point)].map(([point, of]) => {
    const failed = of.filter(({ survived }) => !survived).map(({ fault }) => fault)
    const tried = `${of.length - failed.length} of ${of.length}`
    return `${point.padEnd(26)} ${tried.padEnd(9)} ${failed.length > 0 ? `not: ${failed.join(', ')}` : ''}`.trimEnd()
  })
  const survived = outcomes.filter((outcome) => outcome.survived).length
  return [`${engine}: survived ${survived} of ${outcomes.length}`, ...rows].join('\n  ')
}

/** The unexpected results, with the log. */
function surprises(outcomes: readonly Outcome[], mayFail: readonly string[]): readonly string[] {
  return outcomes.flatMap(({ point, fault, reached, survived, wrong, step }) => {
    const name = `${point} | ${fault}`
    if (!reached) return [`${name}: never happened\n${step.log}`]
    if (wrong.length > 0) return [`${name}: ${wrong.join('; ')}\n${step.log}`]
    return survived === mayFail.includes(name) ? [`${name}: ${survived ? 'survived' : 'failed'}\n${step.log}`] : []
  })
}

/** A missing base image is an answer, not a fault. */
const noBase = 'base: manifest GET | 404'

describe.skipIf(missing('docker', 'buildkitd', 'plugins', 'registry', 'token', 'base'))('a step behind faults', () => {
  it.concurrent.each(['embedded', 'docker', 'remote'] as const)(
    'survives transient faults, or leaves everything unchanged: %s',
    limit,
    async (engine) => {
      const outcomes = await sideBySide(4, matrix[engine])
      console.log(tableOf(engine, outcomes))
      expect(surprises(outcomes, [noBase])).toEqual([])
    },
  )

  const put = { name: 'outage of a minute', on: 'upload-put', by: 'step' } as const
  it.concurrent.each([
    { engine: 'embedded', at: 'the upload PUT', point: put },
    { engine: 'embedded', at: 'the token', point: { ...put, name: 'minute token', on: 'token', token: true } },
    {
      engine: 'embedded',
      at: 'the tag PUT',
      point: { ...put, name: 'minute tag', on: 'manifest-put', path: '/1.2.3' },
    },
    {
      engine: 'embedded',
      at: 'the read-back',
      point: { ...put, name: 'minute back', on: 'manifest-head', path: '/1.2.3' },
    },
    { engine: 'docker', at: 'the upload PUT', point: put },
    { engine: 'remote', at: 'the upload PUT', point: { ...put, by: 'builder' } },
  ] as const)('survives an outage of 60 s: $engine, at $at', limit, async ({ engine, point }) => {
    const action = { do: 'outage', milliseconds: 60_000 } as const
    const outcome = await runFaultCase({ engine, point, fault: { name: '60 s', action } })
    expect(outcome.step.log).toMatch(/transient, attempt [5-9] of 9/)
    expect(Number(outcome.step.outputs['attempts'])).toBeGreaterThan(4)
    expect(surprises([outcome], [])).toEqual([])
  })

  const down = { name: '503 for ever', action: json(503, 'UNAVAILABLE'), times: Number.POSITIVE_INFINITY }
  it.concurrent.each([
    { engine: 'embedded', point: ofStep.find(({ name }) => name === 'upload PUT'), retries: '1' },
    { engine: 'embedded', point: ofStep.find(({ name }) => name === 'manifest PUT'), retries: '1' },
    { engine: 'remote', point: ofPush.find(({ name }) => name === 'manifest PUT'), retries: '1' },
    { engine: 'embedded', point: ofStep.find(({ name }) => name === 'upload PUT'), retries: '0' },
    { engine: 'remote', point: ofBuild.find(({ name }) => name === 'base: manifest HEAD'), retries: '0' },
  ] as const)(
    'fails if $engine has `retries: $retries` and the registry stays down: $point.name',
    limit,
    async ({ engine, point, retries }) => {
      if (point === undefined) throw new Error('There is no such point')
      const fault = { ...down, name: `${down.name} ${retries}` }
      const outcome = await runFaultCase({ engine, point, fault, inputs: { retries } })
      const { step, wrong, survived } = outcome
      expect({ survived, wrong }).toEqual({ survived: false, wrong: [] })
      expect(step.outputs['error-code']).toBe('registry-unavailable')
      expect(step.log.includes('transient, attempt 2 of 2')).toBe(retries === '1')
    },
  )
})

import { describe, expect, it } from 'vitest'
import { defaultRetryPolicy, type RetryPolicy, retryPolicy } from '../../../src/retry/backoff.ts'
import { type Context, classify, type Table } from '../../../src/retry/classify.ts'
import type { Failure } from '../../../src/retry/failure.ts'
import { httpTable } from '../../../src/retry/http-table.ts'
import { nextAttempt, type Outcome, retry } from '../../../src/retry/retry.ts'
import { createFakeClock } from '../../support/clock.ts'
import { createRecordingLog } from '../../support/log.ts'

const policy = defaultRetryPolicy
const calm = { policy, random: () => 1 }

type Situation = Context & { readonly policy: RetryPolicy; readonly random?: () => number; readonly onceUsed?: boolean }

/** The decision of the loop after a failed request. */
function next(
  failure: Failure,
  attempt: number,
  { policy, random = () => 1, onceUsed = false, ...context }: Situation,
) {
  return nextAttempt(failure, classify(failure, httpTable, context), { attempt, policy, random, onceUsed })
}

/** Milliseconds until the next attempt; undefined to give up. */
function retryWait(failure: Failure, attempt: number, situation: Situation): number | undefined {
  return next(failure, attempt, situation)?.wait
}

/** Total number of attempts. */
function mostAttempts(failure: Failure, attempt: number, situation: Situation): number {
  return next(failure, attempt, situation)?.most ?? attempt
}

function answer(status: number, codes: readonly string[] = [], more: Partial<Failure> = {}): Failure {
  const faults = codes.map((code) => ({ code, message: '', detail: '' }))
  return { kind: 'answer', status, faults, text: '', ...more } as Failure
}

function connection(code: string): Failure {
  return { kind: 'connection', code, message: code, cause: undefined }
}

describe('nextAttempt() counts the attempts', () => {
  it.each([
    { name: 'a transient failure', failure: answer(503), is: 9 },
    { name: 'a broken connection', failure: connection('ECONNRESET'), is: 9 },
    { name: 'a refused connection', failure: connection('ECONNREFUSED'), is: 3 },
    {
      name: 'a refused connection to a server that answered before',
      failure: connection('ECONNREFUSED'),
      answeredBefore: true,
      is: 9,
    },
    { name: 'a registry that is full', failure: answer(507), is: 3 },
    { name: 'a denial', failure: answer(403), is: 2 },
    { name: 'a permanent failure', failure: answer(400), is: 1 },
  ])('$name gets $is attempts', ({ failure, answeredBefore = false, is }) => {
    expect(mostAttempts(failure, 1, { policy, answeredBefore })).toBe(is)
    expect(mostAttempts(failure, 1, { policy: retryPolicy(0), answeredBefore })).toBe(1)
  })
})

describe('nextAttempt() waits', () => {
  it.each([408, 425, 429, 500, 502, 503, 504, 507])('retries after %d', (status) => {
    expect(retryWait(answer(status), 1, calm)).toBe(500)
  })

  it.each([400, 404, 405, 409, 413, 416])('gives up after %d', (status) => {
    expect(retryWait(answer(status), 1, calm)).toBeUndefined()
  })

  it.each([401, 403])('retries once after %d, unless a fresh token was rejected too', (status) => {
    expect([false, true].map((onceUsed) => retryWait(answer(status), 2, { ...calm, onceUsed }))).toEqual([
      1000,
      undefined,
    ])
    expect(retryWait(answer(status, [], { finalDenial: true }), 1, calm)).toBeUndefined()
  })

  it.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND', 'ECONNREFUSED'])(
    'retries after %s',
    (code) => {
      expect(retryWait(connection(code), 1, calm)).toBe(500)
    },
  )

  it.each(['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_PROXY_REFUSED'])(
    'gives up after %s',
    (code) => {
      expect(retryWait(connection(code), 1, calm)).toBeUndefined()
    },
  )

  it.each(['ENOTFOUND', 'ECONNREFUSED', 'ETIMEDOUT'])('makes three attempts after %s', (code) => {
    expect([1, 2, 3].map((attempt) => retryWait(connection(code), attempt, calm))).toEqual([500, 1000, undefined])
  })

  it.each(['ENOTFOUND', 'ECONNREFUSED', 'ETIMEDOUT'])(
    'treats %s of a registry that has answered before as an outage',
    (code) => {
      expect(retryWait(connection(code), 5, { ...calm, answeredBefore: true })).toBe(8000)
    },
  )

  it('gives a full registry three attempts', () => {
    const full = answer(500, [], { text: 'write /data: no space left on device' } as Partial<Failure>)
    expect([1, 2, 3].map((attempt) => retryWait(full, attempt, calm))).toEqual([500, 1000, undefined])
  })

  it('survives an outage of a minute with any jitter', () => {
    const attempts = Array.from({ length: policy.attempts }, (_, index) => index + 1)
    const waits = attempts.map((attempt) => retryWait(answer(503), attempt, { policy, random: () => 0 }) ?? 0)
    expect(waits.reduce((sum, wait) => sum + wait)).toBeGreaterThan(60_000)
  })

  it('makes one attempt if retries are disabled', () => {
    expect(retryWait(answer(503), 1, { ...calm, policy: retryPolicy(0) })).toBeUndefined()
  })

  it('doubles the backoff up to the longest, for as many attempts as the policy allows', () => {
    const patient = { ...calm, policy: { ...policy, attempts: 8, longestWait: 4000 } }
    const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => retryWait(answer(503), attempt, patient))
    expect(waits).toEqual([500, 1000, 2000, 4000, 4000, 4000, 4000, undefined])
  })

  it('waits between 75 % and 100 % of the backoff', () => {
    expect(retryWait(answer(503), 1, { policy, random: () => 0 })).toBe(375)
  })

  it('waits for the time of Retry-After', () => {
    expect(retryWait(answer(429, [], { retryAfter: 30_000 }), 1, calm)).toBe(30_000)
  })

  it('gives up if Retry-After is too long', () => {
    expect(retryWait(answer(429, [], { retryAfter: 3_600_000 }), 1, calm)).toBeUndefined()
  })

  it.each(['BLOB_UNKNOWN', 'MANIFEST_BLOB_UNKNOWN', 'MANIFEST_UNKNOWN'])(
    'treats %s as "not yet" right after a push',
    (code) => {
      expect(retryWait(answer(404, [code]), 1, { ...calm, justPushed: true })).toBe(500)
      expect(retryWait(answer(404, [code]), 1, calm)).toBeUndefined()
    },
  )

  it('treats a 404 without a message as "not yet" right after a push, but not one with another reason', () => {
    expect(retryWait(answer(404), 1, { ...calm, justPushed: true })).toBe(500)
    expect(retryWait(answer(404, ['NAME_UNKNOWN']), 1, { ...calm, justPushed: true })).toBeUndefined()
  })
})

describe('retry()', () => {
  /** Makes attempts that fail with these errors, then one that succeeds. */
  async function run(failures: readonly Failure[], table: Table, signal?: AbortSignal) {
    const [clock, log, attempts] = [createFakeClock(), createRecordingLog(), [] as number[]]
    const attempt = async (number: number): Promise<Outcome<string>> => {
      const failure = failures[number - 1]
      return failure === undefined ? { ok: true, value: `at attempt ${number}` } : { ok: false, failure }
    }
    const onRetry = (number: number) => void attempts.push(number)
    const options = { clock, log, policy, onRetry, random: () => 1, signal }
    const outcome = await retry({ attempt, table, describe: ({ kind }) => `Cannot ask: ${kind}` }, options)
    return { outcome, attempts, slept: clock.slept, lines: log.lines }
  }

  it('reports the failure, calls onRetry and waits before each further attempt', async () => {
    const { outcome, attempts, slept, lines } = await run([answer(503), answer(403)], httpTable)
    expect(outcome).toEqual({ ok: true, value: 'at attempt 3' })
    expect(attempts).toEqual([2, 3])
    expect(slept).toEqual([500, 1000])
    expect(lines.join('\n')).toMatch(/Cannot ask: answer; transient, attempt 2 of 9 in 0\.5 s/)
    expect(lines.join('\n')).toMatch(/Cannot ask: answer; perhaps transient, attempt 3 of 3 in 1\.0 s/)
  })

  it('throws the last failure if it is permanent, or if a failure with one attempt repeats', async () => {
    expect((await run([answer(503), answer(400)], httpTable)).outcome).toEqual({ ok: false, failure: answer(400) })
    const twice = await run([answer(401), answer(503), answer(403)], httpTable)
    expect(twice).toMatchObject({ outcome: { ok: false, failure: answer(403) }, attempts: [2, 3] })
  })

  it('treats a refused connection as an outage after the server has answered', async () => {
    const refused = Array.from({ length: 5 }, () => connection('ECONNREFUSED'))
    expect((await run(refused, httpTable)).attempts).toEqual([2, 3])
    expect((await run([answer(503), ...refused], httpTable)).outcome).toEqual({ ok: true, value: 'at attempt 7' })
  })

  it('does not wait if the row disables it', async () => {
    const table: Table = [{ verdict: 'maybe', attempts: 2, immediately: true, learnedFrom: 'this test' }]
    const { slept, lines, attempts } = await run([answer(400)], table)
    expect({ slept, attempts }).toEqual({ slept: [], attempts: [2] })
    expect(lines.join('\n')).toMatch(/Cannot ask: answer; perhaps transient, attempt 2 of 2$/)
  })

  it('stops if the run is cancelled during the wait', async () => {
    await expect(run([answer(503)], httpTable, AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
      message: 'The run was canceled',
    })
  })
})

import type { Host } from '../host/host.ts'
import { pause } from '../host/pause.ts'
import { backoff, type RetryPolicy } from './backoff.ts'
import { type Classification, type Context, classify, type Table } from './classify.ts'
import type { Failure } from './failure.ts'
import { hasAnswered } from './http-table.ts'

/** The outcome of one attempt. */
export type Outcome<T, F extends Failure = Failure> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: F }

export type RetryOptions = Pick<Host, 'log' | 'clock'> & {
  readonly policy: RetryPolicy
  /** Called with the number of each attempt after the first. */
  readonly onRetry?: ((attempt: number) => void) | undefined
  /** Returns 0 ≤ n < 1 for the jitter. Default: Math.random. */
  readonly random?: () => number
  readonly signal?: AbortSignal | undefined
}

/** An operation that is attempted until it succeeds. */
export type Retryable<T, F extends Failure> = {
  /** Makes one attempt, numbered from 1. Errors that it throws are permanent. */
  readonly attempt: (attempt: number) => Promise<Outcome<T, F>>
  /** The table that classifies its failures. */
  readonly table: Table
  readonly context?: Context | undefined
  /** Describes what failed and how, in one line for the log. */
  readonly describe: (failure: F) => string
}

/**
 * Makes attempts until one succeeds, its failure is permanent, or the limit of the policy and the table is reached.
 * Before each retry, it writes a log line, calls `onRetry` and waits. Returns the outcome of the last attempt.
 *
 * @throws ActionError `cancelled` if the run is cancelled in the meantime; errors of an attempt
 */
export async function retry<T, F extends Failure>(
  { attempt: makeAttempt, table, context, describe }: Retryable<T, F>,
  { log, clock, policy, onRetry, random = Math.random, signal }: RetryOptions,
): Promise<Outcome<T, F>> {
  let { answeredBefore = false } = context ?? {}
  let onceUsed = false
  for (let attempt = 1; ; attempt++) {
    const outcome = await makeAttempt(attempt)
    if (outcome.ok) return outcome
    const { failure } = outcome
    answeredBefore ||= hasAnswered(failure)
    const found = classify(failure, table, { ...context, answeredBefore })
    const next = nextAttempt(failure, found, { attempt, policy, random, onceUsed })
    if (next === undefined) return outcome
    onceUsed ||= found.once === true
    const how = found.verdict === 'maybe' ? 'perhaps transient' : 'transient'
    const when = found.immediately ? '' : ` in ${(next.wait / 1000).toFixed(1)} s`
    log.info(`${describe(failure)}; ${how}, attempt ${attempt + 1} of ${next.most}${when}`)
    onRetry?.(attempt + 1)
    if (!found.immediately) await pause(next.wait, { clock, signal })
  }
}

/** The failed attempt, and the state of the loop. */
export type Failed = {
  /** From 1. */
  readonly attempt: number
  readonly policy: RetryPolicy
  /** 0 ≤ n < 1, for the jitter. */
  readonly random: () => number
  /** Whether a failure that is retried only once has already occurred. */
  readonly onceUsed?: boolean
}

/** Returns the backoff in milliseconds and the maximum number of attempts; undefined if the failure is not retried. */
export function nextAttempt(
  failure: Failure,
  { attempts, once }: Classification,
  { attempt, policy, random, onceUsed = false }: Failed,
): { readonly wait: number; readonly most: number } | undefined {
  const most = Math.min(policy.attempts, attempts === 'one more' ? attempt + 1 : attempts)
  if (attempt >= most || (once === true && onceUsed)) return undefined
  const asked = failure.kind === 'answer' ? (failure.retryAfter ?? 0) : 0
  if (asked > policy.longestRetryAfter) return undefined
  return { wait: Math.max(backoff(policy, attempt, random), asked), most }
}

import { isFull } from '../registry/answers/errors.ts'
import type { RegistryFault } from '../registry/answers/fault.ts'

/** Why one exchange with a registry (or its token server) did not succeed. */
export type Failure =
  | {
      readonly kind: 'connection'
      readonly code: string
      readonly message: string
      readonly cause: unknown
      /** The proxy (`host:port`) that failed, or that refused to go on. */
      readonly proxy?: string
    }
  | {
      readonly kind: 'answer'
      readonly status: number
      /** What the body says, as far as it could be read. */
      readonly faults: readonly RegistryFault[]
      readonly text: string
      /** Milliseconds the registry asks to wait. */
      readonly retryAfter?: number
      /** The registry knows who asks, but the token does not reach so far. */
      readonly insufficientScope?: boolean
      /** Set by who will try in another way. */
      readonly passing?: boolean
      /** A denial that a fresh token did not change, or that asks for credentials where there are none. */
      readonly settled?: boolean
    }

/** All times in milliseconds. */
export type RetryPolicy = {
  /** Tries altogether, the first one counted. */
  readonly attempts: number
  /** Wait before the second try; it doubles for each further one. */
  readonly firstWait: number
  readonly longestWait: number
  /** A registry that asks for a longer wait than this is given up: a limit by the hour will not pass while a job waits. */
  readonly longestRetryAfter: number
}

/** The policy for so many tries after the first. With 8 of them an outage of a minute is survived, whatever the jitter. */
export function retryPolicy(retries: number): RetryPolicy {
  return { attempts: retries + 1, firstWait: 500, longestWait: 30_000, longestRetryAfter: 120_000 }
}

export const defaultRetryPolicy: RetryPolicy = retryPolicy(8)

/** Network faults that pass. */
const passingCodes = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ERR_STREAM_PREMATURE_CLOSE',
  'HPE_INVALID_CONSTANT',
  'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR',
])

/**
 * At the first contact mostly a wrong name or a registry that is not running: worth a second and a third try, not a fifth.
 * Of a registry that has answered before it is an outage.
 */
const doubtfulCodes = new Set(['ENOTFOUND', 'ECONNREFUSED'])
export const doubtfulAttempts = 3

const passingStatuses = new Set([408, 425, 429])
/** GHCR and others say these of those who may, now and then. */
const denials = new Set([401, 403])

/** What registries with lagging storage say of content that was pushed a moment ago; GHCR and Docker Hub do. */
const laggingCodes = new Set(['BLOB_UNKNOWN', 'MANIFEST_BLOB_UNKNOWN', 'MANIFEST_UNKNOWN'])

export type Circumstances = {
  readonly policy: RetryPolicy
  /** 0 ≤ n < 1, for the jitter. */
  readonly random: () => number
  /** What is asked for, or referred to, was pushed just now: "unknown" then means "not yet". */
  readonly justPushed?: boolean
  /** Tries altogether for such an "unknown". */
  readonly laggingAttempts?: number | undefined
  /** The registry has answered before, in this run. */
  readonly met?: boolean
  /** What passes perhaps has had its one more try. */
  readonly doubted?: boolean
}

/** Milliseconds to wait before trying again after the try numbered `attempt` (from 1) failed, or undefined to give up. */
export function retryWait(failure: Failure, attempt: number, circumstances: Circumstances): number | undefined {
  const { policy, random } = circumstances
  if (attempt >= mostAttempts(failure, attempt, circumstances)) return undefined
  const wait = backOff(policy, attempt, random)
  const asked = failure.kind === 'answer' ? (failure.retryAfter ?? 0) : 0
  return asked > policy.longestRetryAfter ? undefined : Math.max(wait, asked)
}

/** Milliseconds to wait after the try numbered `attempt` (from 1); `random` gives 0 ≤ n < 1. */
export function backOff({ firstWait, longestWait }: RetryPolicy, attempt: number, random: () => number): number {
  const whole = Math.min(firstWait * 2 ** (attempt - 1), longestWait)
  // Between three quarters and the whole: legs that failed together shall not come back together.
  return Math.round(whole * (0.75 + random() / 4))
}

/**
 * The milliseconds in a `Retry-After` header, seconds or a date. A date is taken relative to the answer's own `Date`, so that
 * a wrong clock on either side does no harm. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function parseRetryAfter(value: string | undefined, date: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000
  const until = Date.parse(value)
  if (Number.isNaN(until)) return undefined
  const sent = Date.parse(date ?? '')
  return Math.max(0, until - (Number.isNaN(sent) ? now.getTime() : sent))
}

/** How many tries there will be altogether, if this failure, of the try numbered `attempt` (from 1), is that of all. */
export function mostAttempts(failure: Failure, attempt: number, circumstances: Omit<Circumstances, 'random'>): number {
  return Math.min(circumstances.policy.attempts, worth(failure, attempt, circumstances))
}

function worth(
  failure: Failure,
  attempt: number,
  { justPushed = false, laggingAttempts, met = false, doubted = false }: Omit<Circumstances, 'random'>,
): number {
  const always = Number.POSITIVE_INFINITY
  if (failure.kind === 'connection') {
    if (passingCodes.has(failure.code)) return always
    return doubtfulCodes.has(failure.code) ? (met ? always : doubtfulAttempts) : 1
  }
  // Someone may make room, but not within a minute.
  if (isFull(failure)) return doubtfulAttempts
  if (failure.passing === true || failure.status >= 500 || passingStatuses.has(failure.status)) return always
  if (perhapsPasses(failure)) return doubted ? 1 : attempt + 1
  return justPushed && isUnknown(failure) ? (laggingAttempts ?? always) : 1
}

/** Whether the registry says that it does not have something, be it what is asked for or what a manifest refers to. */
export function isUnknown(failure: Failure): boolean {
  if (failure.kind === 'connection') return false
  const { faults, status } = failure
  return faults.length === 0 ? status === 404 : faults.some(({ code }) => laggingCodes.has(code))
}

/** Whether it is worth one more try, and no more: a denial, or a page that says 404 in the place of a registry that is being exchanged. */
export function perhapsPasses(failure: Failure): boolean {
  if (failure.kind === 'connection' || failure.settled === true) return false
  return denials.has(failure.status) || (failure.status === 404 && /^\s*</.test(failure.text))
}

/** Whether somebody is there who answers to the name, though not as wanted. */
export function isThere(failure: Failure): boolean {
  return failure.kind === 'answer' || !doubtfulCodes.has(failure.code)
}

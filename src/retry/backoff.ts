/** All times in milliseconds. */
export type RetryPolicy = {
  /** Attempts altogether, the first one counted. */
  readonly attempts: number
  /** Wait before the second attempt; it doubles for each further one. */
  readonly firstWait: number
  readonly longestWait: number
  /** A server that asks for a longer wait than this is given up: a limit by the hour will not pass while a job waits. */
  readonly longestRetryAfter: number
}

/** The policy for so many attempts after the first. With 8 of them an outage of a minute is survived, whatever the jitter. */
export function retryPolicy(retries: number): RetryPolicy {
  return { attempts: retries + 1, firstWait: 500, longestWait: 30_000, longestRetryAfter: 120_000 }
}

export const defaultRetryPolicy: RetryPolicy = retryPolicy(8)

/** Milliseconds to wait after the attempt numbered `attempt` (from 1); `random` gives 0 ≤ n < 1. */
export function backoff({ firstWait, longestWait }: RetryPolicy, attempt: number, random: () => number): number {
  const whole = Math.min(firstWait * 2 ** (attempt - 1), longestWait)
  // Between three quarters and the whole: jobs that failed together must not come back together.
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

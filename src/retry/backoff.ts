/** Times are in milliseconds. */
export type RetryPolicy = {
  /** Maximum number of attempts, including the first. */
  readonly attempts: number
  /** Backoff before the second attempt; it doubles for each further one. */
  readonly firstWait: number
  readonly longestWait: number
  /** If a server requests a longer backoff, the request fails: an hourly limit does not end while a job waits. */
  readonly longestRetryAfter: number
}

/** Returns the policy for a number of retries. 8 retries bridge an outage of a minute, whatever the jitter. */
export function retryPolicy(retries: number): RetryPolicy {
  return { attempts: retries + 1, firstWait: 500, longestWait: 30_000, longestRetryAfter: 120_000 }
}

export const defaultRetryPolicy: RetryPolicy = retryPolicy(8)

/** Returns the backoff in milliseconds after the attempt numbered `attempt` (from 1); `random` returns 0 ≤ n < 1. */
export function backoff({ firstWait, longestWait }: RetryPolicy, attempt: number, random: () => number): number {
  const whole = Math.min(firstWait * 2 ** (attempt - 1), longestWait)
  // Jitter of up to a quarter: jobs that failed at the same time must not retry at the same time.
  return Math.round(whole * (0.75 + random() / 4))
}

/**
 * Returns the milliseconds of a `Retry-After` header, seconds or a date. A date is compared with the answer's own
 * `Date`, so that an incorrect clock on either side does not matter.
 * https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function parseRetryAfter(value: string | undefined, date: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000
  const until = Date.parse(value)
  if (Number.isNaN(until)) return undefined
  const sent = Date.parse(date ?? '')
  return Math.max(0, until - (Number.isNaN(sent) ? now.getTime() : sent))
}

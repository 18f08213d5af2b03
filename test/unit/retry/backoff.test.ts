import { describe, expect, it } from 'vitest'
import { parseRetryAfter } from '../../../src/retry/backoff.ts'

describe('parseRetryAfter()', () => {
  const now = new Date('2026-01-01T00:00:00Z')

  it.each([
    ['nothing', undefined, undefined, undefined],
    ['seconds', '7', undefined, 7000],
    ['a date', 'Thu, 01 Jan 2026 00:00:10 GMT', undefined, 10_000],
    ["a date relative to the answer's own", 'Thu, 01 Jan 2026 05:00:10 GMT', 'Thu, 01 Jan 2026 05:00:00 GMT', 10_000],
    ['a date that has passed', 'Wed, 31 Dec 2025 00:00:00 GMT', undefined, 0],
    ['nonsense', 'soon', undefined, undefined],
    ['a negative number', '-1', 'x', 0],
  ])('reads %s', (_, value, date, expected) => {
    const wait = parseRetryAfter(value, date, now)
    expect(wait).toBe(expected)
  })
})

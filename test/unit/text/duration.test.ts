import { expect, test } from 'vitest'
import { formatDuration } from '../../../src/text/duration.ts'

test.each([
  [0, '0 s'],
  [1_400, '1 s'],
  [60_000, '1 min'],
  [270_000, '4 min 30 s'],
  [3_600_000, '1 h'],
  [7_505_000, '2 h 5 min'],
])('formatDuration() of %d ms is %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text)
})

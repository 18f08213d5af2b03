import { expect, test } from 'vitest'
import { formatBytes } from '../../../src/text/bytes.ts'

test.each([
  { bytes: 0, text: '0 B' },
  { bytes: 1, text: '1 B' },
  { bytes: 999, text: '999 B' },
  { bytes: 1000, text: '1.0 kB' },
  { bytes: 1234, text: '1.2 kB' },
  { bytes: 999_949, text: '999.9 kB' },
  { bytes: 999_950, text: '1.0 MB' },
  { bytes: 999_999, text: '1.0 MB' },
  { bytes: 1_000_000, text: '1.0 MB' },
  { bytes: 5_500_000_000, text: '5.5 GB' },
  { bytes: 7e12, text: '7.0 TB' },
  { bytes: 7e15, text: '7000.0 TB' },
])('formatBytes() of $bytes is $text', ({ bytes, text }) => {
  expect(formatBytes(bytes)).toBe(text)
})

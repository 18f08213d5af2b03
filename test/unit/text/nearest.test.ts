import { expect, test } from 'vitest'
import { nearest } from '../../../src/text/nearest.ts'

test.each([
  { name: 'an extra letter', word: 'imagess', expected: 'images' },
  { name: 'a missing letter', word: 'platform', expected: 'platforms' },
  { name: 'another letter', word: 'tabs', expected: 'tags' },
  { name: 'swapped letters', word: 'atgs', expected: 'tags' },
  { name: 'uppercase letters', word: 'TAGS', expected: 'tags' },
  { name: 'nothing near', word: 'frobnicate', expected: undefined },
  { name: 'a short word with half of its letters wrong', word: 'gas', expected: undefined },
  { name: 'nothing', word: '', expected: undefined },
])('nearest() finds $name', ({ word, expected }) => {
  expect(nearest(word, ['images', 'tags', 'platforms', 'platform-x'])).toBe(expected)
})

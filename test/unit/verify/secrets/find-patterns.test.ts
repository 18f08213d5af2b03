import { describe, expect, test } from 'vitest'
import { createFinder, longestPattern, preparePatterns } from '../../../../src/verify/secrets/find-patterns.ts'
import { createRandom, randomBytes } from '../../../support/random.ts'
import { seededPart } from '../../../support/seeded-part.ts'

type Found = { readonly pattern: number; readonly offset: number }

function sorted(found: readonly Found[]): readonly Found[] {
  return [...found].sort((one, other) => one.offset - other.offset || one.pattern - other.pattern)
}

/** Every place of every pattern, found by a naive search. */
function naive(text: Buffer, patterns: readonly Buffer[]): readonly Found[] {
  return sorted(
    patterns.flatMap((pattern, number) => {
      const found: Found[] = []
      for (let at = text.indexOf(pattern); at !== -1; at = text.indexOf(pattern, at + 1)) {
        found.push({ pattern: number, offset: at })
      }
      return found
    }),
  )
}

function find(text: Buffer, patterns: readonly Buffer[], sizes: () => number): readonly Found[] {
  const finder = createFinder(preparePatterns(patterns))
  for (let at = 0; at < text.length; ) {
    const size = sizes()
    finder.next(text.subarray(at, at + size))
    at += size
  }
  return sorted(finder.matches())
}

describe('createFinder()', () => {
  test.each([
    { name: 'pieces of one byte', most: 1, alphabet: 256 },
    { name: 'pieces that are shorter than patterns', most: 20, alphabet: 256 },
    { name: 'pieces of any size', most: 3000, alphabet: 256 },
    { name: 'a text of two letters, in which patterns overlap', most: 300, alphabet: 2 },
    { name: 'a text of three letters, one byte at a time', most: 1, alphabet: 3 },
  ])('returns the results of a naive search, in $name', ({ most, alphabet }) => {
    for (const round of seededPart([...Array(40).keys()], 4)) {
      const random = createRandom(most * 1000 + alphabet + round * 100_000)
      const text = Buffer.from(randomBytes(random, 4096).map((byte) => byte % alphabet))
      const patterns = Array.from({ length: 1 + (round % 12) }, (_, number) => {
        const length = 8 + Math.floor(random() * (number % 3 === 0 ? longestPattern - 8 : 24))
        const start = Math.floor(random() * (text.length - length))
        // Half of them occur in the text, also at its start and end.
        if (number === 0) return Buffer.from(text.subarray(0, length))
        if (number === 1) return Buffer.from(text.subarray(text.length - length))
        return number % 2 === 0
          ? Buffer.from(text.subarray(start, start + length))
          : Buffer.from(randomBytes(random, length).map((byte) => byte % alphabet))
      })
      const found = find(text, patterns, () => 1 + Math.floor(random() * most))
      // A text of two letters has more than it keeps.
      if (found.length < 1000) expect(found).toEqual(naive(text, patterns))
      else expect(naive(text, patterns).length).toBeGreaterThanOrEqual(1000)
    }
  })

  test('finds a pattern at every position across the border of two pieces', () => {
    const pattern = Buffer.from('a-pattern-of-some-length')
    for (let before = 0; before <= pattern.length + 2; before += 1) {
      const text = Buffer.concat([Buffer.alloc(50, 'x'), pattern, Buffer.alloc(50, 'y')])
      let first = true
      const sizes = (): number => {
        const size = first ? 50 + before : 1000
        first = false
        return size
      }
      expect(find(text, [pattern], sizes)).toEqual([{ pattern: 0, offset: 50 }])
    }
  })

  test('distinguishes patterns with a common prefix', () => {
    const [short, long] = [Buffer.from('token-123'), Buffer.from('token-123-and-more')]
    expect(find(Buffer.from('..token-123..token-123-and-more'), [short, long], () => 7)).toEqual([
      { pattern: 0, offset: 2 },
      { pattern: 0, offset: 13 },
      { pattern: 1, offset: 13 },
    ])
  })

  test('finds nothing if there are no patterns', () => {
    expect(find(Buffer.from('text of any kind'), [], () => 4)).toEqual([])
  })
})

test.each([7, longestPattern + 1])('preparePatterns() rejects a pattern of %i bytes', (length) => {
  expect(() => preparePatterns([Buffer.alloc(length, 'x')])).toThrow(RangeError)
})

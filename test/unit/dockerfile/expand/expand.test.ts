import { describe, expect, it } from 'vitest'
import { expandHereDocument, expandWord, expandWords } from '../../../../src/dockerfile/expand/expand.ts'
import { expressions, lookup } from '../../../support/expressions.ts'
import { createRandom } from '../../../support/random.ts'
import { seededPart } from '../../../support/seeded-part.ts'

const backslash = { escapeMark: '\\' } as const

describe('expandWord()', () => {
  it.each(expressions)('expands $word to: $result', ({ word, result }) => {
    expect(expandWord(word, lookup, backslash)).toBe(result)
  })

  it.each([
    ['an open brace', '${x', "missing '}'"],
    ['nothing in braces', '${}', 'bad substitution'],
    ['an unknown operator', '${x:0}', 'unsupported modifier (:0)'],
    ['a colon before a pattern', '${x:#a}', 'unsupported modifier (:#)'],
    ['an open single quote', "'x", 'single-quote'],
    ['an open double quote', '"x', 'double-quote'],
    ['a replacement without its second slash', '${x/a}', "missing '/'"],
    ['a variable that must be set', '${none:?give it}', 'none: give it'],
    ['a variable that must not be empty', '${empty:?}', 'is not allowed to be empty'],
    ['an escape in a pattern that means nothing', '${x#\\a}', 'invalid escape'],
  ])('rejects %s', (_, word, message) => {
    expect(() => expandWord(word, lookup, backslash)).toThrow(
      expect.objectContaining({ code: 'dockerfile-invalid', message: expect.stringContaining(message) }),
    )
  })

  it('uses the backtick as the escape if the Dockerfile sets it', () => {
    expect(expandWord('C:\\dir`$x "a`"b"', lookup, { escapeMark: '`' })).toBe('C:\\dir$x a"b')
  })

  it('limits the depth, the size and the work of its input', () => {
    const large = 'x'.repeat(1_000_000)
    expect(() => expandWord('${a:-'.repeat(10_000), lookup, backslash)).toThrow('nested substitutions')
    expect(() => expandWord('$a'.repeat(10), () => large, backslash)).toThrow('characters')
    expect(expandWord('${a#*x*x*x*x*x*x*x*x*x*x*x*y}', () => 'x'.repeat(5000), backslash)).toHaveLength(5000)
  })

  it('throws only its own error for any text', () => {
    const pieces = [
      '$',
      '${',
      '}',
      'x',
      'none',
      ':-',
      '+',
      '?',
      '#',
      '%%',
      '//',
      '/',
      '*',
      '\\',
      '"',
      "'",
      ' ',
      '<<',
      '1',
      'é',
      '😀',
    ]
    for (const round of seededPart([...Array(5000).keys()], 5)) {
      const random = createRandom(round)
      const word = Array.from({ length: 12 }, () => pieces[Math.floor(random() * pieces.length)]).join('')
      try {
        expect(typeof expandWord(word, lookup, backslash)).toBe('string')
        expect(expandWords(word, lookup, backslash)).not.toContain('')
      } catch (thrown) {
        expect(thrown, word).toMatchObject({ code: 'dockerfile-invalid' })
      }
    }
  })

  it('returns every text whose characters are escaped', () => {
    const random = createRandom(22)
    for (let round = 0; round < 500; round++) {
      const text = Array.from({ length: 10 }, () => String.fromCodePoint(32 + Math.floor(random() * 500))).join('')
      expect(expandWord(text.replace(/./gsu, '\\$&'), lookup, backslash)).toBe(text)
    }
  })
})

describe('expandWords()', () => {
  it.each([
    ['splits at white space, also from a variable', 'a $spaced b', ['a', 'two', 'words', 'b']],
    ['keeps what is quoted together', '"a b" c\\ d', ['a b', 'c d']],
    ['loses what stands before a default in a word, as BuildKit does', '80${none:-81}', ['81']],
    ['gives nothing for nothing', ' $empty ', []],
  ])('%s', (_, text, words) => {
    expect(expandWords(text, lookup, backslash)).toEqual(words)
  })
})

describe('expandHereDocument()', () => {
  it('replaces variables, keeps quotes and removes escapes', () => {
    expect(expandHereDocument('"$x" \'${none:-d}\' \\$x `$x`\n', lookup)).toBe('"value" \'d\' $x `value`\n')
  })
})

import { describe, expect, it } from 'vitest'
import { createAutomaton, type NumberedExpression } from '../../../../src/dockerfile/ignore/automaton.ts'
import {
  canPrune,
  createJudge,
  excludeRules,
  type IgnoreRules,
  ignoringLine,
  judgePath,
  parseIgnore,
} from '../../../../src/dockerfile/ignore/ignore.ts'
import { isIgnored } from '../../../support/is-ignored.ts'
import { matchPattern } from '../../../support/match-pattern.ts'
import { createRandom } from '../../../support/random.ts'
import { seededPart } from '../../../support/seeded-part.ts'

/** The paths of `given` that the rules keep. */
function left(text: string, given: readonly string[]): readonly string[] {
  const rules = parseIgnore(text, '.dockerignore')
  return given.filter((path) => !isIgnored(rules, path))
}

describe('parseIgnore()', () => {
  it.each([
    { name: 'a name at the top level only', text: 'a', given: ['a', 'a/b', 'c/a'], kept: ['c/a'] },
    { name: 'a name at any level', text: '**/a', given: ['a', 'c/a', 'c/a/d', 'c/b'], kept: ['c/b'] },
    { name: 'a slash at the start and the end', text: '/a/\n', given: ['a/b', 'b/a'], kept: ['b/a'] },
    { name: 'dots', text: './x/../a', given: ['a', 'x'], kept: ['x'] },
    { name: 'a star within a directory', text: '*.md', given: ['a.md', 'd/a.md'], kept: ['d/a.md'] },
    { name: 'a question mark', text: 'a?', given: ['ab', 'a', 'a/b'], kept: ['a', 'a/b'] },
    { name: 'classes', text: '[a-c]1\n[^x]2', given: ['a1', 'd1', 'a2', 'x2'], kept: ['d1', 'x2'] },
    { name: 'comments, which start the line', text: '#a\n \n #a', given: ['a', '#a'], kept: ['a'] },
    { name: 'a byte order mark and carriage returns', text: '\ufeffa\r\nb\r\n', given: ['a', 'b', 'c'], kept: ['c'] },
    { name: 'an exception', text: '*.md\n!a.md', given: ['a.md', 'b.md'], kept: ['a.md'] },
    { name: 'an exception with a space', text: '*\n! a', given: ['a', 'b'], kept: ['a'] },
    { name: 'the last rule first', text: '!a\na', given: ['a'], kept: [] },
    { name: 'an exception within a directory', text: 'd\n!d/a', given: ['d', 'd/a', 'd/b'], kept: ['d/a'] },
    {
      name: 'a directory that its parent does not re-include',
      text: 'd/x\n!d',
      given: ['d', 'd/x', 'd/y'],
      kept: ['d', 'd/y'],
    },
    { name: 'uppercase letters', text: 'A', given: ['a', 'A'], kept: ['a'] },
    { name: 'characters of regular expressions', text: '*a.b+(c)', given: ['a.b+(c)', 'aXb+(c)'], kept: ['aXb+(c)'] },
    {
      name: 'counts, which moby does not escape',
      text: 'f[0-9]{2}',
      given: ['f12', 'f1', 'f[0-9]{2}'],
      kept: ['f1', 'f[0-9]{2}'],
    },
    { name: 'two stars before a name', text: '**foo', given: ['afoo', 'd/foo', 'foox'], kept: ['foox'] },
    { name: 'two stars and one', text: '**foo*', given: ['afoo', 'd/foo1', 'foox'], kept: ['afoo'] },
    { name: 'everything below a directory', text: 'd/**', given: ['d', 'd/a', 'd/a/b'], kept: ['d'] },
    { name: 'escaped characters', text: 'a\\*', given: ['a*', 'ab'], kept: ['ab'] },
  ])('reads $name', ({ text, given, kept }) => {
    expect(left(text, given)).toEqual(kept)
  })

  it('rejects bad patterns, each with its line', () => {
    expect(() => parseIgnore('a\n[\n!\n', '.dockerignore')).toThrow(
      expect.objectContaining({
        code: 'dockerfile-invalid',
        place: { file: '.dockerignore', line: 2 },
        message: expect.stringContaining('.dockerignore:3: illegal exclusion pattern'),
      }),
    )
  })

  it('throws only its own error, and bounds the time of every pattern', () => {
    const pieces = [
      '*',
      '**',
      '?',
      '[',
      '[^',
      ']',
      '\\',
      '/',
      'a',
      '.',
      '!',
      '-',
      '{',
      '{2}',
      '}',
      '|',
      '\n',
      '..',
      'é',
      '(',
      '^',
      '$',
    ]
    for (const round of seededPart([...Array(5000).keys()], 5)) {
      const random = createRandom(23 + round)
      const text = Array.from({ length: 9 }, () => pieces[Math.floor(random() * pieces.length)]).join('')
      try {
        expect(left(text, ['a', 'a/a', 'é/./a']).length).toBeLessThanOrEqual(3)
      } catch (thrown) {
        expect(thrown, text).toMatchObject({ code: 'dockerfile-invalid' })
      }
    }
    expect(left(`${'*a'.repeat(40)}b`, ['a'.repeat(2000)])).toHaveLength(1)
  })
})

describe('judgePath()', () => {
  it('returns for a path below the verdict of its directory the result of isIgnored()', () => {
    const rules = parseIgnore('*\n!src\n**/*.log\n!src/keep.log\n', '.dockerignore')
    const src = judgePath(rules, 'src', undefined)
    expect(src.ignored).toBe(false)
    for (const path of ['src/a.ts', 'src/a.log', 'src/keep.log']) {
      expect(judgePath(rules, path, src).ignored).toBe(isIgnored(rules, path))
    }
  })
})

/** The rule as moby defines it: every pattern is compared with the path and each of its parent directories, in order. */
function judgeOneByOne({ patterns }: IgnoreRules, path: string): boolean {
  const parts = path.split('/')
  let matched = patterns.map(() => false)
  let ignored = false
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const part = parts.slice(0, depth).join('/')
    ignored = false
    matched = patterns.map((pattern, index) => {
      const found = matched[index] || (pattern.exception === ignored && matchPattern(pattern, part))
      if (found) ignored = !pattern.exception
      return found
    })
  }
  return ignored
}

describe('createJudge()', () => {
  it('returns the same as comparing every pattern with every path', () => {
    let random = createRandom(17)
    const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] ?? ''
    const parts = [
      'a',
      'b',
      'ab',
      'a.b',
      '*',
      '**',
      '?',
      'a*',
      '*b',
      '**a',
      'a**',
      '[ab]',
      '[^a]',
      '*.b',
      'a|b',
      'a{2}',
      'a{1,2}b',
      '[ab]{2,}',
      '[^a]{1,3}',
      '|',
      '^a',
      'a^',
      '*^b',
      '\\ba',
      '\\Ba*',
      '*\\b*',
      'a\\b',
      '\\Aa',
      '*\\z',
      '\\w*',
      '[^\\w]',
      '?\\n?',
    ]
    const names = ['a', 'b', 'ab', 'ba', 'aa', 'a.b', 'b.a', 'a\nb', 'ä', '😀']
    const rowOf = (from: readonly string[]) =>
      Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(from)).join('/')
    const different: unknown[] = []
    for (const round of seededPart([...Array(400).keys()], 4)) {
      random = createRandom(17 + round)
      const lines = Array.from({ length: 1 + Math.floor(random() * 12) }, () => {
        return `${random() < 0.3 ? '!' : ''}${random() < 0.1 ? '/' : ''}${rowOf(parts)}`
      })
      const rules = parseIgnore(lines.join('\n'), '.dockerignore')
      const judgeOf = createJudge(rules)
      for (let path = 0; path < 25; path += 1) {
        const name = rowOf(names)
        const own = rules.patterns.flatMap((pattern, index) => (matchPattern(pattern, name) ? index : []))
        const found = [...new Set(rules.find(name))]
        if (judgeOf(name).ignored !== judgeOneByOne(rules, name) || String(found) !== String(own)) {
          different.push({ lines, name, own, found })
        }
      }
    }
    expect(different).toEqual([])
  })

  it('checks each directory and each file once, at any depth', () => {
    const rules = parseIgnore(Array.from({ length: 50 }, (_, index) => `**/name${index}`).join('\n'), '.dockerignore')
    let asked = 0
    const find = (path: string) => {
      asked += 1
      return rules.find(path)
    }
    const judgeOf = createJudge({ ...rules, find })
    for (let index = 0; index < 500; index += 1) judgeOf(`a/b/c/d/e/file${index}`)
    expect(asked).toBe(505)
  })
})

/** The expressions of patterns, with a count of the characters that their steps test. */
function countTests(patterns: readonly string[]) {
  const tests = { count: 0 }
  const rows = parseIgnore(patterns.join('\n'), '.dockerignore').patterns.map(
    ({ form }, number): NumberedExpression => {
      if (form.kind !== 'expression') throw new Error('The pattern has no wildcard')
      const expression = form.expression.map((steps) =>
        steps.map((step) => {
          if (step.kind !== 'read') return step
          const test = (character: string) => {
            tests.count += 1
            return step.test(character)
          }
          return { ...step, test, literal: undefined }
        }),
      )
      return { number, expression }
    },
  )
  return { find: createAutomaton(rows), tests }
}

describe('createAutomaton()', () => {
  it.each([
    { name: 'at any level', pattern: (index: number) => `**/file-${index}*` },
    { name: 'below directories at any level', pattern: (index: number) => `**/lib/**/pkg${index}/**/*.md` },
    { name: 'with alternatives', pattern: (index: number) => `x*${index}|y` },
    { name: 'with several stars', pattern: (index: number) => `*${index % 10}*${index}*b` },
    { name: 'with word boundaries', pattern: (index: number) => `**\\b${index}*x` },
  ])('follows a thousand patterns $name with a few tests for each path', ({ pattern }) => {
    const { find, tests } = countTests(Array.from({ length: 1000 }, (_, index) => pattern(index)))
    for (let index = 0; index < 5000; index += 1) find(`lib/folder-${index % 50}/file-${index}.js`)
    expect(tests.count).toBeGreaterThan(0)
    // One by one, it would be a hundred million.
    expect(tests.count).toBeLessThan(100_000)
  })

  it('reads of a path in the same directory only the name', () => {
    const { find, tests } = countTests(['*x/*.js'])
    const folder = `${'a'.repeat(1000)}x`
    expect(find(`${folder}/b.js`)).toEqual([0])
    const before = tests.count
    expect(find(`${folder}/c.js`)).toEqual([0])
    expect(tests.count - before).toBeLessThan(10)
  })

  it('discards its results when they take too much memory, and continues', () => {
    const rules = parseIgnore(
      Array.from({ length: 300 }, (_, index) => `*a*${String.fromCodePoint(0x4e00 + index)}*b`).join('\n'),
      '.dockerignore',
    )
    const judgeOf = createJudge(rules)
    for (let index = 0; index < 3000; index += 1) {
      const middle = String.fromCodePoint(
        0x4e00 + (index % 300),
        0x4e00 + ((index * 7) % 300),
        0x4e00 + ((index * 13) % 300),
      )
      expect(judgeOf(`a${middle}${index % 2 === 0 ? 'b' : 'c'}`).ignored).toBe(index % 2 === 0)
    }
  })
})

describe('ignoringLine()', () => {
  it.each([
    { name: 'a pattern', text: '# c\n\na', path: 'a', line: 3 },
    { name: 'a parent directory', text: 'b\na\n!a/c', path: 'a/b', line: 2 },
    { name: 'the last pattern that changes something', text: 'a\n!a\n*', path: 'a', line: 3 },
    { name: 'none', text: 'a\n!a', path: 'a', line: undefined },
  ])('with $name', ({ text, path, line }) => {
    expect(ignoringLine(parseIgnore(text, '.dockerignore'), path)).toBe(line)
  })
})

describe('canPrune()', () => {
  it.each([
    { name: 'no exception', text: 'd', folder: 'd', prune: true },
    { name: 'an exception below', text: 'd\n!d/a/b', folder: 'd/a', prune: false },
    { name: 'an exception in another directory', text: 'd\n!e/a', folder: 'd', prune: true },
    { name: 'an exception for everything in another directory', text: '*\n!e/**', folder: 'd', prune: true },
    { name: 'an exception at any level', text: 'd\n!**/a', folder: 'd', prune: false },
  ])('with $name', ({ text, folder, prune }) => {
    expect(canPrune(parseIgnore(text, '.dockerignore'), folder)).toBe(prune)
  })
})

describe('excludeRules()', () => {
  it('does not remove a slash at the start', () => {
    const rules = excludeRules(['/a', 'b', '!b/c'])
    expect(['a', 'b', 'b/c', 'b/d'].filter((path) => isIgnored(rules, path))).toEqual(['b', 'b/d'])
  })
})

describe('counts in patterns', () => {
  const blowUp = 'a?{1000}\n'

  it('parseIgnore() accepts repetitions up to the limit', () => {
    expect(parseIgnore(blowUp.repeat(100), '.dockerignore').patterns).toHaveLength(100)
  })

  it('parseIgnore() rejects more of them at the first line over the limit, and compiles no further pattern', () => {
    const heap = process.memoryUsage().heapUsed
    // As much as a file may have. All of it would take gigabytes.
    const text = blowUp.repeat(400_000)
    expect(() => parseIgnore(text, '.dockerignore')).toThrow(
      /^Invalid Dockerfile: \.dockerignore:102: the patterns have more than 100000 repetitions together$/,
    )
    expect(process.memoryUsage().heapUsed - heap).toBeLessThan(500_000_000)
  })

  it('excludeRules() rejects them, too', () => {
    expect(() => excludeRules(Array(400).fill('a?{1000}'))).toThrow(/repetitions together/)
  })
})

import { describe, expect, test } from 'vitest'
import { chosenOf, parseOptions } from '../../../bench/options.ts'

describe('parseOptions()', () => {
  test('runs everything and records it if nothing is given', () => {
    expect(parseOptions([])).toEqual({
      ...{ words: [], quick: false, rounds: undefined, list: false, trace: false, record: true },
      ...{ buildPushAction: undefined, metadataAction: undefined, crane: undefined, dist: undefined },
    })
  })

  test('records neither quick runs nor traces', () => {
    expect(['--quick', '--trace', '--no-history'].map((option) => parseOptions([option]).record)).toEqual([
      false,
      false,
      false,
    ])
  })

  test('reads paths from options, else from variables', () => {
    const env = {
      BENCH_CRANE: '/env/crane',
      BENCH_METADATA_ACTION: '/env/metadata',
      BENCH_BUILD_PUSH_ACTION: '/env/bp',
    }
    expect(parseOptions(['--crane', '/crane', 'small', '--rounds=3'], env)).toMatchObject({
      ...{ crane: '/crane', metadataAction: '/env/metadata', buildPushAction: '/env/bp' },
      ...{ words: ['small'], rounds: 3 },
    })
  })

  test.each(['0', '-1', '1.5', 'many', '1001'])('rejects --rounds=%s', (rounds) => {
    expect(() => parseOptions([`--rounds=${rounds}`])).toThrow('expected a number from 1 to 1000')
  })

  test('rejects unknown options', () => {
    expect(() => parseOptions(['--fast'])).toThrow('--fast')
  })
})

describe('chosenOf()', () => {
  const cases = [
    { group: 'step', name: 'small, cached' },
    { group: 'classic', name: 'small, cached' },
    { group: 'latency', name: 'new image' },
  ]
  test.each([
    { words: [], count: 3 },
    { words: ['small'], count: 2 },
    { words: ['step:', 'small'], count: 1 },
    { words: ['small', 'new'], count: 0 },
  ])('selects $count cases for $words', ({ words, count }) => {
    expect(chosenOf(cases, words)).toHaveLength(count)
  })
})

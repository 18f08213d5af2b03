import { describe, expect, test } from 'vitest'
import {
  compare,
  type Entry,
  formatHistory,
  keyOf,
  lastOf,
  parseHistory,
  toPast,
  withEntry,
} from '../../../bench/history.ts'
import { outcomeOf } from '../../../bench/pairs.ts'

const measured = (clock: number, processor?: number, requests?: number) => ({ clock, processor, requests })
const entryOf = (more: Partial<Entry> = {}): Entry => ({
  ...{ date: '2026-11-29', commit: '1b5cd818', node: '24.21.0', cores: 2, load: 0.5 },
  cases: { 'step: small / docker buildx build': { clock: [0.9, 1, 1.1], requests: 6 } },
  ...more,
})

describe('the history', () => {
  test('reads back what it writes, and skips other lines', () => {
    const entries = [entryOf(), entryOf({ commit: '2' })]
    expect(parseHistory(`${formatHistory(entries)}\n<<<<<<< HEAD\nnull\n{"cases":1}\n`)).toEqual(entries)
    expect(formatHistory(entries).split('\n')).toHaveLength(3)
  })

  test('keeps the last 40 entries', () => {
    let history: readonly Entry[] = []
    for (let at = 0; at < 45; at++) history = withEntry(history, entryOf({ commit: `${at}` }))
    expect(history.map(({ commit }) => commit)).toEqual(Array.from({ length: 40 }, (_, at) => `${at + 5}`))
  })

  test('joins runs of the same commit and day, with the newest result of each case', () => {
    const first = entryOf({ cases: { one: { clock: [1, 1, 1] }, two: { clock: [2, 2, 2] } } })
    const second = entryOf({ load: 7, cases: { two: { clock: [3, 3, 3] } } })
    const cases: Entry['cases'] = { one: { clock: [1, 1, 1] }, two: { clock: [3, 3, 3] } }
    expect(withEntry([first], second)).toEqual([entryOf({ load: 7, cases })])
    expect(withEntry([first], { ...second, date: '2026-11-30' })).toHaveLength(2)
  })

  test('finds the last run of a case on such a machine', () => {
    const key = 'step: small / docker buildx build'
    const history = [
      entryOf({ commit: 'first' }),
      entryOf({ commit: 'wanted', node: '24.1.0' }),
      entryOf({ commit: 'cores', cores: 4 }),
      entryOf({ commit: 'node', node: '20.20.2' }),
      entryOf({ commit: 'others', cases: {} }),
    ]
    expect(lastOf(history, key, { node: '24.21.0', cores: 2 })?.commit).toBe('wanted')
    expect(lastOf(history, 'unknown', { node: '24.21.0', cores: 2 })).toBeUndefined()
  })

  test('has one key for each case and rival, and ratios with three digits', () => {
    const rows = [
      { ours: measured(100, 30, 6), theirs: measured(200, 40, 22) },
      { ours: measured(100, 20, 6), theirs: measured(300, 40, 22) },
      { ours: measured(100, 10, 6), theirs: measured(400, 40, 22) },
    ]
    const outcome = { name: 'small', rival: '`docker buildx build`', rounds: 3, ...outcomeOf(rows) }
    expect(keyOf({ ...outcome, group: 'step' })).toBe('step: small / docker buildx build')
    expect(toPast(outcome)).toEqual({ clock: [0.25, 0.333, 0.5], processor: [0.25, 0.5, 0.75], requests: 6 })
  })
})

describe('outcomeOf()', () => {
  test('has no ratio of the processor if it is not measured', () => {
    const { ours, processorRatio } = outcomeOf([{ ours: measured(10), theirs: measured(20, 0) }])
    expect({ ours, processorRatio }).toEqual({ ours: measured(10), processorRatio: undefined })
  })
})

describe('compare()', () => {
  test.each([
    { name: 'slower than every earlier round', now: [1.2, 1.3, 1.4], before: [0.9, 1, 1.1], result: 'worse' },
    { name: 'faster than every earlier round', now: [0.6, 0.7, 0.8], before: [0.9, 1, 1.1], result: 'better' },
    { name: 'spreads that contain the other median', now: [0.8, 1.3, 1.9], before: [0.9, 1, 1.4], result: 'same' },
    { name: 'a median within the earlier spread', now: [1.2, 1.3, 1.4], before: [0.9, 1, 1.5], result: 'same' },
    { name: 'less than a tenth', now: [1.08, 1.08, 1.08], before: [1, 1, 1], result: 'same' },
  ] as const)('is $result for $name', ({ now, before, result }) => {
    expect(compare({ clock: now }, { clock: before })).toBe(result)
  })

  test('prefers the ratio of the processor', () => {
    const before = { clock: [1, 1, 1], processor: [1, 1, 1] } as const
    expect(compare({ clock: [3, 3, 3], processor: [1, 1, 1] }, before)).toBe('same')
    expect(compare({ clock: [1, 1, 1], processor: [2, 2, 2] }, before)).toBe('worse')
    expect(compare({ clock: [3, 3, 3] }, before)).toBe('worse')
  })

  test('compares requests exactly', () => {
    const before = { clock: [1, 1, 1], requests: 6 } as const
    expect(compare({ clock: [1, 1, 1], requests: 7 }, before)).toBe('worse')
    expect(compare({ clock: [2, 2, 2], requests: 5 }, before)).toBe('better')
  })
})

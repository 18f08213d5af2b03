import { describe, expect, test } from 'vitest'
import type { Entry } from '../../../bench/history.ts'
import { growing, growingSeriesOf, loadTableOf, type Row, tableOf } from '../../../bench/table.ts'

const machine = { node: '24.21.0', cores: 2 }
const row: Row = {
  ...{ group: 'step', name: 'small', rival: '`docker buildx build`', rounds: 3, peak: 80_000_000 },
  ours: { clock: 500, processor: 200, requests: 6 },
  theirs: { clock: 400, processor: 100, requests: 22 },
  ratio: { min: 1.2, median: 1.25, max: 1.3 },
  processorRatio: { min: 1.9, median: 2, max: 2.1 },
}
const before: Entry = {
  ...{ ...machine, date: '2026-11-28', commit: 'abc', load: 0.1 },
  cases: { 'step: small / docker buildx build': { clock: [1, 1, 1], processor: [1.4, 1.5, 1.6], requests: 6 } },
}

describe('tableOf()', () => {
  test('shows the ratios, and marks a case that is worse than in the last run', () => {
    expect(tableOf('step', [row], [before], machine).split('\n').slice(2)).toEqual([
      '| small | 3 | 0.50 s | `docker buildx build`: 0.40 s | 1.20 / 1.25 / 1.30 | 1.90 / 2.00 / 2.10 | 6 / 22 | 80 MB | 2026-11-28 abc: 1.50 → 2.00 **worse** |',
      '',
    ])
  })

  test('shows that a case is new, and more requests', () => {
    expect(tableOf('step', [row], [], machine)).toContain('| new |')
    const more = { ...row, ours: { ...row.ours, requests: 7 } }
    expect(tableOf('step', [more], [before], machine)).toContain('1.50 → 2.00, 6 → 7 requests **worse** |')
  })

  test('compares times by the clock with a run that did not measure the processor', () => {
    const old: Entry = {
      ...before,
      cases: { 'step: small / docker buildx build': { clock: [1, 1.1, 1.2], requests: 6 } },
    }
    expect(tableOf('step', [row], [old], machine)).toContain('1.10 → 1.25 **worse** |')
  })

  test('is empty without rows', () => {
    expect(tableOf('join', [row], [], machine)).toBe('')
  })
})

const loadOf = (items: number, requests: number): Row => ({
  ...{ ...row, load: { series: 'tags, embedded', items }, peak: (70 + items) * 1e6 },
  ours: { clock: 100 * items, processor: 10 * items, requests },
})

describe('loadTableOf()', () => {
  test('shows the cost of one more item', () => {
    expect(
      loadTableOf([loadOf(1, 18), loadOf(10, 54)])
        .split('\n')
        .slice(2),
    ).toEqual([
      '| tags, embedded | 1 | 18 | 10 ms | 100 ms | 71 MB | 22 requests, 100 ms, 400 ms |',
      '| tags, embedded | 10 | 54 (+4.0) | 100 ms (+10.0) | 1000 ms (+100.0) | 80 MB (+1.0) | 22 requests, 100 ms, 400 ms |',
      '',
    ])
  })
})

test('growingSeriesOf() names series of which more items take more requests each', () => {
  expect(growingSeriesOf([loadOf(1, 18), loadOf(10, 54), loadOf(100, 414)])).toEqual([])
  expect(growingSeriesOf([loadOf(1, 18), loadOf(10, 54), loadOf(100, 441)])).toEqual(['tags, embedded'])
})

describe('growing()', () => {
  const of = (...points: readonly (readonly [number, number])[]) => points.map(([items, cost]) => ({ items, cost }))
  test.each([
    { name: 'a fixed part and the same for each item', points: of([1, 18], [10, 54], [100, 414]), result: false },
    { name: 'less for each item', points: of([1, 18], [10, 54], [100, 200]), result: false },
    { name: 'more for each item', points: of([1, 18], [10, 54], [100, 450]), result: true },
    { name: 'two sizes', points: of([1, 18], [10, 540]), result: false },
  ])('is $result for $name', ({ points, result }) => {
    expect(growing(points)).toBe(result)
  })

  test('allows noise', () => {
    expect(growing(of([1, 100], [10, 190], [100, 1200]), 1.5)).toBe(false)
  })
})

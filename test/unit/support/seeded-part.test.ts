import { afterEach, expect, it, vi } from 'vitest'
import { fixSeed, rowsOfColumn, seededPart, seedLine, sizeOf } from '../../support/seeded-part.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

const rows = [...Array(7).keys()]

/** What `part` gives on each of `days` days, together. */
function together(days: number, part: () => readonly number[]): readonly number[] {
  vi.stubEnv('POLYARCH_MATRIX', '')
  vi.stubEnv('POLYARCH_SEED', '')
  const all = [...Array(days).keys()].flatMap((day) => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 1 + day) })
    return part()
  })
  return all.toSorted((a, b) => a - b)
}

it('seededPart() gives every row on one of as many days as it has parts', () => {
  expect(together(3, () => seededPart(rows, 3))).toEqual(rows)
})

it('rowsOfColumn() gives every row to one column on each day, and to each column on one of as many days', () => {
  expect(together(1, () => [0, 1].flatMap((column) => rowsOfColumn(rows, column, 2)))).toEqual(rows)
  expect(together(2, () => rowsOfColumn(rows, 0, 2))).toEqual(rows)
})

it('sizeOf() gives the smaller size', () => {
  vi.stubEnv('POLYARCH_MATRIX', '')
  expect(sizeOf(300, 200)).toBe(200)
})

it('all of them give the whole with POLYARCH_MATRIX=all', () => {
  vi.stubEnv('POLYARCH_MATRIX', 'all')
  expect(seededPart(rows, 3)).toEqual(rows)
  expect(rowsOfColumn(rows, 1, 2)).toEqual(rows)
  expect(sizeOf(300, 200)).toBe(300)
})

it('the seed of a run is printed, and repeats its parts on another day', () => {
  vi.stubEnv('POLYARCH_MATRIX', '')
  vi.stubEnv('POLYARCH_SEED', '')
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) })
  fixSeed()
  const first = seededPart(rows, 3)
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 2) })
  expect(seededPart(rows, 3)).toEqual(first)
  expect(seedLine()).toContain('POLYARCH_SEED=20454 repeats')
  vi.stubEnv('POLYARCH_MATRIX', 'all')
  expect(seedLine()).toBe('All rows of the seeded tests ran.')
})

import { describe, expect, it } from 'vitest'
import { buildTable } from '../../../src/engine/buildkit/retry-table.ts'
import { podmanTable } from '../../../src/engine/podman/retry-table.ts'
import { classify, type Table } from '../../../src/retry/classify.ts'
import type { Failure } from '../../../src/retry/failure.ts'
import { httpTable } from '../../../src/retry/http-table.ts'
import { startTable } from '../../../src/retry/network-faults.ts'
import { gitTable } from '../../../src/source/git/git-failures.ts'

const said = (text: string, code?: string): Failure => ({ kind: 'text', text, ...(code === undefined ? {} : { code }) })
const answer = (status: number): Failure => ({ kind: 'answer', status, faults: [], text: '' })
const learnedFrom = 'this test'

describe('classify()', () => {
  it('returns the first row whose conditions all match', () => {
    const table: Table = [
      { code: 'a', pattern: /x/, unless: /y/, verdict: 'maybe', attempts: 2, learnedFrom },
      { code: ['a', 'b'], verdict: 'transient', learnedFrom },
    ]
    expect(classify(said('x', 'a'), table)).toMatchObject({ verdict: 'maybe', attempts: 2 })
    expect(classify(said('x y', 'a'), table)).toMatchObject({ verdict: 'transient', attempts: Infinity })
    expect(classify(said('x', 'b'), table)).toMatchObject({ verdict: 'transient' })
    expect(classify(said('x', 'c'), table)).toEqual({ verdict: 'permanent', attempts: 1 })
    expect(classify(said('x'), table)).toEqual({ verdict: 'permanent', attempts: 1 })
  })

  it('matches single statuses and ranges, of answers only', () => {
    const table: Table = [{ status: [408, [500, 502]], verdict: 'transient', learnedFrom }]
    const verdicts = [407, 408, 500, 502, 503].map((status) => classify(answer(status), table).verdict)
    expect(verdicts).toEqual(['permanent', 'transient', 'transient', 'transient', 'permanent'])
    expect(classify(said('503'), table).verdict).toBe('permanent')
  })

  it('leaves the verdict to the table of a row, even if that table does not match the failure', () => {
    const inner: Table = [{ pattern: /x/, verdict: 'maybe', learnedFrom }]
    const table: Table = [
      { code: 'a', table: inner },
      { code: 'a', verdict: 'transient', learnedFrom },
    ]
    expect(classify(said('x', 'a'), table).verdict).toBe('maybe')
    expect(classify(said('y', 'a'), table).verdict).toBe('permanent')
  })

  it('calls the additional condition of a row', () => {
    const table: Table = [
      { when: (_, { ownNetwork }) => ownNetwork === true, verdict: 'transient', attempts: () => 4, learnedFrom },
    ]
    expect(classify(said(''), table, { ownNetwork: true }).attempts).toBe(4)
    expect(classify(said(''), table).attempts).toBe(1)
  })
})

it.each(Object.entries({ httpTable, startTable, buildTable, podmanTable, gitTable }))(
  'every row of %s names its source',
  (_, table) => {
    const sources = table.flatMap((row) => ('table' in row ? [] : [row.learnedFrom].flat()))
    expect(sources.filter((source) => source.trim() === '')).toEqual([])
    expect(sources.length).toBeGreaterThanOrEqual(3)
  },
)

import { describe, expect, it } from 'vitest'
import { parallel } from '../../../src/bounds/parallel.ts'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('parallel()', () => {
  it('returns the results in the order of the items', async () => {
    const results = await parallel(2, [3, 1, 2], async (turns) => {
      for (let i = 0; i < turns; i++) await turn()
      return turns * 10
    })
    expect(results).toEqual([30, 10, 20])
  })

  it('runs at most the given number at a time', async () => {
    let running = 0
    const seen: number[] = []
    await parallel(3, [...Array(10).keys()], async () => {
      seen.push(++running)
      await turn()
      running--
    })
    expect(Math.max(...seen)).toBe(3)
    expect(seen).toHaveLength(10)
  })

  it('does nothing for no items', async () => {
    expect(await parallel(4, [], async () => 1)).toEqual([])
  })

  it('stops the others at the first failure, starts no more, and throws it when all have ended', async () => {
    const begun: string[] = []
    const ended: string[] = []
    const work = parallel(2, ['bad', 'slow', 'never'], async (item, signal) => {
      begun.push(item)
      await turn()
      if (item === 'bad') throw new Error('first')
      while (!signal.aborted) await turn()
      ended.push(item)
      throw new Error('second')
    })
    await expect(work).rejects.toThrow('first')
    expect([begun, ended]).toEqual([['bad', 'slow'], ['slow']])
  })

  it('throws cancelled when the signal is aborted', async () => {
    const abort = new AbortController()
    const work = parallel(1, [1, 2], async () => abort.abort(), { signal: abort.signal })
    await expect(work).rejects.toThrow(expect.objectContaining({ code: 'cancelled' }))
  })
})

import { describe, expect, it } from 'vitest'
import { paced } from '../../../src/bounds/paced.ts'

/** Chunks of these sizes. Waiting for a chunk advances the clock by `each`. */
async function* source(sizes: readonly number[], each: number, clock: { time: number }) {
  for (const size of sizes) {
    clock.time += each
    yield new Uint8Array(size)
  }
}

async function read(sizes: readonly number[], each: number, { bytes, reader = 0 }: { bytes: number; reader?: number }) {
  const clock = { time: 0 }
  let size = 0
  for await (const chunk of paced(source(sizes, each, clock), { bytes, time: 1000, now: () => clock.time })) {
    size += chunk.length
    clock.time += reader
  }
  return size
}

describe('paced()', () => {
  it('passes on data that arrives fast enough, however long it takes', async () => {
    expect(await read(Array(100).fill(50), 100, { bytes: 500 })).toBe(5000)
  })

  it('fails with ETIMEDOUT if too little data arrives in time', async () => {
    await expect(read(Array(100).fill(1), 100, { bytes: 500 })).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  })

  it('accepts Infinity as the total deadline', async () => {
    expect(await read(Array(10).fill(1e6), 100, { bytes: Infinity })).toBe(1e7)
    await expect(read(Array(11).fill(1e6), 100, { bytes: Infinity })).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  })

  it('does not count the time that its reader takes', async () => {
    expect(await read(Array(10).fill(1), 100, { bytes: Infinity, reader: 1e6 })).toBe(10)
  })
})

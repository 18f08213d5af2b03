import { describe, expect, it } from 'vitest'
import { readEpoch } from '../../../src/source/epoch.ts'

describe('readEpoch()', () => {
  const commit = async () => 5

  it.each([
    ['1700000000', 1_700_000_000],
    ['+7', 7],
    ['-5', -5],
    ['253402300799', 253_402_300_799],
    ['', 5],
    [undefined, 5],
  ])('of %j and a commit of 5 is %d', async (given, seconds) => {
    expect(await readEpoch(given, commit)).toBe(seconds)
  })

  it.each(['now', '1.5', '253402300800', '1e3', '-62167219201'])('rejects %s', async (given) => {
    await expect(readEpoch(given, commit)).rejects.toMatchObject({
      code: 'input-invalid',
      message: expect.stringContaining(`"${given}"`),
    })
  })
})

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { limits } from '../../../src/bounds/limits.ts'

/** The number of `4 MiB`, `64 KiB`, `120 s` or `512`. */
function amountOf(text: string): number {
  const [, count = '', unit = ''] = /^(\d+)(?: (GiB|MiB|KiB|s))?$/.exec(text) ?? []
  return Number(count) * ({ '': 1, s: 1000, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }[unit] ?? Number.NaN)
}

it('docs/limits.md lists every limit with its value, in the order of limits.ts', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../../docs/limits.md'), 'utf8')
  const rows = [...page.matchAll(/^\| `(\w+)` \| ([^|]+) \|/gm)]
  expect(rows.map(([, name, value = '']) => [name, amountOf(value)])).toEqual(Object.entries(limits))
})

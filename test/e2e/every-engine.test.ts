import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { seededPart } from '../support/seeded-part.ts'
import { engineRows } from './support/engine-rows.ts'
import { caseNames, engineCases } from './support/every-engine.ts'
import { missing } from './support/rig.ts'

// The same cases with every engine. The table in docs/engines/README.md has their outcomes: each run compares its cells
// with the table, and a run with POLYARCH_MATRIX=all prints the table and compares all of it.

const page = readFileSync(resolve(join(import.meta.dirname, '../../docs/engines/README.md')), 'utf8')

/** The cells of the table, by engine and case. */
const documented = new Map(
  page
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, name = '']) => engineRows.some((row) => row.name === name))
    .map(([, name = '', ...cells]) => [name, cells] as const),
)

const found = new Map<string, string>()
const cells = engineRows.flatMap((row) => engineCases.map((one) => ({ row, one })))

for (const row of engineRows) {
  describe.skipIf(missing(...row.needs, 'registry', 'base', 'emulated'))(`with ${row.name}`, () => {
    const own = seededPart(cells, 7).filter((cell) => cell.row === row)
    it.each(own.map(({ one }) => one))('the case "$name" has the documented outcome', async (one) => {
      const outcome = await one.run(row)
      found.set(`${row.name}|${one.name}`, outcome)
      expect(outcome).toBe(documented.get(row.name)?.[caseNames.indexOf(one.name)])
    })
  })
}

it('the table has every engine and case', () => {
  expect([...documented.keys()]).toEqual(engineRows.map(({ name }) => name))
  for (const row of documented.values()) expect(row.filter((cell) => cell !== '')).toHaveLength(caseNames.length)
})

afterAll(() => {
  const rows = engineRows.map(({ name }) => [name, ...caseNames.map((one) => found.get(`${name}|${one}`) ?? '-')])
  const lines = [['engine', ...caseNames], ['engine', ...caseNames].map(() => '---'), ...rows]
  console.log(lines.map((line) => `| ${line.join(' | ')} |`).join('\n'))
})

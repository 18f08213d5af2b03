import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { seededPart } from '../support/seeded-part.ts'
import { engineRows } from './support/engine-rows.ts'
import { caseNames, engineCases, timeBuilds, timedBuilds } from './support/every-engine.ts'
import { missing } from './support/rig.ts'

// The same cases with every engine. The table in docs/engines/README.md has their outcomes: each run compares its cells
// with the table, and a run with POLYARCH_MATRIX=all prints the table and compares all of it.

const page = readFileSync(resolve(join(import.meta.dirname, '../../docs/engines/README.md')), 'utf8')

/** The cells of a table, by engine. */
const tableIn = (text: string) =>
  new Map(
    text
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .filter(([, name = '']) => engineRows.some((row) => row.name === name))
      .map(([, name = '', ...cells]) => [name, cells] as const),
  )

const [outcomes = '', times = ''] = page.split('\n## Times\n')
const documented = tableIn(outcomes)

const taken = new Map<string, readonly (number | undefined)[]>()
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

    // Only if asked for, because it takes long: the files of a run disturb each other's times.
    if (process.env['POLYARCH_MATRIX'] === 'all') {
      it('builds for three platforms, for the table of times', async () => {
        const milliseconds = await timeBuilds(row)
        taken.set(row.name, milliseconds)
        expect(milliseconds).toHaveLength(timedBuilds.length)
      })
    }
  })
}

it('the table has every engine and case', () => {
  expect([...documented.keys()]).toEqual(engineRows.map(({ name }) => name))
  for (const row of documented.values()) expect(row.filter((cell) => cell !== '')).toHaveLength(caseNames.length)
})

it('the table of times has every engine, as ratios', () => {
  const cells = [...tableIn(times)]
  expect(cells.map(([name]) => name)).toEqual(engineRows.map(({ name }) => name))
  for (const [, row] of cells) {
    expect(row.filter((cell) => /^(?:\d+(?:\.\d)?|-)$/.test(cell))).toHaveLength(timedBuilds.length)
  }
})

/** Times of all engines for one build as multiples of the shortest; `-` for an engine that does not support it. */
function ratio(name: string, index: number): string {
  const all = [...taken.values()].flatMap((row) => row[index] ?? [])
  const own = taken.get(name)?.[index]
  if (own === undefined) return '-'
  const multiple = own / Math.min(...all)
  return multiple < 10 ? multiple.toFixed(1) : String(Math.round(multiple))
}

afterAll(() => {
  if (taken.size > 0) {
    const measured = engineRows.map(({ name }) => [name, ...timedBuilds.map((_, index) => ratio(name, index))])
    const head = ['engine', ...timedBuilds]
    console.log([head, head.map(() => '---'), ...measured].map((line) => `| ${line.join(' | ')} |`).join('\n'))
  }
  const rows = engineRows.map(({ name }) => [name, ...caseNames.map((one) => found.get(`${name}|${one}`) ?? '-')])
  const lines = [['engine', ...caseNames], ['engine', ...caseNames].map(() => '---'), ...rows]
  console.log(lines.map((line) => `| ${line.join(' | ')} |`).join('\n'))
})

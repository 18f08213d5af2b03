import { readdirSync, statSync } from 'node:fs'
import { cpus } from 'node:os'
import { join, resolve } from 'node:path'
import { missing, part } from '../test/e2e/support/rig.ts'
import type { Case } from './case.ts'
import { cases } from './cases.ts'
import { type Outcome, runContest } from './pairs.ts'

type Row = Outcome & { readonly group: Case['group']; readonly peak: number | undefined }

const absent = missing('docker', 'classic', 'registry', 'basic', 'base', 'emulated', 'builderImage')
// Arguments select cases: `npm run bench -- small` runs those with it in their name.
const words = process.argv.slice(2)
const rows: Row[] = []
if (absent === undefined) {
  for (const chosen of cases().filter(({ group, name }) => words.every((word) => `${group} ${name}`.includes(word)))) {
    const { contest, peak, end } = await chosen.begin()
    try {
      for (const outcome of await runContest(contest)) rows.push({ ...outcome, group: chosen.group, peak })
    } finally {
      await end()
    }
  }
  print(rows)
}

function print(all: readonly Row[]): void {
  const { version } = part('docker')
  console.log(`Docker ${version}, Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim()}\n`)
  for (const group of ['step', 'classic', 'embedded'] as const) console.log(table(all, group))
  console.log(`Chunks: ${bundle()}`)
}

function table(all: readonly Row[], group: Case['group']): string {
  const lines = all
    .filter((row) => row.group === group)
    .map(({ name, rival, rounds, ours, theirs, ratio, peak }) => {
      const ratios = [ratio.min, ratio.median, ratio.max].map((value) => value.toFixed(2)).join(' / ')
      const memory = peak === undefined ? '' : `${Math.round(peak / 1e6)} MB`
      return `| ${name} | ${rounds} | ${seconds(ours)} | ${rival}: ${seconds(theirs)} | ${ratios} | ${memory} |`
    })
  const head = [
    `| ${group} | rounds | the step | against | ratio: min / median / max | peak memory of Node |`,
    '| --- | --- | --- | --- | --- | --- |',
  ]
  return lines.length === 0 ? '' : `${[...head, ...lines].join('\n')}\n`
}

function bundle(): string {
  const folder = resolve(import.meta.dirname, '../dist/chunks')
  const sizes = readdirSync(folder).map((file) => ({ file, size: statSync(join(folder, file)).size }))
  const largest = sizes.toSorted((a, b) => b.size - a.size)
  return largest.map(({ file, size }) => `${file} ${(size / 1000).toFixed(0)} kB`).join(', ')
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`
}

import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join, resolve } from 'node:path'
import { rig } from '../test/e2e/support/rig.ts'
import { type Case, groups } from './case.ts'
import { casesWith } from './cases.ts'
import { type Entry, formatHistory, keyOf, parseHistory, toPast, withEntry } from './history.ts'
import { chosenOf, type Options, parseOptions } from './options.ts'
import { runContest } from './pairs.ts'
import { findPeers } from './peers.ts'
import { growingSeriesOf, loadTableOf, type Row, tableOf } from './table.ts'

const options = parseOptions(process.argv.slice(2), process.env)
const peers = findPeers(options)
const root = resolve(import.meta.dirname, '..')
const historyFile = join(import.meta.dirname, 'history.jsonl')
const machine = { node: process.versions.node, cores: cpus().length }

const order = (group: Case['group']) => groups.indexOf(group)
const chosen = chosenOf(casesWith(peers), options.words)
  .filter(({ isLong }) => !(options.quick && isLong))
  .toSorted((one, other) => order(one.group) - order(other.group))

if (options.list) for (const { group, name } of chosen) console.log(`${group}: ${name}`)
else print(await runAll(chosen, options))

async function runAll(cases: readonly Case[], { quick, rounds, trace }: Options): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const { group, name, needs, load, begin } of cases) {
    const absent = needs.filter((part) => rig[part] === undefined)
    if (absent.length > 0) {
      console.error(`${group}: ${name}: skipped: the rig has no ${absent.join(', ')}`)
      continue
    }
    try {
      const { contest, peak, trace: traceCase, end } = await begin()
      try {
        if (trace) await traceCase?.()
        else {
          const outcomes = await runContest({ ...contest, rounds: rounds ?? (quick ? 1 : contest.rounds) })
          rows.push(...outcomes.map((outcome) => ({ ...outcome, group, peak, load })))
        }
      } finally {
        await end()
      }
    } catch (error) {
      // The other cases are measured, and the run fails at its end.
      process.exitCode = 1
      console.error(`${group}: ${name}: ${error instanceof Error ? error.message : error}`)
    }
  }
  return rows
}

function print(rows: readonly Row[]): void {
  if (options.trace) return
  const history = existsSync(historyFile) ? parseHistory(readFileSync(historyFile, 'utf8')) : []
  const { node, cores } = machine
  const load = loadavg()[0] ?? 0
  console.log(
    `Docker ${rig.docker?.version ?? 'not running'}, Node ${node}, ${cores} × ${cpus()[0]?.model.trim()}, load ${load.toFixed(1)}\n`,
  )
  const tables = [...groups.map((group) => tableOf(group, rows, history, machine)), loadTableOf(rows)]
  for (const table of tables) if (table !== '') console.log(table)
  for (const series of growingSeriesOf(rows)) console.log(`Not linear: the requests of ${series}\n`)
  console.log(`Chunks: ${bundle()}`)
  if (!options.record || rows.length === 0) return
  const entry: Entry = {
    ...{ date: new Date().toISOString().slice(0, 10), commit: commitOf(), ...machine },
    load: Math.round(load * 10) / 10,
    cases: Object.fromEntries(rows.map((row) => [keyOf(row), toPast(row)])),
  }
  writeFileSync(historyFile, formatHistory(withEntry(history, entry)))
}

function commitOf(): string {
  const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  try {
    return `${git('rev-parse', '--short=8', 'HEAD')}${git('status', '--porcelain', 'src') === '' ? '' : '+'}`
  } catch {
    return 'unknown'
  }
}

function bundle(): string {
  const folder = resolve(root, 'dist/chunks')
  const sizes = readdirSync(folder).map((file) => ({ file, size: statSync(join(folder, file)).size }))
  const largest = sizes.toSorted((a, b) => b.size - a.size)
  const shown = largest.slice(0, 10).map(({ file, size }) => `${file} ${(size / 1000).toFixed(0)} kB`)
  return `${shown.join(', ')}, and ${largest.length - shown.length} smaller ones`
}

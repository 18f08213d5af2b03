import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isMap, isScalar, isSeq, parseDocument } from 'yaml'
import { inputRows } from '../../src/inputs/schema.ts'
import { checkInputs } from '../../src/migrate/check-inputs.ts'
import { migrateWorkflow, type WorkflowMigration } from '../../src/migrate/migrate-workflow.ts'
import { readWorkflow } from '../../src/migrate/read-workflow.ts'
import { renderReport } from '../../src/migrate/render-report.ts'
import { createSourceText } from '../../src/migrate/source-text.ts'
import { unifiedDiff } from '../../src/migrate/unified-diff.ts'
import { seededPart } from '../support/seeded-part.ts'

const cases = join(import.meta.dirname, 'cases')
const names = readdirSync(cases)
const read = (name: string, file: string) => readFileSync(join(cases, name, file), 'utf8')

const migrated = new Map<string, Promise<WorkflowMigration>>()
/** The migration of a text, which several tests read. */
function migrationOf(text: string): Promise<WorkflowMigration> {
  const migration = migrated.get(text) ?? migrateWorkflow(text)
  migrated.set(text, migration)
  return migration
}

async function textOf(given: string): Promise<string> {
  const migration = await migrationOf(given)
  return migration.kind === 'read' ? migration.text : given
}

const jobsOf = (migration: WorkflowMigration) => (migration.kind === 'read' ? migration.jobs : [])

it('has cases of many shapes, most of which move', async () => {
  const migrations = await Promise.all(names.map((name) => migrationOf(read(name, 'before.yml'))))
  const moves = migrations.filter((one) => jobsOf(one).some(({ kind }) => kind === 'moved'))
  expect(names.length).toBeGreaterThan(55)
  expect(moves.length / names.length).toBeGreaterThan(0.7)
})

// `vitest -u` rewrites after.yml and report.txt; read the difference.
describe.each(names)('%s', (name) => {
  const before = read(name, 'before.yml')

  it('returns the golden workflow and report', async () => {
    const migration = await migrationOf(before)
    await expect(`${renderReport('before.yml', migration).join('\n')}\n`).toMatchFileSnapshot(
      join(cases, name, 'report.txt'),
    )
    const after = migration.kind === 'read' ? migration.text : before
    if (after === before) expect(existsSync(join(cases, name, 'after.yml'))).toBe(false)
    else await expect(after).toMatchFileSnapshot(join(cases, name, 'after.yml'))
  })

  it('keeps every byte outside of the edits', async () => {
    const migration = await migrationOf(before)
    if (migration.kind !== 'read') return expect(migration.problem.message).not.toBe('')
    let at = 0
    let from = 0
    for (const { start, end, text } of [...migration.edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
      const kept = before.slice(from, start)
      expect(migration.text.slice(at, at + kept.length)).toBe(kept)
      at += kept.length
      expect(migration.text.slice(at, at + text.length)).toBe(text)
      at += text.length
      from = end
    }
    expect(migration.text.slice(at)).toBe(before.slice(from))
  })

  it('changes only steps of the five actions, and references to them', async () => {
    const [old, now] = [parseDocument(before), parseDocument(await textOf(before))]
    expect(now.errors).toEqual([])
    expect(withoutDocker(now.toJS())).toEqual(withoutDocker(old.toJS()))
  })

  it('returns inputs that the step accepts', async () => {
    const found = readWorkflow(createSourceText(await textOf(before)))
    const steps =
      'jobs' in found
        ? found.jobs.flatMap((job) => job.steps.filter(({ uses }) => /polyarch\/build@v1$/.test(uses)))
        : []
    for (const { inputs } of steps) {
      expect([...inputs.keys()].filter((key) => !Object.hasOwn(inputRows, key))).toEqual([])
      expect(
        await checkInputs(new Map([...inputs].map(([key, { value }]) => [key, value ?? '']))).then((all) => all),
      ).toEqual([])
    }
    const moved = jobsOf(await migrationOf(before)).flatMap((job) => (job.kind === 'moved' ? job.builds : []))
    expect(steps.length).toBeGreaterThanOrEqual(moved.length)
  })

  it('changes nothing the second time', async () => {
    const once = await textOf(before)
    expect(await textOf(once)).toBe(once)
  })

  it('returns the same with other line ends, with a byte order mark and without the last line end', async () => {
    const after = await textOf(before)
    const crlf = (text: string) => text.replaceAll('\n', '\r\n')
    expect(await textOf(crlf(before))).toBe(crlf(after))
    expect(await textOf(`\ufeff${before}`)).toBe(`\ufeff${after}`)
    expect(await textOf(before.replace(/\n$/, ''))).toBe(after.replace(/\n$/, ''))
  })

  it('has a difference that leads from the old to the new workflow', async () => {
    const after = await textOf(before)
    expect(patched(before, unifiedDiff('a.yml', before, after))).toBe(after)
  })
})

/** The workflow without the steps of Docker's actions and this action, and without references to their outputs. */
function withoutDocker(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value
      .filter((one) => !/(?:^|\/)(?:docker\/|polyarch\/build@)/.test(String(Object(one).uses ?? '')))
      .map(withoutDocker)
  }
  if (typeof value === 'string') return value.replace(/steps(?:\.[\w-]+|\['[\w-]+'\])\./g, 'steps.?.')
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutDocker(one)]))
}

/** Applies a unified difference, and checks that the removed lines exist. */
function patched(text: string, diff: readonly string[]): string {
  const old = text.split(/(?<=\n)/)
  const result: string[] = []
  let at = 0
  for (const [index, line] of diff.entries()) {
    if (index < 2 || line.startsWith('\\')) continue
    const hunk = /^@@ -(\d+)(?:,(\d+))? /.exec(line)
    const end = diff[index + 1]?.startsWith('\\') ? '' : '\n'
    if (hunk !== null) {
      const start = Number(hunk[1]) - (hunk[2] === '0' ? 0 : 1)
      result.push(...old.slice(at, start))
      at = start
    } else if (line.startsWith('+')) result.push(line.slice(1) + end)
    else {
      expect(old[at]).toBe(line.slice(1) + end)
      if (line.startsWith(' ')) result.push(old[at] ?? '')
      at += 1
    }
  }
  return [...result, ...old.slice(at)].join('')
}

it('every map and list of the cases is read like the parser reads it', () => {
  // The reader of the migration works on ranges; this test parses the same files again.
  for (const name of names) {
    const text = read(name, 'before.yml')
    const jobs = parseDocument(text).get('jobs')
    const found = readWorkflow(createSourceText(text))
    if (!('jobs' in found) || !isMap(jobs)) continue
    for (const { key, value } of jobs.items) {
      const steps = isMap(value) ? value.get('steps') : undefined
      const job = found.jobs.find((one) => isScalar(key) && one.name === key.value)
      if (isSeq(steps) && job?.oddity === undefined) expect(job?.steps.length).toBe(steps.items.length)
    }
  }
})

it('returns a valid workflow, and the same the second time, whatever line is missing, repeated or commented', async () => {
  const changes: readonly ((lines: readonly string[], at: number) => readonly string[])[] = [
    (lines, at) => lines.toSpliced(at, 1),
    (lines, at) => lines.toSpliced(at, 0, lines[at] ?? ''),
    (lines, at) => lines.toSpliced(at, 0, '      # a comment', ''),
    (lines, at) => lines.with(at, `${lines[at]}  # a comment`),
  ]
  const places = names.flatMap((name, number) => {
    const lines = read(name, 'before.yml').split('\n')
    return [...lines.keys()].filter((at) => at % 17 === number % 17).map((at) => ({ lines, at }))
  })
  let moved = 0
  for (const { lines, at } of seededPart(places, 10)) {
    for (const change of changes) {
      const migration = await migrateWorkflow(change(lines, at).join('\n'))
      if (migration.kind !== 'read') continue
      expect(JSON.stringify(migration.jobs)).not.toContain('bug in Polyarch')
      expect(parseDocument(migration.text).errors).toEqual([])
      expect(await textOf(migration.text)).toBe(migration.text)
      moved += migration.edits.length > 0 ? 1 : 0
    }
  }
  expect(moved).toBeGreaterThan(20)
})

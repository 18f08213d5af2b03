import { type ActionError, toActionError } from '../errors/action-error.ts'
import { combine } from '../errors/gather.ts'
import { type JobReport, migrateWorkflow, type WorkflowMigration } from '../migrate/migrate-workflow.ts'
import { renderReport } from '../migrate/render-report.ts'
import { unifiedDiff } from '../migrate/unified-diff.ts'
import type { Command, CommandContext } from './command.ts'
import { displayFlags, readDisplay } from './display-flags.ts'
import { renderHelp } from './help.ts'
import { type FlagRows, isOn, readFlags, usageError } from './read-flags.ts'
import { readWorkflowFiles, type WorkflowFile, writeWorkflowFile } from './workflow-files.ts'

const ownFlags = {
  write: { kind: 'switch', short: 'w', doc: 'Write the files. Without it, only the changes are shown.' },
  check: {
    kind: 'switch',
    doc: 'Exit with status 1 if a job can be migrated, for CI. Jobs that cannot be migrated are allowed.',
  },
} as const satisfies FlagRows

/** Rewrites workflow files that use Docker's five actions. */
export const migrateCommand: Command = {
  help: () =>
    renderHelp({
      usage: 'migrate [FILE…] [FLAGS]',
      about:
        'Rewrite workflows that use docker/setup-qemu-action, docker/setup-buildx-action, docker/login-action, docker/metadata-action and docker/build-push-action into one step. Comments, formatting and everything else in the files are left untouched. Jobs that cannot be migrated are left unchanged and listed with line and reason.',
      examples: [
        { does: 'Show the changes to all workflows of the repository.', line: 'polyarch migrate' },
        { does: 'Write the changes to one of them.', line: 'polyarch migrate .github/workflows/image.yml --write' },
        {
          does: 'Print the line and reason of each problem.',
          line: 'polyarch migrate --json | jq ".files[].jobs[].problems[]?"',
        },
      ],
      sections: [{ title: 'Flags', flags: { ...ownFlags, ...displayFlags } }],
      notes: [
        'FILE is a workflow file or a directory of workflow files. Default: .github/workflows, .gitea/workflows and .forgejo/workflows.',
        'A job is migrated as a whole or not at all. A step that other steps of the job depend on is kept next to the new one, with the reason. docs/migrating.md describes what each input becomes.',
        'Exit status: 0 success, 1 a job cannot be migrated (with --check: a job can be), 66 a file does not exist.',
      ],
    }),
  read: (args) => {
    const given = readFlags(args, { command: 'migrate', rows: { ...ownFlags, ...displayFlags } })
    const write = isOn(given, 'write')
    const check = isOn(given, 'check')
    if (write && check) throw usageError('migrate', ['--write and --check exclude each other'])
    const display = readDisplay(given)
    return {
      display,
      run: (context) => migrateFiles({ paths: given.others, write, check, json: display.json }, context),
    }
  },
}

type Asked = {
  readonly paths: readonly string[]
  readonly write: boolean
  readonly check: boolean
  readonly json: boolean
}

type Migrated = {
  readonly file: WorkflowFile
  readonly migration: WorkflowMigration
  readonly written: boolean
  /** Why the file could not be written. */
  readonly error?: ActionError
}

async function migrateFiles({ paths, write, check, json }: Asked, { outlet, fail }: CommandContext): Promise<number> {
  const found: Migrated[] = []
  for (const file of await readWorkflowFiles(paths, outlet.log.warning)) {
    found.push({ file, migration: await migrateWorkflow(file.text), written: false })
  }
  const done: Migrated[] = []
  for (const one of found) done.push(write ? await writeMigrated(one) : one)
  const jobs = found.flatMap(({ migration }) => (migration.kind === 'read' ? migration.jobs : []))
  const moved = jobs.filter(({ kind }) => kind === 'moved').length
  const unreadable = found.filter(({ migration }) => migration.kind === 'unreadable').length
  const refused = jobs.length - moved + unreadable
  const errors = done.flatMap(({ error }) => error ?? [])
  const document = { files: done.map(documentOf), migrated: moved, refused }
  if (!json) for (const one of done) print(one, outlet)
  // The report says what was written.
  if (errors.length > 0) return fail(combine('Writing the workflow files', errors), document)
  if (json) outlet.printJson(document)
  else outlet.print(summaryOf({ moved, refused: jobs.length - moved, unreadable, write }))
  return (check ? moved : refused) > 0 ? 1 : 0
}

/** Writes one file. A failure does not keep the others from being written. */
async function writeMigrated(one: Migrated): Promise<Migrated> {
  const { file, migration } = one
  if (migration.kind !== 'read' || migration.text === file.text) return one
  try {
    await writeWorkflowFile(file, migration.text)
    return { ...one, written: true }
  } catch (error) {
    return { ...one, error: toActionError(error) }
  }
}

function print({ file: { path, text }, migration, error }: Migrated, outlet: CommandContext['outlet']): void {
  // The report would say that its jobs are migrated.
  if (error !== undefined) {
    outlet.print(`${path}: not written`)
    return
  }
  if (migration.kind === 'read') {
    const diff = unifiedDiff(path, text, migration.text)
    if (diff.length > 0) outlet.print(diff.join('\n').replaceAll('\r', ''))
  }
  outlet.print(renderReport(path, migration).join('\n'))
}

function summaryOf({
  moved,
  refused,
  unreadable,
  write,
}: {
  readonly moved: number
  readonly refused: number
  readonly unreadable: number
  readonly write: boolean
}): string {
  const count = (number: number, name: string) => `${number} ${number === 1 ? name : `${name}s`}`
  const left = [
    ...(refused === 0 ? [] : [count(refused, 'job')]),
    ...(unreadable === 0 ? [] : [count(unreadable, 'file')]),
  ].join(' and ')
  const not = left === '' ? '' : `, ${left} cannot be migrated`
  if (moved === 0) return left === '' ? 'Nothing to migrate' : `Nothing was migrated: ${left} cannot be migrated`
  if (write) return `Migrated ${count(moved, 'job')}${not}`
  return `${count(moved, 'job')} can be migrated${not}. Write the changes with --write`
}

/** Returns the migration of a file as JSON. Lines count from 1. */
function documentOf({ file: { path, text }, migration, written }: Migrated): Readonly<Record<string, unknown>> {
  if (migration.kind === 'unreadable') {
    const { line, message } = migration.problem
    return { path, changed: false, written: false, diff: '', jobs: [], problem: { line: line + 1, message } }
  }
  const changed = migration.text !== text
  const diff = unifiedDiff(path, text, migration.text).map((line) => `${line}\n`)
  return { path, changed, written, diff: diff.join(''), jobs: migration.jobs.map(jobDocument) }
}

function jobDocument(report: JobReport): Readonly<Record<string, unknown>> {
  const placed = <T extends { readonly line: number }>(all: readonly T[]) =>
    all.map((one) => ({ ...one, line: one.line + 1 }))
  const { job, line } = report
  if (report.kind === 'refused') return { job, line: line + 1, migrated: false, problems: placed(report.problems) }
  const { builds, removed, kept, notes } = report
  return {
    job,
    line: line + 1,
    migrated: true,
    builds: builds.map((build) => build + 1),
    removed: placed(removed),
    kept: placed(kept),
    notes: placed(notes),
  }
}

import { checkInputs } from './check-inputs.ts'
import { isPolyarch } from './docker-action.ts'
import { resolveVariables } from './expressions.ts'
import { type JobMigration, type KeptStep, migrateJob, type NamedStep } from './migrate-job.ts'
import type { Note } from './plan.ts'
import { type Job, type Problem, readWorkflow } from './read-workflow.ts'
import { applyEdits, createSourceText, type Edit, type SourceText } from './source-text.ts'

/** A job that uses one of the five actions. Lines count from 0. */
export type JobReport = {
  readonly job: string
  readonly line: number
} & (
  | {
      readonly kind: 'moved'
      readonly builds: readonly number[]
      readonly removed: readonly NamedStep[]
      readonly kept: readonly KeptStep[]
      readonly notes: readonly Note[]
    }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
)

export type WorkflowMigration =
  /** `text` is the original file if no job is migrated. */
  | {
      readonly kind: 'read'
      readonly text: string
      readonly edits: readonly Edit[]
      readonly jobs: readonly JobReport[]
    }
  /** The file is not a valid workflow. */
  | { readonly kind: 'unreadable'; readonly problem: Problem }

const byteOrderMark = '\ufeff'

/** Rewrites a workflow file: migrates each job that can be migrated, and leaves the others unchanged. */
export async function migrateWorkflow(given: string): Promise<WorkflowMigration> {
  const head = given.startsWith(byteOrderMark) ? byteOrderMark : ''
  const body = given.slice(head.length)
  const source = createSourceText(body)
  const read = readWorkflow(source)
  if ('problem' in read) return { kind: 'unreadable', problem: read.problem }
  const migrations = new Map<Job, JobMigration>()
  for (const job of read.jobs) migrations.set(job, await migrateJob(source, job, read.jobs))
  for (const [job, problems] of await findInvalid(source, migrations))
    migrations.set(job, { kind: 'refused', problems })
  const edits = editsOf(migrations)
  const text = withEndOf(body, applyEdits(source.text, edits) ?? body)
  return { kind: 'read', text: `${head}${text}`, edits, jobs: reportsOf(migrations) }
}

function editsOf(migrations: ReadonlyMap<Job, JobMigration>): readonly Edit[] {
  return [...migrations.values()].flatMap((migration) => (migration.kind === 'moved' ? migration.edits : []))
}

/** Returns the text without the final line ending if the original file had none. */
function withEndOf(given: string, text: string): string {
  return given.endsWith('\n') ? text : text.replace(/\r?\n$/, '')
}

/** Validates the new text with the parser of the action, and returns what it would reject. */
async function findInvalid(
  source: SourceText,
  migrations: ReadonlyMap<Job, JobMigration>,
): Promise<ReadonlyMap<Job, readonly Problem[]>> {
  const edits = editsOf(migrations)
  const invalid = new Map<Job, readonly Problem[]>()
  if (edits.length === 0) return invalid
  const text = applyEdits(source.text, edits)
  const now = text === undefined ? undefined : readWorkflow(createSourceText(text))
  if (now === undefined || 'problem' in now) {
    const message = 'the migrated workflow would not be valid. This is a bug in Polyarch; please open an issue'
    for (const [job, { kind }] of migrations) if (kind === 'moved') invalid.set(job, [{ line: job.line, message }])
    return invalid
  }
  for (const [job, migration] of migrations) {
    if (migration.kind !== 'moved') continue
    const steps = now.jobs.find(({ name }) => name === job.name)?.steps.filter(({ uses }) => isPolyarch(uses)) ?? []
    const own = steps.slice(-migration.builds.length)
    const problems = await Promise.all(
      own.map(async ({ inputs }, at) => {
        const found = await checkInputs(
          new Map([...inputs].map(([name, { value }]) => [name, resolveVariables(value ?? '', job.env)])),
        )
        return found.map(
          (message): Problem => ({
            line: migration.builds[at] ?? job.line,
            message: `Polyarch does not accept the inputs of this build: ${message}`,
          }),
        )
      }),
    )
    if (problems.flat().length > 0) invalid.set(job, problems.flat())
  }
  return invalid
}

function reportsOf(migrations: ReadonlyMap<Job, JobMigration>): readonly JobReport[] {
  return [...migrations].flatMap(([{ name, line }, migration]): readonly JobReport[] => {
    if (migration.kind === 'unrelated') return []
    if (migration.kind === 'refused') return [{ job: name, line, kind: 'refused', problems: migration.problems }]
    const { builds, removed, kept, notes } = migration
    return [{ job: name, line, kind: 'moved', builds, removed, kept, notes }]
  })
}

import type { JobReport, WorkflowMigration } from './migrate-workflow.ts'
import { lineName } from './plan.ts'

/** Renders the report on a workflow file, as lines of text. */
export function renderReport(path: string, migration: WorkflowMigration): readonly string[] {
  if (migration.kind === 'unreadable') {
    return [`${path}: cannot be migrated`, `  ${lineName(migration.problem.line)}: ${migration.problem.message}`]
  }
  if (migration.jobs.length === 0) return [`${path}: nothing to migrate`]
  return [`${path}:`, ...migration.jobs.flatMap(renderJob).map((line) => `  ${line}`)]
}

function renderJob(report: JobReport): readonly string[] {
  if (report.kind === 'refused') {
    const problems = report.problems.map(({ line, message }) => `  ${lineName(line)}: ${message}`)
    return [`job ${report.job}: not migrated`, ...problems]
  }
  const { job, builds, removed, kept, notes } = report
  return [
    `job ${job}: migrated, ${builds.length === 1 ? '1 build step' : `${builds.length} build steps`}`,
    ...removed.map(({ line, action }) => `  removed ${action} (${lineName(line)})`),
    ...kept.map(({ line, action, reason }) => `  kept ${action} (${lineName(line)}): ${reason}`),
    ...notes.map(({ line, text }) => `  note, ${lineName(line)}: ${text}`),
  ]
}

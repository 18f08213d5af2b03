import { showReference } from '../oci/reference.ts'
import type { Matrix, MatrixJob } from '../plan/matrix.ts'
import type { Run } from '../run-context.ts'
import { codeCell, codeSpan } from '../text/markdown.ts'
import { writeBakeFiles } from './bake-files.ts'
import { exportOutputs } from './export-outputs.ts'
import { outputsOf } from './outputs.ts'

/** Writes the outputs that are known before a build, the matrix of the jobs, and the job summary. */
export function reportMatrix({ plan, host }: Pick<Run, 'plan' | 'host'>, matrix: Matrix): void {
  const { log, runner } = host
  for (const job of matrix.include) log.info(describeJob(job))
  const nothing = {
    checked: { reading: undefined, bases: [], emulations: [] },
    built: { content: undefined, metadata: {}, imageId: undefined, steps: [] },
    verified: [],
    smoked: [],
    gated: undefined,
    exported: { outputs: [], imageId: undefined },
    published: undefined,
    images: [],
    omitted: [],
  }
  // As in a dry run, the outputs describe the planned image.
  const planned = outputsOf({ plan: { ...plan, dryRun: true }, ...nothing })
  const outputs = { ...planned, ...writeBakeFiles(plan, host), version: plan.version }
  for (const [name, value] of Object.entries(outputs)) runner.setOutput(name, value)
  runner.setOutput('matrix', JSON.stringify(matrix))
  exportOutputs(outputs, host)
  runner.writeSummary(
    [
      '### Planned jobs',
      '',
      '| Platform | Runner | Execution |',
      '| --- | --- | --- |',
      ...matrix.include.map(
        (job) => `| ${codeCell(job.platform)} | ${codeCell(labelsOf(job))} | ${executionOf(job)} |`,
      ),
      '',
      ...plan.references.map((reference) => `- ${codeSpan(showReference(reference))}`),
      '',
    ].join('\n'),
  )
}

function describeJob(job: MatrixJob): string {
  return `${job.platform} on ${labelsOf(job)}${job.emulated ? ', emulated' : ''}`
}

function labelsOf({ runner }: MatrixJob): string {
  return typeof runner === 'string' ? runner : runner.join(', ')
}

function executionOf({ emulated }: MatrixJob): string {
  return emulated ? 'emulated' : 'native'
}

import type { Host } from '../host/host.ts'
import { outputsOf, type Result } from './outputs.ts'
import { summaryOf } from './summary.ts'

/** Writes the outputs of the step and the job summary. */
export function report(result: Result, { runner, log }: Host): void {
  const outputs = outputsOf(result)
  for (const [name, value] of Object.entries(outputs)) runner.setOutput(name, value)
  if (outputs.digest !== '') log.info(`Digest: ${outputs.digest}`)
  runner.writeSummary(summaryOf(result))
}

import type { Host } from '../host/host.ts'
import { describeEmulation, emulatedRuns } from './emulated.ts'
import { outputsOf, type Result } from './outputs.ts'
import { summaryOf } from './summary.ts'

/** Writes the outputs of the step and the job summary. */
export function report(result: Result, { runner, log }: Host): void {
  const outputs = outputsOf(result)
  for (const [name, value] of Object.entries(outputs)) runner.setOutput(name, value)
  for (const line of emulation(result)) log.info(line)
  if (outputs.digest !== '') log.info(`Digest: ${outputs.digest}`)
  runner.writeSummary(summaryOf(result))
}

function emulation({ plan: { engine }, checked: { reading }, built }: Result): readonly string[] {
  if (engine.name !== 'buildx' || reading === undefined) return []
  return describeEmulation(emulatedRuns(built.steps, reading, engine.natives), reading.dockerfile.file)
}

import { messageOf } from '../errors/action-error.ts'
import type { Host, Log } from '../host/host.ts'
import { describeEmulation, emulatedRuns } from './emulated.ts'
import { type Lasting, lastingOutputsOf, outputsOf, type Result } from './outputs.ts'
import { summaryOf } from './summary.ts'

/** Writes the outputs that are true however the step ends. */
export function reportLasting(lasting: Lasting, { runner, log }: Pick<Host, 'runner' | 'log'>): void {
  besides(log, () => {
    for (const [name, value] of Object.entries(lastingOutputsOf(lasting))) runner.setOutput(name, value)
  })
}

/**
 * Writes the other outputs of the step and the job summary, also where publishing went wrong.
 *
 * @throws what the file system says, where that is all that went wrong
 */
export function report(result: Result, host: Host): void {
  if (result.published?.error === undefined) write(result, host)
  else besides(host.log, () => write(result, host))
}

/** What goes wrong in telling of an error must not stand in its place. */
function besides(log: Log, tell: () => void): void {
  try {
    tell()
  } catch (error) {
    log.warning(`Cannot write the outputs or the job summary: ${messageOf(error)}`)
  }
}

function write(result: Result, { runner, log }: Host): void {
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

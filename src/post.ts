import { tmpdir } from 'node:os'
import { removeFinished } from './cleanup/remove-finished.ts'
import { whyForeign } from './cleanup/step-folder.ts'
import { messageOf } from './errors/action-error.ts'
import { endStepProcesses } from './host/exec/step-processes.ts'
import { createOutlet, guardOutput } from './host/print/outlet.ts'

// Usually a no-op, because the main step cleans up after itself. Needed if the main step was killed, and for logins and files that were kept for later steps.
const { log } = createOutlet(process.env)
guardOutput(log, (thrown) => log.warning(`Cannot clean up: ${messageOf(thrown)}`))
const folder = process.env['STATE_folder']
const foreign = folder ? whyForeign(folder, process.env['RUNNER_TEMP'] || tmpdir()) : 'missing'
if (folder && foreign === undefined) await endStepProcesses(folder)
if (folder && foreign !== 'missing' && !(foreign === undefined && removeFinished(folder))) {
  const { cleanUpStep } = await import('./clean-up-step.ts')
  const { env, platform: os } = process
  for (const problem of await cleanUpStep(folder, { env, os })) log.warning(problem)
}

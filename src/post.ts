import { tmpdir } from 'node:os'
import { removeFinished } from './cleanup/remove-finished.ts'
import { whyForeign } from './cleanup/step-folder.ts'
import { endStepProcesses } from './host/exec/step-processes.ts'

// Usually a no-op, because the main step cleans up after itself. The rest of the code, also that for output, is loaded only if the main step was
// killed, or for logins that were kept for later steps.
const folder = process.env['STATE_folder']
if (folder && !(await isFinished(folder))) {
  const { cleanUpUnfinished } = await import('./clean-up-unfinished.ts')
  await cleanUpUnfinished(folder)
}

/** Whether nothing is left to undo or to report, also after the removal of files that were kept for later steps. */
async function isFinished(step: string): Promise<boolean> {
  try {
    const foreign = whyForeign(step, process.env['RUNNER_TEMP'] || tmpdir())
    if (foreign !== undefined) return foreign === 'missing'
    // Only a main step that was killed leaves processes, and it leaves no empty record.
    if (removeFinished(step)) return true
    await endStepProcesses(step)
    return false
  } catch {
    return false
  }
}

import { cleanUpStep } from './clean-up-step.ts'
import { messageOf } from './errors/action-error.ts'
import { createOutlet, guardOutput } from './host/print/outlet.ts'

/** Cleans up after a step that was killed, or that left logins for later steps. Warns about tasks that could not be undone. */
export async function cleanUpUnfinished(folder: string): Promise<void> {
  const { log } = createOutlet(process.env)
  guardOutput(log, (thrown) => log.warning(`Cannot clean up: ${messageOf(thrown)}`))
  const { env, platform: os } = process
  for (const problem of await cleanUpStep(folder, { env, os })) log.warning(problem)
}

import { cleanUp } from './cleanup/cleanup.ts'
import { messageOf } from './errors.ts'
import { createExec } from './host/exec.ts'
import { createOutlet, guardOutput } from './host/node.ts'

// Mostly there is nothing left to do: the main step cleans up behind itself. This is for when it was killed.
const { log } = createOutlet(process.env)
guardOutput(log, (thrown) => log.warning(`Cannot clean up: ${messageOf(thrown)}`))
const folder = process.env['STATE_folder']
if (folder) {
  const exec = createExec({ env: process.env, signal: new AbortController().signal })
  for (const problem of await cleanUp(folder, exec)) log.warning(problem)
}

import { cleanUp } from './cleanup/cleanup.ts'
import { createCommands } from './host/commands.ts'
import { createExec } from './host/exec.ts'

// Mostly there is nothing left to do: the main step cleans up behind itself. This is for when it was killed.
const folder = process.env['STATE_folder']
if (folder) {
  const exec = createExec({ env: process.env, signal: new AbortController().signal })
  const commands = createCommands(process.env)
  for (const problem of await cleanUp(folder, exec)) commands.issue('warning', {}, problem)
}

import { existsSync } from 'node:fs'
import { cleanUpStep } from './clean-up-step.ts'
import { createCommands } from './host/commands.ts'
import { endStepProcesses } from './host/step-processes.ts'

// Mostly there is nothing left to do: the main step cleans up behind itself. This is for when it was killed.
const folder = process.env['STATE_folder']
if (folder) {
  const commands = createCommands(process.env)
  if (existsSync(folder)) await endStepProcesses(folder)
  const { env, platform: os } = process
  for (const problem of await cleanUpStep(folder, { env, os })) commands.issue('warning', {}, problem)
}

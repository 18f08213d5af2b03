import { limits } from '../../bounds/limits.ts'
import { systemClock } from '../clock.ts'
import type { Host, Log } from '../host.ts'
import { createCommands } from './commands.ts'
import { createDoor } from './door.ts'
import { createLog } from './log.ts'
import { createRunner } from './runner.ts'
import { createStatusLine } from './status-line.ts'

/** The output of this process: all its text goes through it. */
export type Outlet = Pick<Host, 'log' | 'runner'> & { readonly saveState: (name: string, value: string) => void }

/** Environment variables that contain tokens of a job. */
export const tokenVariables = ['GITHUB_TOKEN', 'ACTIONS_RUNTIME_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'] as const

/** Creates the outlet of this process. No other file writes to its standard output or standard error. */
export function createOutlet(env: Host['env']): Outlet {
  const status = createStatusLine(process.stdout, env, () => systemClock.now().getTime())
  const door = createDoor()
  // The runner masks them already.
  for (const name of tokenVariables) door.hide(env[name] ?? '')
  const commands = createCommands(env, door, status.write)
  const bounds = { line: limits.title, lines: 1, total: limits.title }
  const log = createLog(commands, (message) => status.show(door.lines(message, bounds).join(' ')))
  return {
    log,
    runner: createRunner(env, commands, door),
    saveState: (name, value) => commands.set('STATE', name, value),
  }
}

/**
 * Keeps Node from printing text from outside: warnings go to the debug log, and uncaught errors to `failed`. A closed output does not end
 * the process; `lost` is called with the error of standard output.
 */
export function guardOutput(
  log: Pick<Log, 'debug'>,
  failed: (thrown: unknown) => void,
  lost: (error: NodeJS.ErrnoException) => void = () => undefined,
): void {
  process.stdout.on('error', lost)
  process.stderr.on('error', () => undefined)
  process.removeAllListeners('warning')
  process.on('warning', ({ name, message }) => log.debug(`${name}: ${message}`))
  process.on('uncaughtException', failed)
}

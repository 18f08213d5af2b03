import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { systemClock } from './clock.ts'
import { createCommands } from './commands.ts'
import { createExec } from './exec.ts'
import type { Host } from './host.ts'
import { createHttp } from './http.ts'
import { createLog } from './log.ts'
import { createRunner } from './runner.ts'
import { createStatusLine } from './status-line.ts'
import { stepVariable } from './step-processes.ts'

/** The real host: this process, its environment, and a folder made for the step. */
export function createHost(env: Host['env'], signal: AbortSignal): Host & { readonly close: () => void } {
  const status = createStatusLine(process.stdout, env, () => systemClock.now().getTime())
  const commands = createCommands(env, status.write)
  const tempDir = makeFolder(env['RUNNER_TEMP'] || tmpdir())
  // For the post step, should this process be killed before it can clean up itself.
  commands.set('STATE', 'folder', tempDir)
  const { http, close } = createHttp({ env })
  return {
    env,
    os: process.platform,
    tempDir,
    signal,
    log: createLog(commands, status.show),
    runner: createRunner(env, commands),
    // Inherited by all that a child starts, so that the post step finds what a killed step left behind.
    exec: createExec({ env: { ...env, [stepVariable]: tempDir }, signal }),
    http,
    clock: systemClock,
    close,
  }
}

function makeFolder(parent: string): string {
  mkdirSync(parent, { recursive: true })
  // Made with mode 0700.
  return mkdtempSync(join(resolve(parent), 'polyarch-'))
}

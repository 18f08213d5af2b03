import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { systemClock } from './clock.ts'
import { createExec } from './exec/exec.ts'
import { stepVariable } from './exec/step-processes.ts'
import type { Host } from './host.ts'
import { createHttp } from './http/http.ts'
import type { Outlet } from './print/outlet.ts'

/** The real host: this process, its environment, and a new directory for the step. */
export function createHost(
  env: Host['env'],
  signal: AbortSignal,
  { log, runner, saveState }: Outlet,
): Host & { readonly close: () => void } {
  const tempDir = makeFolder(env['RUNNER_TEMP'] || tmpdir())
  // For the post step, in case this process is killed before it can clean up.
  saveState('folder', tempDir)
  const { http, close } = createHttp({ env })
  return {
    env,
    os: process.platform,
    tempDir,
    signal,
    log,
    runner,
    // Inherited by all descendants, so that the post step finds the processes of a killed step.
    exec: createExec({ env: { ...env, [stepVariable]: tempDir }, signal }),
    http,
    clock: systemClock,
    close,
  }
}

function makeFolder(parent: string): string {
  mkdirSync(parent, { recursive: true })
  // Created with mode 0700.
  return mkdtempSync(join(resolve(parent), 'polyarch-'))
}

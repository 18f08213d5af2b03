import { readdirSync, readFileSync } from 'node:fs'
import { systemClock } from '../clock.ts'

/** The variable that identifies the processes of a step: it is inherited by all descendants. Its value is the step's directory. */
export const stepVariable = 'POLYARCH_STEP'

/** Milliseconds between SIGTERM and SIGKILL. */
const grace = 2_000
const pollEvery = 50

/**
 * Stops the processes of a step that was killed: `docker buildx` would continue to build, with credentials in its environment. Linux only,
 * because other systems do not expose the environment of a process.
 */
export async function endStepProcesses(folder: string, proc = '/proc'): Promise<void> {
  const end = (name: 'SIGTERM' | 'SIGKILL') => {
    const found = processesOf(folder, proc)
    for (const pid of found) signal(pid, name)
    return found.length
  }
  if (end('SIGTERM') === 0) return
  for (let waited = 0; waited < grace; waited += pollEvery) {
    await systemClock.sleep(pollEvery)
    if (processesOf(folder, proc).length === 0) return
  }
  // A process may start another one between the listing and the signal.
  for (let round = 0; round < 20 && end('SIGKILL') > 0; round += 1) await systemClock.sleep(pollEvery)
}

/**
 * Returns how many bytes the processes of a step have read and written so far, except this one; undefined if they cannot be read. Linux only.
 * https://docs.kernel.org/filesystems/proc.html#proc-pid-io-display-the-io-accounting-fields
 */
export function transferredBytes(folder: string, proc = '/proc'): number | undefined {
  const counts = processesOf(folder, proc).map((pid) => ioOf(`${proc}/${pid}/io`))
  const known = counts.filter((count) => count !== undefined)
  return known.length === 0 ? undefined : known.reduce((sum, count) => sum + count, 0)
}

function ioOf(file: string): number | undefined {
  try {
    const text = readFileSync(file, 'utf8')
    return [...text.matchAll(/^[rw]char: (\d{1,18})$/gm)].reduce((sum, [, count]) => sum + Number(count), 0)
  } catch {
    return undefined // It has exited, or belongs to another user.
  }
}

function processesOf(folder: string, proc: string): readonly number[] {
  const entry = `${stepVariable}=${folder}`
  return list(proc)
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => environmentOf(`${proc}/${pid}/environ`).includes(entry))
    .map(Number)
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // Not Linux.
  }
}

function environmentOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\0')
  } catch {
    return [] // It has exited, or belongs to another user.
  }
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has exited.
  }
}

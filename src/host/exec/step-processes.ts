import { readdirSync, readFileSync } from 'node:fs'
import { systemClock } from '../clock.ts'

/** The variable by which the processes of a step are known: they and all that they start inherit it. Its value is the step's folder. */
export const stepVariable = 'POLYARCH_STEP'

/** Milliseconds between SIGTERM and SIGKILL. */
const grace = 2_000
const pollEvery = 50

/**
 * Ends the processes that a step started and left behind because it was killed: `docker buildx` would go on building, with credentials
 * in its environment. Linux only: elsewhere the environment of a process cannot be read.
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
  // A process may start another one between the look and the signal.
  for (let round = 0; round < 20 && end('SIGKILL') > 0; round += 1) await systemClock.sleep(pollEvery)
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
    return [] // It has ended meanwhile, or belongs to another user.
  }
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended meanwhile.
  }
}

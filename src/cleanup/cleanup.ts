import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../errors.ts'
import type { Exec } from '../host/host.ts'
import { type CleanUpTask, decodeTasks, encodeTask, encodeUndone } from './task.ts'

const fileName = 'clean-up.jsonl'

/** Writes `task` down in the step's folder. Call it before making what the task undoes. */
export function recordTask(tempDir: string, task: CleanUpTask): void {
  appendFileSync(join(tempDir, fileName), encodeTask(task), { mode: 0o600 })
}

/** Takes back what `recordTask` wrote down, for a thing that was certainly not made. */
export function dropTask(tempDir: string, task: CleanUpTask): void {
  appendFileSync(join(tempDir, fileName), encodeUndone(task), { mode: 0o600 })
}

/**
 * Undoes everything that was written down, newest first, then removes the step's folder with the credentials in it.
 * What is gone already counts as undone, so it may run any number of times.
 *
 * @returns what could not be undone, one sentence each; never throws
 */
export async function cleanUp(tempDir: string, exec: Exec): Promise<readonly string[]> {
  if (!existsSync(tempDir)) return []
  const problems: string[] = []
  for (const task of readTasks(tempDir)) {
    try {
      await undo(task, exec)
    } catch (error) {
      problems.push(`Cannot remove the ${task.kind} ${nameOf(task)}: ${messageOf(error)}${byHand(task)}`)
    }
  }
  try {
    rmSync(tempDir, { recursive: true, force: true, maxRetries: 3 })
  } catch (error) {
    problems.push(`Cannot remove the folder ${tempDir}: ${messageOf(error)}`)
  }
  return problems
}

function readTasks(tempDir: string): readonly CleanUpTask[] {
  const file = join(tempDir, fileName)
  return existsSync(file) ? decodeTasks(readFileSync(file, 'utf8')) : []
}

async function undo(task: CleanUpTask, exec: Exec): Promise<void> {
  const [command, ...args] = commandOf(task)
  const result = await exec(command, args, { env: task.env, timeout: 30_000 })
  // Of an emulator it would be said of the image that removes it.
  const forgotten = task.kind === 'builder' && task.forgotten === true
  if (result.ok || (task.kind !== 'emulator' && !forgotten && isGone.test(result.stderr))) return
  if (forgotten) throw new Error('an earlier attempt failed, and what it is made of may be left')
  throw new Error(result.stderr.trim() || `${command} exited with ${result.status}`)
}

/** "removal of container c is already in progress", where the step itself was cancelled in it. */
const isGone = /no (such (image|container)|builder)|not found|removal of container \S+ is already in progress/i

function commandOf(task: CleanUpTask): readonly [string, ...string[]] {
  switch (task.kind) {
    case 'builder':
      return [task.buildx, 'rm', '--force', task.name]
    case 'image':
      return ['docker', 'image', 'rm', '--force', task.reference]
    case 'emulator':
      // One that is not registered (any more) is no failure to the program in the image.
      return ['docker', 'run', '--rm', '--privileged', task.image, '--uninstall', task.name]
    case 'container':
      return ['docker', 'rm', '--force', '--volumes', task.name]
  }
}

function byHand(task: CleanUpTask): string {
  return task.kind === 'builder' && task.byHand !== undefined ? `. Remove it by hand: ${task.byHand}` : ''
}

function nameOf(task: CleanUpTask): string {
  return task.kind === 'image' ? task.reference : task.name
}

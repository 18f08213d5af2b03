import { lstatSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** The file in the step's directory that records the tasks. */
export const recordName = 'clean-up.jsonl'

/**
 * Removes the directory of a step whose main left no task, only files for later steps. Most post steps need nothing else, and so start without the code
 * that undoes tasks.
 *
 * @returns false if there is something to undo or to report
 */
export function removeFinished(folder: string): boolean {
  try {
    const record = lstatSync(join(folder, recordName))
    if (!record.isFile() || record.size > 0) return false
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    return true
  } catch {
    return false
  }
}

import { accessSync, constants, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ActionError, messageOf } from '../errors/action-error.ts'
import type { FileOutput } from '../inputs/inputs.ts'

/**
 * Checks before the build whether an output can be written: no file is in place of a directory, no directory in place of a file, and
 * this user has write permission.
 * | @throws ActionError `output-unwritable`
 */
export async function checkOutput({ form, dest }: FileOutput): Promise<void> {
  const wantsFolder = form === 'folder'
  const found = statOf(dest)
  if (found && wantsFolder && !found.isDirectory()) throw unwritable(dest, 'it is not a directory')
  // A device can be an output, but must not be replaced with a file.
  if (found && !wantsFolder && !found.isFile()) throw unwritable(dest, 'it exists and is not a regular file')
  const place = found && wantsFolder ? dest : firstFolder(dirname(resolve(dest)))
  if (!statSync(place).isDirectory()) throw unwritable(dest, `${place} is not a directory`)
  try {
    accessSync(place, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw unwritable(dest, messageOf(error), error)
  }
}

/** Returns the nearest existing ancestor of `path`, or `path` itself. */
function firstFolder(path: string): string {
  return statOf(path) ? path : firstFolder(dirname(path))
}

/** Returns the status of a path; undefined if the path does not exist or a parent is not a directory. */
function statOf(path: string) {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

function unwritable(dest: string, why: string, cause?: unknown): ActionError {
  return new ActionError('output-unwritable', `Cannot write the output ${dest}: ${why}`, {
    hint: 'Use another path in `outputs`, or give the user of this job write permission.',
    cause,
  })
}

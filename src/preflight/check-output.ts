import { accessSync, constants, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ActionError, messageOf } from '../errors/action-error.ts'
import type { FileOutput } from '../inputs/inputs.ts'

/**
 * Looks whether an output can be written: a folder where a file is, a file where a folder is, and places that this user may not
 * write to are found before anything is built.
 *
 * @throws ActionError `output-unwritable`
 */
export async function checkOutput({ form, dest }: FileOutput): Promise<void> {
  const wantsFolder = form === 'folder'
  const found = statOf(dest)
  if (found && wantsFolder && !found.isDirectory()) throw unwritable(dest, 'it is not a directory')
  // A device is a place too, which must not be put a file over.
  if (found && !wantsFolder && !found.isFile()) throw unwritable(dest, 'it exists and is not a regular file')
  const place = found && wantsFolder ? dest : firstFolder(dirname(resolve(dest)))
  if (!statSync(place).isDirectory()) throw unwritable(dest, `${place} is not a directory`)
  try {
    accessSync(place, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw unwritable(dest, messageOf(error), error)
  }
}

/** The nearest existing ancestor of `path`, or `path` itself. */
function firstFolder(path: string): string {
  return statOf(path) ? path : firstFolder(dirname(path))
}

/** Also undefined if a parent is not a folder. */
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

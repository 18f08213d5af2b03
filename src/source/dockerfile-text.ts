import { stat } from 'node:fs/promises'
import { limits } from '../bounds/limits.ts'
import { LimitError, readFileLimitedSync } from '../bounds/read-limited.ts'
import { ExcessError } from '../dockerfile/problem.ts'
import { ActionError, messageOf } from '../errors/action-error.ts'
import { findNamedFile } from '../tree/named-file.ts'

/**
 * Reads the text of a Dockerfile.
 *
 * @throws ActionError `dockerfile-invalid`, for which `isExcess` holds, if it is too large or not a regular file;
 * `context-unreadable`
 */
export async function readDockerfileText(file: string): Promise<string> {
  try {
    return readFileLimitedSync(file, limits.dockerfile)
  } catch (cause) {
    const what = `Cannot read the Dockerfile ${file}: ${messageOf(cause)}`
    if (cause instanceof LimitError) {
      throw new ActionError('dockerfile-invalid', what, {
        hint: 'Check the path in `file`.',
        cause: new ExcessError(cause.message),
      })
    }
    throw new ActionError('context-unreadable', what, {
      hint: 'Make it readable for the user of this job.',
      cause,
    })
  }
}

/**
 * Checks the ignore files of a build context, which every engine reads into memory.
 *
 * @throws ActionError `context-unreadable` for a device, a pipe or a file that is too large
 */
export async function checkIgnoreFiles(files: readonly string[]): Promise<void> {
  for (const file of files) {
    try {
      const found = await findNamedFile(file)
      if (found !== undefined) readFileLimitedSync(found, limits.configFile)
    } catch (cause) {
      if (cause instanceof ActionError) throw cause
      if (!(cause instanceof LimitError) || (await isDirectory(file))) continue
      throw new ActionError('context-unreadable', `Cannot read ${file}: ${cause.message}`, {
        hint: 'Replace it with a regular file with patterns.',
        cause,
      })
    }
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path)).isDirectory()
}

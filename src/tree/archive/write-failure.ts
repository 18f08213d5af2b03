import { ActionError, isDiskFull, messageOf } from '../../errors/action-error.ts'
import { cancelled } from '../../errors/cancelled.ts'

/**
 * Converts an error thrown while `dest` was written: errors of the file system to `disk-full` or `output-unwritable`,
 * an abort to `cancelled`. Errors of the content and the registry are returned unchanged.
 */
export function toWriteError(thrown: unknown, dest: string): unknown {
  if (thrown instanceof ActionError || !(thrown instanceof Error)) return thrown
  if (thrown.name === 'AbortError') {
    return cancelled(`writing ${dest}`, thrown)
  }
  const { code, syscall } = thrown as NodeJS.ErrnoException
  if (code === undefined || syscall === undefined) return thrown
  if (isDiskFull(thrown)) return diskFull(`Cannot write ${dest}: no space is left on its disk`, thrown)
  return new ActionError('output-unwritable', `Cannot write ${dest}: ${messageOf(thrown)}`, {
    hint: 'Allow the user of this job to write there, or set another path in `outputs`.',
    cause: thrown,
  })
}

/** Creates a `disk-full` error with `message`. */
export function diskFull(message: string, cause?: unknown): ActionError {
  return new ActionError('disk-full', message, {
    hint: 'Free some space there, or write to another disk.',
    ...(cause === undefined ? {} : { cause }),
  })
}

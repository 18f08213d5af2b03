import { ActionError } from './action-error.ts'

/** The error for a run that was cancelled. `stopped` names what was going on: "writing a layer". */
export function cancelled(stopped?: string, cause?: unknown): ActionError {
  const message = stopped === undefined ? 'The run was cancelled' : `Stopped ${stopped} because the run was cancelled`
  return new ActionError('cancelled', message, { cause })
}

/** Whether work that several wait for ended with the signal of another one, and not with `signal`: it can be done again. */
export function isCancelOfOther(error: unknown, signal: AbortSignal | undefined): boolean {
  return error instanceof ActionError && error.code === 'cancelled' && signal?.aborted !== true
}

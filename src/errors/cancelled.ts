import { ActionError } from './action-error.ts'

/** Returns the error for a cancelled run. `stopped` names the interrupted operation: "writing a layer". */
export function cancelled(stopped?: string, cause?: unknown): ActionError {
  const message = stopped === undefined ? 'The run was canceled' : `Stopped ${stopped} because the run was canceled`
  return new ActionError('cancelled', message, { cause })
}

/** Whether shared work was cancelled by the signal of another caller, not by `signal`, and can be repeated. */
export function isCancelOfOther(error: unknown, signal: AbortSignal | undefined): boolean {
  return error instanceof ActionError && error.code === 'cancelled' && signal?.aborted !== true
}

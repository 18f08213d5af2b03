import { cancelled } from '../errors/cancelled.ts'

/**
 * Counts the steps of a loop that would block the event loop. Returns a promise when the event loop must turn, so that
 * signals, timers and connections are processed; undefined otherwise, because a promise takes longer than most steps.
 */
export type Pause = (steps?: number) => Promise<void> | undefined

export type PauseOptions = {
  /** Steps between two turns of the event loop. */
  readonly every: number
  /** Ends the loop at its next pause when it is aborted. */
  readonly signal?: AbortSignal | undefined
  /** The operation in the error of a cancelled run: "reading files". */
  readonly stopped?: string
}

/**
 * Creates a Pause.
 *
 * @throws by its result, ActionError `cancelled`
 */
export function createPause({ every, signal, stopped }: PauseOptions): Pause {
  let left = every
  const turn = async (): Promise<void> => {
    await new Promise<void>((resolve) => setImmediate(resolve))
    if (signal?.aborted) throw cancelled(stopped)
  }
  return (steps = 1) => {
    left -= steps
    if (left > 0) return undefined
    left = every
    return turn()
  }
}

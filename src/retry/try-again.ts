import type { Host } from '../host/host.ts'
import { pause } from '../host/pause.ts'

export type Again = {
  /** What failed, and how. */
  readonly what: string
  readonly how: 'transient' | 'perhaps transient'
  /** The number of the try that comes now, of `most`. */
  readonly attempt: number
  readonly most: number
  /** Milliseconds. */
  readonly wait: number
}

export type AgainMeans = Pick<Host, 'log' | 'clock'> & {
  readonly signal?: AbortSignal | undefined
  /** Told the number of each try after the first. */
  readonly onRetry?: ((attempt: number) => void) | undefined
}

/**
 * Says that something is tried again, has it counted, and waits.
 *
 * @throws ActionError `cancelled` when the run is cancelled meanwhile
 */
export async function tryAgain({ what, how, attempt, most, wait }: Again, means: AgainMeans): Promise<void> {
  means.log.info(`${what}; ${how}, attempt ${attempt} of ${most} in ${(wait / 1000).toFixed(1)} s`)
  means.onRetry?.(attempt)
  await pause(wait, means)
}

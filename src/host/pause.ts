import { cancelled } from '../errors/cancelled.ts'
import type { Host } from './host.ts'

/**
 * Waits for a number of milliseconds.
 * | @throws ActionError `cancelled` when the run is canceled
 */
export async function pause(
  milliseconds: number,
  { clock, signal }: Pick<Host, 'clock'> & { readonly signal?: AbortSignal | undefined },
): Promise<void> {
  try {
    await clock.sleep(milliseconds, signal)
  } catch (cause) {
    throw cancelled(undefined, cause)
  }
}

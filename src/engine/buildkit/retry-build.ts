import { ActionError } from '../../errors/action-error.ts'
import type { Host } from '../../host/host.ts'
import { backOff, type RetryPolicy } from '../../retry/retry.ts'
import { tryAgain } from '../../retry/try-again.ts'
import { type BuilderCircumstances, isLost, mostAttempts } from './retry-table.ts'

/** How often and when to try again, and whom to tell. */
export type BuildRetries = BuilderCircumstances & {
  readonly policy: RetryPolicy
  /** Told the number of each try after the first. */
  readonly onRetry: (attempt: number) => void
}

/** A build that the engine did not survive is run again once: it may be what the engine did not survive. */
const mostLosses = 2

/**
 * Runs a build, or the boot of a builder, again when its failure is transient: BuildKit gives up a push after some
 * seconds, and the lookup of a base image after fractions of one. Its cache makes the second time cheap. A daemon or builder
 * that has answered before is waited for as long as the policy says. A failed RUN, a bad input and a network that is set up
 * wrong are not retried; a denial is, once.
 *
 * @throws what the last try threw
 */
export async function retryBuild<T>(
  once: () => Promise<T>,
  { policy, onRetry, ...circumstances }: BuildRetries,
  { log, clock, signal }: Pick<Host, 'log' | 'clock' | 'signal'>,
): Promise<T> {
  let losses = 0
  for (let attempt = 1; ; attempt++) {
    try {
      return await once()
    } catch (error) {
      if (!(error instanceof ActionError)) throw error
      if (isLost(error)) losses++
      const worth = mostAttempts(error, circumstances)
      const most = Math.min(policy.attempts, worth)
      if (attempt >= most || losses >= mostLosses) throw error
      const wait = backOff(policy, attempt, Math.random)
      const how = worth === 2 ? 'perhaps transient' : 'transient'
      const [what = ''] = error.message.split('\n')
      await tryAgain({ what, how, attempt: attempt + 1, most, wait }, { log, clock, signal, onRetry })
    }
  }
}

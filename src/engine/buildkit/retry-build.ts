import type { Host } from '../../host/host.ts'
import type { RetryPolicy } from '../../retry/backoff.ts'
import type { Context } from '../../retry/classify.ts'
import { retryWork } from '../../retry/retry-work.ts'
import { buildTable, tableText } from './retry-table.ts'

/** How often and when builds are retried, and what is known of the builder. */
export type BuildRetries = Required<Pick<Context, 'answeredBefore' | 'ownNetwork'>> & {
  readonly policy: RetryPolicy
  /** Called with the number of each attempt after the first. */
  readonly onRetry: (attempt: number) => void
}

/**
 * Runs a build, or the boot of a builder, again when its failure is transient: BuildKit gives up a push after some
 * seconds, and the lookup of a base image after fractions of one. Its cache makes the second time cheap. A daemon or builder
 * that has answered before is waited for as long as the policy says. A failed RUN, a bad input and a network that is set up
 * wrong are not retried; a denial is, once.
 *
 * @throws what the last attempt threw
 */
export async function retryBuild<T>(
  build: () => Promise<T>,
  { policy, onRetry, ...context }: BuildRetries,
  { log, clock, signal }: Pick<Host, 'log' | 'clock' | 'signal'>,
): Promise<T> {
  return await retryWork(
    { work: build, table: buildTable, context, textOf: tableText },
    { policy, onRetry, log, clock, signal },
  )
}

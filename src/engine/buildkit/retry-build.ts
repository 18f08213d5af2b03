import type { Host } from '../../host/host.ts'
import type { RetryPolicy } from '../../retry/backoff.ts'
import type { Context } from '../../retry/classify.ts'
import { retryWork } from '../../retry/retry-work.ts'
import { buildTable, tableText } from './retry-table.ts'

/** The retry policy for builds, and what is known about the builder. */
export type BuildRetries = Required<Pick<Context, 'answeredBefore' | 'ownNetwork'>> & {
  readonly policy: RetryPolicy
  /** Called with the number of each attempt after the first. */
  readonly onRetry: (attempt: number) => void
}

/**
 * Runs a build, or boots a builder, and repeats it if the failure is transient: BuildKit gives up a push after some
 * seconds, and the lookup of a base image after a fraction of a second. Its cache makes a repetition cheap. A daemon or
 * builder that has responded before is waited for as long as the policy allows. A failed RUN, invalid input and a
 * misconfigured network are not retried; a denial is retried once.
 *
 * @throws the error of the last attempt
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

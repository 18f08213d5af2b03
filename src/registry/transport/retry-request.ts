import type { ActionError } from '../../errors/action-error.ts'
import type { Context } from '../../retry/classify.ts'
import type { HttpFailure } from '../../retry/failure.ts'
import { httpTable } from '../../retry/http-table.ts'
import { type RetryOptions, retry } from '../../retry/retry.ts'
import { describeFailure } from '../answers/errors.ts'
import type { HttpOutcome } from './exchange-once.ts'

export type RetriedRequest<T> = {
  /** The beginning of the log line: "Cannot push blob …". */
  readonly what: string
  /** The server, if it is not a registry. */
  readonly by?: string
  /** Makes one attempt, numbered from 1. Errors that it throws are permanent. */
  readonly attempt: (attempt: number) => Promise<HttpOutcome<T>>
  readonly toError: (failure: HttpFailure) => ActionError | Promise<ActionError>
  readonly context?: Context
}

/**
 * Makes a request and retries it while its failure is transient.
 *
 * @throws ActionError `toError` of the last failure; `cancelled`
 */
export async function retryRequest<T>(
  { what, by, attempt, toError, context }: RetriedRequest<T>,
  options: RetryOptions,
): Promise<T> {
  const describe = (failure: HttpFailure) => `${what}: ${describeFailure(failure, by)}`
  const outcome = await retry({ attempt, table: httpTable, context, describe }, options)
  if (outcome.ok) return outcome.value
  throw await toError(outcome.failure)
}

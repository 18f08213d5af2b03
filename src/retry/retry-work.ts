import { ActionError } from '../errors/action-error.ts'
import type { Context, Table } from './classify.ts'
import type { TextFailure } from './failure.ts'
import { type Outcome, type RetryOptions, retry } from './retry.ts'

/** An operation that throws an ActionError if it fails. */
export type Work<T> = {
  readonly work: () => Promise<T>
  /** The table that classifies its errors by code and text. */
  readonly table: Table
  readonly context?: Context
  /** Returns the part of an error that the table matches. Default: its message. */
  readonly textOf?: (error: ActionError) => string
}

type WorkFailure = TextFailure & { readonly error: ActionError }

/**
 * Runs an operation and retries it while its error is transient.
 *
 * @throws the error of the last attempt
 */
export async function retryWork<T>(
  { work, table, context, textOf = ({ message }) => message }: Work<T>,
  options: RetryOptions,
): Promise<T> {
  const attempt = async (): Promise<Outcome<T, WorkFailure>> => {
    try {
      return { ok: true, value: await work() }
    } catch (error) {
      if (!(error instanceof ActionError)) throw error
      return { ok: false, failure: { kind: 'text', code: error.code, text: textOf(error), error } }
    }
  }
  const describe = ({ error }: WorkFailure) => error.message.split('\n', 1)[0] ?? ''
  const outcome = await retry({ attempt, table, context, describe }, options)
  if (outcome.ok) return outcome.value
  throw outcome.failure.error
}

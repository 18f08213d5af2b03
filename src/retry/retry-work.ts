import { ActionError } from '../errors/action-error.ts'
import type { Context, Table } from './classify.ts'
import type { TextFailure } from './failure.ts'
import { type Outcome, type RetryOptions, retry } from './retry.ts'

/** Work that throws an ActionError when it fails. */
export type Work<T> = {
  readonly work: () => Promise<T>
  /** What is known of its errors, by code and text. */
  readonly table: Table
  readonly context?: Context
  /** The part of an error that the table reads. Default: its message. */
  readonly textOf?: (error: ActionError) => string
}

type WorkFailure = TextFailure & { readonly error: ActionError }

/**
 * Does the work, again while its error is transient.
 *
 * @throws what the last attempt threw
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

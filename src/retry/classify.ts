import { excerptOf } from '../bounds/excerpt.ts'
import type { Failure } from './failure.ts'

/**
 * What a failure is: `transient` will pass, `maybe` is gone at the next attempt now and then, `permanent` stays until
 * somebody changes something.
 */
export type Verdict = 'transient' | 'maybe' | 'permanent'

/** What is known beside the failure itself. */
export type Context = {
  /** The server, daemon or builder has answered before in this run: no answer is an outage then, and not a wrong address. */
  readonly answeredBefore?: boolean
  /** The requested or referenced content was pushed just now: "unknown" then means "not yet". */
  readonly justPushed?: boolean
  /** Attempts altogether for such an "unknown". Default: the policy's. */
  readonly laggingAttempts?: number | undefined
  /** The builder has a network of its own, where 127.0.0.1 is not this machine. */
  readonly ownNetwork?: boolean
}

/** How a failure is recognized: all that a row names must hold. */
type Condition = {
  /** Of a connection (Node's) or of an ActionError. */
  readonly code?: string | readonly string[]
  /** Of an answer: single statuses, and ranges with both ends. */
  readonly status?: readonly (number | readonly [number, number])[]
  /** Matches the text of the failure: any of several. */
  readonly pattern?: RegExp | readonly RegExp[]
  /** Matches it not: none of several. */
  readonly unless?: RegExp | readonly RegExp[]
  readonly when?: (failure: Failure, context: Context) => boolean
}

/** One row of a table: a failure and what is known of it. */
export type Row = Condition & {
  readonly verdict: Verdict
  /** Attempts altogether, within the policy's; `one more` after the one that failed, whichever that was. Default: the policy's. */
  readonly attempts?: number | 'one more' | ((context: Context) => number | undefined)
  /** A second failure of such a row ends the loop. */
  readonly once?: true
  /** The next attempt begins without a wait. */
  readonly immediately?: true
  /** Who says so: links, or the programs and servers that were seen to do it. */
  readonly learnedFrom: string | readonly string[]
}

/** Rows in order: the first that matches counts. One with a table of its own leaves the verdict to that. */
export type Table = readonly (Row | (Condition & { readonly table: Table }))[]

/** Attempts for a failure that is mostly permanent and sometimes an outage, such as a name that nobody knows. */
export const fewAttempts = 3

/** What a table says of a failure. */
export type Classification = Pick<Row, 'verdict' | 'once' | 'immediately'> & {
  /** Attempts altogether, apart from the policy: 1 for what is permanent, Infinity where only the policy counts. */
  readonly attempts: number | 'one more'
}

const permanent: Classification = { verdict: 'permanent', attempts: 1 }

/** What a failure is, by the first row of the table that matches it. What no row knows is permanent. */
export function classify(failure: Failure, table: Table, context: Context = {}): Classification {
  const found = table.find((row) => matches(row, failure, context))
  if (found === undefined) return permanent
  if ('table' in found) return classify(failure, found.table, context)
  if (found.verdict === 'permanent') return permanent
  const attempts = typeof found.attempts === 'function' ? found.attempts(context) : found.attempts
  return { ...found, attempts: attempts ?? Number.POSITIVE_INFINITY }
}

function matches({ code, status, pattern, unless, when }: Condition, failure: Failure, context: Context): boolean {
  return (
    (code === undefined || (failure.kind !== 'answer' && listOf(code).includes(failure.code ?? ''))) &&
    (status === undefined || (failure.kind === 'answer' && includes(status, failure.status))) &&
    (pattern === undefined || says(failure, pattern)) &&
    (unless === undefined || !says(failure, unless)) &&
    (when === undefined || when(failure, context))
  )
}

function includes(statuses: NonNullable<Condition['status']>, status: number): boolean {
  return statuses.some((one) => (typeof one === 'number' ? one === status : one[0] <= status && status <= one[1]))
}

function says(failure: Failure, pattern: RegExp | readonly RegExp[]): boolean {
  const text = failure.kind === 'connection' ? failure.message : excerptOf(failure.text)
  return [pattern].flat().some((one) => one.test(text))
}

function listOf(code: string | readonly string[]): readonly string[] {
  return typeof code === 'string' ? [code] : code
}

import { excerptOf } from '../bounds/excerpt.ts'
import type { Failure } from './failure.ts'

/**
 * The classification of a failure: `transient` is retried, `maybe` is sometimes transient, `permanent` is not retried.
 */
export type Verdict = 'transient' | 'maybe' | 'permanent'

/** The context of a failure. */
export type Context = {
  /**
   * Whether the server, daemon or builder has answered before in this run: a missing answer is then an outage, and not
   * an incorrect address.
   */
  readonly answeredBefore?: boolean
  /** Whether the requested or referenced content was just pushed: "unknown" is then transient. */
  readonly justPushed?: boolean
  /** Maximum number of attempts for such an "unknown". Default: that of the policy. */
  readonly laggingAttempts?: number | undefined
  /** Whether the builder has its own network, where 127.0.0.1 is not this machine. */
  readonly ownNetwork?: boolean
}

/** The conditions that identify a failure, all of which must match. */
type Condition = {
  /** The code of a connection failure (Node.js) or of an ActionError. */
  readonly code?: string | readonly string[]
  /** Statuses of an answer: single ones, and inclusive ranges. */
  readonly status?: readonly (number | readonly [number, number])[]
  /** Patterns for the text of the failure, any of which must match. */
  readonly pattern?: RegExp | readonly RegExp[]
  /** Patterns for the text of the failure, none of which may match. */
  readonly unless?: RegExp | readonly RegExp[]
  readonly when?: (failure: Failure, context: Context) => boolean
}

/** One row of a table: a failure and its classification. */
export type Row = Condition & {
  readonly verdict: Verdict
  /**
   * Maximum number of attempts, limited by the policy; `one more` after the one that failed, whichever that was.
   * Default: that of the policy.
   */
  readonly attempts?: number | 'one more' | ((context: Context) => number | undefined)
  /** A second failure of such a row ends the loop. */
  readonly once?: true
  /** The next attempt starts without a backoff. */
  readonly immediately?: true
  /** The sources: links, or the programs and servers that produced it. */
  readonly learnedFrom: string | readonly string[]
}

/** Rows in order: the first match applies. A row with a nested table is classified by that table. */
export type Table = readonly (Row | (Condition & { readonly table: Table }))[]

/**
 * Maximum number of attempts for a failure that is usually permanent and sometimes an outage, such as an unknown host
 * name.
 */
export const fewAttempts = 3

/** The classification of a failure by a table. */
export type Classification = Pick<Row, 'verdict' | 'once' | 'immediately'> & {
  /**
   * Maximum number of attempts, apart from the policy: 1 for a permanent failure, Infinity if only the policy limits
   * it.
   */
  readonly attempts: number | 'one more'
}

const permanent: Classification = { verdict: 'permanent', attempts: 1 }

/** Classifies a failure by the first row of the table that matches it. Without a match, it is permanent. */
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

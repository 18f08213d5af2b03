import type { Readable } from 'node:stream'
import { ActionError, messageOf } from '../errors.ts'
import type { Clock, Http, HttpRequest, HttpResponse, Log } from '../host/host.ts'
import { describeFailure } from './errors.ts'
import { parseFaults } from './fault.ts'
import {
  type Failure,
  isThere,
  mostAttempts,
  parseRetryAfter,
  perhapsPasses,
  type RetryPolicy,
  retryWait,
} from './retry.ts'
import { tryAgain } from './try-again.ts'

/** What one try came to. */
export type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

export type RetryContext = {
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  readonly policy: RetryPolicy
  /** Told the number of each try after the first. */
  readonly onRetry?: ((attempt: number) => void) | undefined
}

export type Retried<T> = {
  /** Begins the log's line: "Cannot push blob …". */
  readonly what: string
  /** Who is asked, where that is no registry. */
  readonly by?: string
  /** One try, numbered from 1. What it throws is final. */
  readonly once: (attempt: number) => Promise<Attempt<T>>
  readonly toError: (failure: Failure) => ActionError | Promise<ActionError>
  readonly justPushed?: boolean
  /** The registry has answered before, in this run. */
  readonly met?: boolean
  readonly signal?: AbortSignal | undefined
}

/** Tries until it succeeds, the failure is not one that passes, or the policy's attempts are used up; then throws `toError` of it. */
export async function retrying<T>(context: RetryContext, retried: Retried<T>): Promise<T> {
  const { policy, random } = context
  const { what, by, once, toError, signal, justPushed = false } = retried
  let { met = false } = retried
  let doubted = false
  for (let attempt = 1; ; attempt++) {
    const result = await once(attempt)
    if (result.ok) return result.value
    const { failure } = result
    met ||= isThere(failure)
    const circumstances = { policy, random, justPushed, met, doubted }
    const wait = retryWait(failure, attempt, circumstances)
    if (wait === undefined) throw await toError(failure)
    const most = mostAttempts(failure, attempt, circumstances)
    const perhaps = perhapsPasses(failure)
    doubted ||= perhaps
    const how = perhaps ? 'perhaps transient' : 'transient'
    await tryAgain(
      { what: `${what}: ${describeFailure(failure, by)}`, how, attempt: attempt + 1, most, wait },
      { ...context, signal },
    )
  }
}

/** One HTTP exchange as an attempt: an answer of whatever status, or a failure of the connection. Throws only what is final. */
export async function exchangeOnce(http: Http, request: HttpRequest): Promise<Attempt<HttpResponse>> {
  try {
    return { ok: true, value: await http(request) }
  } catch (error) {
    return { ok: false, failure: toConnectionFailure(error, request.signal) }
  }
}

/** The connection failure in what was thrown. Throws on what is no such thing: a cancelled run, an error of ours (bad content). */
export function toConnectionFailure(error: unknown, signal: AbortSignal | undefined): Failure {
  if (signal?.aborted === true) throw new ActionError('cancelled', 'The run was cancelled', { cause: error })
  if (error instanceof ActionError) throw error
  const code = codeOf(error)
  if (code === undefined) throw error
  // Several addresses that all fail come as one error without a message.
  const first = error instanceof AggregateError ? error.errors[0] : error
  return { kind: 'connection', code, message: messageOf(first) || code, cause: error }
}

/** The failure in an answer that was not wanted; reads the answer's body. */
export async function toAnswerFailure(
  response: HttpResponse,
  now: Date,
): Promise<Extract<Failure, { kind: 'answer' }>> {
  // The rest of a body that breaks or goes on for ever says nothing more.
  const text = new TextDecoder().decode(await readSome(response.body, longestErrorBody))
  const retryAfter = parseRetryAfter(response.headers['retry-after'], response.headers['date'], now)
  return {
    kind: 'answer',
    status: response.status,
    faults: parseFaults(text),
    text,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    insufficientScope: /insufficient_scope/.test(response.headers['www-authenticate'] ?? ''),
  }
}

/** Bytes. */
const longestErrorBody = 64 * 1024

async function readSome(body: Readable, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of body) {
      chunks.push(chunk)
      size += chunk.length
      if (size > limit) break
    }
  } catch {
    // What came before it broke is all there is to report.
  }
  return Buffer.concat(chunks).subarray(0, limit)
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  return codeOf(error.cause)
}

import { limits } from '../../bounds/limits.ts'
import { paced } from '../../bounds/paced.ts'
import { LimitError, readLimited } from '../../bounds/read-limited.ts'
import { ActionError, messageOf } from '../../errors/action-error.ts'
import { cancelled } from '../../errors/cancelled.ts'
import type { Clock, Http, HttpRequest, HttpResponse } from '../../host/host.ts'
import { parseRetryAfter } from '../../retry/backoff.ts'
import type { AnswerFailure, ConnectionFailure, HttpFailure } from '../../retry/failure.ts'
import type { Outcome } from '../../retry/retry.ts'
import { formatBytes } from '../../text/bytes.ts'
import { parseFaults } from '../answers/fault.ts'

/** The outcome of one request. */
export type HttpOutcome<T> = Outcome<T, HttpFailure>

/** One HTTP exchange as an attempt: an answer of whatever status, or a failure of the connection. Throws only what is final. */
export async function exchangeOnce(http: Http, request: HttpRequest): Promise<HttpOutcome<HttpResponse>> {
  try {
    return { ok: true, value: await http(request) }
  } catch (error) {
    return { ok: false, failure: toConnectionFailure(error, request.signal) }
  }
}

/** The connection failure in what was thrown. Throws on what is no such thing: a cancelled run, an error of ours (bad content). */
export function toConnectionFailure(error: unknown, signal: AbortSignal | undefined): ConnectionFailure {
  if (signal?.aborted === true) throw cancelled(undefined, error)
  if (error instanceof ActionError) throw error
  const code = codeOf(error)
  if (code === undefined) throw error
  // Several addresses that all fail come as one error without a message.
  const first = error instanceof AggregateError ? error.errors[0] : error
  const proxy = first instanceof Error && 'proxy' in first ? String(first.proxy) : undefined
  return {
    kind: 'connection',
    code,
    message: messageOf(first) || code,
    cause: error,
    ...(proxy === undefined ? {} : { proxy }),
  }
}

export type BodyLimits = {
  /** Begins the message of an error. */
  readonly what: string
  /** Who answers, where that is no registry. */
  readonly by?: string
  /** Bytes. */
  readonly limit: number
  readonly clock: Pick<Clock, 'now'>
}

/**
 * The whole body of an answer. What is compressed although nobody asked for it (https://github.com/quay/quay/pull/1310) is unpacked.
 *
 * @throws ActionError `registry-refused` for a body over the limit, or what breaks it off, with a code
 */
export async function readBody(
  { headers, body }: Pick<HttpResponse, 'headers' | 'body'>,
  { what, by = 'the registry', limit, clock }: BodyLimits,
): Promise<Buffer> {
  const tooLong = () =>
    new ActionError('registry-refused', `${what}: the answer of ${by} is larger than ${formatBytes(limit)}`, {
      hint: 'No valid answer is that large. Check the address, and what is between here and the registry.',
    })
  if (Number(headers['content-length'] ?? 0) > limit) {
    body.destroy()
    throw tooLong()
  }
  try {
    const now = () => clock.now().getTime()
    const bytes = await readLimited(paced(body, { bytes: Infinity, time: limits.documentTime, now }), limit)
    return isGzip(headers['content-encoding'], bytes) ? await unpack(bytes, limit) : bytes
  } catch (error) {
    if (error instanceof LimitError || (Object(error) as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLong()
    throw error
  }
}

function isGzip(encoding: string | undefined, bytes: Buffer): boolean {
  return /^\s*(?:x-)?gzip\s*$/i.test(encoding ?? '') && bytes[0] === 0x1f && bytes[1] === 0x8b
}

async function unpack(bytes: Buffer, limit: number): Promise<Buffer> {
  // Loaded on demand: few servers compress responses, and loading takes several milliseconds.
  const { gunzip } = await import('node:zlib')
  return await new Promise((resolve, reject) => {
    gunzip(bytes, { maxOutputLength: limit }, (error, unpacked) => (error ? reject(error) : resolve(unpacked)))
  })
}

/** The failure in an answer that was not wanted; reads the answer's body. */
export async function toAnswerFailure(response: HttpResponse, clock: Pick<Clock, 'now'>): Promise<AnswerFailure> {
  // The rest of a body that breaks or goes on for ever says nothing more.
  const pace = { bytes: Infinity, time: limits.documentTime, now: () => clock.now().getTime() }
  const text = new TextDecoder().decode(await readSome(paced(response.body, pace), limits.errorBody))
  const retryAfter = parseRetryAfter(response.headers['retry-after'], response.headers['date'], clock.now())
  return {
    kind: 'answer',
    status: response.status,
    faults: parseFaults(text),
    text,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    insufficientScope: /insufficient_scope/.test(response.headers['www-authenticate'] ?? ''),
  }
}

async function readSome(body: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
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

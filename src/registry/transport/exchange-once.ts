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

/** Makes one HTTP exchange: returns an answer of any status, or a connection failure. Throws only permanent errors. */
export async function exchangeOnce(http: Http, request: HttpRequest): Promise<HttpOutcome<HttpResponse>> {
  try {
    return { ok: true, value: await http(request) }
  } catch (error) {
    return { ok: false, failure: toConnectionFailure(error, request.signal) }
  }
}

/**
 * Converts a thrown error to a connection failure. Throws other errors: a cancelled run, an ActionError (invalid
 * content).
 */
export function toConnectionFailure(error: unknown, signal: AbortSignal | undefined): ConnectionFailure {
  if (signal?.aborted === true) throw cancelled(undefined, error)
  if (error instanceof ActionError) throw error
  const code = codeOf(error)
  if (code === undefined) throw error
  // If all addresses of a host fail, Node.js throws one error without a message.
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
  /** The beginning of an error message. */
  readonly what: string
  /** The server that answers, if it is not a registry. */
  readonly by?: string
  /** Maximum size of the body in bytes. */
  readonly limit: number
  readonly clock: Pick<Clock, 'now'>
}

/**
 * Reads the whole body of an answer. Bodies that were compressed without a request for it
 * (https://github.com/quay/quay/pull/1310) are decompressed.
 *
 * @throws ActionError `registry-refused` for a body over the limit, or the error with a code that interrupted it
 */
export async function readBody(
  { headers, body }: Pick<HttpResponse, 'headers' | 'body'>,
  { what, by = 'the registry', limit, clock }: BodyLimits,
): Promise<Buffer> {
  const tooLong = () =>
    new ActionError('registry-refused', `${what}: the answer of ${by} is larger than ${formatBytes(limit)}`, {
      hint: 'Check the address, and any proxy or gateway in front of the registry: no valid answer is that large.',
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

/** Converts an unexpected answer to a failure; reads the answer's body. */
export async function toAnswerFailure(response: HttpResponse, clock: Pick<Clock, 'now'>): Promise<AnswerFailure> {
  // The rest of a body that breaks off or never ends is not needed.
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
    // The part that was received is reported.
  }
  return Buffer.concat(chunks).subarray(0, limit)
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  return codeOf(error.cause)
}

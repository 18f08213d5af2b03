import type { Readable } from 'node:stream'
import { ActionError } from '../errors.ts'
import type { HttpResponse } from '../host/host.ts'
import type { Repository } from '../oci/reference.ts'
import { type Attempt, retrying, toAnswerFailure, toConnectionFailure } from './attempt.ts'
import { type AuthOptions, createAuthorize } from './auth.ts'
import { parseChallenges } from './challenge.ts'
import { deliver } from './deliver.ts'
import type { Endpoint } from './endpoint.ts'
import { failureError } from './errors.ts'
import type { Failure } from './retry.ts'
import { createSessions } from './session.ts'

export type ExchangeOptions = AuthOptions & {
  /** Whether a registry (host with port) may be spoken to without TLS. */
  readonly plainHttp: (registry: string) => boolean
}

export type CallOptions = {
  /** Opens the body anew for each try. */
  readonly body?: () => string | Uint8Array | Readable
  readonly justPushed?: boolean
  /** Tries altogether, if the policy gives no fewer. */
  readonly attempts?: number
  readonly signal?: AbortSignal | undefined
}

/** An answer with one of the endpoint's good statuses; `url` is where it finally came from, which relative locations are relative to. */
export type Answer = HttpResponse & { readonly url: string }
export type WholeAnswer = Omit<Answer, 'body'> & { readonly bytes: Buffer }

/** Executes endpoints. */
export type Exchange = {
  /** Makes the first contact with a registry, unless that was done before. */
  readonly open: (target: Repository, signal?: AbortSignal) => Promise<unknown>
  /** One try, the body unread. Throws only what is final. */
  readonly send: (endpoint: Endpoint, options?: CallOptions) => Promise<Attempt<Answer>>
  /** One try, the body read. */
  readonly sendWhole: (endpoint: Endpoint, options?: CallOptions) => Promise<Attempt<WholeAnswer>>
  /** As many tries as the policy gives, the body read. Throws the ActionError of the last one. */
  readonly call: (endpoint: Endpoint, options?: CallOptions) => Promise<WholeAnswer>
  /** Runs tries of the caller's own under the same policy. */
  readonly retry: <T>(
    endpoint: Endpoint,
    once: (attempt: number) => Promise<Attempt<T>>,
    options?: RetryOptions,
  ) => Promise<T>
}

export type RetryOptions = Pick<CallOptions, 'attempts' | 'justPushed' | 'signal'>

export function createExchange(options: ExchangeOptions): Exchange {
  const { http, credentialFor, clock } = options
  const authorize = createAuthorize(options)
  const sessions = createSessions(options)

  async function send(endpoint: Endpoint, { body, signal }: CallOptions = {}): Promise<Attempt<Answer>> {
    const { target, scopes, what, access } = endpoint
    const request = { target, scopes, what, access, signal }
    let session = await sessions.open(target, signal)
    const authorization = await authorize({ ...request, session })
    const first = await deliver(http, endpoint, { base: session.base, authorization, body, signal })
    if (!first.ok || endpoint.ok.includes(first.value.status)) return first
    const { status, headers, url } = first.value
    const failure = await toAnswerFailure(first.value, clock.now())
    if (status !== 401 && status !== 403) return { ok: false, failure }

    // A stray 401, an expired token, a token that lacks a scope, GHCR's random 403: all pass with a fresh token, or do not pass at all.
    // Where there are no tokens the policy tries once more.
    // A challenge counts only from the registry itself: storage it redirects to must not name the server that credentials go to.
    const own = status === 401 && new URL(url).origin === new URL(session.base).origin
    const challenges = own ? parseChallenges(headers['www-authenticate'] ?? '') : []
    if (challenges.length > 0) session = sessions.learn(target, session, challenges)
    const fresh = await authorize({ ...request, session, refused: authorization })
    if (fresh === undefined) return { ok: false, failure: { ...failure, settled: challenges.length > 0 } }
    if (fresh === authorization) return { ok: false, failure }
    const second = await deliver(http, endpoint, { base: session.base, authorization: fresh, body, signal })
    if (!second.ok || endpoint.ok.includes(second.value.status)) return second
    return { ok: false, failure: { ...(await toAnswerFailure(second.value, clock.now())), settled: true } }
  }

  async function sendWhole(endpoint: Endpoint, callOptions: CallOptions = {}): Promise<Attempt<WholeAnswer>> {
    const sent = await send(endpoint, callOptions)
    if (!sent.ok) return sent
    const { body, ...rest } = sent.value
    try {
      return { ok: true, value: { ...rest, bytes: await readAll(body, endpoint.what) } }
    } catch (error) {
      return { ok: false, failure: toConnectionFailure(error, callOptions.signal) }
    }
  }

  async function retry<T>(
    endpoint: Endpoint,
    once: (attempt: number) => Promise<Attempt<T>>,
    { justPushed = false, attempts = Number.POSITIVE_INFINITY, signal }: RetryOptions = {},
  ): Promise<T> {
    const { what, target, access } = endpoint
    const toError = async (failure: Failure) => {
      const authenticated = (await credentialFor(target)) !== undefined
      return failureError(failure, { what, target, access, authenticated })
    }
    // The first contact is tried in its own way: whoever comes here has had an answer.
    const policy = { ...options.policy, attempts: Math.min(options.policy.attempts, attempts) }
    return await retrying({ ...options, policy }, { what, once, toError, justPushed, met: true, signal })
  }

  return {
    open: sessions.open,
    send,
    sendWhole,
    retry,
    call: async (endpoint, callOptions = {}) =>
      await retry(endpoint, async () => await sendWhole(endpoint, callOptions), callOptions),
  }
}

/** Bytes. Registries take manifests of 4 MiB at least; what is much larger is no answer to anything that is read whole. */
const longestAnswer = 32 * 1024 * 1024

async function readAll(body: Readable, what: string): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.length
    if (size > longestAnswer)
      throw new ActionError('registry-refused', `${what}: the answer is longer than ${longestAnswer} bytes`)
  }
  return Buffer.concat(chunks)
}

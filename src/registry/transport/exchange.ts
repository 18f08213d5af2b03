import type { Readable } from 'node:stream'
import { limits } from '../../bounds/limits.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { HttpResponse } from '../../host/host.ts'
import type { Repository } from '../../oci/reference.ts'
import type { Context } from '../../retry/classify.ts'
import type { HttpFailure } from '../../retry/failure.ts'
import { failureError } from '../answers/errors.ts'
import { type AuthOptions, type AuthorizationRequest, createAuthorize } from '../auth/auth.ts'
import { type Challenge, findChallenge, parseChallenges, scopesOf } from '../auth/challenge.ts'
import { covers } from '../auth/scope.ts'
import type { Endpoint } from '../endpoint.ts'
import { deliver } from './deliver.ts'
import { type HttpOutcome, readBody, toAnswerFailure, toConnectionFailure } from './exchange-once.ts'
import { createKnownRegistries } from './known-registries.ts'
import { retryRequest } from './retry-request.ts'

export type ExchangeOptions = AuthOptions & {
  /** Whether a registry (host with port) may be spoken to without TLS. */
  readonly plainHttp: (registry: string) => boolean
}

/** What one request takes beside its endpoint. */
export type RequestOptions = {
  /** Opens the body anew for each attempt. */
  readonly body?: () => string | Uint8Array | Readable
  readonly signal?: AbortSignal | undefined
}

/** What is known of a request's failures beside the endpoint. */
export type RequestRetries = Pick<Context, 'justPushed' | 'laggingAttempts'> & {
  /** Attempts altogether, if the policy gives no fewer. */
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
  /** One attempt, the body unread. Throws only what is final. */
  readonly send: (endpoint: Endpoint, options?: RequestOptions) => Promise<HttpOutcome<Answer>>
  /** One attempt, the body read. */
  readonly sendWhole: (endpoint: Endpoint, options?: RequestOptions) => Promise<HttpOutcome<WholeAnswer>>
  /** As many attempts as the policy gives, the body read. Throws the ActionError of the last one. */
  readonly call: (endpoint: Endpoint, options?: RequestOptions & RequestRetries) => Promise<WholeAnswer>
  /** Runs attempts of the caller's own under the same policy. */
  readonly retry: <T>(
    endpoint: Endpoint,
    attempt: (attempt: number) => Promise<HttpOutcome<T>>,
    options?: RequestRetries,
  ) => Promise<T>
}

export function createExchange(options: ExchangeOptions): Exchange {
  const { http, credentialFor, clock } = options
  const authorize = createAuthorize(options)
  const registries = createKnownRegistries(options)
  // What to ask for where a challenge has named scopes other than ours, by registry and our scopes.
  const named = new Map<string, readonly string[]>()

  async function send(endpoint: Endpoint, { body, signal }: RequestOptions = {}): Promise<HttpOutcome<Answer>> {
    const { target, what, action } = endpoint
    const key = `${target.registry} ${endpoint.scopes.join(' ')}`
    const scopes = named.get(key) ?? endpoint.scopes
    const request = { target, scopes, what, action, signal }
    let registry = await registries.open(target, signal)
    const authorization = await authorize({ ...request, registry }).catch(async (error: unknown) => {
      const judged = error instanceof ActionError && error.code !== 'registry-refused' && isDenial(error)
      if (!judged || named.has(key) || body !== undefined) throw error
      return await authorizeByChallenge({ ...request, registry }, { endpoint, key, error })
    })
    const first = await deliver(http, endpoint, { base: registry.base, authorization, body, signal })
    if (!first.ok || isAnswer(endpoint, first.value, registry.base)) return first
    const { status, headers, url } = first.value
    const failure = await toAnswerFailure(first.value, clock)
    // ECR Public answers 400 to a token that has expired: https://github.com/aws/containers-roadmap/issues/2835
    const expired =
      status === 400 && authorization !== undefined && /token.{0,80}(?:expired|invalid)/i.test(failure.text)
    if (status !== 401 && status !== 403 && !expired) return { ok: false, failure }

    // A stray 401, an expired token, a token that lacks a scope, GHCR's random 403: all end with a fresh token, or are permanent.
    // Where there are no tokens there is one more attempt.
    // A challenge counts only from the registry itself: storage it redirects to must not name the server that credentials go to.
    const own = status === 401 && isOwn(url, registry.base)
    const challenges = own ? parseChallenges(headers['www-authenticate'] ?? '') : []
    if (challenges.length > 0) registry = registries.learn(target, registry, challenges)
    const fresh = await authorizeAnew({ ...request, registry, refused: authorization }, { challenges, key })
    if (fresh === undefined) return { ok: false, failure: { ...failure, finalDenial: challenges.length > 0 } }
    if (fresh === authorization) return { ok: false, failure }
    const second = await deliver(http, endpoint, { base: registry.base, authorization: fresh, body, signal })
    if (!second.ok || isAnswer(endpoint, second.value, registry.base)) return second
    return { ok: false, failure: { ...(await toAnswerFailure(second.value, clock)), finalDenial: true } }
  }

  /**
   * A fresh authorization, for the scopes that the challenge names too: behind a gateway that rewrites paths they are those of another
   * repository. A token server that refuses the two together gets the question for the named ones alone.
   */
  async function authorizeAnew(
    request: AuthorizationRequest,
    { challenges, key }: { readonly challenges: readonly Challenge[]; readonly key: string },
  ): Promise<string | undefined> {
    const others = othersIn(challenges, request.scopes)
    if (others.length === 0) return await authorize(request)
    const asked = [...request.scopes, ...others]
    try {
      const authorization = await authorize({ ...request, scopes: asked })
      named.set(key, asked)
      return authorization
    } catch (error) {
      if (!isDenial(error)) throw error
      const authorization = await authorize({ ...request, scopes: others })
      named.set(key, others)
      return authorization
    }
  }

  /**
   * The authorization for the scopes that the registry's challenge names, where the token server has refused ours before the registry
   * itself was asked. Throws `error`, the refusal, when the challenge names no others.
   */
  async function authorizeByChallenge(
    request: AuthorizationRequest,
    { endpoint, key, error }: { readonly endpoint: Endpoint; readonly key: string; readonly error: unknown },
  ): Promise<string | undefined> {
    const { registry, signal } = request
    const asked = await deliver(http, endpoint, { base: registry.base, authorization: undefined, signal })
    if (!asked.ok) throw error
    const { status, headers, url, body } = asked.value
    body.destroy()
    const own = status === 401 && isOwn(url, registry.base)
    const others = own ? othersIn(parseChallenges(headers['www-authenticate'] ?? ''), request.scopes) : []
    if (others.length === 0) throw error
    const authorization = await authorize({ ...request, scopes: others })
    named.set(key, others)
    return authorization
  }

  async function sendWhole(endpoint: Endpoint, requestOptions: RequestOptions = {}): Promise<HttpOutcome<WholeAnswer>> {
    const sent = await send(endpoint, requestOptions)
    if (!sent.ok) return sent
    const { body, ...rest } = sent.value
    const { what, limit = limits.answer } = endpoint
    try {
      const empty = endpoint.method === 'HEAD'
      if (empty) body.resume()
      const bytes = empty ? Buffer.alloc(0) : await readBody({ body, ...rest }, { what, limit, clock })
      return { ok: true, value: { ...rest, bytes } }
    } catch (error) {
      return { ok: false, failure: toConnectionFailure(error, requestOptions.signal) }
    }
  }

  async function retry<T>(
    endpoint: Endpoint,
    attempt: (attempt: number) => Promise<HttpOutcome<T>>,
    { attempts = Number.POSITIVE_INFINITY, signal, ...context }: RequestRetries = {},
  ): Promise<T> {
    const { what, target, action, writesManifest = false } = endpoint
    const toError = async (failure: HttpFailure) => {
      const authenticated = (await credentialFor(target, action)) !== undefined
      return failureError(failure, { what, target, action, authenticated, writesManifest })
    }
    const policy = { ...options.policy, attempts: Math.min(options.policy.attempts, attempts) }
    // The first contact is retried in its own way: the registry of any other request has answered.
    return await retryRequest(
      { what, attempt, toError, context: { ...context, answeredBefore: true } },
      { ...options, policy, signal },
    )
  }

  return {
    open: registries.open,
    send,
    sendWhole,
    retry,
    call: async (endpoint, { body, ...retries } = {}) => {
      const { signal } = retries
      const requestOptions = { signal, ...(body === undefined ? {} : { body }) }
      return await retry(endpoint, async () => await sendWhole(endpoint, requestOptions), retries)
    },
  }
}

const denials: ReadonlySet<string> = new Set(['registry-unauthorized', 'registry-denied', 'registry-refused'])

function isDenial(error: unknown): boolean {
  return error instanceof ActionError && denials.has(error.code)
}

/** The scopes that a challenge names beside ours. */
function othersIn(challenges: readonly Challenge[], scopes: readonly string[]): readonly string[] {
  const bearer = findChallenge(challenges, 'bearer')
  if (bearer === undefined) return []
  return scopesOf(bearer).filter((scope) => !scopes.some((ours) => covers(ours, scope)))
}

/**
 * Whether an answer is one that the caller judges. A HEAD that is redirected to storage is answered by someone whose refusal says
 * nothing: the address is mostly signed for GET alone.
 */
function isAnswer({ ok, method }: Endpoint, { status, url }: Pick<Answer, 'status' | 'url'>, base: string): boolean {
  return ok.includes(status) || (method === 'HEAD' && status >= 400 && !isOwn(url, base))
}

function isOwn(url: string, base: string): boolean {
  return new URL(url).origin === new URL(base).origin
}

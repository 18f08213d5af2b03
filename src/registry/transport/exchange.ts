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
  /** Whether a registry (host with port) allows connections without TLS. */
  readonly plainHttp: (registry: string) => boolean
}

/** The options of a request in addition to its endpoint. */
export type RequestOptions = {
  /** Creates the body; called for each attempt. */
  readonly body?: () => string | Uint8Array | Readable
  readonly signal?: AbortSignal | undefined
}

/** The options for classifying and retrying a request's failures. */
export type RequestRetries = Pick<Context, 'justPushed' | 'laggingAttempts'> & {
  /** Maximum number of attempts, if lower than that of the policy. */
  readonly attempts?: number
  readonly signal?: AbortSignal | undefined
}

/**
 * An answer with one of the endpoint's accepted statuses; `url` is its final address, the base of relative locations.
 */
export type Answer = HttpResponse & { readonly url: string }
export type WholeAnswer = Omit<Answer, 'body'> & { readonly bytes: Buffer }

/** Executes endpoints. */
export type Exchange = {
  /** Makes the first contact with a registry, once. */
  readonly open: (target: Repository, signal?: AbortSignal) => Promise<unknown>
  /** Makes one attempt and returns the answer with its body unread. Throws only permanent errors. */
  readonly send: (endpoint: Endpoint, options?: RequestOptions) => Promise<HttpOutcome<Answer>>
  /** Makes one attempt and reads the body. */
  readonly sendWhole: (endpoint: Endpoint, options?: RequestOptions) => Promise<HttpOutcome<WholeAnswer>>
  /** Makes the attempts of the policy and reads the body. Throws the ActionError of the last attempt. */
  readonly call: (endpoint: Endpoint, options?: RequestOptions & RequestRetries) => Promise<WholeAnswer>
  /** Runs the caller's attempts under the same policy. */
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
  // The scopes to request if a challenge named scopes other than ours, by registry and our scopes.
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
    // ECR Public answers 400 if a token has expired: https://github.com/aws/containers-roadmap/issues/2835
    const expired =
      status === 400 && authorization !== undefined && /token.{0,80}(?:expired|invalid)/i.test(failure.text)
    if (status !== 401 && status !== 403 && !expired) return { ok: false, failure }

    // A stray 401, an expired token, a token that lacks a scope, GHCR's random 403: each is fixed by a new token, or is
    // permanent. Without tokens, one more attempt is made. A challenge is accepted only from the registry: storage that
    // it redirects to must not choose the server that receives credentials.
    const own = status === 401 && isOwn(url, registry.base)
    const challenges = own ? parseChallenges(headers['www-authenticate'] ?? '') : []
    if (challenges.length > 0) registry = registries.learn(target, registry, challenges)
    const fresh = await reauthorize({ ...request, registry, refused: authorization }, { challenges, key })
    if (fresh === undefined) return { ok: false, failure: { ...failure, finalDenial: challenges.length > 0 } }
    if (fresh === authorization) return { ok: false, failure }
    const second = await deliver(http, endpoint, { base: registry.base, authorization: fresh, body, signal })
    if (!second.ok || isAnswer(endpoint, second.value, registry.base)) return second
    return { ok: false, failure: { ...(await toAnswerFailure(second.value, clock)), finalDenial: true } }
  }

  /**
   * Requests a new authorization that includes the scopes of the challenge: behind a gateway that rewrites paths, these
   * are of another repository. If the token server rejects both together, requests the scopes of the challenge alone.
   */
  async function reauthorize(
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
   * Requests the authorization for the scopes of the registry's challenge, if the token server rejected ours before the
   * registry received a request. Throws `error`, the rejection, if the challenge names no other scopes.
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
    // The first contact has its own classification: for any other request, the registry has answered before.
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

/** Returns the scopes of challenges other than ours. */
function othersIn(challenges: readonly Challenge[], scopes: readonly string[]): readonly string[] {
  const bearer = findChallenge(challenges, 'bearer')
  if (bearer === undefined) return []
  return scopesOf(bearer).filter((scope) => !scopes.some((ours) => covers(ours, scope)))
}

/**
 * Whether the caller handles an answer. A rejection of HEAD by storage after a redirect is not significant: the address
 * is usually signed for GET only.
 */
function isAnswer({ ok, method }: Endpoint, { status, url }: Pick<Answer, 'status' | 'url'>, base: string): boolean {
  return ok.includes(status) || (method === 'HEAD' && status >= 400 && !isOwn(url, base))
}

function isOwn(url: string, base: string): boolean {
  return new URL(url).origin === new URL(base).origin
}

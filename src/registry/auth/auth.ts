import { parseJson } from '../../bounds/json.ts'
import { limits } from '../../bounds/limits.ts'
import { ActionError } from '../../errors/action-error.ts'
import { isCancelOfOther } from '../../errors/cancelled.ts'
import type { Clock, Http, HttpRequest } from '../../host/host.ts'
import type { Secret } from '../../inputs/secret.ts'
import type { Repository } from '../../oci/reference.ts'
import type { RetryOptions } from '../../retry/retry.ts'
import { failureError } from '../answers/errors.ts'
import {
  exchangeOnce,
  type HttpOutcome,
  readBody,
  toAnswerFailure,
  toConnectionFailure,
} from '../transport/exchange-once.ts'
import { retryRequest } from '../transport/retry-request.ts'
import { type Challenge, findChallenge } from './challenge.ts'
import { type Action, covers } from './scope.ts'

/** What a user can be known by at a registry. */
export type Credential =
  | { readonly kind: 'basic'; readonly username: string; readonly password: Secret }
  /** A refresh token, from `docker login` at registries with OAuth 2 (Azure): good for tokens, not for requests. */
  | { readonly kind: 'identity-token'; readonly token: Secret }
  /** Sent as it is. */
  | { readonly kind: 'registry-token'; readonly token: Secret }

/** The credential for a request to a repository, or undefined for none. */
export type CredentialLookup = (target: Repository, action: Action) => Promise<Credential | undefined>

/** A registry as the first contact found it. */
export type KnownRegistry = {
  /** `https://ghcr.io`, without a slash at the end. */
  readonly base: string
  readonly challenges: readonly Challenge[]
}

export type AuthorizationRequest = {
  readonly registry: KnownRegistry
  readonly target: Repository
  /** Ours, and those that a challenge of the registry names. */
  readonly scopes: readonly string[]
  /** Begins the message of an error. */
  readonly what: string
  readonly action: Action
  /** An `Authorization` that the registry has just refused: it is forgotten, and a fresh one is fetched. */
  readonly refused?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** The value for `Authorization`, or undefined to send none. */
export type Authorize = (request: AuthorizationRequest) => Promise<string | undefined>

export type AuthOptions = Omit<RetryOptions, 'signal'> & {
  readonly http: Http
  readonly credentialFor: CredentialLookup
  /** Hides the token of a token server in the log. */
  readonly mask?: ((secret: string) => void) | undefined
}

/**
 * Answers challenges: Basic, and Bearer with tokens kept for their life time, one for each registry and set of scopes; a token with
 * wider scopes serves for narrower ones. https://distribution.github.io/distribution/spec/auth/token/
 * The result throws `registry-unauthorized` or `registry-denied` when the token server refuses, `registry-refused` when a token
 * would have to be fetched over plain HTTP for a registry that is reached over TLS.
 */
export function createAuthorize(options: AuthOptions): Authorize {
  const cached = new Map<string, CachedToken[]>()
  let masked = 0

  /**
   * The server chooses what a token is, and could have any word hidden in the log, and outputs that hold it withheld. What anybody gets is
   * no secret.
   */
  const maskToken = (value: string, credential: Credential | undefined): void => {
    if (credential === undefined || value.length < shortestToken || masked >= limits.maskedTokens) return
    masked += 1
    options.mask?.(value)
  }

  const authorize: Authorize = async (request) => {
    const { registry, target, scopes, action, refused, signal } = request
    const bearer = findChallenge(registry.challenges, 'bearer')
    if (bearer === undefined && findChallenge(registry.challenges, 'basic') === undefined) return undefined
    const credential = await options.credentialFor(target, action)
    if (credential?.kind === 'registry-token') return `Bearer ${credential.token.reveal()}`
    if (bearer === undefined) return credential?.kind === 'basic' ? basic(credential) : undefined

    const tokens = (cached.get(registry.base) ?? []).filter(({ value }) => refused === undefined || value !== refused)
    const now = options.clock.now().getTime()
    const found = tokens.find((token) => token.expires > now && serves(token, scopes))
    if (found !== undefined) {
      try {
        return await found.header
      } catch (error) {
        if (!isCancelOfOther(error, signal)) throw error
        return await authorize(request)
      }
    }
    // Kept from the moment it is asked for, so that requests side by side share it; a failure is not kept.
    const token: CachedToken = {
      scopes,
      expires: Number.POSITIVE_INFINITY,
      value: undefined,
      header: Promise.resolve(''),
    }
    token.header = fetchToken(options, { ...request, bearer, credential }).then(({ value, expires }) => {
      maskToken(value, credential)
      token.expires = expires
      token.value = `Bearer ${value}`
      return token.value
    })
    cached.set(registry.base, [...tokens.filter(({ expires }) => expires > now), token])
    try {
      return await token.header
    } catch (error) {
      cached.set(
        registry.base,
        (cached.get(registry.base) ?? []).filter((other) => other !== token),
      )
      throw error
    }
  }
  return authorize
}

/** Characters that a token has which is hidden: those of real servers have 32 and more. */
const shortestToken = 24

/** One that is still on its way serves only for exactly the same: what is wider may be refused where what is asked for would not. */
function serves(token: CachedToken, scopes: readonly string[]): boolean {
  if (token.value === undefined) return token.scopes.join(' ') === scopes.join(' ')
  return scopes.every((scope) => token.scopes.some((wider) => covers(wider, scope)))
}

/** What one token is kept by; filled in when it has come. */
type CachedToken = {
  readonly scopes: readonly string[]
  header: Promise<string>
  value: string | undefined
  /** Milliseconds since the epoch. */
  expires: number
}

type Token = { readonly value: string; readonly expires: number }

type TokenRequest = AuthorizationRequest & { readonly bearer: Challenge; readonly credential: Credential | undefined }

async function fetchToken(options: AuthOptions, request: TokenRequest): Promise<Token> {
  const { what, target, action, credential, signal } = request
  const failed = { what, target, action, authenticated: credential !== undefined }
  return await retryRequest(
    {
      what,
      attempt: async (attempt) => await tokenOnce(options, tokenHttpRequest(request), { attempt, what }),
      toError: (failure) => failureError(failure, failed, 'the token server'),
      // A registry that answers has named it: if it cannot be reached, that is an outage.
      context: { answeredBefore: true },
    },
    { ...options, signal },
  )
}

async function tokenOnce(
  { http, clock }: AuthOptions,
  request: HttpRequest,
  { attempt, what }: { readonly attempt: number; readonly what: string },
): Promise<HttpOutcome<Token>> {
  const sent = await exchangeOnce(http, request)
  if (!sent.ok) return sent
  const { status, headers } = sent.value
  if (status !== 200) return { ok: false, failure: await toAnswerFailure(sent.value, clock) }
  try {
    const bytes = await readBody(sent.value, { what, by: 'the token server', limit: limits.answer, clock })
    const token = parseToken(bytes.toString(), headers['date'], clock)
    if (token !== undefined) return { ok: true, value: token }
  } catch (error) {
    return { ok: false, failure: toConnectionFailure(error, request.signal) }
  }
  const text = 'an answer without a token'
  // The body may have been cut off without a trace.
  return { ok: false, failure: { kind: 'answer', status, faults: [], text, transient: attempt === 1 } }
}

function tokenHttpRequest({ registry, what, bearer, scopes, credential, signal }: TokenRequest): HttpRequest {
  const { realm = '', service } = bearer.parameters
  const url = URL.canParse(realm) ? new URL(realm) : undefined
  const allowed = registry.base.startsWith('http:') ? ['https:', 'http:'] : ['https:']
  if (url === undefined || !allowed.includes(url.protocol)) {
    throw new ActionError('registry-refused', `${what}: the registry names "${realm}" as its token server`, {
      hint: 'A token server must be an https address. Credentials are not sent to it.',
    })
  }
  const common = { ...(signal === undefined ? {} : { signal }) }
  if (credential?.kind === 'identity-token') {
    // https://distribution.github.io/distribution/spec/auth/oauth/
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: 'polyarch',
      ...(service === undefined ? {} : { service }),
      refresh_token: credential.token.reveal(),
      scope: scopes.join(' '),
    })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    return { method: 'POST', url: url.href, headers, body: form.toString(), ...common }
  }
  if (service !== undefined) url.searchParams.set('service', service)
  for (const scope of scopes) url.searchParams.append('scope', scope)
  const headers = credential?.kind === 'basic' ? { authorization: basic(credential) } : {}
  return { method: 'GET', url: url.href, headers, ...common }
}

function parseToken(text: string, date: string | undefined, clock: Clock): Token | undefined {
  let answer: Readonly<Record<string, unknown>>
  try {
    answer = Object(parseJson(text))
  } catch {
    return undefined
  }
  // OAuth 2 servers name it access_token alone, some leave the other empty.
  const value = [answer['token'], answer['access_token']].find((one) => typeof one === 'string' && one !== '')
  // What is no header value must not become one.
  if (typeof value !== 'string' || value.length > limits.token || !/^[\x21-\x7e]+$/.test(value)) return undefined
  return { value, expires: clock.now().getTime() + lifetime(answer, date) }
}

/**
 * Milliseconds a token is good for from now on, less a margin. It is 60 s when the server says nothing, which is what the specification says.
 * `issued_at` counts relative to the answer's `Date`: a runner's clock that is wrong must not make every token look expired.
 */
function lifetime(answer: Readonly<Record<string, unknown>>, date: string | undefined): number {
  const seconds = Number(answer['expires_in'])
  const whole = (seconds > 0 ? seconds : 60) * 1000
  const age = Date.parse(date ?? '') - Date.parse(String(answer['issued_at'] ?? ''))
  const left = age > 0 ? whole - age : whole
  return left - Math.min(10_000, whole / 4)
}

function basic({ username, password }: { readonly username: string; readonly password: Secret }): string {
  return `Basic ${Buffer.from(`${username}:${password.reveal()}`).toString('base64')}`
}

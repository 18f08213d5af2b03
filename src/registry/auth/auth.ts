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

/** A credential for a registry. */
export type Credential =
  | { readonly kind: 'basic'; readonly username: string; readonly password: Secret }
  /**
   * A refresh token, from `docker login` at registries with OAuth 2 (Azure). It is exchanged for access tokens, and not
   * sent with requests.
   */
  | { readonly kind: 'identity-token'; readonly token: Secret }
  /** Sent unchanged as a bearer token. */
  | { readonly kind: 'registry-token'; readonly token: Secret }

/** Returns the credential for a request to a repository, or undefined if there is no credential for it. */
export type CredentialLookup = (target: Repository, action: Action) => Promise<Credential | undefined>

/** The properties of a registry as determined by the first contact. */
export type KnownRegistry = {
  /** Base URL such as `https://ghcr.io`, without a trailing slash. */
  readonly base: string
  readonly challenges: readonly Challenge[]
}

export type AuthorizationRequest = {
  readonly registry: KnownRegistry
  readonly target: Repository
  /** The scopes of the request, and those that a challenge of the registry names. */
  readonly scopes: readonly string[]
  /** The beginning of an error message. */
  readonly what: string
  readonly action: Action
  /** An `Authorization` value that the registry has just rejected: it is discarded and a new one is requested. */
  readonly refused?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** Returns the value for `Authorization`, or undefined to send none. */
export type Authorize = (request: AuthorizationRequest) => Promise<string | undefined>

export type AuthOptions = Omit<RetryOptions, 'signal'> & {
  readonly http: Http
  readonly credentialFor: CredentialLookup
  /** Masks a token from a token server in the log. */
  readonly mask?: ((secret: string) => void) | undefined
}

/**
 * Creates a function that answers Basic and Bearer challenges. Tokens are cached until they expire, per registry and
 * set of scopes; a token with wider scopes also serves requests for narrower ones.
 * https://distribution.github.io/distribution/spec/auth/token/ The function throws `registry-unauthorized` or
 * `registry-denied` if the token server rejects the request, and `registry-refused` if a token would have to be
 * requested over plain HTTP for a registry that is accessed over TLS.
 */
export function createAuthorize(options: AuthOptions): Authorize {
  const cached = new Map<string, CachedToken[]>()
  let masked = 0

  /**
   * Token servers choose the token, and could use a common word to have it masked in the log and outputs that contain
   * it withheld. Tokens that are issued without credentials are not secret, so they are not masked.
   */
  const maskToken = (value: string, credential: Credential | undefined): void => {
    if (credential === undefined || value.length < shortestToken || masked >= limits.maskedTokens) return
    masked += 1
    options.mask?.(value)
  }

  const forget = ({ base }: KnownRegistry, token: CachedToken): void => {
    cached.set(
      base,
      (cached.get(base) ?? []).filter((other) => other !== token),
    )
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
        // The server may reject wider scopes and accept these.
        const isWider = found.scopes.join(' ') !== scopes.join(' ') && signal?.aborted !== true
        if (!isWider && !isCancelOfOther(error, signal)) throw error
        forget(registry, found)
        return await authorize(request)
      }
    }
    // Cached as soon as it is requested, so that concurrent requests share it. Failures are not cached.
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
      forget(registry, token)
      throw error
    }
  }
  return authorize
}

/** Minimum length in characters of a token that is masked. Real servers issue 32 characters or more. */
const shortestToken = 24

/** Whether a token, which may be pending, is for scopes that include these. */
function serves(token: CachedToken, scopes: readonly string[]): boolean {
  return scopes.every((scope) => token.scopes.some((wider) => covers(wider, scope)))
}

/** A cached token with its key; the token is set when it has arrived. */
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
      // The registry's challenge named this server, so a failed connection is an outage.
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
  // The connection may have been closed in the middle of the body without an error.
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
  // OAuth 2 servers use only access_token, and some leave the other one empty.
  const value = [answer['token'], answer['access_token']].find((one) => typeof one === 'string' && one !== '')
  // A token that is not a valid header value is rejected.
  if (typeof value !== 'string' || value.length > limits.token || !/^[\x21-\x7e]+$/.test(value)) return undefined
  return { value, expires: clock.now().getTime() + lifetime(answer, date) }
}

/**
 * Returns for how many milliseconds a token can be used from now on, minus a margin. Default by the specification: 60
 * s. `issued_at` is compared with the `Date` of the answer: an incorrect clock of the runner must not make every token
 * look expired.
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

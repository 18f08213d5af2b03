import { isCancelOfOther } from '../../errors/cancelled.ts'
import type { Http } from '../../host/host.ts'
import type { Repository } from '../../oci/reference.ts'
import type { HttpFailure } from '../../retry/failure.ts'
import type { RetryOptions } from '../../retry/retry.ts'
import { failureError } from '../answers/errors.ts'
import type { KnownRegistry } from '../auth/auth.ts'
import { type Challenge, parseChallenges } from '../auth/challenge.ts'
import { pingEndpoint } from '../endpoint.ts'
import { apiBase } from './addresses.ts'
import { deliver, discard } from './deliver.ts'
import { type HttpOutcome, toAnswerFailure } from './exchange-once.ts'
import { retryRequest } from './retry-request.ts'

export type ContactOptions = Omit<RetryOptions, 'signal'> & {
  readonly http: Http
  readonly plainHttp: (registry: string) => boolean
}

/** The registries that this run has contacted. */
export type KnownRegistries = {
  /**
   * Determines the scheme and the authentication of a registry at the first call. Throws `registry-unreachable` and
   * similar errors.
   */
  readonly open: (target: Repository, signal?: AbortSignal) => Promise<KnownRegistry>
  /** Stores the challenges of a later answer: some registries answer pings without authentication. */
  readonly learn: (target: Repository, registry: KnownRegistry, challenges: readonly Challenge[]) => KnownRegistry
}

export function createKnownRegistries(options: ContactOptions): KnownRegistries {
  const found = new Map<string, Promise<KnownRegistry>>()

  const open: KnownRegistries['open'] = async (target, signal) => {
    const known = found.get(target.registry)
    if (known === undefined) {
      const contact = discover(options, target, signal)
      found.set(target.registry, contact)
      // The next caller makes another attempt with its own signal.
      contact.catch(() => found.delete(target.registry))
      return await contact
    }
    try {
      return await known
    } catch (error) {
      if (!isCancelOfOther(error, signal)) throw error
      return await open(target, signal)
    }
  }

  return {
    open,
    learn: (target, registry, challenges) => {
      const learned = { ...registry, challenges }
      found.set(target.registry, Promise.resolve(learned))
      return learned
    },
  }
}

async function discover(
  options: ContactOptions,
  target: Repository,
  signal: AbortSignal | undefined,
): Promise<KnownRegistry> {
  // If both are allowed, plain HTTP is tried first: such registries usually use it, and a failure costs nothing.
  const schemes = options.plainHttp(target.registry) ? ['http', 'https'] : ['https']
  const { what, action } = pingEndpoint(target)
  return await retryRequest(
    {
      what,
      attempt: async () => await discoverOnce(options, target, schemes, signal),
      toError: (failure) => failureError(failure, { what, target, action, authenticated: false }),
    },
    { ...options, signal },
  )
}

async function discoverOnce(
  options: ContactOptions,
  target: Repository,
  schemes: readonly string[],
  signal: AbortSignal | undefined,
): Promise<HttpOutcome<KnownRegistry>> {
  const [scheme, ...others] = schemes
  const base = apiBase(scheme ?? 'https', target.registry)
  const attempt = await ping(options, target, base, signal)
  if (attempt.ok || others.length === 0) return attempt
  const { failure } = attempt
  // Go's TLS servers answer 400 "Client sent an HTTP request to an HTTPS server"; others close the connection.
  if ((failure.kind === 'answer' && failure.status !== 400) || isSilent(failure, base)) return attempt
  const second = await discoverOnce(options, target, others, signal)
  return second.ok || !speaksPlain(second.failure) ? second : attempt
}

/** Whether a server accepted the connection and did not answer. With the same port, another protocol would take as long again. */
function isSilent(failure: HttpFailure, base: string): boolean {
  const { port } = new URL(base)
  return (
    failure.kind === 'connection' &&
    failure.code === 'ETIMEDOUT' &&
    failure.message.startsWith('no answer') &&
    port !== ''
  )
}

/**
 * Whether a TLS handshake failed because the server does not support TLS or is unreachable: the failure over plain HTTP
 * is then the one to report.
 */
function speaksPlain(failure: HttpFailure): boolean {
  return (
    failure.kind === 'connection' &&
    /^(?:ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)|EPROTO|ECONN\w+)$/.test(failure.code)
  )
}

async function ping(
  { http, clock }: ContactOptions,
  target: Repository,
  base: string,
  signal: AbortSignal | undefined,
): Promise<HttpOutcome<KnownRegistry>> {
  const sent = await deliver(http, pingEndpoint(target), { base, authorization: undefined, signal })
  if (!sent.ok) return sent
  const { status, headers } = sent.value
  // 404: a registry below a path of another server, which does not implement /v2/ itself; the first actual request
  // shows whether it exists. 405, 406 and similar: a gateway that only supports the paths of images.
  const speaks = status < 300 || (status >= 401 && status < 500 && ![407, 408, 413, 425, 429].includes(status))
  if (!speaks) return { ok: false, failure: await toAnswerFailure(sent.value, clock) }
  discard(sent.value.body)
  return { ok: true, value: { base, challenges: parseChallenges(headers['www-authenticate'] ?? '') } }
}

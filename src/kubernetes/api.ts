import { member, parseJson } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import { readLimited } from '../bounds/read-limited.ts'
import { ActionError, type ErrorCode, messageOf } from '../errors/action-error.ts'
import { cancelled } from '../errors/cancelled.ts'
import type { Host, HttpRequest, HttpResponse } from '../host/host.ts'
import { parseRetryAfter, retryPolicy } from '../retry/backoff.ts'
import type { AnswerFailure, ConnectionFailure, HttpFailure } from '../retry/failure.ts'
import { httpTable } from '../retry/http-table.ts'
import { type Outcome, retry } from '../retry/retry.ts'
import type { KubeCluster } from './cluster.ts'

export type KubeRequest = Pick<HttpRequest, 'method' | 'headers' | 'timeout'> & {
  /** Path and query: `/api/v1/namespaces/default/pods?limit=10`. */
  readonly path: string
  /** Sent as JSON; the type is `application/json` unless `headers` has another. */
  readonly body?: object
}

export type KubeHost = Pick<Host, 'http' | 'exec' | 'signal'>

/** An answer of the API, read whole. */
export type KubeAnswer = {
  readonly status: number
  /** Whether the status is 2xx. */
  readonly ok: boolean
  /** The object that the API returned; a `Status` if it failed. Undefined if it is not JSON. */
  readonly body: unknown
  /** The API's error message; empty if the API sends none. */
  readonly message: string
  /** The API's word for the error, such as `NotFound`, `Forbidden`, `AlreadyExists`; empty if the API sends none. */
  readonly reason: string
}

/** Milliseconds without an answer. */
const patience = 20_000

/** Retries of `askApi` after a transient error: 8 s in total. */
const retries = 4

/** Milliseconds after which `askApi` makes no further attempt: an API that accepts connections and is silent costs `patience` each time. */
const longest = 30_000

/**
 * Sends one request to the API and returns the response as a stream. It is aborted when `host.signal` is.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/
 *
 * @throws ActionError `daemon-unreachable` if the API does not answer, `cancelled`, or what reading the credentials throws
 */
export async function callApi(cluster: KubeCluster, request: KubeRequest, host: KubeHost): Promise<HttpResponse> {
  try {
    return await send(cluster, request, host)
  } catch (error) {
    throw unreachable(cluster, error, host)
  }
}

/**
 * As `callApi`, but reads the whole answer, of at most `limits.kubeAnswer` bytes, and retries transient errors. A POST may answer 409 `AlreadyExists` for an
 * object that it created, if its first answer was lost.
 *
 * @throws as `callApi`; an answer with an error status is returned
 */
export async function askApi(
  cluster: KubeCluster,
  request: KubeRequest,
  host: KubeHost & Pick<Host, 'log' | 'clock'>,
): Promise<KubeAnswer> {
  const { log, clock, signal } = host
  const describe = (failure: HttpFailure) =>
    `Kubernetes API at ${cluster.server}: ${failure.kind === 'connection' ? failure.message : `it answered ${failure.status} ${failure.text}`.trim()}`
  let answer: KubeAnswer | undefined
  const end = clock.now().getTime() + longest
  const outcome = await retry<KubeAnswer, HttpFailure>(
    {
      attempt: async () => {
        const tried = await attempt(cluster, request, host)
        if (!('answer' in tried)) {
          if (clock.now().getTime() >= end) throw unreachable(cluster, tried.failure.cause, host)
          return tried
        }
        answer = tried.answer
        return tried.outcome
      },
      table: httpTable,
      describe,
    },
    { policy: retryPolicy(retries), log, clock, signal },
  )
  if (outcome.ok) return outcome.value
  if (outcome.failure.kind === 'answer' && answer !== undefined) return answer
  throw unreachable(cluster, outcome.failure.kind === 'connection' ? outcome.failure.cause : outcome.failure, host)
}

type Attempted =
  | { readonly answer: KubeAnswer; readonly outcome: Outcome<KubeAnswer, AnswerFailure> }
  | { readonly ok: false; readonly failure: ConnectionFailure }

async function attempt(cluster: KubeCluster, request: KubeRequest, host: KubeHost): Promise<Attempted> {
  try {
    const response = await send(cluster, request, host)
    const answer = await readAnswer(response)
    if (isForeign(answer)) throw foreign(cluster, answer)
    if (answer.ok) return { answer, outcome: { ok: true, value: answer } }
    const retryAfter = parseRetryAfter(response.headers['retry-after'], response.headers['date'], new Date())
    const failure: AnswerFailure = {
      kind: 'answer',
      status: answer.status,
      faults: [],
      // What the API denies, it denies the next time too; "exceeded quota" (403) is not a full disk.
      text: answer.status >= 500 ? answer.message : '',
      finalDenial: true,
      ...(retryAfter === undefined ? {} : { retryAfter }),
    }
    return { answer, outcome: { ok: false, failure } }
  } catch (cause) {
    if (cause instanceof ActionError) throw cause
    if (host.signal.aborted) throw cancelled(undefined, cause)
    const { code = '' } = Object(cause) as NodeJS.ErrnoException
    return { ok: false, failure: { kind: 'connection', code, message: messageOf(cause), cause } }
  }
}

async function send(cluster: KubeCluster, request: KubeRequest, host: KubeHost): Promise<HttpResponse> {
  const response = await sendOnce(cluster, request, host, false)
  if (response.status !== 401) return response
  response.body.destroy()
  // Credentials may have expired earlier than they said.
  return await sendOnce(cluster, request, host, true)
}

async function sendOnce(
  { server, tls, credentials }: KubeCluster,
  { path, body, headers, ...request }: KubeRequest,
  host: KubeHost,
  rejected: boolean,
): Promise<HttpResponse> {
  const { authorization, certificate } = await credentials(host, rejected)
  const own = certificate && { cert: certificate.cert, key: certificate.key.reveal() }
  return await host.http({
    timeout: patience,
    ...request,
    url: `${server}${path}`,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(authorization === undefined ? {} : { authorization: authorization.reveal() }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(server.startsWith('https:') ? { tls: { ...tls, own } } : {}),
    signal: host.signal,
  })
}

/**
 * Reads an answer of the API.
 *
 * @throws LimitError if it is larger than `limits.kubeAnswer`, or the error of the connection
 */
export async function readAnswer({ status, body: stream }: HttpResponse): Promise<KubeAnswer> {
  const text = (await readLimited(stream, limits.kubeAnswer)).toString('utf8')
  const ok = status >= 200 && status < 300
  let body: unknown
  try {
    body = parseJson(text)
  } catch {
    // A proxy may answer with a page of its own.
    const isPage = ok || text.trimStart().startsWith('<')
    return { status, ok, body: undefined, message: isPage ? '' : text.trim().slice(0, limits.outputLine), reason: '' }
  }
  const textOf = (key: string): string => {
    const found = ok ? undefined : member(body, key)
    return typeof found === 'string' ? found : ''
  }
  return { status, ok, body, message: textOf('message'), reason: textOf('reason') }
}

/** Returns the error for an answer that is not a success, with the API's own words. `doing` begins it: `create the pod x in y`. */
export function apiFailure(doing: string, { status, message }: KubeAnswer): ActionError {
  const said = message || `the Kubernetes API answered ${status}`
  const { code, hint } = classOf(status, message)
  return new ActionError(code, `Cannot ${doing}: ${said} (HTTP status ${status})`, { hint })
}

function classOf(status: number, message: string): { readonly code: ErrorCode; readonly hint: string } {
  if (status === 401) {
    return {
      code: 'builder-denied',
      hint: 'Check the token or client certificate of the kubeconfig: it may have expired.',
    }
  }
  if (status === 403 && /exceeded quota|violates PodSecurity/.test(message)) {
    return { code: 'builder-denied', hint: 'Use another namespace, or change the policy or quota of this one.' }
  }
  if (status === 403) {
    return { code: 'builder-denied', hint: 'Grant the user of the kubeconfig this permission in the namespace.' }
  }
  if (status === 404) {
    return { code: 'builder-not-found', hint: 'Create it, or name another one.' }
  }
  if (status === 408 || status === 429 || status >= 500) {
    return { code: 'daemon-unreachable', hint: 'Run the job again when the Kubernetes API works again.' }
  }
  if (status === 409) {
    return { code: 'engine-failed', hint: 'Run the job again: another client changed the object at the same time.' }
  }
  return { code: 'input-invalid', hint: 'The Kubernetes API rejects the object: correct what its message names.' }
}

/** Whether another server answers: the API sends JSON, also with a redirect or for an object that does not exist. Errors of a proxy say nothing about the API. */
function isForeign({ status, body }: KubeAnswer): boolean {
  return body === undefined && (status < 400 || status === 404)
}

function foreign({ server, source }: KubeCluster, { status }: KubeAnswer): ActionError {
  return new ActionError(
    'daemon-unreachable',
    `The server at ${server} is not a Kubernetes API: it answered ${status} without JSON`,
    { hint: `Check the address in ${source}: a proxy or login page may answer in place of the API.` },
  )
}

function unreachable({ server, source }: KubeCluster, error: unknown, { signal }: KubeHost): unknown {
  if (signal.aborted) return cancelled(undefined, error)
  if (error instanceof ActionError) return error
  return new ActionError('daemon-unreachable', `The Kubernetes API at ${server} does not answer: ${explain(error)}`, {
    hint: `Check the address in ${source}, and that this machine reaches it.`,
    cause: error,
  })
}

/** Says which side rejects which certificate. */
function explain(error: unknown): string {
  const { code = '' } = Object(error) as NodeJS.ErrnoException
  const found = messageOf(error)
  if (/SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)|CERT_SIGNATURE_FAILURE/.test(code)) {
    return `its certificate is not signed by the authority in the kubeconfig (${code})`
  }
  if (code === 'CERT_HAS_EXPIRED') return `its certificate has expired (${code})`
  return found || code
}

import { parseJson } from '../../bounds/json.ts'
import { limits } from '../../bounds/limits.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { Host, HttpRequest, HttpResponse } from '../../host/host.ts'
import { describeFailure } from '../../registry/answers/errors.ts'
import { exchangeOnce, type HttpOutcome, readBody, toAnswerFailure } from '../../registry/transport/exchange-once.ts'
import { retryRequest } from '../../registry/transport/retry-request.ts'
import type { RetryPolicy } from '../../retry/backoff.ts'
import type { AnswerFailure } from '../../retry/failure.ts'

/** The dependencies of requests to a credential service. */
export type Asking = Pick<Host, 'http' | 'log' | 'clock' | 'signal' | 'env'> & {
  readonly policy: RetryPolicy
  /** Masks a secret in the log. */
  readonly mask: (secret: string) => void
}

export type ServiceRequest = {
  /** The beginning of an error message: `Cannot log in to …`. */
  readonly what: string
  /** Display name of the service. */
  readonly by: string
  /** Creates the request for one attempt, because signatures contain the time. */
  readonly request: () => Omit<HttpRequest, 'signal'> | Promise<Omit<HttpRequest, 'signal'>>
  /** Returns how to fix a rejected request, in full sentences; undefined if unknown. */
  readonly explain: (failure: AnswerFailure) => string | undefined
}

/**
 * Requests credentials from a service, retries transient failures, and returns the text of the response.
 *
 * @throws ActionError `registry-unauthorized` if the service rejects the request, `registry-unreachable` and `registry-unavailable`
 */
export async function askService(asking: Asking, { what, by, request, explain }: ServiceRequest): Promise<string> {
  const { http, clock, signal } = asking
  const attempt = async (): Promise<HttpOutcome<HttpResponse>> => {
    const sent = await exchangeOnce(http, { ...(await request()), signal })
    if (!sent.ok || sent.value.status === 200) return sent
    const failure = await toAnswerFailure(sent.value, clock)
    return { ok: false, failure: isSlowDown(failure) ? { ...failure, status: 429 } : failure }
  }
  const answer = await retryRequest(
    {
      what,
      by,
      attempt,
      toError: (failure) => {
        const described = describeFailure(failure, by)
        const name = failure.kind === 'answer' ? nameOf(failure) : undefined
        const message = `${what}: ${described}${name === undefined || described.includes(name) ? '' : ` (${name})`}`
        if (failure.kind === 'connection') {
          return new ActionError('registry-unreachable', message, {
            hint: `Check that ${by} can be reached from this machine, and its proxy settings.`,
            cause: failure.cause,
          })
        }
        const isOutage = failure.status === 429 || failure.status >= 500
        const hint = explain(failure) ?? (isOutage ? 'Run the job again later.' : undefined)
        return new ActionError(isOutage ? 'registry-unavailable' : 'registry-unauthorized', message, {
          hint,
          cause: new ServiceRejection(name ?? ''),
        })
      },
      context: { answeredBefore: true },
    },
    asking,
  )
  return (await readBody(answer, { what, by, limit: limits.answer, clock })).toString('utf8')
}

/** The response of a service that rejected a request, as the cause of the error. */
class ServiceRejection extends Error {
  override readonly name = 'ServiceRejection'
}

/** Whether a service rejected the request with one of the given error codes. */
export function isRejectedWith(error: unknown, ...names: readonly string[]): boolean {
  const cause = error instanceof ActionError ? error.cause : undefined
  return cause instanceof ServiceRejection && names.includes(cause.message)
}

/** AWS returns 400 where others return 429 or 503. https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
function isSlowDown(failure: AnswerFailure): boolean {
  const slow =
    /^(?:Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded|IDPCommunicationError)$/
  return failure.status === 400 && slow.test(nameOf(failure) ?? '')
}

/** Returns the name of an error: of AWS in JSON and XML, of OAuth 2 in JSON. */
function nameOf({ text }: AnswerFailure): string | undefined {
  const start = text.slice(0, limits.excerpt)
  return /(?:"__type"\s?:\s?"(?:[\w.]{0,100}#)?|<Code>|"error"\s?:\s?")(\w{1,100})/.exec(start)?.[1]
}

/** Like {@link askService}; returns the texts of a JSON object. */
export async function askForJson(asking: Asking, request: ServiceRequest): Promise<Readonly<Record<string, unknown>>> {
  const text = await askService(asking, request)
  try {
    const value = parseJson(text)
    if (typeof value === 'object' && value !== null) return { ...value }
  } catch {
    // Not quoted, because it may contain a token.
  }
  throw unusable(request, 'its answer is not a JSON object')
}

/** Returns a required text of a response and masks it in the log. Throws ActionError `registry-refused`. */
export function secretOf(
  asking: Pick<Asking, 'mask'>,
  request: Pick<ServiceRequest, 'what' | 'by'>,
  value: unknown,
): string {
  if (typeof value !== 'string' || value === '' || value.length > limits.token) {
    throw unusable(request, 'its answer has no token')
  }
  asking.mask(value)
  return value
}

/** Returns the error for an invalid response. */
export function unusable({ what, by }: Pick<ServiceRequest, 'what' | 'by'>, found: string): ActionError {
  return new ActionError('registry-refused', `${what}: ${by}: ${found}`, {
    hint: 'Check whether a proxy answers in place of the service.',
  })
}

/** Returns the body and headers of a form. */
export function formOf(fields: Readonly<Record<string, string>>): Pick<HttpRequest, 'body' | 'headers'> {
  return {
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams(fields).toString(),
  }
}

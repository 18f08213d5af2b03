import type { Http, HttpRequest, HttpResponse } from '../../host/host.ts'
import { apiBase, identity, pingPath, pingTimeout } from './addresses.ts'

export type EarlyContactOptions = {
  /** Whether a registry allows connections without TLS, which are then tried first. */
  readonly plainHttp: (registry: string) => boolean
  readonly signal: AbortSignal
}

/**
 * Sends the first request to each registry at once, and returns an HTTP client that answers the registry client's same request with the
 * response, once. The code that handles it is loaded meanwhile.
 */
export function contactEarly(
  http: Http,
  registries: readonly string[],
  { plainHttp, signal }: EarlyContactOptions,
): Http {
  const early = new Map<string, Promise<HttpResponse>>()
  for (const registry of new Set(registries)) {
    const url = `${apiBase(plainHttp(registry) ? 'http' : 'https', registry)}${pingPath}`
    const response = http({ method: 'GET', url, headers: identity, timeout: pingTimeout, signal })
    // The same request gets the failure.
    response.catch(() => undefined)
    early.set(url, response)
  }
  return async (request) => {
    const response = request.method === 'GET' ? early.get(request.url) : undefined
    if (response === undefined) return await http(request)
    early.delete(request.url)
    return await unlessAborted(response, request.signal)
  }
}

/** Returns the response, or rejects with the reason of the signal, which may be another than that of the request. */
async function unlessAborted(response: Promise<HttpResponse>, signal: HttpRequest['signal']): Promise<HttpResponse> {
  if (signal === undefined) return await response
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([response, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

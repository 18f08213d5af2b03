import type { Readable } from 'node:stream'
import { ActionError } from '../errors.ts'
import type { Http, HttpResponse } from '../host/host.ts'
import { type Attempt, exchangeOnce } from './attempt.ts'
import type { Endpoint } from './endpoint.ts'

export type Delivery = {
  /** The registry's own address: the only one that gets `authorization`. */
  readonly base: string
  readonly authorization: string | undefined
  readonly body?: (() => string | Uint8Array | Readable) | undefined
  readonly signal?: AbortSignal | undefined
}

const mostRedirects = 5

/**
 * Sends an endpoint's request and follows redirects, as blobs are mostly behind one, to storage that takes no credentials of the registry.
 * The answer's status is not judged here.
 */
export async function deliver(
  http: Http,
  endpoint: Endpoint,
  { base, authorization, body, signal }: Delivery,
): Promise<Attempt<HttpResponse & { readonly url: string }>> {
  let url = locate(endpoint.at, `${base}/`)
  for (let redirects = 0; ; redirects++) {
    const own = url.origin === new URL(base).origin
    const sent = await exchangeOnce(http, {
      method: endpoint.method,
      url: url.href,
      headers: { ...endpoint.headers, ...(own && authorization !== undefined ? { authorization } : {}) },
      ...(body === undefined ? {} : { body: body() }),
      ...(signal === undefined ? {} : { signal }),
    })
    if (!sent.ok) return sent
    const { status, headers } = sent.value
    const location = headers['location']
    if (location === undefined || !isRedirect(status, endpoint))
      return { ok: true, value: { ...sent.value, url: url.href } }
    discard(sent.value.body)
    const next = locate(location, url.href)
    if (redirects === mostRedirects || (url.protocol === 'https:' && next.protocol !== 'https:')) {
      const found =
        redirects === mostRedirects
          ? `redirects more than ${mostRedirects} times`
          : 'redirects from https to plain http'
      throw new ActionError('registry-refused', `${endpoint.what}: the registry ${found}`)
    }
    url = next
  }
}

/**
 * The URL of a `Location`, relative or absolute. A registry behind a proxy that ends TLS often does not know of it and
 * names itself with http: it is the same registry, spoken to as before.
 */
export function locate(location: string, from: string): URL {
  const source = new URL(from)
  if (!URL.canParse(location, from)) {
    throw new ActionError('registry-refused', `Cannot follow the registry to "${location}": that is not an address`)
  }
  const url = new URL(location, source)
  if (source.protocol === 'https:' && url.protocol === 'http:' && url.hostname === source.hostname) {
    url.protocol = 'https:'
    url.port = source.port
  }
  return url
}

/** Reads a body that says nothing to its end, so that the connection is free again. */
export function discard(body: Readable): void {
  body.resume()
}

function isRedirect(status: number, { method }: Endpoint): boolean {
  if (status === 307 || status === 308) return true
  return (method === 'GET' || method === 'HEAD') && (status === 301 || status === 302 || status === 303)
}

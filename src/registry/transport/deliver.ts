import type { Readable } from 'node:stream'
import { limits } from '../../bounds/limits.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { Http, HttpResponse } from '../../host/host.ts'
import type { Endpoint } from '../endpoint.ts'
import { identity } from './addresses.ts'
import { exchangeOnce, type HttpOutcome } from './exchange-once.ts'

export type Delivery = {
  /** The base URL of the registry, the only server that receives `authorization`. */
  readonly base: string
  readonly authorization: string | undefined
  readonly body?: (() => string | Uint8Array | Readable) | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Sends an endpoint's request and follows redirects: blobs are usually redirected to storage, which must not receive
 * the registry's credentials. Returns answers of any status.
 */
export async function deliver(
  http: Http,
  endpoint: Endpoint,
  { base, authorization, body, signal }: Delivery,
): Promise<HttpOutcome<HttpResponse & { readonly url: string }>> {
  let url = locate(endpoint.at, `${base}/`)
  for (let redirects = 0; ; redirects++) {
    const own = url.origin === new URL(base).origin
    const sent = await exchangeOnce(http, {
      method: endpoint.method,
      url: url.href,
      headers: own
        ? { ...identity, ...endpoint.headers, ...(authorization === undefined ? {} : { authorization }) }
        : withoutCookie({ ...identity, ...endpoint.headers }),
      ...(body === undefined ? {} : { body: body() }),
      ...(endpoint.timeout === undefined ? {} : { timeout: endpoint.timeout }),
      ...(signal === undefined ? {} : { signal }),
    })
    if (!sent.ok) return sent
    const { status, headers } = sent.value
    const location = headers['location']
    if (location === undefined || !isRedirect(status, endpoint))
      return { ok: true, value: { ...sent.value, url: url.href } }
    discard(sent.value.body)
    const next = locate(location, url.href)
    if (redirects === limits.redirects) {
      throw new ActionError(
        'registry-refused',
        `${endpoint.what}: the registry redirects more than ${limits.redirects} times`,
      )
    }
    // Content is verified by its digest, but a private layer must not be transferred unencrypted.
    if (url.protocol === 'https:' && next.protocol !== 'https:') {
      throw new ActionError(
        'registry-refused',
        `${endpoint.what}: the registry redirects from https to plain http (${next.host})`,
        { hint: 'Have the registry redirect to an https address, or serve blobs itself.' },
      )
    }
    url = next
  }
}

function withoutCookie({ cookie: _, ...headers }: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return headers
}

/**
 * Resolves a `Location`, relative or absolute. A registry behind a proxy that terminates TLS often sends an http URL of
 * itself; the scheme is then kept.
 */
export function locate(location: string, from: string): URL {
  const source = new URL(from)
  if (!URL.canParse(location, from)) {
    throw new ActionError('registry-refused', `Cannot follow the registry to "${location}": it is not a valid URL`)
  }
  const url = new URL(location, source)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new ActionError(
      'registry-refused',
      `Cannot follow the registry at ${source.host} to "${location}": it is not an http or https address`,
      { hint: 'Check the address of the registry, and the proxy or gateway in front of it.' },
    )
  }
  if (source.protocol === 'https:' && url.protocol === 'http:' && url.hostname === source.hostname) {
    url.protocol = 'https:'
    url.port = source.port
  }
  return url
}

/** Reads an irrelevant body to its end, so that the connection can be reused. */
export function discard(body: Readable): void {
  body.resume()
}

function isRedirect(status: number, { method }: Endpoint): boolean {
  if (status === 307 || status === 308) return true
  return (method === 'GET' || method === 'HEAD') && (status === 301 || status === 302 || status === 303)
}

import type { Readable } from 'node:stream'
import { limits } from '../../bounds/limits.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { Http, HttpResponse } from '../../host/host.ts'
import type { Endpoint } from '../endpoint.ts'
import { exchangeOnce, type HttpOutcome } from './exchange-once.ts'

export type Delivery = {
  /** The registry's own address: the only one that gets `authorization`. */
  readonly base: string
  readonly authorization: string | undefined
  readonly body?: (() => string | Uint8Array | Readable) | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Sends an endpoint's request and follows redirects, as blobs are mostly behind one, to storage that takes no credentials of the registry.
 * The answer's status is not judged here.
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
    // Content is checked by its digest, but a private layer must not pass a network in the clear.
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

/** Compressed by a gateway, the content would not be what its digest is of: https://github.com/quay/quay/pull/1310 */
const identity = { 'accept-encoding': 'identity' }

function withoutCookie({ cookie: _, ...headers }: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return headers
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

/** Reads a body that says nothing to its end, so that the connection is free again. */
export function discard(body: Readable): void {
  body.resume()
}

function isRedirect(status: number, { method }: Endpoint): boolean {
  if (status === 307 || status === 308) return true
  return (method === 'GET' || method === 'HEAD') && (status === 301 || status === 302 || status === 303)
}

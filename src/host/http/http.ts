import { Agent as HttpAgent, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { limits } from '../../bounds/limits.ts'
import type { Environment, Http, HttpRequest, HttpResponse } from '../host.ts'
import { connectTimeout, proxyCode, proxyTarget, throughProxy, withCode } from './connection-errors.ts'
import { proxyAuthorization, proxyFor } from './proxy.ts'
import type { Secure } from './secure.ts'

export type HttpOptions = {
  readonly env: Environment
  /** Directories with certificates by host. Default: those of Docker and Podman. */
  readonly certificateFolders?: readonly string[]
}

/** `close` closes all connections, so that the process can exit immediately. */
export type HttpClient = { readonly http: Http; readonly close: () => void }

/** Milliseconds. */
const defaultTimeout = 60_000
/** Unused connections are closed after this time, before a gateway silently drops them. */
const idleTimeout = 15_000

/**
 * Creates an HTTP client with persistent connections that uses the proxies of the environment and trusts private authorities. It is based
 * on node:http, which is part of the binary: loading undici takes 120 ms (measured), more than many runs need for all their requests.
 */
export function createHttp({ env, certificateFolders }: HttpOptions): HttpClient {
  const plain = new HttpAgent({ keepAlive: true, timeout: idleTimeout })
  let loading: Promise<Secure> | undefined
  const loadSecure = async (): Promise<Secure> => {
    const { createSecure } = await import('./secure.ts')
    return createSecure({ env, certificateFolders, timeout: idleTimeout })
  }
  const secure = () => {
    loading ??= loadSecure()
    return loading
  }
  return {
    http: async (request) => await exchange(request, { env, plain, secure }),
    close: () => {
      plain.destroy()
      void loading?.then(({ agent }) => agent.destroy())
    },
  }
}

type Connections = { readonly env: Environment; readonly plain: HttpAgent; readonly secure: () => Promise<Secure> }

async function exchange(request: HttpRequest, connections: Connections): Promise<HttpResponse> {
  const { method, headers, body, signal, timeout = defaultTimeout } = request
  const connectTime = Math.min(timeout, connectTimeout)
  const url = new URL(request.url)
  const proxy = plainProxy(url, request, connections)
  // Loaded before the request begins: its errors need their listener at once.
  const secure = usesTls(url, request, connections) ? await connections.secure() : undefined
  const outgoing = begin(
    url,
    request,
    { ...connections, secure },
    {
      method,
      maxHeaderSize: limits.headers,
      headers: { host: url.host, 'user-agent': 'polyarch', ...headers },
      ...(signal === undefined ? {} : { signal }),
    },
  )
  return await new Promise((resolve, reject) => {
    let incoming: IncomingMessage | undefined
    // Kept for the whole request: an error after the response has started also fails the response body.
    outgoing.on('error', (error) =>
      reject(proxy !== undefined && isBeforeAnswer(error) ? throughProxy(error, proxy) : error),
    )
    // A response with endless headers or endless 1xx responses is not idle, so it needs its own deadline. It starts when the request has
    // been sent.
    let overdue: NodeJS.Timeout | undefined
    outgoing.once('finish', () => {
      if (incoming !== undefined) return
      overdue = setTimeout(() => outgoing.destroy(tooLate(url, 2 * timeout)), 2 * timeout)
    })
    outgoing.once('close', () => clearTimeout(overdue))
    outgoing.on('timeout', () => {
      // Unread bytes mean that the reader is slow, not the server.
      if ((incoming?.readableLength ?? 0) > 0) return
      const what = incoming === undefined ? 'no answer' : 'no more of the answer'
      const error = withCode(
        outgoing.socket?.connecting === true
          ? `no connection to ${url.host} within ${connectTime / 1000} s`
          : `${what} from ${url.host} for ${timeout / 1000} s`,
        'ETIMEDOUT',
      )
      incoming?.destroy(error)
      outgoing.destroy(error)
    })
    outgoing.once('response', (response) => {
      incoming = response
      clearTimeout(overdue)
      const refusal = proxy === undefined ? undefined : proxyRefusal(response, proxy, url)
      if (refusal !== undefined) {
        response.resume()
        reject(refusal)
        return
      }
      // The body may fail before it is read; the reader then gets the error.
      response.on('error', () => {})
      // A response before the end of the request is a rejection, so the rest is not sent.
      response.once('end', () => {
        if (!outgoing.writableFinished) outgoing.destroy()
      })
      resolve({ status: response.statusCode ?? 0, headers: flat(response.headers), body: response })
    })
    outgoing.once('upgrade', (response, socket, head) => {
      clearTimeout(overdue)
      socket.setTimeout(0)
      socket.removeAllListeners('timeout')
      // The socket's owner gets its errors; until then they have no listener.
      socket.on('error', () => {})
      if (head.length > 0) socket.unshift(head)
      const end = () => socket.destroy()
      signal?.addEventListener('abort', end, { once: true })
      socket.once('close', () => signal?.removeEventListener('abort', end))
      const { statusCode = 101, headers: found } = response
      resolve({ status: statusCode, headers: flat(found), body: Readable.from([]), upgraded: socket })
    })
    // The agent's timeout would otherwise also limit the time to connect.
    outgoing.once('socket', (socket) => void (socket.connecting && socket.setTimeout(connectTime)))
    outgoing.setTimeout(timeout)
    if (body instanceof Readable) pipeline(body, outgoing).catch(reject)
    else outgoing.end(body)
  })
}

function tooLate({ host }: URL, milliseconds: number): Error {
  return withCode(`no complete answer from ${host} within ${milliseconds / 1000} s`, 'ETIMEDOUT')
}

/** Returns the proxy for a plain HTTP request; `createConnect` handles that of a TLS connection. */
function plainProxy(url: URL, { socket, connect }: HttpRequest, { env }: Connections): URL | undefined {
  const direct = socket !== undefined || connect !== undefined
  return !direct && url.protocol === 'http:' ? proxyFor(url, env) : undefined
}

/** Whether the connection failed before a response, so that the proxy is unreachable. */
function isBeforeAnswer(error: Error): boolean {
  if (error instanceof AggregateError) return true
  return 'syscall' in error && /^(?:connect|getaddrinfo)$/.test(String(error.syscall))
}

/**
 * Returns the error of a proxy that responds instead of the server: only proxies send 407, and Squid marks its own pages.
 * https://www.squid-cache.org/Doc/config/error_map/
 */
function proxyRefusal({ statusCode = 0, headers }: IncomingMessage, proxy: URL, { host }: URL): Error | undefined {
  if (statusCode !== 407 && !(statusCode >= 400 && headers['x-squid-error'] !== undefined)) return undefined
  const message = `the proxy ${proxy.host} answered ${statusCode} when asked for ${host}`
  return Object.assign(withCode(message, proxyCode(statusCode)), { proxy: proxy.host })
}

/** Whether the connection to the server, or to the proxy for plain HTTP, is encrypted. */
function usesTls(url: URL, { socket, connect, tls }: HttpRequest, { env }: Connections): boolean {
  if (socket !== undefined || connect !== undefined) return false
  return tls !== undefined || url.protocol === 'https:' || proxyFor(url, env)?.protocol === 'https:'
}

function begin(
  url: URL,
  { socket: socketPath, connect, tls }: HttpRequest,
  { env, plain, secure }: Pick<Connections, 'env' | 'plain'> & { readonly secure: Secure | undefined },
  options: RequestOptions,
) {
  const path = url.pathname + url.search
  if (socketPath !== undefined) return requestHttp({ ...options, socketPath, path, agent: plain })
  if (connect !== undefined) return requestHttp({ ...options, path, createConnection: connect })
  if (secure !== undefined && tls !== undefined) {
    const names = tls.name === undefined ? {} : { servername: tls.name }
    return secure.request(url, { ...options, agent: secure.agentFor(tls), ...names })
  }
  if (secure !== undefined && url.protocol === 'https:') return secure.request(url, { ...options, agent: secure.agent })
  const proxy = proxyFor(url, env)
  if (proxy === undefined) return requestHttp(url, { ...options, agent: plain })
  // A proxy expects the full URL in the request line of plain HTTP.
  const authorization = proxyAuthorization(proxy)
  const headers = {
    ...options.headers,
    ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }),
  }
  const request = secure?.request ?? requestHttp
  return request(proxyTarget(proxy), { ...options, headers, path: url.href })
}

function flat(headers: IncomingMessage['headers']): Readonly<Record<string, string | undefined>> {
  const joined = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value])
  return Object.fromEntries(joined)
}

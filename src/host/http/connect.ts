import { type ClientRequestArgs, type OutgoingHttpHeaders, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Duplex } from 'node:stream'
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls'
import { connectTimeout, proxyCode, proxyTarget, throughProxy, withCode } from './connection-errors.ts'
import { proxyAuthorization, proxyFor } from './proxy.ts'
import type { Trust } from './trust.ts'

/** The function with which an HTTPS agent opens its connections. */
export type Connect = (
  options: ClientRequestArgs,
  callback?: (error: Error | null, stream: Duplex) => void,
) => Duplex | null | undefined

/** Creates a function that opens TLS connections, through the proxy of the environment if set; uses the wider trust only if the usual one fails. */
export function createConnect({
  env,
  trust,
  verify = true,
}: {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly trust: Trust
  /** Whether the server's certificate is verified. */
  readonly verify?: boolean
}): Connect {
  return (options, callback) => {
    const host = String(options.host ?? options.hostname ?? '')
    const port = Number(options.port ?? 443)
    const servername = 'servername' in options && typeof options.servername === 'string' ? options.servername : ''
    establish({ host, port, servername, env, trust, verify }).then(
      (socket) => callback?.(null, socket),
      (error: Error) => callback?.(error, undefined as never),
    )
    return undefined
  }
}

type Target = {
  readonly host: string
  readonly port: number
  /** Empty for an IP address. */
  readonly servername: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly trust: Trust
  readonly verify: boolean
}

async function establish(target: Target): Promise<TLSSocket> {
  const { host, port, trust } = target
  // Docker names the directories of certs.d like registries in references: with the port only if it is not 443.
  const name = port === 443 ? host : `${host}:${port}`
  try {
    return await secure(target, await trust.usual(name))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && untrusted.has(String(error.code)))) throw error
    return await secure(target, await trust.wide(name))
  }
}

/** Node's error codes for an unknown certificate authority. */
const untrusted = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

async function secure(
  { host, port, servername, env, verify }: Target,
  secureContext: SecureContext,
): Promise<TLSSocket> {
  const proxy = proxyFor(new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`), env)
  const socket = proxy === undefined ? undefined : await tunnel(proxy, host, port)
  return await new Promise((resolve, reject) => {
    const tls = connectTls({
      ...(socket === undefined ? { host, port } : { socket }),
      // The certificate is verified for IP addresses too, although they are not allowed as server name (SNI).
      ...(servername === '' ? {} : { servername }),
      ...(socket === undefined ? {} : { host }),
      secureContext,
      rejectUnauthorized: verify,
      ALPNProtocols: ['http/1.1'],
    })
    tls.setTimeout(connectTimeout, () => tls.destroy(timedOut(`${host}:${port}`)))
    tls.once('error', reject)
    tls.once('secureConnect', () => {
      tls.setTimeout(0)
      tls.removeListener('error', reject)
      resolve(tls)
    })
  })
}

/** Opens a connection to `host:port` through the proxy. https://www.rfc-editor.org/rfc/rfc9110#name-connect */
async function tunnel(proxy: URL, host: string, port: number): Promise<Duplex> {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`
  const authorization = proxyAuthorization(proxy)
  const headers: OutgoingHttpHeaders = {
    host: authority,
    ...(authorization ? { 'proxy-authorization': authorization } : {}),
  }
  const request = proxy.protocol === 'https:' ? requestHttps : requestHttp
  return await new Promise((resolve, reject) => {
    const outgoing = request(proxyTarget(proxy), { method: 'CONNECT', path: authority, headers, agent: false })
    outgoing.setTimeout(connectTimeout, () => outgoing.destroy(timedOut(`the proxy ${proxy.host}`)))
    outgoing.once('error', (error) => reject(throughProxy(error, proxy)))
    outgoing.once('connect', ({ statusCode = 0 }, socket) => {
      socket.setTimeout(0)
      // Some proxies answer 201 or 204: by RFC 9110, any 2xx status opens the tunnel.
      if (statusCode >= 200 && statusCode < 300) return resolve(socket)
      socket.destroy()
      const message = `the proxy ${proxy.host} answered ${statusCode} when asked for ${authority}`
      reject(Object.assign(withCode(message, proxyCode(statusCode)), { proxy: proxy.host }))
    })
    outgoing.end()
  })
}

function timedOut(what: string): Error {
  return withCode(`no connection to ${what} within ${connectTimeout / 1000} s`, 'ETIMEDOUT')
}

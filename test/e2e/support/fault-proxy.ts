import { once } from 'node:events'
import { createServer, type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { createFaults, type Fault, type FaultAction, type RequestKind } from '../../support/fault.ts'
import { type Answer, fault } from '../../support/registry-answer.ts'
import { routeOf } from '../../support/registry-route.ts'

export type FaultProxyOptions = {
  /** `host:port` of the registry behind it. */
  readonly registry: string
  /** The address of the registry's token server, which is then reached through the proxy too. */
  readonly realm?: string
  /** The address that it listens on. Default: 127.0.0.1. */
  readonly address?: string
  /** Bytes; requests with a larger body are rejected with 413, as gateways do. */
  readonly largestBody?: number
}

export type ProxiedRequest = {
  readonly kind: RequestKind
  readonly by: 'step' | 'builder'
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** The fault that was applied to it. */
  readonly fault: FaultAction['do'] | undefined
  /** The registry's answer, filled in when it arrives. */
  status: number | undefined
}

/** A faulty registry: a real one behind a proxy on a local port. */
export type FaultProxy = {
  /** `127.0.0.1:<port>`. */
  readonly host: string
  readonly misbehave: (fault: Fault) => void
  readonly journal: readonly ProxiedRequest[]
  /** Uploads whose location a client has been told and that are neither finished, nor cancelled, nor lost by the registry. */
  readonly openUploads: () => readonly string[]
  readonly close: () => Promise<void>
}

/** Starts a proxy in front of a registry. The registry reads the proxy's name in `Host`, so its locations lead back to the proxy. */
export async function startFaultProxy({
  registry,
  realm,
  address = '127.0.0.1',
  largestBody = Infinity,
}: FaultProxyOptions): Promise<FaultProxy> {
  const faults = createFaults()
  const journal: ProxiedRequest[] = []
  const uploads = new Set<string>()
  const stale = new Set<string>()
  const sockets = new Set<Socket>()
  const server = createServer(listener)
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  // Docker tries TLS first, and switches to plain HTTP after an answer that is not TLS.
  server.on('clientError', (_, socket) => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'))
  const listen = async (port: number): Promise<number> => {
    server.listen(port, address)
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const port = await listen(0)
  const host = `${address}:${port}`
  let closed = false
  let outage: NodeJS.Timeout | undefined

  function listener(request: IncomingMessage, response: ServerResponse): void {
    // Node closes the socket of a request that was not read completely.
    const { socket } = request
    serve(request, response, socket).catch(() => socket.destroy())
  }

  async function serve(request: IncomingMessage, response: ServerResponse, socket: Socket): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${host}`)
    const { kind, rest } = routeOf(request.method ?? '', url)
    const path = url.pathname + url.search
    const by = request.headers['user-agent'] === 'polyarch' ? 'step' : 'builder'
    const action = faults.take(kind, path, by)
    const entry: ProxiedRequest = { kind, by, method: request.method ?? '', path, fault: action?.do, status: undefined }
    journal.push(entry)
    const { authorization } = request.headers
    if (action?.do === 'hang') return
    if (action?.do === 'outage') return refuseFor(action.milliseconds)
    if (action?.do === 'stale' && authorization !== undefined) stale.add(authorization)
    if (action?.do === 'answer') {
      if (action.status === 404) uploads.delete(rest)
      return await answer(request, response, action)
    }
    if (Number(request.headers['content-length'] ?? 0) > largestBody) {
      return await answer(request, response, { status: 413, body: 'Request Entity Too Large' })
    }
    if (stale.has(authorization ?? '')) return await answer(request, response, expired())
    if (action?.do === 'reset' && !action.after) return void socket.resetAndDestroy()

    const upstream = await forward(request, kind, action?.do === 'reset' ? action.after : undefined)
    if (upstream === undefined) return void socket.resetAndDestroy()
    const { statusCode: status = 502, headers } = upstream
    const body = await buffer(upstream)
    entry.status = status
    // A client that does not know the location of its upload cannot cancel it.
    const told = action?.do !== 'lose-answer' && action?.do !== 'cut' && !socket.destroyed
    follow(kind, rest, status, told ? headers.location : undefined)
    if (action?.do === 'lose-answer') return void socket.resetAndDestroy()
    await send(response, { status, headers: rewritten(headers), body }, action)
  }

  /** The registry's answer, or undefined when only the first `only` bytes of the body were passed on. */
  async function forward(
    request: IncomingMessage,
    kind: RequestKind,
    only: number | undefined,
  ): Promise<IncomingMessage | undefined> {
    const upstream = kind === 'token' && realm !== undefined ? new URL(realm).host : registry
    const [hostname = '', upstreamPort] = upstream.split(':')
    const { method, url, headers } = request
    const outgoing = requestHttp({ host: hostname, port: upstreamPort, method, path: url, headers, agent: false })
    // A registry that rejects early closes the connection during the transfer.
    outgoing.on('error', () => undefined)
    const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>
    // Also rejected if nothing waits for it any more.
    answered.catch(() => undefined)
    let sent = 0
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      const part = only === undefined ? chunk : chunk.subarray(0, only - sent)
      sent += part.length
      if (!outgoing.write(part) && !outgoing.destroyed) await Promise.race([once(outgoing, 'drain'), answered])
      if (sent === only) {
        // In the middle of the body: the registry gets these bytes, and then the end of the connection.
        await new Promise((resolve) => setTimeout(resolve, 20))
        outgoing.destroy()
        return undefined
      }
    }
    outgoing.end()
    const [response] = await answered
    return response
  }

  /** Tracks the uploads. A 404 means that the registry has no upload of that name. */
  function follow(kind: RequestKind, id: string, status: number, location: string | undefined): void {
    if ((kind === 'upload-start' || kind === 'mount') && status === 202 && location !== undefined) {
      uploads.add(routeOf('PUT', new URL(location, `http://${host}`)).rest)
    }
    const over = kind === 'upload-put' ? status === 201 : kind === 'upload-cancel' && status < 300
    if (over || (kind.startsWith('upload-') && status === 404)) uploads.delete(id)
  }

  function rewritten(headers: IncomingMessage['headers']): Readonly<Record<string, string>> {
    const { 'www-authenticate': challenge, location, ...others } = headers
    const kept = Object.entries(others).filter(([name]) => name !== 'connection' && name !== 'keep-alive')
    return {
      ...Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
      ...(location === undefined ? {} : { location: location.replace(`//${registry}/`, `//${host}/`) }),
      ...(challenge === undefined ? {} : { 'www-authenticate': challenged(challenge) }),
    }
  }

  function challenged(challenge: string): string {
    return realm === undefined ? challenge : challenge.replace(realm, `http://${host}/token`)
  }

  function expired(): Answer {
    const refusal = fault(401, 'UNAUTHORIZED', 'authentication required')
    const challenge = `Bearer realm="http://${host}/token",service="polyarch-rig",error="invalid_token"`
    return { ...refusal, headers: { ...refusal.headers, 'www-authenticate': challenge } }
  }

  function refuseFor(milliseconds: number): void {
    server.close()
    // It is unknown which answers have arrived.
    uploads.clear()
    for (const socket of sockets) socket.resetAndDestroy()
    outage = setTimeout(() => {
      if (!closed) void listen(port)
    }, milliseconds)
  }

  return {
    host,
    misbehave: faults.add,
    journal,
    openUploads: () => [...uploads],
    close: async () => {
      closed = true
      clearTimeout(outage)
      if (!server.listening) return
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Answers in place of the registry after the request was read. */
async function answer(request: IncomingMessage, response: ServerResponse, given: Answer): Promise<void> {
  request.resume()
  if (!request.readableEnded) await once(request, 'end')
  const body = Buffer.from(given.body ?? '')
  await send(response, { ...given, headers: { ...given.headers, 'content-length': String(body.length) }, body })
}

async function send(
  response: ServerResponse,
  { status, headers, body }: Answer & { readonly body: Buffer },
  action?: FaultAction,
): Promise<void> {
  const changed = action?.do === 'headers' ? action.headers : {}
  const sent = Object.entries({ ...headers, ...changed }).filter(
    // Without a length, the end of the body is the end of the content.
    ([name, value]) => value !== '' && !(action?.do === 'truncate' && name === 'content-length'),
  )
  if (action?.do === 'delay') await new Promise((resolve) => setTimeout(resolve, action.milliseconds))
  response.writeHead(status, Object.fromEntries(sent))
  switch (action?.do) {
    case 'truncate':
      return void response.end(body.subarray(0, action.after))
    case 'corrupt':
      return void response.end(Buffer.from(body.map((byte) => byte ^ 1)))
    case 'cut': {
      response.flushHeaders()
      await new Promise((resolve) => response.write(body.subarray(0, action.after), resolve))
      return void response.socket?.resetAndDestroy()
    }
    case 'drip': {
      const piece = Math.ceil(body.length / 10)
      for (let at = 0; at < body.length; at += piece) {
        response.write(body.subarray(at, at + piece))
        await new Promise((resolve) => setTimeout(resolve, action.milliseconds))
      }
      return void response.end()
    }
    default:
      return void response.end(body)
  }
}

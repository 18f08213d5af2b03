import { Agent, createServer, type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Transform } from 'node:stream'
import type { RequestKind } from '../test/support/fault.ts'
import { routeOf } from '../test/support/registry-route.ts'

export type LatencyOptions = {
  /** `host:port` of the registry behind it. */
  readonly registry: string
  /** Milliseconds that each request and its answer take in addition, half of it in each direction. */
  readonly roundTrip: number
  /** Bytes per second that all requests share, and all answers. */
  readonly bandwidth: number
}

/** A request through the proxy, in milliseconds since the journal was cleared. */
export type TimedRequest = {
  readonly kind: RequestKind
  readonly by: 'step' | 'other'
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly begun: number
  ended: number | undefined
  status: number | undefined
}

/** A registry at a distance: a real one behind a proxy on a local port. */
export type LatencyProxy = {
  /** `127.0.0.1:<port>`. */
  readonly host: string
  readonly journal: readonly TimedRequest[]
  readonly clear: () => void
  /** Runs `work` without the delay, for the time that the distance adds. */
  readonly near: (work: () => Promise<void>) => Promise<void>
  readonly close: () => Promise<void>
}

/** Starts a proxy that delays requests and limits their bandwidth. The registry reads its name in `Host`, so locations lead back to it. */
export async function startLatencyProxy({ registry, roundTrip, bandwidth }: LatencyOptions): Promise<LatencyProxy> {
  const journal: TimedRequest[] = []
  let begun = performance.now()
  const agent = new Agent({ keepAlive: true })
  const [hostname = '', port] = registry.split(':')
  const [up, down] = [createLane(bandwidth), createLane(bandwidth)]
  let delay = roundTrip / 2
  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy())
  })
  // Docker tries TLS first, and switches to plain HTTP after an answer that is not TLS.
  server.on('clientError', (_, socket) => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '/', headers } = request
    const entry: TimedRequest = {
      kind: routeOf(method, new URL(url, `http://${host}`)).kind,
      by: headers['user-agent'] === 'polyarch' ? 'step' : 'other',
      method,
      path: url,
      begun: performance.now() - begun,
      ended: undefined,
      status: undefined,
    }
    journal.push(entry)
    response.once('finish', () => {
      entry.ended = performance.now() - begun
    })
    await pause(delay)
    const outgoing = requestHttp({ hostname, port, method, path: url, headers, agent })
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve)
      outgoing.once('error', reject)
    })
    request.pipe(limited(up)).pipe(outgoing)
    const answer = await answered
    await pause(delay)
    entry.status = answer.statusCode
    const { connection: _, 'keep-alive': __, ...kept } = answer.headers
    const location = kept.location?.replace(`//${registry}/`, `//${host}/`)
    response.writeHead(answer.statusCode ?? 502, { ...kept, ...(location === undefined ? {} : { location }) })
    answer.pipe(limited(down)).pipe(response)
  }

  return {
    host,
    journal,
    near: async (work) => {
      delay = 0
      await work().finally(() => {
        delay = roundTrip / 2
      })
    },
    clear: () => {
      journal.length = 0
      begun = performance.now()
    },
    close: async () => {
      agent.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** One direction of the line. Returns the milliseconds to wait until `bytes` more have gone through. */
function createLane(bandwidth: number): (bytes: number) => number {
  let free = 0
  return (bytes) => {
    const now = performance.now()
    free = Math.max(free, now) + (bytes / bandwidth) * 1000
    return free - now
  }
}

function limited(lane: (bytes: number) => number): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done) {
      setTimeout(() => done(null, chunk), lane(chunk.length))
    },
  })
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

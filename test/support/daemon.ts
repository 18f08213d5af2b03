import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { DockerServer } from '../../src/docker/server.ts'
import { serverOf } from './plan.ts'
import { tempFolder } from './temp.ts'

export type FakeDaemon = {
  readonly server: DockerServer
  /** `METHOD /path?query` of each request, without the version. */
  readonly calls: readonly string[]
  readonly bodies: readonly string[]
}

/** What a daemon answers: a status and a body, or `hangs` for nothing at all. */
export type FakeAnswer = { readonly status?: number; readonly body?: unknown } | 'hangs' | RequestListener

/** A daemon behind a socket that answers by the start of `METHOD /path`, and with 404 otherwise. Ends with the test. */
export async function startDaemon(answers: Readonly<Record<string, FakeAnswer>>): Promise<FakeDaemon> {
  const calls: string[] = []
  const bodies: string[] = []
  const socket = join(tempFolder(), 'docker.sock')
  const listening = createServer(async (request, response) => {
    const call = `${request.method} ${(request.url ?? '').replace(/^\/v[\d.]+/, '')}`
    calls.push(call)
    bodies.push(await textOf(request))
    const [, answer] = Object.entries(answers).find(([start]) => call.startsWith(start)) ?? []
    if (answer === 'hangs') return
    if (typeof answer === 'function') return answer(request, response)
    const { status = answer ? 200 : 404, body = { message: `no such thing: ${call}` } } = answer ?? {}
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))
    response.writeHead(status).end(status === 204 ? undefined : bytes)
  })
  await new Promise<void>((done) => listening.listen(socket, done))
  onTestFinished(() => {
    listening.closeAllConnections()
    listening.close()
  })
  const server = serverOf({ endpoint: { ...serverOf().endpoint, host: `unix://${socket}` } })
  return { server, calls, bodies }
}

/** What a container printed on its standard output, as the API sends it. */
export function logOf(...parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(parts.flatMap((part) => frame(1, part)))
}

/** One piece of a stream: 1 is standard output, 2 standard error. */
export function frame(stream: number, part: string | Buffer): readonly Buffer[] {
  const bytes = Buffer.from(part)
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(bytes.length, 4)
  return [header, bytes]
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  try {
    for await (const part of request) parts.push(part)
  } catch {
    // A client that hung up.
  }
  return Buffer.concat(parts).toString('latin1')
}

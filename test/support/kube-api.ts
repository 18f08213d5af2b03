import type { IncomingMessage, RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { onTestFinished } from 'vitest'
import type { Certificate } from './certificates.ts'

export type KubeCall = {
  /** `METHOD /path?query`. */
  readonly call: string
  readonly authorization: string | undefined
  /** Whether a client certificate was accepted. */
  readonly authorized: boolean
  /** JSON. */
  readonly body: unknown
}

export type FakeKube = { readonly server: string; readonly calls: readonly KubeCall[] }

/** What the API answers: a status (default: 200) and an object, or `hangs up` in place of an answer. */
export type KubeReply = { readonly status?: number; readonly body?: unknown } | 'hangs up' | RequestListener

export type FakeKubeOptions = {
  readonly certificate: Certificate
  readonly reply: (call: KubeCall) => KubeReply
  readonly onUpgrade?: (request: IncomingMessage, socket: Duplex) => void
}

/** A Kubernetes API with TLS on a port of this machine, which asks for client certificates. Ends with the test. */
export async function startKube({ certificate, reply, onUpgrade }: FakeKubeOptions): Promise<FakeKube> {
  const calls: KubeCall[] = []
  const listening = createServer(
    { ...certificate, requestCert: true, rejectUnauthorized: false },
    async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part)
      const text = Buffer.concat(parts).toString('utf8')
      const { authorization } = request.headers
      const authorized = 'authorized' in request.socket && request.socket.authorized === true
      const call: KubeCall = {
        call: `${request.method} ${request.url}`,
        authorization,
        authorized,
        body: text === '' ? undefined : JSON.parse(text),
      }
      calls.push(call)
      const answer = reply(call)
      if (answer === 'hangs up') request.socket.destroy()
      else if (typeof answer === 'function') answer(request, response)
      else {
        const headers = { 'content-type': 'application/json' }
        response.writeHead(answer.status ?? 200, headers).end(JSON.stringify(answer.body ?? {}))
      }
    },
  )
  if (onUpgrade !== undefined) listening.on('upgrade', onUpgrade)
  const sockets = new Set<Duplex>()
  listening.on('secureConnection', (socket) => sockets.add(socket))
  await new Promise<void>((done) => listening.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    listening.close()
  })
  return { server: `https://127.0.0.1:${(listening.address() as AddressInfo).port}`, calls }
}

/** A `Status` of the API. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export function kubeStatus(status: number, reason: string, message: string): KubeReply {
  return { status, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code: status } }
}

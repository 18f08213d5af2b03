import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { KubeCluster } from '../../../src/kubernetes/cluster.ts'
import { forwardPort } from '../../../src/kubernetes/forward-port.ts'
import { acceptOf, encodeFrame, opcodes, openMessages } from '../../../src/kubernetes/web-socket.ts'
import { type Certificate, makeAuthority, noCertificates } from '../../support/certificates.ts'
import { createTestHost } from '../../support/host.ts'
import { kubeStatus, startKube } from '../../support/kube-api.ts'

const target = { namespace: 'team-a', pod: 'web', port: 8080 }
const path = '/api/v1/namespaces/team-a/pods/web/portforward?ports=8080'

describe.skipIf(noCertificates)('forwardPort()', () => {
  let certificate: Certificate
  beforeAll(() => {
    certificate = makeAuthority().issue()
  })

  /** A port that is forwarded to what `onUpgrade` does, and the API's calls. */
  async function forwarded(onUpgrade: (request: IncomingMessage, socket: Duplex) => void) {
    const kube = await startKube({
      certificate,
      reply: () => kubeStatus(404, 'NotFound', 'pods "web" not found'),
      onUpgrade,
    })
    const stop = new AbortController()
    const base = createTestHost({ signal: stop.signal })
    onTestFinished(base.close)
    const said: string[] = []
    const host = { ...base, log: { ...base.log, debug: (line: string) => void said.push(line) } }
    const cluster: KubeCluster = {
      server: kube.server,
      context: 'one',
      namespace: 'team-a',
      source: 'config',
      tls: { ca: certificate.ca, verify: true },
      credentials: async () => ({ authorization: undefined, certificate: undefined }),
    }
    const port = await forwardPort(cluster, target, host)
    return { port, stop, said }
  }

  /** Sends the text to the port and returns what comes until the connection ends. */
  function exchange(port: number, text: string): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(text))
      let got = ''
      socket.on('data', (bytes) => {
        got += bytes
      })
      socket.on('error', () => undefined)
      socket.once('close', () => resolve(got))
    })
  }

  /** Answers as Kubernetes 1.36 does: the port on each channel, then the data. */
  function accept({ headers }: IncomingMessage, socket: Duplex, frames: readonly Buffer[]): void {
    const lines = [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${acceptOf(String(headers['sec-websocket-key']))}`,
      `Sec-WebSocket-Protocol: ${headers['sec-websocket-protocol']}`,
    ]
    // The first frames come with the headers, in one packet.
    socket.write(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), ...frames]))
  }
  const channel = (number: number, content: Buffer | string) =>
    encodeFrame(opcodes.binary, Buffer.concat([Buffer.from([number]), Buffer.from(content)]), undefined)
  const port = Buffer.from([0x90, 0x1f])
  const opening = [channel(0, port), channel(1, port)]

  test('gives each connection a WebSocket, in both directions, until the pod ends it', async () => {
    const asked: unknown[] = []
    const { port: local } = await forwarded((request, socket) => {
      asked.push([request.url, request.headers['sec-websocket-protocol']])
      accept(request, socket, opening)
      openMessages(socket, {
        onMessage: (message) => {
          socket.write(channel(0, `you said ${message.subarray(1).toString()}`))
          socket.end(encodeFrame(opcodes.close, Buffer.alloc(0), undefined))
        },
        onEnd: () => undefined,
      })
    })
    expect(await exchange(local, 'hello')).toBe('you said hello')
    expect(await exchange(local, 'x'.repeat(100_000))).toMatch(/^you said x+$/)
    expect(asked).toEqual([
      [path, 'v4.channel.k8s.io'],
      [path, 'v4.channel.k8s.io'],
    ])
  })

  test('closes a connection that the pod refuses, with the reason in the debug log', async () => {
    const { port: local, said } = await forwarded((request, socket) => {
      accept(request, socket, [...opening, channel(1, 'dial tcp4 127.0.0.1:8080: connection refused')])
      socket.end()
    })
    expect(await exchange(local, 'hello')).toBe('')
    expect(said).toEqual(['Port 8080 of the pod web: dial tcp4 127.0.0.1:8080: connection refused'])
  })

  test('closes a connection if the API denies it, and one whose answer is of another request', async () => {
    const denied = await forwarded((_, socket) => {
      const body = JSON.stringify({ message: 'pods/portforward is forbidden' })
      socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`)
    })
    expect(await exchange(denied.port, 'hello')).toBe('')
    expect(denied.said).toEqual(['Port 8080 of the pod web: pods/portforward is forbidden'])
    const strange = await forwarded((request, socket) => {
      accept({ ...request, headers: { 'sec-websocket-key': 'other' } } as unknown as IncomingMessage, socket, opening)
    })
    expect(await exchange(strange.port, 'hello')).toBe('')
  })

  test('ends its connections and its port when the signal is aborted', async () => {
    const { port: local, stop } = await forwarded((request, socket) => {
      accept(request, socket, [...opening, channel(0, 'ready')])
      setTimeout(() => stop.abort(), 20)
    })
    expect(await exchange(local, 'hello')).toBe('ready')
    // Nobody listens any more.
    expect(await exchange(local, 'hello')).toBe('')
  })
})

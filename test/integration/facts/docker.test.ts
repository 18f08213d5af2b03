import { createServer, type RequestListener } from 'node:http'
import { createServer as createSocketServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { probeDocker } from '../../../src/facts/docker.ts'
import type { Http } from '../../../src/host/host.ts'
import { createTestHost } from '../../support/host.ts'
import { serverOf } from '../../support/plan.ts'
import { tempFolder } from '../../support/temp.ts'

const version = { Version: '28.5.2', Os: 'linux', Arch: 'arm64', Components: [{ Name: 'Engine' }] }
const info = { DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] }

/** Probes the server at a socket of its own, with a time limit of 300 ms. */
async function probe(server: Server | undefined) {
  const socket = join(tempFolder(), 'docker.sock')
  if (server) {
    await new Promise<void>((resolve) => server.listen(socket, resolve))
    onTestFinished(() => void server.close())
  }
  const { http, close, ...host } = createTestHost()
  onTestFinished(close)
  const soon: Http = (request) => http({ ...request, timeout: 300 })
  return probeDocker({ ...host, http: soon }, { ...serverOf().endpoint, host: `unix://${socket}` })
}

function daemon(listener: RequestListener): Server {
  const server = createServer(listener)
  onTestFinished(() => server.closeAllConnections())
  return server
}

function raw(listener: (socket: Socket) => void): Server {
  // The client closes the connection if the answer is not HTTP.
  return createSocketServer((socket) => listener(socket.on('error', () => {})))
}

test('probeDocker() queries the daemon at the socket', async () => {
  const answers: Readonly<Record<string, unknown>> = { '/version': version, '/info': info }
  const found = await probe(daemon(({ url = '' }, response) => void response.end(JSON.stringify(answers[url]))))
  expect(found).toMatchObject({ kind: 'server', version: '28.5.2', architecture: 'arm64', store: 'containerd' })
})

test.each([
  {
    name: 'a rejection',
    server: () => daemon((_, response) => void response.writeHead(500).end('no\n')),
    reason: /answered 500: no$/,
  },
  { name: 'no answer', server: () => daemon(() => {}), reason: /./ },
  { name: 'half an answer', server: () => daemon((_, response) => void response.write('{"Version"')), reason: /./ },
  {
    name: 'an answer that is not JSON',
    server: () => daemon((_, response) => void response.end('<html>')),
    reason: /JSON/,
  },
  { name: 'null', server: () => daemon((_, response) => void response.end('null')), reason: /./ },
  { name: 'an answer that is not HTTP', server: () => raw((socket) => void socket.end('hello\n')), reason: /./ },
  {
    name: 'a dropped connection',
    server: () => raw((socket) => void socket.destroy()),
    reason: /./,
  },
  { name: 'no socket', server: () => undefined, reason: /ENOENT/ },
])('probeDocker() finds $name unreachable', async ({ server, reason }) => {
  expect(await probe(server())).toMatchObject({ kind: 'unreachable', reason: expect.stringMatching(reason) })
})

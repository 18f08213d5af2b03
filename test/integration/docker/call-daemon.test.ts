import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { SecureVersion } from 'node:tls'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { askDaemon, callDaemon, sshArguments, tcpAddress } from '../../../src/docker/call-daemon.ts'
import { findDockerEndpoint } from '../../../src/facts/docker-endpoint.ts'
import { systemClock } from '../../../src/host/clock.ts'
import type { Clock } from '../../../src/host/host.ts'
import { type Authority, type Certificate, makeAuthority, noCertificates } from '../../support/certificates.ts'
import { createFakeClock } from '../../support/clock.ts'
import { startDaemon } from '../../support/daemon.ts'
import { createTestHost } from '../../support/host.ts'
import { tempFolder, writeProgram } from '../../support/temp.ts'

// Every transport to a daemon. test/integration/facts/docker.test.ts tests the socket.

const ping = { method: 'GET', path: '/_ping' } as const

/** Pings the daemon of an environment, as a step with this environment does. */
function ask(env: Readonly<Record<string, string>>, folder = tempFolder(), clock: Clock = systemClock) {
  const host = createTestHost({ env, clock })
  onTestFinished(host.close)
  return askDaemon({ endpoint: findDockerEndpoint({ env, os: 'linux' }, folder) }, ping, host)
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

test('a TCP port without TLS is used, whatever the form of the address', async () => {
  const port = await portOf(createServer((_, response) => void response.end('OK')))
  for (const host of [`tcp://127.0.0.1:${port}`, `127.0.0.1:${port}`, `tcp://localhost:${port}/`, `:${port}`]) {
    expect(await ask({ DOCKER_HOST: host })).toEqual({ status: 200, text: 'OK' })
  }
})

test.each([
  { host: 'd.example:2375', scheme: 'http', is: 'http://d.example:2375' },
  { host: 'tcp://d.example', scheme: 'http', is: 'http://d.example:2375' },
  { host: 'tcp://d.example', scheme: 'https', is: 'https://d.example:2376' },
  { host: 'tcp://[::1]:1', scheme: 'http', is: 'http://[::1]:1' },
  { host: 'tcp://d.example:1/engine/', scheme: 'http', is: 'http://d.example:1/engine' },
  { host: 'tcp://:1', scheme: 'http', is: 'http://localhost:1' },
] as const)('tcpAddress() of $host is $is', ({ host, scheme, is }) => {
  expect(tcpAddress(host, scheme)).toBe(is)
})

describe.skipIf(noCertificates)('a TCP port with TLS', () => {
  let authority: Authority
  let stranger: Authority
  let server: Certificate
  let client: Certificate
  let foreign: Certificate
  beforeAll(() => {
    authority = makeAuthority()
    stranger = makeAuthority()
    server = authority.issue()
    client = authority.issue()
    foreign = stranger.issue()
  })

  const folderOf = ({ cert, key, ca }: Certificate) => tempFolder({ 'ca.pem': ca, 'cert.pem': cert, 'key.pem': key })

  /** A daemon that behaves as `dockerd --tlsverify`. */
  const daemon = async (own: Certificate = server, maxVersion: SecureVersion = 'TLSv1.3') => {
    const options = {
      cert: own.cert,
      key: own.key,
      ca: authority.ca,
      requestCert: true,
      rejectUnauthorized: true,
      maxVersion,
    }
    const port = await portOf(createSecureServer(options, (_, response) => void response.end('OK')))
    return `tcp://127.0.0.1:${port}`
  }
  const verified = (host: string, folder: string, more = {}) =>
    ask({ DOCKER_HOST: host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder, ...more })

  test.each(['TLSv1.3', 'TLSv1.2'] as const)('verifies both sides, over %s', async (version) => {
    expect(await verified(await daemon(server, version), folderOf(client))).toEqual({ status: 200, text: 'OK' })
  })

  test("uses the files of Docker's configuration directory if no other is set", async () => {
    const env = { DOCKER_HOST: await daemon(), DOCKER_TLS_VERIFY: '1' }
    expect(await ask(env, folderOf(client))).toMatchObject({ status: 200 })
  })

  test('does not verify the daemon with DOCKER_TLS alone, as Docker does not', async () => {
    const env = { DOCKER_HOST: await daemon(foreign), DOCKER_TLS: '1', DOCKER_CERT_PATH: folderOf(client) }
    expect(await ask(env)).toMatchObject({ status: 200 })
    expect(await ask({ ...env, DOCKER_TLS_VERIFY: '1' }).catch(String)).toContain('is not signed by')
  })

  test.each<{ name: string; host?: () => Promise<string>; folder: () => string; says: RegExp }>([
    { name: 'a missing directory', folder: () => '/nowhere', says: /the file \/nowhere\/ca\.pem does not exist/ },
    {
      name: 'a key that is missing',
      folder: () => tempFolder({ 'ca.pem': authority.ca, 'cert.pem': client.cert }),
      says: /the file .*key\.pem does not exist/,
    },
    {
      name: 'a key of another certificate',
      folder: () => tempFolder({ 'ca.pem': authority.ca, 'cert.pem': client.cert, 'key.pem': server.key }),
      says: /key\.pem is not the key of .*cert\.pem/,
    },
    {
      name: 'an invalid certificate',
      folder: () => tempFolder({ 'ca.pem': authority.ca, 'cert.pem': 'x', 'key.pem': client.key }),
      says: /cert\.pem is not a certificate in PEM/,
    },
    {
      name: 'a client certificate that has expired',
      folder: () => folderOf(authority.issue(-1)),
      says: /the client certificate .*cert\.pem expired on \d{4}-\d\d-\d\d$/,
    },
    {
      name: 'no client certificate',
      folder: () => tempFolder({ 'ca.pem': authority.ca }),
      says: /the daemon requires a client certificate: put cert\.pem and key\.pem into DOCKER_CERT_PATH/,
    },
    {
      name: 'a client certificate of another authority',
      folder: () => tempFolder({ 'ca.pem': authority.ca, 'cert.pem': foreign.cert, 'key.pem': foreign.key }),
      says: /does not accept the client certificate .*cert\.pem/,
    },
    {
      name: 'a daemon with a certificate of another authority',
      host: () => daemon(foreign),
      folder: () => folderOf(client),
      says: /the daemon's certificate is not signed by an authority in .*ca\.pem/,
    },
    {
      name: 'a daemon with an expired certificate',
      host: () => daemon(authority.issue(-1)),
      folder: () => folderOf(client),
      says: /the daemon's certificate has expired/,
    },
    {
      name: 'a daemon with a certificate for another name',
      host: () => daemon(authority.issue(2, 'DNS:d.example')),
      folder: () => folderOf(client),
      says: /the daemon's certificate is for another name/,
    },
    {
      name: 'a daemon without TLS',
      host: async () => `tcp://127.0.0.1:${await portOf(createServer((_, response) => void response.end('OK')))}`,
      folder: () => folderOf(client),
      says: /the daemon does not speak TLS at this address/,
    },
  ])('reports the cause: $name', async ({ host = daemon, folder, says }) => {
    await expect(verified(await host(), folder())).rejects.toThrow(says)
  })

  test('judges the client certificate by the clock of the run', async () => {
    const env = { DOCKER_HOST: await daemon(), DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folderOf(client) }
    const later = createFakeClock(new Date(Date.now() + 10 * 24 * 3_600_000))
    await expect(ask(env, tempFolder(), later)).rejects.toThrow('cert.pem expired on')
  })
})

describe('SSH', () => {
  /** An `ssh` that runs the command locally and records its arguments; a `docker` at that end that connects to a socket. */
  const machines = (socket: string, ssh = 'shift; while [ "$1" != -- ]; do shift; done; shift 2; exec sh -c "$*"') => {
    const root = tempFolder({ 'bin/': '' })
    writeProgram(join(root, 'bin/ssh'), `echo "$*" >> ${root}/calls\n${ssh}`)
    const relay = `const s = require('net').connect(${JSON.stringify(socket)}); process.stdin.pipe(s).pipe(process.stdout)`
    writeProgram(join(root, 'bin/docker'), `exec ${process.execPath} -e '${relay.replaceAll("'", '"')}'`)
    const env = { PATH: `${root}/bin:/usr/bin:/bin`, DOCKER_HOST: 'ssh://me@far.example:2222' }
    const host = createTestHost({ env })
    onTestFinished(host.close)
    return { host, endpoint: findDockerEndpoint({ env, os: 'linux' }, root) }
  }
  const socketOf = async (answers: Parameters<typeof startDaemon>[0]) => {
    const { server, calls, bodies } = await startDaemon(answers)
    return { socket: server.endpoint.host.replace('unix://', ''), calls, bodies }
  }

  test('connects to the daemon of the other machine, in both directions', async () => {
    const { socket, bodies } = await socketOf({ 'POST /images/load': { body: { stream: 'x'.repeat(500_000) } } })
    const { host, endpoint } = machines(socket)
    const sent = Buffer.alloc(3_000_000, 'abcdefg')
    const parts = Array.from({ length: 30 }, (_, index) => sent.subarray(index * 100_000, (index + 1) * 100_000))
    const request = { method: 'POST', path: '/images/load', body: Readable.from(parts) } as const
    const answer = await askDaemon({ endpoint, api: '1.51' }, request, host)
    expect([answer.status, answer.text.length]).toEqual([200, 500_013])
    expect(bodies[0]?.length).toBe(sent.length)
  })

  test('is closed if the daemon does not answer', async () => {
    const { socket } = await socketOf({ 'GET /_ping': 'hangs' })
    const { host, endpoint } = machines(socket)
    await expect(askDaemon({ endpoint }, { ...ping, timeout: 200 }, host)).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  })

  test('is closed when the run is cancelled', async () => {
    const cancel = new AbortController()
    const { socket } = await socketOf({ 'GET /_ping': () => cancel.abort() })
    const { host, endpoint } = machines(socket)
    await expect(callDaemon({ endpoint }, ping, { ...host, signal: cancel.signal })).rejects.toThrow(/abort/i)
  })

  test.each([
    {
      name: 'an unknown host',
      script: 'echo "Host key verification failed." >&2; exit 255',
      says: 'Host key verification failed.',
    },
    {
      name: 'no access',
      script: 'echo "me@far: Permission denied (publickey)." >&2; exit 255',
      says: 'me@far: Permission denied (publickey).',
    },
    {
      name: 'no Docker on the other machine',
      script: 'echo "sh: docker: not found" >&2; exit 127',
      says: 'sh: docker: not found',
    },
    { name: 'nothing', script: 'exit 255', says: 'ssh exited with 255' },
  ])('reports the message of ssh: $name', async ({ script, says }) => {
    const { host, endpoint } = machines('/nowhere', script)
    await expect(askDaemon({ endpoint }, ping, host)).rejects.toThrow(says)
  })

  test('reports that ssh is missing', async () => {
    const { host, endpoint } = machines('/nowhere')
    const bare = createTestHost({ env: { PATH: tempFolder() } })
    onTestFinished(bare.close)
    await expect(askDaemon({ endpoint }, ping, { ...host, exec: bare.exec })).rejects.toThrow(
      'there is no ssh program on PATH',
    )
  })

  const always = ['-T', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=30']
  test.each([
    { host: 'ssh://far', args: [...always, '--', 'far', 'docker', 'system', 'dial-stdio'] },
    {
      host: 'ssh://me@far.example:2222',
      args: [...always, '-l', 'me', '-p', '2222', '--', 'far.example', 'docker', 'system', 'dial-stdio'],
    },
    {
      host: "ssh://me@far/run/it's.sock",
      args: [
        ...[...always, '-l', 'me', '--', 'far', 'docker'],
        ...['--host', `'unix:///run/it'\\''s.sock'`, 'system', 'dial-stdio'],
      ],
    },
    { host: 'ssh://[::1]:22', args: [...always, '-p', '22', '--', '::1', 'docker', 'system', 'dial-stdio'] },
  ])('sshArguments() of $host', ({ host, args }) => {
    expect(sshArguments(host)).toEqual(args)
  })
})

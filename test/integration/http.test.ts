import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request as requestHttp } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createHttp, type HttpOptions } from '../../src/host/http/http.ts'
import { startRegistry, type TestRegistryOptions } from '../support/registry.ts'
import { missingPrograms } from '../support/skipped.ts'

let folder: string
const cleanUps: (() => void | Promise<void>)[] = []

const absent = missingPrograms('openssl')

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'http-'))
  if (absent) return
  const names = ['-subj', '/CN=registry.test', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:registry.test']
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]
  execFileSync('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
    ...names,
    ...files,
  ])
})

afterAll(() => rmSync(folder, { recursive: true }))

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

/** Listens, prints its port, and then accepts nothing. */
const stuckListener = `
  const server = require('node:net').createServer()
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    process.stdout.write(String(server.address().port), () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
  })`

async function start(options: TestRegistryOptions = {}) {
  const registry = await startRegistry(options)
  cleanUps.push(registry.close)
  return registry
}

function client(options: Partial<HttpOptions> = {}) {
  const { http, close } = createHttp({ env: {}, certificateFolders: [], ...options })
  cleanUps.push(close)
  return http
}

/** A self-signed certificate for 127.0.0.1 and registry.test. */
function tls() {
  return { key: readFileSync(join(folder, 'key.pem'), 'utf8'), cert: readFileSync(join(folder, 'cert.pem'), 'utf8') }
}

async function text(body: Readable): Promise<string> {
  return Buffer.concat(await body.toArray()).toString()
}

/** A proxy that accepts CONNECT and absolute addresses, resolves every name to this machine, and lists its requests. */
async function startProxy({ refuse }: { readonly refuse?: number } = {}) {
  const asked: { readonly target: string; readonly authorization: string | undefined }[] = []
  const note = ({ method, url, headers }: IncomingMessage) =>
    asked.push({ target: `${method} ${url}`, authorization: headers['proxy-authorization'] })
  const server = createServer((request, response) => {
    note(request)
    const { port, pathname } = new URL(request.url ?? '')
    const onward = requestHttp({ host: '127.0.0.1', port, path: pathname, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers)
      answer.pipe(response)
    })
    request.pipe(onward)
  })
  server.on('connect', (request, socket) => {
    note(request)
    if (refuse !== undefined) {
      socket.end(`HTTP/1.1 ${refuse} No\r\n\r\n`)
      return
    }
    const onward = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUps.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { asked, url: `http://u:p%40s@127.0.0.1:${(server.address() as AddressInfo).port}` }
}

describe('createHttp()', () => {
  it('returns the status, lowercase headers, and the body as a stream', async () => {
    const registry = await start()
    const answer = await client()({ method: 'GET', url: `${registry.url}/v2/` })
    expect([answer.status, answer.headers['content-length'], await text(answer.body)]).toEqual([200, '2', '{}'])
  })

  it.each([
    ['headers that never end', 'HTTP/1.1 200 OK\r\nx: ', 'a'],
    ['"processing" for ever', '', 'HTTP/1.1 102 Processing\r\n\r\n'],
  ])('stops waiting after %s', async (_, begin, drop) => {
    const server = createTcpServer((socket) => {
      socket.write(begin)
      const timer = setInterval(() => socket.write(drop), 5)
      socket.once('close', () => clearInterval(timer))
      socket.on('error', () => {})
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    cleanUps.push(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    await expect(client()({ method: 'GET', url, timeout: 1000 })).rejects.toMatchObject({
      code: 'ETIMEDOUT',
      message: expect.stringContaining('no complete answer from 127.0.0.1'),
    })
  })

  it('names a connection that is not accepted', async () => {
    // A stopped process with a full queue of connections: the kernel drops further ones, as a firewall does.
    const listener = spawn(process.execPath, ['-e', stuckListener], { stdio: ['ignore', 'pipe', 'inherit'] })
    cleanUps.push(() => void listener.kill('SIGKILL'))
    const port = Number(String((await once(listener.stdout, 'data'))[0]))
    const waiting = Array.from({ length: 3 }, () => connect(port, '127.0.0.1').on('error', () => {}))
    cleanUps.push(() => waiting.forEach((socket) => void socket.destroy()))
    await pause(100)
    const url = `http://127.0.0.1:${port}/`
    await expect(client()({ method: 'GET', url, timeout: 200 })).rejects.toMatchObject({
      code: 'ETIMEDOUT',
      message: `no connection to 127.0.0.1:${port} within 0.2 s`,
    })
  })

  it('follows no redirect', async () => {
    const registry = await start()
    registry.misbehave({ on: 'ping', do: 'answer', status: 307, headers: { location: '/elsewhere' } })
    const answer = await client()({ method: 'GET', url: `${registry.url}/v2/` })
    expect([answer.status, answer.headers['location']]).toEqual([307, '/elsewhere'])
    answer.body.resume()
  })

  it('sends streams', async () => {
    const registry = await start()
    const body = Readable.from([Buffer.from('{"mani'), Buffer.from('fests":[]}')])
    const answer = await client()({ method: 'PUT', url: `${registry.url}/v2/a/manifests/1`, body })
    expect(answer.status).toBe(201)
    answer.body.resume()
  })

  it("rejects with the body's own error when the body fails", async () => {
    const registry = await start()
    const failure = new Error('damaged')
    const body = new Readable({ read: () => body.destroy(failure) })
    await expect(client()({ method: 'PUT', url: `${registry.url}/v2/a/manifests/1`, body })).rejects.toBe(failure)
  })

  it.each([
    ['ECONNRESET', { on: 'ping', do: 'reset' }],
    ['ETIMEDOUT', { on: 'ping', do: 'hang' }],
  ] as const)('rejects with the code %s', async (code, fault) => {
    const registry = await start()
    registry.misbehave(fault)
    await expect(
      client()({ method: 'GET', url: `${registry.url}/v2/`, timeout: code === 'ETIMEDOUT' ? 50 : 5000 }),
    ).rejects.toThrow(expect.objectContaining({ code }))
  })

  it('rejects with ECONNREFUSED if nothing listens', async () => {
    const registry = await start()
    await registry.close()
    await expect(client()({ method: 'GET', url: `${registry.url}/v2/` })).rejects.toThrow(
      expect.objectContaining({ code: 'ECONNREFUSED' }),
    )
  })

  it('fails the body of an answer that stops arriving', async () => {
    const server = createServer((_, response) => response.writeHead(200, { 'content-length': '10' }).write('begin'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    cleanUps.push(
      () => server.closeAllConnections(),
      () => void server.close(),
    )
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const { body } = await client()({ method: 'GET', url, timeout: 1000 })
    await expect(text(body)).rejects.toThrow(expect.objectContaining({ code: 'ETIMEDOUT' }))
  })

  it('stops when its signal is aborted', async () => {
    const registry = await start()
    registry.misbehave({ on: 'ping', do: 'hang' })
    const signal = AbortSignal.timeout(20)
    await expect(client()({ method: 'GET', url: `${registry.url}/v2/`, signal })).rejects.toThrow('aborted')
  })

  it('connects to a Unix socket, on Windows to a pipe', async () => {
    const socket = process.platform === 'win32' ? String.raw`\\.\pipe\polyarch-http-test` : join(folder, 'a.sock')
    const server = createServer((request, response) => response.end(request.url))
    await new Promise<void>((resolve) => server.listen(socket, resolve))
    cleanUps.push(
      () => server.closeAllConnections(),
      () => void server.close(),
    )
    const { body } = await client()({ method: 'GET', url: 'http://docker/v1.41/info?x=1', socket })
    expect(await text(body)).toBe('/v1.41/info?x=1')
  })
})

describe.skipIf(absent)('createHttp() with TLS', () => {
  const untrusted = expect.objectContaining({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })

  it('rejects a certificate of an unknown authority', async () => {
    const registry = await start({ tls: tls() })
    await expect(client()({ method: 'GET', url: `${registry.url}/v2/` })).rejects.toThrow(untrusted)
  })

  it('trusts the authorities in SSL_CERT_FILE', async () => {
    const registry = await start({ tls: tls() })
    const http = client({ env: { SSL_CERT_FILE: join(folder, 'cert.pem') } })
    const { status, body } = await http({ method: 'GET', url: `${registry.url}/v2/` })
    expect(status).toBe(200)
    body.resume()
  })

  it('trusts the authorities in certs.d only for their host', async () => {
    const [one, other] = [await start({ tls: tls() }), await start({ tls: tls() })]
    mkdirSync(join(folder, 'certs.d', one.host), { recursive: true })
    writeFileSync(join(folder, 'certs.d', one.host, 'ca.crt'), tls().cert)
    const http = client({ certificateFolders: [join(folder, 'certs.d')] })
    const { status, body } = await http({ method: 'GET', url: `${one.url}/v2/` })
    expect(status).toBe(200)
    body.resume()
    await expect(http({ method: 'GET', url: `${other.url}/v2/` })).rejects.toThrow(untrusted)
  })

  it('rejects a trusted certificate for another name', async () => {
    const registry = await start({ tls: tls() })
    const http = client({ env: { SSL_CERT_FILE: join(folder, 'cert.pem') } })
    const url = `https://localhost:${registry.host.split(':')[1]}/v2/`
    await expect(http({ method: 'GET', url })).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }),
    )
  })

  it('reuses a connection for the next request', async () => {
    const registry = await start({ tls: tls() })
    const http = client({ env: { SSL_CERT_FILE: join(folder, 'cert.pem') } })
    const ports = new Set<number | undefined>()
    for (let i = 0; i < 3; i++) {
      const { body } = await http({ method: 'GET', url: `${registry.url}/v2/` })
      ports.add((body as IncomingMessage).socket.localPort)
      await text(body)
    }
    expect(ports.size).toBe(1)
  })
})

describe.skipIf(absent)('createHttp() with a proxy', () => {
  const authorization = `Basic ${Buffer.from('u:p@s').toString('base64')}`

  it('sends plain HTTP with the absolute address', async () => {
    const [registry, proxy] = [await start(), await startProxy()]
    const url = `http://registry.test:${registry.host.split(':')[1]}/v2/`
    const { status, body } = await client({ env: { http_proxy: proxy.url } })({ method: 'GET', url })
    expect([status, await text(body)]).toEqual([200, '{}'])
    expect(proxy.asked).toEqual([{ target: `GET ${url}`, authorization }])
  })

  it('tunnels TLS through it, and checks the name of the registry', async () => {
    const [registry, proxy] = [await start({ tls: tls() }), await startProxy()]
    const port = registry.host.split(':')[1]
    const http = client({ env: { HTTPS_PROXY: proxy.url, SSL_CERT_FILE: join(folder, 'cert.pem') } })
    const { status, body } = await http({ method: 'GET', url: `https://registry.test:${port}/v2/` })
    expect(status).toBe(200)
    body.resume()
    expect(proxy.asked).toEqual([{ target: `CONNECT registry.test:${port}`, authorization }])
    await expect(http({ method: 'GET', url: `https://other.test:${port}/v2/` })).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }),
    )
  })

  it.each([
    [407, 'ERR_PROXY_REFUSED'],
    [502, 'EHOSTUNREACH'],
  ])('reports that it answered %d', async (refuse, code) => {
    const proxy = await startProxy({ refuse })
    const answer = client({ env: { HTTPS_PROXY: proxy.url } })({ method: 'GET', url: 'https://registry.test/v2/' })
    await expect(answer).rejects.toThrow(
      expect.objectContaining({
        code,
        message: expect.stringMatching(new RegExp(`^the proxy 127\\.0\\.0\\.1:\\d+ answered ${refuse}`)),
      }),
    )
  })

  it.each(['http', 'https'])('names the unreachable proxy, for %s', async (scheme) => {
    const env = { HTTP_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1' }
    await expect(client({ env })({ method: 'GET', url: `${scheme}://registry.test/v2/` })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
      proxy: '127.0.0.1:1',
      message: expect.stringMatching(/^the proxy 127\.0\.0\.1:1 cannot be reached: /),
    })
  })

  it.each([
    [407, { 'proxy-authenticate': 'Basic realm="squid"' }, 'ERR_PROXY_REFUSED'],
    [403, { 'x-squid-error': 'ERR_ACCESS_DENIED 0' }, 'ERR_PROXY_REFUSED'],
    [503, { 'x-squid-error': 'ERR_CONNECT_FAIL 111' }, 'EHOSTUNREACH'],
  ])('recognizes an answer %d of the proxy to plain HTTP', async (status, headers, code) => {
    const server = createServer((_, response) => response.writeHead(status, headers).end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    cleanUps.push(() => void server.close())
    const proxy = `127.0.0.1:${(server.address() as AddressInfo).port}`
    const answer = client({ env: { HTTP_PROXY: `http://${proxy}` } })({
      method: 'GET',
      url: 'http://registry.test/v2/',
    })
    await expect(answer).rejects.toMatchObject({ code, proxy, message: expect.stringContaining(`answered ${status}`) })
  })

  it('is not used for this machine', async () => {
    const [registry, proxy] = [await start(), await startProxy()]
    const { body } = await client({ env: { HTTP_PROXY: proxy.url } })({ method: 'GET', url: `${registry.url}/v2/` })
    expect(await text(body)).toBe('{}')
    expect(proxy.asked).toEqual([])
  })
})

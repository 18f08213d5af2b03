import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { limits } from '../../src/bounds/limits.ts'
import { digestOf } from '../../src/oci/digest.ts'
import { mediaType } from '../../src/oci/media-type.ts'
import { readConfig } from '../../src/registry/pull/read-config.ts'
import { retryPolicy } from '../../src/retry/backoff.ts'
import type { FakeClock } from '../support/clock.ts'
import { createTestClient } from '../support/registry-client.ts'

/** A client, and a server that answers `/v2/` and passes other requests to `listener`. */
async function worldOf(listener: RequestListener, attempts = 1) {
  const server = createServer({ maxHeaderSize: 1024 * 1024 }, (request, response) => {
    if (request.url === '/v2/') response.end('{}')
    else listener(request, response)
  })
  server.on('clientError', (_, socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const client = createTestClient({ retryPolicy: retryPolicy(attempts - 1) })
  onTestFinished(client.close)
  const registry = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { client, target: { registry, repository: 'app' } }
}

const manifestOf = (size: number): Buffer => {
  const [head, tail] = ['{"schemaVersion":2,"manifests":[],"annotations":{"a":"', '"}}']
  return Buffer.from(`${head}${'a'.repeat(size - head.length - tail.length)}${tail}`)
}

describe('limits of registry answers', () => {
  it('reads a manifest of exactly the limit, but not one byte more', async () => {
    const { client, target } = await worldOf((request, response) => {
      response.setHeader('content-type', mediaType.ociIndex)
      // Without a length, so that the size is only known after reading.
      response.write(manifestOf(limits.manifest + (request.url?.endsWith('long') ? 1 : 0)))
      response.end()
    })
    expect((await client.getManifest(target, 'fits'))?.bytes).toHaveLength(limits.manifest)
    await expect(client.getManifest(target, 'long')).rejects.toMatchObject({
      code: 'registry-refused',
      message: expect.stringContaining('the answer of the registry is larger than 4.2 MB'),
    })
  })

  it('rejects by its length an answer that it need not read', async () => {
    let sent = false
    const { client, target } = await worldOf((_, response) => {
      response.writeHead(200, { 'content-length': String(400 * 1024 * 1024), 'content-type': mediaType.ociIndex })
      response.flushHeaders()
      response.once('drain', () => {
        sent = true
      })
    })
    await expect(client.getManifest(target, '1')).rejects.toMatchObject({ code: 'registry-refused' })
    expect(sent).toBe(false)
  })

  it('decompresses no more than the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
    const { client, target } = await worldOf((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': mediaType.ociIndex }).end(bomb),
    )
    await expect(client.getManifest(target, '1')).rejects.toMatchObject({ code: 'registry-refused' })
  })

  it('does not request a configuration whose declared size exceeds the limit', async () => {
    const asked: unknown[] = []
    const { client, target } = await worldOf((request, response) => {
      asked.push(request.url)
      response.end('{}')
    })
    const config = { mediaType: mediaType.ociConfig, digest: digestOf('{}'), size: limits.config + 1 }
    await expect(readConfig(client, target, { config })).rejects.toMatchObject({
      code: 'registry-refused',
      message: expect.stringContaining('the limit is 16.8 MB'),
    })
    expect(asked).toEqual([])
    expect(String(await readConfig(client, target, { config: { ...config, size: 2 } }))).toBe('{}')
  })

  it('stops at a blob that is longer than its descriptor', async () => {
    const { client, target } = await worldOf((_, response) => response.end(Buffer.alloc(1024 * 1024)))
    const blob = { mediaType: mediaType.ociLayer, digest: digestOf('x'), size: 1 }
    await expect((await client.getBlob(target, blob)).toArray()).rejects.toMatchObject({ code: 'content-mismatch' })
  })

  it('accepts a token answer of at most 1 MiB', async () => {
    const { client, target } = await worldOf((request, response) => {
      const realm = `http://${request.headers.host}/token`
      if (request.url?.startsWith('/token')) response.end(JSON.stringify({ token: 'a'.repeat(limits.answer) }))
      else response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end()
    })
    await expect(client.getManifest(target, '1')).rejects.toMatchObject({
      code: 'registry-refused',
      message: expect.stringContaining('the answer of the token server is larger than 1.0 MB'),
    })
  })

  it.each([
    ['lists', '['.repeat(30_000)],
    ['objects', '{"errors":'.repeat(30_000)],
    [
      'faults',
      JSON.stringify({ errors: Array.from({ length: 1000 }, () => ({ code: 'X', message: 'y'.repeat(50) })) }),
    ],
  ])('reports an error with endless %s like any other', async (_, body) => {
    const { client, target } = await worldOf((_request, response) => response.writeHead(400).end(body))
    const error = await client.getManifest(target, '1').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'registry-refused' })
    expect(String(error).length).toBeLessThan(1500)
  })

  it('accepts a token from no answer that is nested endlessly', async () => {
    const { client, target } = await worldOf((request, response) => {
      const realm = `http://${request.headers.host}/token`
      if (request.url?.startsWith('/token')) response.end('{"token":'.repeat(30_000))
      else response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end()
    })
    await expect(client.getManifest(target, '1')).rejects.toThrow('an answer without a token')
  })

  it('reports that headers are too large', async () => {
    const { client, target } = await worldOf((_, response) => {
      response.setHeader('x-much', 'a'.repeat(limits.headers + 1))
      response.end()
    })
    await expect(client.getManifest(target, '1')).rejects.toMatchObject({
      code: 'registry-refused',
      message: expect.stringContaining('the registry answered with headers of more than 65.5 kB'),
    })
  })

  it('follows as many redirects as the limit, but no more', async () => {
    let redirects = 0
    const { client, target } = await worldOf((request, response) => {
      if (request.url?.includes('/end'))
        return response.writeHead(200, { 'content-type': mediaType.ociIndex }).end(manifestOf(100))
      const left = Number(/\d+$/.exec(request.url ?? '')?.[0])
      redirects++
      const location = left === 0 ? '/v2/app/end' : `/v2/app/manifests/${left - 1}`
      return response.writeHead(307, { location }).end()
    })
    expect(await client.getManifest(target, String(limits.redirects - 1))).toBeDefined()
    expect(redirects).toBe(limits.redirects)
    await expect(client.getManifest(target, String(limits.redirects))).rejects.toThrow('redirects more than 10 times')
  })
})

describe('an answer that arrives too slowly', () => {
  /** Sends one byte at a time; each advances the client's clock by `seconds`. */
  const dripping = (clock: () => FakeClock | undefined, seconds: number, type: string): RequestListener => {
    return (_, response) => {
      response.writeHead(200, { 'content-type': type })
      const drop = () => {
        if (response.destroyed) return
        clock()?.advance(seconds * 1000)
        response.write(' ', () => setTimeout(drop, 1))
      }
      drop()
    }
  }

  it('is stopped, for a document', async () => {
    let clock: FakeClock | undefined
    const { client, target } = await worldOf(dripping(() => clock, 50, mediaType.ociIndex))
    clock = client.clock
    await expect(client.getManifest(target, '1')).rejects.toMatchObject({
      code: 'registry-unreachable',
      message: expect.stringContaining('too slowly'),
    })
  })

  it('is stopped, for a blob, however often it is resumed', async () => {
    let clock: FakeClock | undefined
    const { client, target } = await worldOf(
      dripping(() => clock, 50, 'application/octet-stream'),
      9,
    )
    clock = client.clock
    const blob = { mediaType: mediaType.ociLayer, digest: digestOf('x'), size: 100_000_000 }
    await expect((await client.getBlob(target, blob)).toArray()).rejects.toMatchObject({ code: 'registry-unavailable' })
  })
})

describe('a redirect', () => {
  it.each(['file:///etc/passwd', 'ftp://127.0.0.1/x', 'gopher:x', 'data:,x'])(
    'to %s is rejected and reported',
    async (location) => {
      const { client, target } = await worldOf((_, response) => response.writeHead(307, { location }).end())
      const error = await client.getManifest(target, '1').catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'registry-refused' })
      expect(String(error)).toContain(`to "${location}": it is not an http or https address`)
    },
  )

  it('of an upload to file: is rejected too', async () => {
    const { client, target } = await worldOf((request, response) =>
      request.method === 'POST'
        ? response.writeHead(202, { location: 'file:///tmp/x' }).end()
        : response.writeHead(404).end(),
    )
    await expect(client.probePush(target)).rejects.toMatchObject({ code: 'registry-refused' })
  })
})

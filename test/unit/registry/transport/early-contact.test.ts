import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import type { Http, HttpRequest } from '../../../../src/host/host.ts'
import { contactEarly } from '../../../../src/registry/transport/early-contact.ts'
import { isLoopback } from '../../../../src/registry/transport/insecure.ts'

const { signal } = new AbortController()

/** An HTTP client that records its requests and answers them when `end` is called, or with an error. */
function createHttp() {
  const sent: HttpRequest[] = []
  const ended = Promise.withResolvers<void>()
  const http: Http = async (request) => {
    sent.push(request)
    await ended.promise
    return { status: 200, headers: {}, body: Readable.from([]) }
  }
  return { sent, http, end: ended.resolve, fail: ended.reject }
}

const ping = (url: string, own: AbortSignal = signal): HttpRequest => ({ method: 'GET', url, headers: {}, signal: own })

test('contactEarly() contacts each registry once, at its address and with its protocol', () => {
  const { sent, http } = createHttp()
  contactEarly(http, ['127.0.0.1:5000', 'docker.io', 'ghcr.io', 'ghcr.io'], { plainHttp: isLoopback, signal })
  expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET http://127.0.0.1:5000/v2/',
    'GET https://registry-1.docker.io/v2/',
    'GET https://ghcr.io/v2/',
  ])
})

test('contactEarly() answers the same request once, and sends all others', async () => {
  const { sent, http, end } = createHttp()
  const early = contactEarly(http, ['ghcr.io'], { plainHttp: isLoopback, signal })
  end()
  const first = await early(ping('https://ghcr.io/v2/'))
  expect([first.status, sent.length]).toEqual([200, 1])
  await early(ping('https://ghcr.io/v2/'))
  await early(ping('https://quay.io/v2/'))
  expect(sent).toHaveLength(3)
})

test('contactEarly() gives the failure to the same request, and the next one is sent', async () => {
  const failing = createHttp()
  const early = contactEarly(failing.http, ['ghcr.io'], { plainHttp: isLoopback, signal })
  failing.fail(new Error('ECONNRESET'))
  await expect(early(ping('https://ghcr.io/v2/'))).rejects.toThrow('ECONNRESET')
  await expect(early(ping('https://ghcr.io/v2/'))).rejects.toThrow('ECONNRESET')
  expect(failing.sent).toHaveLength(2)
})

test('contactEarly() ends the wait for a response with the signal of the request', async () => {
  const { http } = createHttp()
  const early = contactEarly(http, ['ghcr.io', 'quay.io'], { plainHttp: isLoopback, signal })
  const own = new AbortController()
  const waiting = early(ping('https://ghcr.io/v2/', own.signal))
  own.abort(new Error('the time limit'))
  await expect(waiting).rejects.toThrow('the time limit')
  await expect(early(ping('https://quay.io/v2/', own.signal))).rejects.toThrow('the time limit')
})

import { describe, expect, it } from 'vitest'
import type { Http, HttpRequest } from '../../../../src/host/host.ts'
import { createKnownRegistries } from '../../../../src/registry/transport/known-registries.ts'
import { retryPolicy } from '../../../../src/retry/backoff.ts'
import { createFakeClock } from '../../../support/clock.ts'
import { createRecordingLog } from '../../../support/log.ts'

const timedOut = (message: string) => Object.assign(new Error(message), { code: 'ETIMEDOUT' })

/** Contacts a registry whose connections fail, and returns the requests. */
async function contact(registry: string, error: Error, retries: number): Promise<readonly HttpRequest[]> {
  const sent: HttpRequest[] = []
  const http: Http = async (request) => {
    sent.push(request)
    throw error
  }
  const options = { http, clock: createFakeClock(), log: createRecordingLog(), policy: retryPolicy(retries) }
  const { open } = createKnownRegistries({ ...options, plainHttp: () => true })
  await expect(open({ registry, repository: 'app' })).rejects.toMatchObject({ code: 'registry-unreachable' })
  return sent
}

describe('the first contact with a registry that does not answer', () => {
  it('takes one request of 30 s without retries', async () => {
    const sent = await contact('registry.test:5000', timedOut('no answer from registry.test:5000 for 30 s'), 0)
    expect(sent.map(({ url, timeout }) => [url, timeout])).toEqual([['http://registry.test:5000/v2/', 30_000]])
  })

  it('takes three requests with retries', async () => {
    expect(await contact('registry.test:5000', timedOut('no answer from registry.test:5000 for 30 s'), 8)).toHaveLength(
      3,
    )
  })

  it.each([
    ['registry.test', 'no answer from registry.test for 30 s'],
    ['registry.test:5000', 'no connection to registry.test:5000 within 30 s'],
  ])('tries TLS with %s after "%s"', async (registry, message) => {
    const sent = await contact(registry, timedOut(message), 0)
    expect(sent.map(({ url }) => new URL(url).protocol)).toEqual(['http:', 'https:'])
  })
})

import type { RequestListener } from 'node:http'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { secret } from '../../../src/inputs/secret.ts'
import { apiFailure, askApi } from '../../../src/kubernetes/api.ts'
import type { KubeCluster } from '../../../src/kubernetes/cluster.ts'
import { type Authority, type Certificate, makeAuthority, noCertificates } from '../../support/certificates.ts'
import { createFakeClock } from '../../support/clock.ts'
import { createTestHost } from '../../support/host.ts'
import { type FakeKube, kubeStatus, startKube } from '../../support/kube-api.ts'

/** An answer that is not JSON. */
const page =
  (status: number, text: string): RequestListener =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'text/html' }).end(text)

const list = { method: 'GET', path: '/api/v1/namespaces/team-a/pods' } as const

describe.skipIf(noCertificates)('the Kubernetes API', () => {
  let authority: Authority
  let certificate: Certificate
  beforeAll(() => {
    authority = makeAuthority()
    certificate = authority.issue(2, 'DNS:kube.example,IP:127.0.0.1')
  })

  function clusterAt({ server }: Pick<FakeKube, 'server'>, more: Partial<KubeCluster> = {}): KubeCluster {
    return {
      server,
      context: 'one',
      namespace: 'team-a',
      source: '/home/me/.kube/config',
      tls: { ca: authority.ca, verify: true },
      credentials: async (_, rejected) => ({
        authorization: secret(rejected ? 'Bearer new' : 'Bearer old'),
        certificate: undefined,
      }),
      ...more,
    }
  }

  function testHost() {
    const host = createTestHost()
    onTestFinished(host.close)
    return host
  }

  test('is asked with the token, over TLS with its own authority', async () => {
    const kube = await startKube({ certificate, reply: () => ({ body: { items: [] } }) })
    const answer = await askApi(clusterAt(kube), { ...list, method: 'POST', body: { a: 1 } }, testHost())
    expect(answer).toEqual({ status: 200, ok: true, body: { items: [] }, message: '', reason: '' })
    expect(kube.calls).toEqual([
      { call: `POST ${list.path}`, authorization: 'Bearer old', authorized: false, body: { a: 1 } },
    ])
  })

  test.each([
    { status: 200, text: '<html>Log in</html>', says: /is not a Kubernetes API: it answered 200 without JSON$/ },
    { status: 404, text: 'no such page', says: /is not a Kubernetes API: it answered 404 without JSON$/ },
  ])('is another server if it answers $status $text', async ({ status, text, says }) => {
    const kube = await startKube({ certificate, reply: () => page(status, text) })
    await expect(askApi(clusterAt(kube), list, testHost())).rejects.toMatchObject({
      code: 'daemon-unreachable',
      message: expect.stringMatching(says),
      hint: expect.stringContaining('/home/me/.kube/config'),
    })
  })

  test('may be behind a proxy, whose pages are not repeated', async () => {
    const kube = await startKube({ certificate, reply: () => page(403, '<html>Forbidden</html>') })
    const answer = await askApi(clusterAt(kube), list, testHost())
    expect(apiFailure('list pods', answer).message).toBe(
      'Cannot list pods: the Kubernetes API answered 403 (HTTP status 403)',
    )
  })

  test('is shown the client certificate, and may have a certificate for another name', async () => {
    const kube = await startKube({ certificate, reply: () => ({}) })
    const { cert, key } = authority.issue()
    const cluster = clusterAt(
      { server: kube.server.replace('127.0.0.1', 'localhost') },
      {
        tls: { ca: authority.ca, verify: true, name: 'kube.example' },
        credentials: async () => ({ authorization: undefined, certificate: { cert, key: secret(key) } }),
      },
    )
    await askApi(cluster, list, testHost())
    expect(kube.calls).toMatchObject([{ authorized: true, authorization: undefined }])
  })

  test('that rejects the credentials is asked once more with new ones', async () => {
    const rejected = kubeStatus(401, 'Unauthorized', 'Unauthorized')
    const kube = await startKube({
      certificate,
      reply: ({ authorization }) => (authorization === 'Bearer new' ? {} : rejected),
    })
    expect(await askApi(clusterAt(kube), list, testHost())).toMatchObject({ ok: true })
    const closed = await startKube({ certificate, reply: () => rejected })
    expect(await askApi(clusterAt(closed), list, testHost())).toMatchObject({ status: 401, reason: 'Unauthorized' })
    expect(closed.calls.length).toBe(2)
  })

  test('is asked again after transient errors, and not after others', async () => {
    const answers = ['hangs up', kubeStatus(503, 'ServiceUnavailable', 'etcd is away'), {}] as const
    let asked = 0
    const kube = await startKube({ certificate, reply: () => answers[asked++] ?? {} })
    const host = testHost()
    expect(await askApi(clusterAt(kube), list, host)).toMatchObject({ ok: true })
    expect(host.log.lines.join('\n')).toContain('it answered 503 etcd is away; transient, attempt 3 of 5')
    const denied = await startKube({ certificate, reply: () => kubeStatus(403, 'Forbidden', 'pods is forbidden') })
    expect(await askApi(clusterAt(denied), list, testHost())).toMatchObject({ status: 403, reason: 'Forbidden' })
    expect(denied.calls.length).toBe(1)
  })

  test('that does not answer, or that another authority signed, is an error with the reason', async () => {
    const kube = await startKube({ certificate, reply: () => ({}) })
    const strange = clusterAt(kube, { tls: { ca: makeAuthority().ca, verify: true } })
    await expect(askApi(strange, list, testHost())).rejects.toMatchObject({
      code: 'daemon-unreachable',
      message: expect.stringContaining('its certificate is not signed by the authority in the kubeconfig'),
    })
    await expect(askApi(clusterAt({ server: 'https://127.0.0.1:1' }), list, testHost())).rejects.toMatchObject({
      code: 'daemon-unreachable',
      message: 'The Kubernetes API at https://127.0.0.1:1 does not answer: connect ECONNREFUSED 127.0.0.1:1',
      hint: 'Check the address in /home/me/.kube/config, and that this machine reaches it.',
    })
  })

  test('that is silent is not asked again after 30 s', async () => {
    const clock = createFakeClock()
    let asked = 0
    const http = async () => {
      asked += 1
      clock.advance(20_000)
      throw Object.assign(new Error('no answer from 127.0.0.1:6443 for 20 s'), { code: 'ETIMEDOUT' })
    }
    const silent = askApi(clusterAt({ server: 'https://127.0.0.1:6443' }), list, { ...testHost(), http, clock })
    await expect(silent).rejects.toMatchObject({
      code: 'daemon-unreachable',
      message: expect.stringContaining('does not answer: no answer from 127.0.0.1:6443 for 20 s'),
    })
    expect(asked).toBe(2)
  })

  test('is left alone when the run is cancelled', async () => {
    const kube = await startKube({ certificate, reply: () => ({}) })
    const host = createTestHost({ signal: AbortSignal.abort() })
    onTestFinished(host.close)
    await expect(askApi(clusterAt(kube), list, host)).rejects.toMatchObject({ code: 'cancelled' })
  })
})

test.each([
  { status: 404, message: 'namespaces "x" not found', code: 'builder-not-found' },
  { status: 403, message: 'pods is forbidden: User "u" cannot create resource "pods"', code: 'builder-denied' },
  { status: 401, message: 'Unauthorized', code: 'builder-denied' },
  { status: 422, message: 'Pod "x" is invalid: spec.nodeName: Invalid value', code: 'input-invalid' },
  { status: 500, message: 'etcdserver: request timed out', code: 'daemon-unreachable' },
  { status: 503, message: '', code: 'daemon-unreachable' },
] as const)('an answer of status $status has the words of the API and the code $code', ({ status, message, code }) => {
  const error = apiFailure('create the pod x', { status, ok: false, body: {}, message, reason: '' })
  const said = message || 'the Kubernetes API answered 503'
  expect(error).toMatchObject({ code, message: `Cannot create the pod x: ${said} (HTTP status ${status})` })
})

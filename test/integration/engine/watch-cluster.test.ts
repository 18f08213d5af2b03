import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { watchCluster } from '../../../src/engine/buildx/kubernetes/watch-cluster.ts'
import { ActionError } from '../../../src/errors/action-error.ts'
import type { Clock, Http } from '../../../src/host/host.ts'
import type { KubeCluster } from '../../../src/kubernetes/cluster.ts'
import { createFakeClock } from '../../support/clock.ts'
import { createTestHost } from '../../support/host.ts'
import { mostAttempts } from '../../support/most-attempts.ts'

const cluster: KubeCluster = {
  ...{ server: 'https://kube.example', context: 'ci', namespace: 'builds', source: '/kubeconfig' },
  tls: { ca: undefined, verify: true },
  credentials: async () => ({ authorization: undefined, certificate: undefined }),
}

/** What the API answers to each request: a status, nothing, or undefined if it is away. The last one repeats. */
type Answers = readonly (number | 'nothing' | undefined)[]

/** Watches a call of buildx that ends after so many requests. */
async function watched(answers: Answers, { ends = 100, ok = true } = {}) {
  let asked = 0
  const http: Http = async ({ signal }) => {
    const status = answers[asked++] ?? answers[answers.length - 1]
    if (status === 'nothing') return await new Promise((_, failed) => signal?.addEventListener('abort', failed))
    if (status === undefined) throw new Error('connect ECONNREFUSED 10.0.0.1:443')
    return { status, headers: {}, body: Readable.from(['{}']) }
  }
  const clock = createFakeClock()
  const sleep: Clock['sleep'] = async (milliseconds, signal) => {
    await clock.sleep(milliseconds, signal)
    await wait(1, undefined, signal ? { signal } : {})
  }
  const host = createTestHost({ http, clock: { ...clock, sleep } })
  onTestFinished(host.close)
  const result = watchCluster([cluster], host, async (signal) => {
    while (asked < ends && !signal.aborted) await wait(1)
    signal.throwIfAborted()
    return { ok }
  })
  return { result: await result.catch((error: unknown) => error), asked }
}

test('watchCluster() ends the build if the API is away for half a minute, with an error that names it', async () => {
  const { result, asked } = await watched([200, undefined])
  expect(result).toMatchObject({
    code: 'daemon-unreachable',
    message:
      'The Kubernetes API at https://kube.example stopped answering during the build, for 30 s: connect ECONNREFUSED 10.0.0.1:443',
    hint: expect.stringContaining('/kubeconfig'),
  })
  if (!(result instanceof ActionError)) throw new Error('it is another error')
  expect(mostAttempts(result, { ownNetwork: true, answeredBefore: true })).toBe(1)
  // Once while it answers, then until half a minute is over.
  expect(asked).toBeGreaterThan(3)
})

test('watchCluster() ends the build of an API that accepts connections and answers nothing', async () => {
  expect((await watched([200, 'nothing'])).result).toMatchObject({
    code: 'daemon-unreachable',
    message: expect.stringMatching(/during the build, for 30 s: no answer within 5 s$/),
  })
})

test.each([
  { name: 'restarts', answers: [200, undefined, undefined, 200] },
  { name: 'is behind a load balancer that reports it as away now and then', answers: [503, 200, 503, 503, 200] },
  { name: 'denies access', answers: [403] },
])('watchCluster() lets a build go on whose API $name', async ({ answers }) => {
  expect((await watched(answers, { ends: 12 })).result).toEqual({ ok: true })
})

test('watchCluster() explains a build that failed because of the API', async () => {
  const { result } = await watched([200, undefined], { ends: 3, ok: false })
  expect(result).toMatchObject({
    code: 'daemon-unreachable',
    message: expect.stringContaining('The Kubernetes API at'),
  })
  // One that failed for another reason, or whose API came back, is reported, and retried, as any other.
  expect((await watched([200], { ends: 1, ok: false })).result).toEqual({ ok: false })
  expect((await watched([undefined, undefined, 200], { ends: 2, ok: false })).result).toEqual({ ok: false })
})

test('watchCluster() asks nothing about a builder that is in no cluster', async () => {
  const host = createTestHost()
  onTestFinished(host.close)
  expect(await watchCluster([], host, async () => ({ ok: true }))).toEqual({ ok: true })
})

import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { watchBoot } from '../../../src/engine/buildx/kubernetes/watch-boot.ts'
import type { Clock, Http } from '../../../src/host/host.ts'
import type { KubeCluster } from '../../../src/kubernetes/cluster.ts'
import { createFakeClock } from '../../support/clock.ts'
import { createTestHost } from '../../support/host.ts'

const cluster: KubeCluster = {
  server: 'http://kube.example',
  context: 'ci',
  namespace: 'builds',
  source: '/kubeconfig',
  tls: { ca: undefined, verify: true },
  credentials: async () => ({ authorization: undefined, certificate: undefined }),
}

const pod = (status: object) => ({ metadata: { name: 'x0-abc' }, status: { phase: 'Pending', ...status } })
const pulling = (reason: string, message?: string) =>
  pod({ containerStatuses: [{ state: { waiting: { reason, message } } }] })
const unscheduled = pod({
  conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' }],
})
const refused = pulling('ErrImagePull', 'dial tcp 10.0.0.1:443: connect: connection refused')

type Watch = {
  /** What the list of pods has at each look; the last again and again. */
  readonly looks: readonly (readonly object[])[]
  readonly events?: readonly string[]
  readonly waitsForNodes?: boolean
  /** Looks after which `create` ends. */
  readonly ends?: number
  readonly ok?: boolean
}

async function boot({ looks, events = [], waitsForNodes = false, ends = 60, ok = true }: Watch) {
  let look = 0
  const http: Http = async ({ url }) => {
    const { pathname } = new URL(url)
    const body = pathname.endsWith('/pods')
      ? { items: looks[look++] ?? looks.at(-1) }
      : pathname.endsWith('/events')
        ? { items: events.map((reason) => ({ reason })) }
        : {}
    return { status: 200, headers: {}, body: Readable.from([Buffer.from(JSON.stringify(body))]) }
  }
  const clock = createFakeClock()
  const sleep: Clock['sleep'] = async (milliseconds, signal) => {
    await clock.sleep(milliseconds, signal)
    await nextTurn()
  }
  const host = createTestHost({ http, clock: { ...clock, sleep } })
  onTestFinished(host.close)
  const places = [{ cluster, namespace: 'builds', deployment: 'x0' }]
  const create = async (signal: AbortSignal) => {
    for (let turn = 0; turn < 10_000 && look < ends && !signal.aborted; turn += 1) await nextTurn()
    signal.throwIfAborted()
    return { ok }
  }
  const result = await watchBoot({ places, waitsForNodes }, host, create).catch((error: unknown) => error)
  const lines = host.log.lines.filter((line) => line.includes('is not running yet'))
  return { result, looks: look, lines }
}

test('watchBoot() ends the boot at the first look that shows a missing image', async () => {
  const missing = pulling('ErrImagePull', 'failed to resolve image: r.example/nope:1: not found')
  const { result, looks } = await boot({ looks: [[], [missing]] })
  expect(result).toMatchObject({
    code: 'image-not-found',
    message: expect.stringContaining('the pod x0-abc does not start in the namespace builds: ErrImagePull: '),
  })
  expect(looks).toBe(2)
})

test('watchBoot() gives a pull that fails twenty seconds, and repeats what the kubelet said first', async () => {
  const { result, looks, lines } = await boot({ looks: [[refused], [pulling('ImagePullBackOff')]] })
  expect(result).toMatchObject({ code: 'engine-failed', message: expect.stringContaining('connection refused') })
  expect(looks).toBe(21)
  expect(lines).toEqual([expect.stringMatching(/Pod x0-abc in builds is not running yet: ErrImagePull: /)])
})

test('watchBoot() lets a pull that succeeds after all go on', async () => {
  const { result } = await boot({ looks: [[refused], [pod({ phase: 'Running' })]] })
  expect(result).toEqual({ ok: true })
})

test('watchBoot() explains a pod that no node has room for', async () => {
  const { result, looks } = await boot({ looks: [[unscheduled]] })
  expect(result).toMatchObject({ message: expect.stringContaining('Unschedulable: 0/3 nodes are available') })
  expect(looks).toBe(16)
})

test.each([
  { name: 'an autoscaler adds one', events: ['FailedScheduling', 'TriggeredScaleUp'] },
  { name: 'the options have a timeout', waitsForNodes: true },
])('watchBoot() waits for a node if $name, and says why if it is not enough', async (given) => {
  expect((await boot({ looks: [[unscheduled]], ...given })).result).toEqual({ ok: true })
  const { result } = await boot({ looks: [[unscheduled]], ok: false, ...given })
  expect(result).toMatchObject({ code: 'engine-failed', message: expect.stringContaining('Unschedulable') })
})

test('watchBoot() returns a failure that no pod explains', async () => {
  expect((await boot({ looks: [[]], ends: 3, ok: false })).result).toEqual({ ok: false })
})

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { ContainerSpec } from '../../../src/containers/containers.ts'
import { planKubeContainers } from '../../../src/containers/kubernetes/plan-kube-containers.ts'
import { openContainers } from '../../../src/containers/open-containers.ts'
import { secret } from '../../../src/inputs/secret.ts'
import { parsePlatform } from '../../../src/oci/platform.ts'
import { type Certificate, makeAuthority, noCertificates } from '../../support/certificates.ts'
import { createFakeClock } from '../../support/clock.ts'
import { createTestHost } from '../../support/host.ts'
import { type FakeKube, type KubeReply, kubeStatus, startKube } from '../../support/kube-api.ts'
import { recordedTasks } from '../../support/recorded-tasks.ts'
import { containerOf } from '../../support/smoke-test.ts'
import { tempFolder } from '../../support/temp.ts'

const name = 'polyarch-a-smoke'
const jobs = '/apis/batch/v1/namespaces/team-a/jobs'
const pods = '/api/v1/namespaces/team-a/pods?'
const image = 'ghcr.io/acme/app@sha256:0'

const spec: ContainerSpec = {
  image,
  platform: parsePlatform('amd64'),
  lifetime: 60_000,
  entrypoint: ['/app'],
  command: undefined,
  user: undefined,
  workdir: undefined,
  addHosts: [],
  env: {},
  ports: [],
  volumes: [],
  options: containerOf(),
}

/** A list with one pod whose container has this state. */
const podIn = (state: object): KubeReply => ({
  body: { items: [{ metadata: { name: `${name}-x` }, status: { phase: 'Running', containerStatuses: [{ state }] } }] },
})
const running = podIn({ running: {} })

describe.skipIf(noCertificates)('containers as pods', () => {
  let certificate: Certificate
  beforeAll(() => {
    certificate = makeAuthority().issue()
  })

  /** An API that answers by the start of `METHOD /path`: a list is of the answers in turn, the last of them for good. */
  async function clusterOf(answers: Readonly<Record<string, KubeReply | readonly KubeReply[]>>) {
    const asked = new Map<string, number>()
    const clock = createFakeClock()
    const kube: FakeKube = await startKube({
      certificate,
      reply: ({ call }) => {
        // A pod that waits for ten minutes is not asked after hundreds of times.
        if (call.startsWith(`GET ${pods}`)) clock.advance(20_000)
        const [start = '', found] = Object.entries(answers).find(([one]) => call.startsWith(one)) ?? []
        if (found === undefined) return { body: { items: [], metadata: { uid: 'u1' } } }
        const turn = asked.get(start) ?? 0
        asked.set(start, turn + 1)
        const list: readonly KubeReply[] = Array.isArray(found) ? found : [found]
        return list[Math.min(turn, list.length - 1)] ?? {}
      },
    })
    const folder = tempFolder({
      config: `current-context: one
contexts: [{name: one, context: {cluster: c, user: u, namespace: team-a}}]
clusters: [{name: c, cluster: {server: "${kube.server}", certificate-authority-data: ${Buffer.from(certificate.ca).toString('base64')}}}]
users: [{name: u, user: {token: hunter2}}]
`,
    })
    const tempDir = mkdtempSync(join(tmpdir(), 'polyarch-'))
    onTestFinished(() => rmSync(tempDir, { recursive: true }))
    const cancel = new AbortController()
    const env = { KUBECONFIG: join(folder, 'config') }
    const host = createTestHost({ env, tempDir, clock, signal: cancel.signal })
    onTestFinished(host.close)
    const planned = planKubeContainers({ context: undefined, namespace: undefined, tolerations: [] })
    const containers = await openContainers(planned, host)
    const calls = () => kube.calls.map(({ call }) => call.replace(/\?.*/, ''))
    return { kube, containers, host, tempDir, cancel, calls }
  }

  test('are created after they are written down for clean-up, without a secret', async () => {
    const { kube, containers, tempDir, calls } = await clusterOf({ [`GET ${pods}`]: running })
    expect(await containers.run(name, spec)).toBeUndefined()
    expect(calls()).toEqual(['GET /api/v1/nodes', `POST ${jobs}`, `GET ${pods.slice(0, -1)}`])
    expect(recordedTasks(tempDir)).toEqual([
      { kind: 'pod', name, namespace: 'team-a', server: kube.server, context: 'one' },
    ])
    expect(readFileSync(join(tempDir, 'clean-up.jsonl'), 'utf8')).not.toContain('hunter2')
  })

  test.each([
    { registry: 'ghcr.io', key: 'ghcr.io' },
    { registry: 'docker.io', key: 'https://index.docker.io/v1/' },
  ])(
    'get variables and the login for $registry as Secrets that the Job owns, and start after these',
    async ({ registry, key }) => {
      const { kube, containers, calls } = await clusterOf({
        [`POST ${jobs}`]: { status: 201, body: { metadata: { uid: 'u1' } } },
        [`GET ${pods}`]: running,
      })
      const login = async () => ({ username: 'me', password: secret('pw') })
      const pushed = { reference: image, registry, login }
      const given = { name: 'x', platform: spec.platform, content: undefined, stored: undefined, pushed }
      expect(await containers.ensureImage(given)).toBe(image)
      await containers.run(name, { ...spec, env: { TOKEN: 'hush' } })
      const secrets = '/api/v1/namespaces/team-a/secrets'
      expect(calls().slice(1, 5)).toEqual([
        `POST ${jobs}`,
        `POST ${secrets}`,
        `POST ${secrets}`,
        `PATCH ${jobs}/${name}`,
      ])
      const [, job, env, pull] = kube.calls.map(({ body }) => body)
      expect(job).toMatchObject({ spec: { suspend: true } })
      expect(JSON.stringify(job)).not.toMatch(/hush|pw/)
      const metadata = { ownerReferences: [{ kind: 'Job', name, uid: 'u1' }] }
      expect(env).toMatchObject({ metadata, stringData: { v0: 'hush' } })
      const auths = { [key]: { auth: Buffer.from('me:pw').toString('base64') } }
      expect(pull).toMatchObject({
        metadata,
        type: 'kubernetes.io/dockerconfigjson',
        stringData: { '.dockerconfigjson': JSON.stringify({ auths }) },
      })
    },
  )

  test('whose creation was answered by nobody exist already, and go on', async () => {
    const { containers, calls } = await clusterOf({
      [`POST ${jobs}`]: ['hangs up', kubeStatus(409, 'AlreadyExists', 'jobs.batch already exists')],
      [`GET ${pods}`]: running,
    })
    expect(await containers.run(name, spec)).toBeUndefined()
    expect(calls()).toContain(`GET ${jobs}/${name}`)
  })

  test.each([
    {
      what: 'a namespace that does not exist',
      answers: { [`POST ${jobs}`]: kubeStatus(404, 'NotFound', 'namespaces "team-a" not found') },
      code: 'builder-not-found',
      says: 'Cannot create the Job polyarch-a-smoke of the smoke test in the namespace team-a: namespaces "team-a" not found (HTTP status 404)',
    },
    {
      what: 'a user without the permission',
      answers: { [`POST ${jobs}`]: kubeStatus(403, 'Forbidden', 'jobs.batch is forbidden: User "u"') },
      code: 'builder-denied',
      says: 'Cannot create the Job polyarch-a-smoke of the smoke test in the namespace team-a: jobs.batch is forbidden: User "u" (HTTP status 403)',
    },
    {
      what: 'a pod that a policy does not admit',
      answers: {
        'GET /api/v1/namespaces/team-a/events': {
          body: {
            items: [{ message: 'Error creating: pods "x" is forbidden: violates PodSecurity "restricted:latest"' }],
          },
        },
      },
      code: 'builder-denied',
      says: 'Cannot create the pod of the smoke test in the namespace team-a: Error creating: pods "x" is forbidden: violates PodSecurity "restricted:latest"',
    },
    {
      what: 'an image that the nodes do not find',
      answers: { [`GET ${pods}`]: podIn({ waiting: { reason: 'ErrImagePull', message: 'not found' } }) },
      code: 'image-not-found',
      says: `Cannot start the pod of the smoke test from ${image}: not found (ErrImagePull)`,
    },
    {
      what: 'no node with room',
      answers: { [`GET ${pods}`]: podIn({ waiting: { reason: 'Unschedulable', message: '0/3 nodes' } }) },
      code: 'engine-failed',
      says: 'Cannot start the pod of the smoke test: 0/3 nodes (Unschedulable)',
    },
    {
      what: 'a pod that waits for ever',
      answers: { [`GET ${pods}`]: podIn({ waiting: { reason: 'ContainerCreating', message: '' } }) },
      code: 'engine-failed',
      says: 'The pod of the smoke test did not start within 600 s: ContainerCreating',
    },
  ])('end with the words of Kubernetes for $what', async ({ answers, code, says }) => {
    const { containers } = await clusterOf(answers)
    await expect(containers.run(name, spec)).rejects.toMatchObject({ code, message: says })
  })

  test('whose program is missing are not started, for the reason that the runtime names', async () => {
    const terminated = { exitCode: 128, reason: 'StartError', message: 'exec: "/app": no such file' }
    const { containers } = await clusterOf({ [`GET ${pods}`]: podIn({ terminated }) })
    expect(await containers.run(name, spec)).toEqual({ reason: 'exec: "/app": no such file' })
  })

  test('are judged by the state of the container, while the phase is still Running', async () => {
    const { containers } = await clusterOf({
      [`GET ${pods}`]: [running, running, podIn({ terminated: { exitCode: 7, reason: 'Error' } })],
      [`GET ${pods.slice(0, -1)}/${name}-x/log`]: (_, response) => void response.end('out\nerr\r\n'),
    })
    expect(await containers.status(name)).toEqual({ kind: 'running' })
    expect(await containers.wait(name, new AbortController().signal)).toBe(7)
    expect(await containers.status(name)).toEqual({ kind: 'stopped', exit: 7 })
    expect(await containers.logs(name)).toEqual(['out', 'err'])
    expect(await containers.reach(name, 80, new AbortController().signal)).toBeUndefined()
  })

  test('that somebody deleted end the wait, and are absent', async () => {
    const { containers } = await clusterOf({})
    await expect(containers.wait(name, new AbortController().signal)).rejects.toMatchObject({
      code: 'engine-failed',
      message: 'Cannot watch the pod of the smoke test: the pod was deleted',
    })
    expect(await containers.status(name)).toEqual({ kind: 'absent' })
    expect(await containers.logs(name)).toEqual([])
    await containers.stop(name)
  })

  test('end the wait with the signal, and with the run', async () => {
    const late = new AbortController()
    const { containers, cancel } = await clusterOf({ [`GET ${pods}`]: running })
    late.abort(new Error('late'))
    await expect(containers.wait(name, late.signal)).rejects.toThrow('late')
    const waiting = containers.wait(name, new AbortController().signal)
    cancel.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
  })

  test('know the platforms of the nodes, or none if they cannot be listed', async () => {
    const node = (arch: string) => ({
      metadata: { labels: { 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': arch } },
    })
    const tainted = (arch: string, key: string) => ({
      ...node(arch),
      spec: { taints: [{ key, effect: 'NoSchedule' }] },
    })
    const taken = [tainted('s390x', 'gpu'), { ...node('riscv64'), spec: { unschedulable: true } }]
    const items = [node('amd64'), tainted('arm64', 'kubernetes.io/arch'), node('amd64'), { metadata: {} }, ...taken]
    const { containers } = await clusterOf({ 'GET /api/v1/nodes': { body: { items } } })
    expect(await containers.natives?.()).toEqual([parsePlatform('amd64'), parsePlatform('arm64')])
    const denied = await clusterOf({ 'GET /api/v1/nodes': kubeStatus(403, 'Forbidden', 'nodes is forbidden') })
    expect(await denied.containers.natives?.()).toEqual([])
  })

  test('are removed with all that their Job owns; one that does not exist is removed', async () => {
    const { kube, containers } = await clusterOf({ 'DELETE ': [{}, kubeStatus(404, 'NotFound', 'not found')] })
    await containers.remove(name)
    await containers.remove(name)
    expect(kube.calls.map(({ call }) => call)).toEqual(
      Array(2).fill(`DELETE ${jobs}/${name}?propagationPolicy=Background`),
    )
  })

  test('need an image in a registry, and have no address for host-gateway', async () => {
    const { containers, host } = await clusterOf({ [`GET ${pods}`]: running })
    const given = { name: 'x', platform: spec.platform, content: undefined, stored: undefined }
    await expect(containers.ensureImage(given)).rejects.toMatchObject({ code: 'feature-missing' })
    const addHosts = ['db:10.0.0.1', 'host.docker.internal:host-gateway']
    // Two platforms of one test.
    for (const one of ['1', '2']) await containers.run(`${name}-${one}`, { ...spec, addHosts })
    expect(host.log.lines).toEqual([
      'warning: `add-hosts` host.docker.internal:host-gateway is ignored: a pod has no address of the machine that runs this step',
    ])
  })
})

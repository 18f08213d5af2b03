import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, onTestFinished, test } from 'vitest'
import { checkEngine } from '../../../src/engine/build.ts'
import type { Http } from '../../../src/host/host.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { createTestHost } from '../../support/host.ts'
import { loginOf } from '../../support/login.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder } from '../../support/temp.ts'

const kubeconfig = (server: string, current = 'ci') => `apiVersion: v1
kind: Config
current-context: ${current}
contexts:
- name: ci
  context: {cluster: main, user: ci, namespace: ci-builds}
- name: prod
  context: {cluster: main, user: ci, namespace: prod-builds}
clusters:
- name: main
  cluster: {server: "${server}"}
users:
- name: ci
  user: {token: top-secret}
`

type Answer = { readonly status?: number; readonly body?: object }

type Cluster = {
  /** The answer about a namespace. */
  readonly namespace?: Answer
  /** Permissions that the user lacks, `verb resource`. */
  readonly denied?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

async function check(given: Parameters<typeof inputsOf>[0] = {}, { namespace = {}, denied = [], env }: Cluster = {}) {
  const asked: string[] = []
  const http: Http = async ({ method, url, body, headers }) => {
    const { hostname, pathname } = new URL(url)
    if (hostname === 'down.example') throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    expect(headers).toMatchObject({ authorization: 'Bearer top-secret' })
    asked.push(`${method} ${pathname}`)
    const answer = pathname.startsWith('/api/v1/namespaces/') ? namespace : review(String(body), denied)
    const text = JSON.stringify(answer.body ?? {})
    return { status: answer.status ?? 200, headers: {}, body: Readable.from([Buffer.from(text)]) }
  }
  const config = join(tempFolder({ config: kubeconfig('https://kube.example') }), 'config')
  const host = createTestHost({ env: env ?? { KUBECONFIG: config }, http })
  const client = createTestClient()
  onTestFinished(() => {
    host.close()
    client.close()
  })
  const plan = makePlan(inputsOf({ driver: 'kubernetes', ...given }), factsOf())
  await checkEngine(await runOf(plan, host, loginOf(client)))
  return { asked, host }
}

function review(text: string, denied: readonly string[]): Answer {
  const { resource, subresource, verb } = JSON.parse(text).spec.resourceAttributes
  const name = subresource === undefined ? resource : `${resource}/${subresource}`
  return { status: 201, body: { status: { allowed: !denied.includes(`${verb} ${name}`) } } }
}

const failed = (status: number, reason: string, message: string): Answer => ({
  status,
  body: { kind: 'Status', status: 'Failure', reason, message },
})

describe('checkKubernetes()', () => {
  test('asks about the namespace and each permission', async () => {
    const { asked } = await check({ 'driver-opts': 'namespace=builds' })
    expect(asked[0]).toBe('GET /api/v1/namespaces/builds')
    expect(asked.slice(1)).toHaveLength(8)
    expect(new Set(asked.slice(1))).toEqual(new Set(['POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews']))
  })

  test('uses the namespace of the context, and the context that `endpoint` names', async () => {
    expect((await check()).asked[0]).toBe('GET /api/v1/namespaces/ci-builds')
    expect((await check({ endpoint: 'prod' })).asked[0]).toBe('GET /api/v1/namespaces/prod-builds')
    await expect(check({ endpoint: 'stage' })).rejects.toMatchObject({
      code: 'builder-not-found',
      message: expect.stringContaining('no context "stage"'),
    })
  })

  test('lists all permissions that the user lacks', async () => {
    const denied = ['create deployments', 'delete deployments', 'create pods/exec']
    await expect(check({}, { denied })).rejects.toMatchObject({
      code: 'builder-denied',
      message: expect.stringMatching(
        /in the namespace ci-builds: deployments \(create, delete\), pods\/exec \(create\)$/,
      ),
    })
  })

  const smokeTest = {
    ...{ engine: 'kubernetes', images: 'ghcr.io/acme/app', push: 'true', driver: '' },
    'smoke-test': 'env: { A: b }\nexpect: { http: { path: /, port: 80 } }',
  }

  test('asks for what the pods of the smoke test need', async () => {
    const denied = ['create jobs', 'get pods/log', 'get pods/portforward', 'create secrets']
    await expect(check(smokeTest, { denied })).rejects.toMatchObject({
      code: 'builder-denied',
      message: expect.stringMatching(
        /^Cannot run the smoke test on Kubernetes: .* in the namespace ci-builds: jobs \(create\), secrets \(create\), pods\/log \(get\), pods\/portforward \(get\)$/,
      ),
      hint: expect.stringContaining('docs/smoke-test.md'),
    })
    // Nothing of it without variables, a request and a login, and without a smoke test.
    const output = { ...smokeTest, 'smoke-test': 'expect: { output: ok }' }
    expect((await check(output, { denied: ['create secrets', 'get pods/portforward'] })).asked).toHaveLength(16)
    await check({ ...smokeTest, 'smoke-test': '' }, { denied })
  })

  test('says with the words of the API that the namespace does not exist', async () => {
    const namespace = failed(404, 'NotFound', 'namespaces "ci-builds" not found')
    await expect(check({}, { namespace, denied: ['create namespaces'] })).rejects.toMatchObject({
      code: 'builder-not-found',
      message: expect.stringContaining('namespaces "ci-builds" not found'),
      hint: expect.stringContaining('permission'),
    })
  })

  test('accepts a namespace that does not exist if the user is allowed to create it', async () => {
    const namespace = failed(404, 'NotFound', 'namespaces "ci-builds" not found')
    expect((await check({}, { namespace })).asked).toHaveLength(10)
  })

  test('accepts a user who has no permission to read the namespace itself', async () => {
    const namespace = failed(403, 'Forbidden', 'namespaces "ci-builds" is forbidden')
    expect((await check({}, { namespace })).asked).toHaveLength(9)
  })

  test('names credentials that the API does not accept', async () => {
    const namespace = failed(401, 'Unauthorized', 'Unauthorized')
    await expect(check({}, { namespace })).rejects.toMatchObject({
      code: 'builder-denied',
      hint: expect.stringContaining('token or client certificate'),
    })
  })

  test.each(['baseline', 'restricted'])('reports a namespace that enforces PodSecurity %s', async (standard) => {
    const namespace = { body: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': standard } } } }
    await expect(check({}, { namespace })).rejects.toMatchObject({
      code: 'builder-denied',
      message: expect.stringContaining(`enforces the PodSecurity standard "${standard}"`),
      hint: expect.stringContaining('pod-security.kubernetes.io/enforce'),
    })
  })

  test('asks nobody without preflight, and for other drivers', async () => {
    const folder = tempFolder({ config: kubeconfig('https://down.example') })
    const env = { KUBECONFIG: join(folder, 'config') }
    expect((await check({ preflight: 'false' }, { env })).asked).toEqual([])
    await check({ driver: 'docker-container' }, { env: { KUBECONFIG: join(folder, 'gone') } })
  })

  test('reports an API that does not answer', async () => {
    const env = { KUBECONFIG: join(tempFolder({ config: kubeconfig('https://down.example') }), 'config') }
    await expect(check({}, { env })).rejects.toMatchObject({
      code: 'daemon-unreachable',
      message: expect.stringContaining('The Kubernetes API at https://down.example does not answer'),
      hint: expect.not.stringContaining('registry'),
    })
  })

  test('reports a missing kubeconfig', async () => {
    await expect(check({}, { env: { HOME: '/nonexistent' } })).rejects.toMatchObject({
      code: 'builder-not-found',
      message: expect.stringContaining('/nonexistent/.kube/config'),
      hint: expect.stringContaining('KUBECONFIG'),
    })
  })

  test('leaves a cluster behind a proxy of its own to buildx, and says so', async () => {
    const text = kubeconfig('https://kube.example').replace(
      'cluster: {server',
      'cluster: {proxy-url: "http://p", server',
    )
    const { asked, host } = await check({}, { env: { KUBECONFIG: join(tempFolder({ text }), 'text') } })
    expect(asked).toEqual([])
    expect(host.log.lines).toContainEqual(
      expect.stringMatching(/The cluster is not checked before the build: .*proxy-url/),
    )
  })
})

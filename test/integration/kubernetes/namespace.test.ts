import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { decodeTasks, encodeTask } from '../../../src/cleanup/task.ts'
import { createNamespaces } from '../../../src/engine/buildx/kubernetes/create-namespaces.ts'
import type { Http } from '../../../src/host/host.ts'
import { readKubeconfig } from '../../../src/kubernetes/kubeconfig.ts'
import { removeNamespace } from '../../../src/kubernetes/namespace.ts'
import { createTestHost } from '../../support/host.ts'
import { recordedTasks } from '../../support/recorded-tasks.ts'
import { tempFolder } from '../../support/temp.ts'

const config = `current-context: ci
contexts: [{name: ci, context: {cluster: main}}]
clusters: [{name: main, cluster: {server: "https://kube.example"}}]
`
type Answers = Readonly<Record<string, { readonly status?: number; readonly body?: object }>>

/** A cluster that answers 404 to what is not in `answers`. */
function clusterWith(answers: Answers) {
  const calls: string[] = []
  const bodies: unknown[] = []
  const http: Http = async ({ method, url, body }) => {
    const call = `${method} ${new URL(url).pathname}`
    calls.push(call)
    if (body !== undefined) bodies.push(JSON.parse(String(body)))
    const answer = answers[call] ?? { status: 404, body: { message: 'not found', reason: 'NotFound' } }
    const text = Buffer.from(JSON.stringify(answer.body ?? {}))
    return { status: answer.status ?? 200, headers: {}, body: Readable.from([text]) }
  }
  const KUBECONFIG = join(tempFolder({ config }), 'config')
  const host = createTestHost({ env: { KUBECONFIG }, http, tempDir: tempFolder() })
  onTestFinished(host.close)
  return { host, calls, bodies }
}

const path = '/api/v1/namespaces/builds'
const recorded = { name: 'builds', session: 'polyarch-x', server: 'https://kube.example', context: 'ci' }
const own = { body: { metadata: { annotations: { 'polyarch.build/created-by': 'polyarch-x' } } } }

async function create(answers: Answers) {
  const { host, calls, bodies } = clusterWith(answers)
  const cluster = await readKubeconfig(host)
  const failed = await createNamespaces([{ cluster, namespace: 'builds', deployment: 'x0' }], host).catch(
    (error: unknown) => error,
  )
  return {
    failed,
    calls,
    bodies,
    tasks: existsSync(join(host.tempDir, 'clean-up.jsonl')) ? recordedTasks(host.tempDir) : [],
  }
}

test('createNamespaces() creates what does not exist, and records it', async () => {
  const { tasks, bodies } = await create({ 'POST /api/v1/namespaces': { status: 201 } })
  expect(tasks).toEqual([expect.objectContaining({ kind: 'namespace', name: 'builds', context: 'ci' })])
  const [session] = tasks.flatMap((task) => (task.kind === 'namespace' ? [task.session] : []))
  expect(bodies).toMatchObject([{ metadata: { annotations: { 'polyarch.build/created-by': session } } }])
})

test('createNamespaces() leaves what exists alone, and records nothing that it cannot create', async () => {
  expect((await create({ [`GET ${path}`]: {} })).calls).toEqual([`GET ${path}`])
  const denied = { status: 403, body: { message: 'namespaces is forbidden', reason: 'Forbidden' } }
  const { failed, tasks } = await create({ 'POST /api/v1/namespaces': denied })
  expect(failed).toMatchObject({ code: 'builder-denied', message: expect.stringContaining('namespaces is forbidden') })
  expect(tasks).toEqual([])
})

test('removeNamespace() removes the namespace of this run alone', async () => {
  const deployments = 'GET /apis/apps/v1/namespaces/builds/deployments'
  const ours = clusterWith({ [`GET ${path}`]: own, [deployments]: { body: { items: [] } }, [`DELETE ${path}`]: {} })
  await removeNamespace(recorded, ours.host)
  expect(ours.calls.at(-1)).toBe(`DELETE ${path}`)
  for (const found of [{ body: { metadata: { annotations: {} } } }, { status: 404 }]) {
    const { host, calls } = clusterWith({ [`GET ${path}`]: found })
    await removeNamespace(recorded, host)
    expect(calls).toEqual([`GET ${path}`])
  }
  const used = clusterWith({ [`GET ${path}`]: own, [deployments]: { body: { items: [{}] } } })
  await expect(removeNamespace(recorded, used.host)).rejects.toThrow(/Deployments that this step did not create/)
  await expect(removeNamespace({ ...recorded, server: 'https://other' }, used.host)).rejects.toThrow(/another|names/)
})

test('a recorded namespace is read back only for the run that created it', () => {
  const rules = {
    session: 'polyarch-x',
    isBuildx: () => true,
    isPodman: () => false,
    isApple: () => false,
    emulatorImages: [],
    maySet: () => true,
  }
  const task = { kind: 'namespace', ...recorded } as const
  expect(decodeTasks(encodeTask(task), rules)).toEqual({ tasks: [task], refused: 0 })
  for (const change of [{ session: 'polyarch-y' }, { name: '../x' }, { server: 'file:///' }]) {
    expect(decodeTasks(encodeTask({ ...task, ...change }), rules)).toEqual({ tasks: [], refused: 1 })
  }
})

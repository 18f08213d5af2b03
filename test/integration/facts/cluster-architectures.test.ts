import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { findArchitectures } from '../../../src/facts/cluster-architectures.ts'
import type { Http } from '../../../src/host/host.ts'
import { tolerationsIn } from '../../../src/kubernetes/tolerations.ts'
import { createTestHost } from '../../support/host.ts'
import { tempFolder } from '../../support/temp.ts'

const config = `current-context: ci
contexts: [{name: ci, context: {cluster: main}}]
clusters: [{name: main, cluster: {server: "https://kube.example"}}]
`

const node = (architecture: string, spec: object = {}, os = 'linux') => ({
  metadata: { labels: { 'kubernetes.io/arch': architecture, 'kubernetes.io/os': os } },
  spec,
})
const nodes = [
  node('amd64', { unschedulable: true }),
  node('arm64', { taints: [{ key: 'x', effect: 'PreferNoSchedule' }] }),
  node('s390x', { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] }),
  node('amd64', {}, 'windows'),
  node('riscv64'),
  node('arm64'),
  {},
]

async function find(http: Http, { option = '', text = config } = {}) {
  const KUBECONFIG = join(tempFolder({ config: text }), 'config')
  const host = createTestHost({ env: { KUBECONFIG }, http })
  onTestFinished(host.close)
  const found = await findArchitectures(host, { context: undefined, tolerations: tolerationsIn([option]) })
  return { found, lines: host.log.lines }
}

const answer =
  (status: number, body: object): Http =>
  async () => ({ status, headers: {}, body: Readable.from([Buffer.from(JSON.stringify(body))]) })

test('findArchitectures() lists those of Linux nodes that take pods, the most frequent first', async () => {
  expect((await find(answer(200, { items: nodes }))).found).toEqual(['arm64', 'riscv64'])
  const option = 'tolerations=key=other,operator=Exists;key=node-role.kubernetes.io/control-plane,effect=NoSchedule'
  const tolerant = await find(answer(200, { items: nodes }), { option })
  expect(tolerant.found).toEqual(['arm64', 's390x', 'riscv64'])
  const [other] = option.split(';')
  expect((await find(answer(200, { items: nodes }), { option: other })).found).toEqual(['arm64', 'riscv64'])
})

test('findArchitectures() says why it does not know them', async () => {
  const message = 'nodes is forbidden: User "ci" cannot list resource "nodes"'
  const { found, lines } = await find(answer(403, { kind: 'Status', message }))
  expect(found).toBeUndefined()
  expect(lines).toContainEqual(expect.stringContaining(message))
})

test.each([
  { name: 'an API that does not answer', http: (async () => Promise.reject(new Error('down'))) as Http, text: config },
  { name: 'no current context', http: answer(200, {}), text: '{}' },
])('findArchitectures() leaves $name to preflight', async ({ http, text }) => {
  expect((await find(http, { text })).found).toBeUndefined()
})

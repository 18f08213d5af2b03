import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createNodes } from '../../../src/engine/buildx/create-nodes.ts'
import type { Exec, Http } from '../../../src/host/host.ts'
import { createTestHost } from '../../support/host.ts'
import { tempFolder } from '../../support/temp.ts'

/** Creates nodes at these addresses. A name with `hangs` never responds, to buildx neither. */
async function create(endpoints: readonly string[]) {
  const tempDir = tempFolder()
  let [running, most] = [0, 0]
  const exec: Exec = async (_, args, { env = {}, signal } = {}) => {
    const Endpoint = String(args.at(-1))
    const instances = join(String(env['BUILDX_CONFIG']), 'instances')
    mkdirSync(instances)
    // buildx stores a node before it asks it.
    const Nodes = [{ Name: Endpoint, Endpoint, Platforms: null }]
    writeFileSync(join(instances, 'mine'), JSON.stringify({ Name: 'mine', Driver: 'remote', Nodes }))
    running += 1
    most = Math.max(most, running)
    try {
      await new Promise<void>((resolve, reject) => {
        if (!Endpoint.includes('hangs')) setImmediate(resolve)
        signal?.addEventListener('abort', () => reject(signal.reason))
      })
    } finally {
      running -= 1
    }
    return { ok: true, status: 0, stdout: '', stderr: '' }
  }
  const http: Http = async ({ url }) => {
    // All nodes have been asked by then.
    await new Promise((resolve) => setTimeout(resolve, 20))
    throw new Error(url.includes('hangs') ? `no answer from ${url} for 3 s` : 'Parse Error: Expected HTTP/')
  }
  const host = createTestHost({ tempDir, exec, http })
  onTestFinished(host.close)
  const nodes = endpoints.map((endpoint) => ({
    offer: { endpoint, title: endpoint, declared: [], reported: undefined, native: undefined, declaredBy: '' },
    args: ['create', endpoint],
    options: {},
  }))
  const stored = { program: 'docker-buildx', builder: 'mine', env: { BUILDX_CONFIG: join(tempDir, 'buildx') } }
  const created = await createNodes(nodes, stored, host, () => undefined)
  const file = JSON.parse(readFileSync(join(tempDir, 'buildx/instances/mine'), 'utf8')) as {
    Nodes: { Endpoint: string }[]
  }
  return { created, most, endpoints: file.Nodes.map(({ Endpoint }) => Endpoint), left: readdirSync(tempDir) }
}

test('createNodes() waits for several nodes that hang at the same time, and keeps them in the builder', async () => {
  const nodes = ['tcp://hangs-a:1', 'tcp://b:1', 'tcp://hangs-c:1']
  const { created, most, endpoints, left } = await create(nodes)
  expect(most).toBe(3)
  expect(created).toEqual({
    lost: [],
    silent: [
      { endpoint: 'tcp://hangs-a:1', problem: 'it did not respond within 3 s' },
      { endpoint: 'tcp://hangs-c:1', problem: 'it did not respond within 3 s' },
    ],
  })
  expect(endpoints).toEqual(nodes)
  expect(left).toEqual(['buildx'])
})

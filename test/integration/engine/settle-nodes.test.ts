import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { PlannedOffer } from '../../../src/engine/buildx/node-offers.ts'
import { type LostNode, settleNodes } from '../../../src/engine/buildx/settle-nodes.ts'
import { readBuilderFile } from '../../../src/facts/builder-file.ts'
import type { Exec, Http } from '../../../src/host/host.ts'
import { createTestHost } from '../../support/host.ts'
import { tempFolder } from '../../support/temp.ts'

const amd64 = { architecture: 'amd64', os: 'linux' }
const arm64 = { architecture: 'arm64', os: 'linux' }
const emulating = 'linux/amd64, linux/amd64/v2, linux/arm64'

type TestNode = {
  readonly name: string
  readonly platforms?: readonly object[]
  /** Its `Platforms:`; undefined if it does not respond. */
  readonly reports?: string
  readonly status?: string
  readonly error?: string
  /** It accepts connections and does not answer. */
  readonly hangs?: boolean
  /** buildx is stopped before it has answered for it, and exits with 0. */
  readonly isLate?: boolean
}

/** Settles a builder whose file has these nodes; every connection is refused, except those of nodes that hang. */
async function settle(
  nodes: readonly TestNode[],
  {
    driver = 'remote',
    platforms = ['linux/amd64', 'linux/arm64'],
    optional = [] as readonly string[],
    silent = [] as readonly string[],
    name = 'mine',
    planned = [] as readonly PlannedOffer[],
    lost = [] as readonly LostNode[],
  } = {},
) {
  const folder = tempFolder()
  const instances = join(folder, 'instances')
  mkdirSync(instances)
  const document = {
    Name: name,
    Driver: driver,
    Nodes: nodes.map(({ name, platforms: Platforms = null }) => ({
      Name: name,
      Endpoint: `tcp://${name}:1`,
      Platforms,
    })),
    Dynamic: false,
  }
  writeFileSync(join(instances, name), JSON.stringify(document))
  const views: unknown[] = []
  const exec: Exec = async (_, args, { env = {}, signal } = {}) => {
    const view = String(args.at(-1))
    const text = readFileSync(join(String(env['BUILDX_CONFIG']), 'instances', view), 'utf8')
    views.push(JSON.parse(text))
    const node = nodes.find(({ name }) => text.includes(`tcp://${name}:1`))
    if (node?.hangs) {
      await new Promise((resolve) => signal?.addEventListener('abort', resolve))
      signal?.throwIfAborted()
    }
    const status =
      node?.error === undefined
        ? `Status: ${node?.status ?? (node?.reports ? 'running' : 'inactive')}`
        : `Error: ${node.error}`
    const list = node?.reports === undefined ? '' : `\nPlatforms: ${node.reports}`
    const stdout = `Name: ${view}\nDriver: ${driver}\n\nNodes:\nName: ${node?.name}\nEndpoint: tcp://${node?.name}:1\n${status}${list}\n`
    return { ok: true, status: 0, stdout, stderr: '', ...(node?.isLate ? { timedOut: true } : {}) }
  }
  const http: Http = async ({ url }) => {
    if (nodes.some(({ name, hangs }) => hangs && url.includes(`//${name}:`))) {
      await wait(5)
      throw new Error(`no answer from ${url} for 3 s`)
    }
    throw new Error(`connect ECONNREFUSED ${url}`)
  }
  const tempDir = join(tempFolder({ 'polyarch-abc123/x': '' }), 'polyarch-abc123')
  const host = createTestHost({ tempDir, exec, http })
  onTestFinished(host.close)
  const builder = { program: 'docker-buildx', builder: name, env: { BUILDX_CONFIG: folder }, platforms, optional }
  const known = silent.map((name) => ({ endpoint: `tcp://${name}:1`, problem: 'it did not respond within 3 s' }))
  const assignments = await settleNodes({ ...builder, planned, silent: known, isPlanned: false }, host, lost).catch(
    (error: unknown) => error,
  )
  const after = JSON.parse(readFileSync(join(instances, name), 'utf8')) as typeof document
  return {
    assignments,
    views,
    files: readdirSync(folder),
    nodes: after.Nodes.map(({ Name, Platforms }) => ({ Name, Platforms })),
    lines: host.log.lines,
    /** The nodes of the builder that clean-up removes besides. */
    aside: readBuilderFile(join(instances, 'polyarch-abc123-aside'))?.nodes.map((node) => node['Name']),
    tasks: readdirSync(tempDir).flatMap((file) =>
      readFileSync(join(tempDir, file), 'utf8').split('\n').filter(Boolean),
    ),
  }
}

test('settleNodes() asks each node without declared platforms, and leaves a builder whose nodes respond as it is', async () => {
  const { views, files, nodes, lines } = await settle([
    { name: 'a', platforms: [amd64], reports: emulating },
    { name: 'b', platforms: [arm64], reports: 'linux/arm64' },
  ])
  expect(views).toMatchObject([
    { Nodes: [{ Name: 'a', Platforms: null }] },
    { Nodes: [{ Name: 'b', Platforms: null }] },
  ])
  // The private configuration is removed.
  expect(files).toEqual(['instances'])
  expect(nodes).toEqual([
    { Name: 'a', Platforms: [amd64] },
    { Name: 'b', Platforms: [arm64] },
  ])
  expect(lines.join('\n')).toContain('linux/arm64: node b (tcp://b:1), declared for it, native')
})

test('settleNodes() declares the platforms of a node that is gone for one that reports them', async () => {
  const { nodes, lines } = await settle([
    { name: 'a', platforms: [amd64], reports: emulating },
    { name: 'b', platforms: [arm64] },
    { name: 'c', reports: 'linux/arm64' },
  ])
  expect(nodes).toEqual([
    { Name: 'a', Platforms: [amd64] },
    { Name: 'c', Platforms: [arm64] },
  ])
  expect(lines.join('\n')).toMatch(/warning: The builder is used without node b \(tcp:\/\/b:1\).*ECONNREFUSED/)
})

test.each([
  { driver: 'docker-container', name: 'polyarch-abc123', aside: ['b'] },
  { driver: 'docker-container', name: 'mine', aside: undefined },
  { driver: 'remote', name: 'polyarch-abc123', aside: undefined },
])('settleNodes() has the clean-up remove what is left of a node of $name with $driver: $aside', async (row) => {
  const nodes = [
    { name: 'a', platforms: [amd64], reports: emulating },
    { name: 'b', platforms: [arm64], error: 'stopped' },
  ]
  const planned = nodes.map(({ name }) => ({
    ...{ endpoint: `tcp://${name}:1`, title: name, declared: [], reported: undefined, native: undefined },
    declaredBy: 'declared for it',
  }))
  const { aside, tasks, ...settled } = await settle(nodes, { ...row, planned })
  expect(settled.nodes.map(({ Name }) => Name)).toEqual(['a'])
  expect(aside).toEqual(row.aside)
  expect(tasks).toHaveLength(row.aside ? 1 : 0)
  if (row.aside) expect(tasks[0]).toContain('docker rm --force --volumes buildx_buildkit_b')
})

test('settleNodes() sets nothing aside for a node that was never created', async () => {
  const offer = { title: 'node b', declared: ['linux/arm64'], reported: undefined, native: undefined, declaredBy: '' }
  const nodes = [{ name: 'a', reports: emulating }]
  const lost = [{ offer, problem: 'it did not respond' }]
  const settled = await settle(nodes, { driver: 'docker-container', name: 'polyarch-abc123', lost })
  expect(settled.lines.join('\n')).toContain('without node b')
  expect(settled).toMatchObject({ aside: undefined, tasks: [] })
})

test('settleNodes() asks a node that did not respond a moment ago only if a platform needs it', async () => {
  const nodes = [
    { name: 'a', platforms: [amd64], reports: emulating },
    { name: 'b', platforms: [arm64], reports: 'linux/arm64' },
  ]
  const spared = await settle(nodes, { silent: ['b'] })
  expect(spared.views).toHaveLength(1)
  expect(spared.nodes.map(({ Name }) => Name)).toEqual(['a'])
  expect(spared.lines.join('\n')).toContain('without node b (tcp://b:1), which is not available: it did not respond')
  const needed = await settle(nodes, { silent: ['b'], platforms: ['linux/arm64', 'linux/s390x'] })
  expect(needed.views.length).toBeGreaterThan(2)
})

const timesAsked = (views: readonly unknown[], name: string) =>
  views.filter((view) => JSON.stringify(view).includes(`tcp://${name}:1`)).length

test('settleNodes() asks a node that hangs once while it waits for one that is restarting', async () => {
  const { assignments, views } = await settle([
    { name: 'a', platforms: [amd64], reports: 'linux/amd64' },
    { name: 'b', platforms: [arm64] },
    { name: 'c', hangs: true },
  ])
  expect(assignments).toMatchObject({ code: 'daemon-unreachable', message: expect.stringContaining('within 3 s') })
  expect(timesAsked(views, 'b')).toBeGreaterThan(1)
  expect(timesAsked(views, 'c')).toBe(1)
})

test('settleNodes() does not wait for nodes that hang, and asks one that did not respond before once', async () => {
  const nodes = [
    { name: 'a', platforms: [amd64], reports: 'linux/amd64' },
    { name: 'b', platforms: [arm64], hangs: true },
  ]
  for (const silent of [[], ['b']]) {
    const { assignments, views } = await settle(nodes, { silent })
    expect(assignments).toMatchObject({ code: 'daemon-unreachable', platform: 'linux/arm64' })
    expect(timesAsked(views, 'b')).toBe(1)
  }
})

test('settleNodes() does not warn about a node that no platform needs', async () => {
  const { nodes, lines } = await settle([
    { name: 'a', platforms: [amd64, arm64], reports: emulating },
    { name: 'b', platforms: [{ architecture: 's390x', os: 'linux' }] },
  ])
  expect(nodes.map(({ Name }) => Name)).toEqual(['a'])
  expect(lines.join('\n')).toContain('No platform needs it')
  expect(lines.join('\n')).not.toContain('warning: ')
})

test('settleNodes() names the node, its address, the platforms and the cause if no other node can build them', async () => {
  const { assignments, views } = await settle([
    { name: 'a', platforms: [amd64], reports: 'linux/amd64' },
    { name: 'b', platforms: [arm64] },
  ])
  expect(assignments).toMatchObject({
    code: 'daemon-unreachable',
    message: expect.stringMatching(
      /^Cannot build linux\/arm64: no available node .*node b \(tcp:\/\/b:1\): connect ECONNREFUSED/,
    ),
    platform: 'linux/arm64',
  })
  // It is waited for.
  expect(views.length).toBeGreaterThan(4)
})

test.each([
  [['linux/arm64', 'linux/s390x'], 'platform-unsupported', 'linux/arm64, linux/s390x'],
  [['linux/s390x'], 'daemon-unreachable', 'linux/arm64, linux/s390x'],
])('settleNodes() fails for the platforms without a node if %j are optional: %s', async (optional, code, platform) => {
  const nodes = [
    { name: 'a', platforms: [amd64], reports: 'linux/amd64' },
    { name: 'b', platforms: [arm64, { architecture: 's390x', os: 'linux' }] },
  ]
  const platforms = ['linux/amd64', 'linux/arm64', 'linux/s390x']
  expect((await settle(nodes, { platforms, optional })).assignments).toMatchObject({ code, platform })
})

test('settleNodes() is transient if no node at all responds', async () => {
  const nodes = [
    { name: 'a', platforms: [amd64] },
    { name: 'b', platforms: [arm64] },
  ]
  const { assignments } = await settle(nodes, { optional: ['linux/arm64'] })
  expect(assignments).toMatchObject({ code: 'daemon-unreachable' })
})

test('settleNodes() keeps a container that the build starts, and removes one whose daemon does not respond', async () => {
  const idle = { name: 'a', platforms: [amd64, arm64], status: 'stopped' }
  const { nodes } = await settle([idle, { name: 'b', error: 'Cannot connect to the Docker daemon' }], {
    driver: 'docker-container',
  })
  expect(nodes.map(({ Name }) => Name)).toEqual(['a'])
})

test('settleNodes() removes a container that does not respond in time, although the stopped buildx exits with 0', async () => {
  const { assignments } = await settle(
    [
      { name: 'a', platforms: [amd64], status: 'inactive', isLate: true },
      { name: 'b', platforms: [arm64], status: 'inactive', isLate: true },
    ],
    { driver: 'docker-container' },
  )
  expect(assignments).toMatchObject({
    code: 'daemon-unreachable',
    message: expect.stringContaining('Cannot build linux/amd64, linux/arm64: no available node'),
  })
})

test('settleNodes() ignores a builder with one node', async () => {
  const { assignments, nodes } = await settle([{ name: 'a' }])
  expect(assignments).toBeUndefined()
  expect(nodes).toHaveLength(1)
})

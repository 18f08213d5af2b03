import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { createBuilder } from '../../../src/engine/buildx/create-builder.ts'
import type { BuildxSpec } from '../../../src/engine/buildx/plan.ts'
import { readDocument } from '../../../src/facts/builder-file.ts'
import type { Environment, Exec, Http } from '../../../src/host/host.ts'
import { secret } from '../../../src/inputs/secret.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { retryPolicy } from '../../../src/retry/backoff.ts'
import { createTestHost } from '../../support/host.ts'
import { loginOf } from '../../support/login.ts'
import { factsOf, inputsOf, serverOf } from '../../support/plan.ts'
import { recordedTasks } from '../../support/recorded-tasks.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { tempFolder } from '../../support/temp.ts'

type Answer = { readonly status?: number; readonly stderr?: string }

/** Creates a builder with the given answers of `docker-buildx create` and `rm`; the last answer repeats. */
async function create(
  given: Parameters<typeof inputsOf>[0],
  {
    creates = [{}],
    removals = [{}],
    container,
    changes = {},
    kubeconfig,
  }: {
    readonly creates?: readonly Answer[]
    readonly removals?: readonly Answer[]
    /** The state of the builder's container in the daemon; undefined if it does not exist. */
    readonly container?: unknown
    readonly changes?: Partial<Extract<BuildxSpec['builder'], { kind: 'create' }>>
    readonly kubeconfig?: string
  } = {},
) {
  const tempDir = tempFolder()
  const calls: (readonly string[])[] = []
  const environments: Environment[] = []
  const exec: Exec = async (_, args, { env = {} } = {}) => {
    const isCreated = args[0] === 'create'
    const answers = isCreated ? creates : removals
    const before = calls.filter(([command]) => command === args[0]).length
    calls.push(args)
    environments.push(env)
    const { status = 0, stderr = '' } = answers[before] ?? answers.at(-1) ?? {}
    if (isCreated && status === 0) storeNode(String(env['BUILDX_CONFIG']), args)
    return { ok: status === 0, status, stdout: 'Nodes:\nName: x\nStatus: running\nPlatforms: linux/amd64\n', stderr }
  }
  const http: Http = async ({ url }) => ({
    // The namespace exists.
    status: container === undefined && !url.startsWith('https://10.0.0.9:6443/') ? 404 : 200,
    headers: {},
    body: Readable.from([Buffer.from(JSON.stringify(container ?? {}))]),
  })
  const env = kubeconfig === undefined ? {} : { KUBECONFIG: join(tempFolder({ kubeconfig }), 'kubeconfig') }
  const host = createTestHost({ tempDir, exec, http, env })
  const registry = createTestClient()
  onTestFinished(() => {
    host.close()
    registry.close()
  })
  const plan = makePlan(inputsOf(given), factsOf({ docker: serverOf({ store: 'containerd' }) }))
  const spec = plan.engine.spec as BuildxSpec
  const { builder } = spec
  if (builder.kind !== 'create') throw new Error('no builder is to be made')
  const retries = { policy: retryPolicy(8), onRetry: () => {}, ownNetwork: true, answeredBefore: true }
  const run = { plan, host, access: loginOf(registry) }
  const buildx = {
    run,
    spec,
    build: plan.build,
    env: { BUILDX_CONFIG: join(tempDir, 'buildx') },
    name: 'polyarch-x',
    retries,
    nodes: { lines: [] },
  }
  const failed = await createBuilder(buildx, { ...builder, ...changes }).then(
    () => undefined,
    (error: unknown) => error,
  )
  const tasks = recordedTasks(tempDir, undefined, 'ours')
  const warnings = host.log.lines.filter((line) => line.startsWith('warning: ')).map((line) => line.slice(9))
  const stored = readDocument(join(tempDir, 'buildx/instances/polyarch-x'))
  return { calls, environments, failed, tasks, warnings, tempDir, stored }
}

/** Stores a node in the file of its builder, as buildx does. */
function storeNode(state: string, args: readonly string[]): void {
  const of = (option: string) => (args.includes(option) ? args[args.indexOf(option) + 1] : undefined)
  const nodes = [{ Name: of('--node'), Endpoint: args.at(-1), Platforms: null }]
  mkdirSync(join(state, 'instances'), { recursive: true })
  const document = { Name: of('--name'), Driver: of('--driver'), Nodes: nodes }
  writeFileSync(join(state, 'instances', String(of('--name'))), JSON.stringify(document))
}

test('createBuilder() passes each option to buildx as one CSV field', async () => {
  const { calls } = await create({
    driver: 'docker-container',
    'driver-opts': 'image=a.example/buildkit:1\nenv.no_proxy=a,b\nenv.GREETING=say "hi"',
  })
  expect(calls).toEqual([
    [
      ...['create', '--name', 'polyarch-x', '--driver', 'docker-container'],
      ...['--driver-opt', 'image=a.example/buildkit:1'],
      ...['--driver-opt', '"env.no_proxy=a,b"'],
      ...['--driver-opt', '"env.GREETING=say ""hi"""'],
      '--bootstrap',
    ],
  ])
})

test('createBuilder() creates a builder that grants the allowed entitlements', async () => {
  const { calls } = await create({ allow: 'security.insecure' })
  expect(calls).toEqual([
    [
      ...['create', '--name', 'polyarch-x', '--driver', 'docker-container'],
      ...[
        '--buildkitd-flags',
        '--allow-insecure-entitlement=network.host --allow-insecure-entitlement=security.insecure',
      ],
      '--bootstrap',
    ],
  ])
})

test('createBuilder() does not pass an endpoint as an option', async () => {
  const { calls } = await create({ driver: 'docker-container', endpoint: '--append' })
  expect(calls[0]?.slice(-3)).toEqual(['--bootstrap', '--', '--append'])
})

const refused = 'ERROR: Get "https://10.0.0.9:6443/apis": dial tcp 10.0.0.9:6443: connect: connection refused'

/** Of a cluster whose API does not answer. */
const kubeconfig = `current-context: ci
contexts:
- {name: ci, context: {cluster: main, user: ci, namespace: ci-builds}}
- {name: prod, context: {cluster: main, user: ci, namespace: ci-builds}}
clusters: [{name: main, cluster: {server: "https://10.0.0.9:6443"}}]
users: [{name: ci, user: {token: top-secret}}]
`

test('createBuilder() records what a builder in a cluster is made of, as buildx forgets one that it could not remove', async () => {
  const { failed, tasks } = await create(
    { driver: 'kubernetes', 'driver-opts': 'namespace=builds' },
    { kubeconfig, creates: [{ status: 1, stderr: refused }], removals: [{ status: 1, stderr: refused }] },
  )
  expect(failed).toMatchObject({
    code: 'daemon-unreachable',
    hint: expect.stringMatching(/^Check that the Kubernetes API answers/),
  })
  expect(tasks).toMatchObject([
    { kind: 'builder', name: 'polyarch-x', isInCluster: true },
    { kind: 'deployment', name: 'polyarch-x0', namespace: 'builds', context: 'ci', server: 'https://10.0.0.9:6443' },
  ])
})

test('createBuilder() records that buildx forgot a builder which it could not remove, and how a user removes it', async () => {
  const elsewhere = kubeconfig.replaceAll('{server', '{proxy-url: "http://p", server')
  const { tasks } = await create(
    { driver: 'kubernetes', 'driver-opts': 'namespace=builds' },
    { kubeconfig: elsewhere, creates: [{ status: 1, stderr: refused }], removals: [{ status: 1, stderr: refused }] },
  )
  const byHand =
    'kubectl delete --namespace builds --ignore-not-found deployment/polyarch-x0 statefulset/polyarch-x0 configmap/polyarch-x0-config'
  expect(tasks[0]).toMatchObject({ kind: 'builder', name: 'polyarch-x', forgotten: true, byHand })
})

test('createBuilder() names the namespace of the context where the options name none', async () => {
  const { tasks } = await create({ driver: 'kubernetes' }, { kubeconfig })
  expect(tasks[1]).toMatchObject({ kind: 'deployment', namespace: 'ci-builds' })
})

test('createBuilder() records each Deployment; one whose name the user gives is named only if buildx fails to remove it', async () => {
  const append = `- driver-opts: [namespace=other]\n- endpoint: prod\n  name: far\n  platforms: arm64`
  const { tasks } = await create({ driver: 'kubernetes', append }, { kubeconfig })
  expect(tasks).toMatchObject([
    {
      kind: 'builder',
      byHand:
        'kubectl delete --context prod --namespace ci-builds --ignore-not-found deployment/far statefulset/far configmap/far-config',
    },
    { kind: 'deployment', name: 'polyarch-x1', namespace: 'other', context: 'ci' },
    { kind: 'deployment', name: 'polyarch-x0', namespace: 'ci-builds', context: 'ci' },
  ])
  expect(tasks[0]).not.toHaveProperty('isInCluster')
})

test('createBuilder() gives an option with commas to the driver kubernetes as one', async () => {
  const options = 'namespace=builds,labels=team=a,tier=b\nnodeselector=a=b,c=d'
  const { calls } = await create({ driver: 'kubernetes', 'driver-opts': options }, { kubeconfig })
  const given = calls[0]?.flatMap((arg, at, all) => (all[at - 1] === '--driver-opt' ? [arg] : []))
  expect(given).toEqual(['namespace=builds', '"labels=team=a,tier=b"', '"nodeselector=a=b,c=d"'])
})

test('createBuilder() finds the error of buildx among the log of its Kubernetes client', async () => {
  const log = 'E1128 21:04:11.123456   12345 v2.go:104] "Unhandled Error" err="EOF"'
  const stderr = `ERROR: error while calling configMapClient.Create for "x0": namespaces "builds" not found\n${log}\n`
  const { failed } = await create({ driver: 'kubernetes' }, { kubeconfig, creates: [{ status: 1, stderr }] })
  expect(failed).toMatchObject({ code: 'builder-not-found', message: expect.not.stringContaining('Unhandled') })
})

test('createBuilder() uses the context that `endpoint` names', async () => {
  const { calls, environments, tasks } = await create({ driver: 'kubernetes', endpoint: 'prod' }, { kubeconfig })
  expect(calls[0]).not.toContain('prod')
  const path = environments[0]?.['KUBECONFIG'] ?? ''
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
    'current-context': 'prod',
    contexts: [{ name: 'prod', context: { cluster: 'main', user: 'ci' } }],
    clusters: [{ name: 'main', cluster: { server: 'https://10.0.0.9:6443' } }],
    users: [{ name: 'ci', user: { token: 'top-secret' } }],
  })
  expect(tasks[1]).toMatchObject({ kind: 'deployment', context: 'prod' })
})

test('createBuilder() treats a builder that was never created as removed', async () => {
  const { tasks } = await create(
    { driver: 'docker-container' },
    {
      creates: [{ status: 1, stderr: 'ERROR: invalid driver option tier for docker-container driver' }],
      removals: [{ status: 1, stderr: 'ERROR: no builder "polyarch-x" found' }],
    },
  )
  expect(tasks).toEqual([expect.not.objectContaining({ forgotten: true })])
})

test('createBuilder() waits twenty seconds for a daemon that is down', async () => {
  const down = { status: 1, stderr: 'ERROR: Cannot connect to the Docker daemon at unix:///d.sock.' }
  const { failed, calls } = await create(
    { driver: 'docker-container' },
    { creates: [down, down, down, down, down, {}] },
  )
  expect(failed).toBeUndefined()
  expect(calls.filter(([command]) => command === 'create')).toHaveLength(6)
})

test('createBuilder() appends allowed entitlements to the given flags', async () => {
  const flags = '--debug --allow-insecure-entitlement network.host'
  const { calls } = await create({ driver: 'docker-container', 'buildkitd-flags': flags, allow: 'security.insecure' })
  const at = calls[0]?.indexOf('--buildkitd-flags') ?? -1
  expect(calls[0]?.[at + 1]).toBe(`${flags} --allow-insecure-entitlement=security.insecure`)
})

test('createBuilder() creates each node by a call of its own, then boots the builder of all', async () => {
  const { calls, environments, stored } = await create({
    driver: 'remote',
    endpoint: 'tcp://a:1234',
    'node-platforms': 'amd64, arm64',
    'driver-opts': 'servername=a',
    append: `- endpoint: tcp://b:1234
  name: arm
  platforms: arm64, arm/v7
  driver-opts: [cacert=/b.pem, servername=b]
- endpoint: tcp://c:1234
  platforms: [s390x]`,
  })
  const named = (node: string) => ['create', '--name', 'polyarch-x', '--driver', 'remote', '--node', node]
  expect(calls.filter(([command]) => command === 'create')).toEqual([
    [...named('polyarch-x0'), '--platform', 'linux/amd64,linux/arm64', '--driver-opt', 'servername=a', 'tcp://a:1234'],
    [
      ...[...named('arm'), '--platform', 'linux/arm64,linux/arm/v7'],
      ...['--driver-opt', 'cacert=/b.pem', '--driver-opt', 'servername=b', 'tcp://b:1234'],
    ],
    [...named('polyarch-x2'), '--platform', 'linux/s390x', 'tcp://c:1234'],
  ])
  const configurations = environments.slice(0, 3).map((env) => env['BUILDX_CONFIG'])
  expect(new Set(configurations).size).toBe(3)
  expect(calls.at(-1)).toEqual(['inspect', '--bootstrap', 'polyarch-x'])
  // A platform belongs to the last node that declares it, as with buildx.
  expect(stored).toMatchObject({
    Name: 'polyarch-x',
    Nodes: [
      { Name: 'polyarch-x0', Platforms: [{ architecture: 'amd64' }] },
      { Name: 'arm', Platforms: [{ architecture: 'arm64' }, { architecture: 'arm', variant: 'v7' }] },
      { Name: 'polyarch-x2', Platforms: [{ architecture: 's390x' }] },
    ],
  })
})

test('createBuilder() passes the flags of a node to it, whatever its options', async () => {
  const { calls } = await create({
    driver: 'docker-container',
    append: '- endpoint: ssh://user@b\n  buildkitd-flags: --debug',
  })
  expect(calls[0]).not.toContain('--buildkitd-flags')
  expect(calls[1]?.slice(-3)).toEqual(['--buildkitd-flags', '--debug', 'ssh://user@b'])
})

test('createBuilder() creates a builder of the second node if the machine of the first is not available', async () => {
  const { calls, failed, stored, warnings } = await create(
    { driver: 'docker-container', endpoint: 'ssh://user@a', append: '- endpoint: ssh://user@b' },
    { creates: [{ status: 1, stderr: 'ERROR: Cannot connect to the Docker daemon at http://docker.example' }, {}] },
  )
  expect(failed).toBeUndefined()
  expect(calls.at(-1)).toEqual(['inspect', '--bootstrap', 'polyarch-x'])
  expect(stored).toMatchObject({ Nodes: [{ Endpoint: 'ssh://user@b' }] })
  expect(warnings).toEqual([expect.stringMatching(/without node ssh:\/\/user@a.*Cannot connect to the Docker daemon/)])
})

const pullFailed = (image: string) => ({
  status: 1,
  stderr: `ERROR: failed to pull image "${image}": dial tcp 127.0.0.1:1: connect: connection refused`,
})
const imagesIn = (calls: readonly (readonly string[])[]) =>
  calls.filter(([command]) => command === 'create').map((args) => args.find((arg) => arg.startsWith('image=')))

test('createBuilder() pulls its image from the first mirror that has it', async () => {
  const mirrors = 'docker.io=127.0.0.1:1\nmirror.example/hub\nghcr.io=other.example'
  const { calls, failed } = await create(
    { driver: 'docker-container', mirrors },
    { creates: [pullFailed('127.0.0.1:1/moby/buildkit'), {}] },
  )
  expect(failed).toBeUndefined()
  expect(imagesIn(calls)).toEqual([
    'image=127.0.0.1:1/moby/buildkit:buildx-stable-1',
    'image=mirror.example/hub/moby/buildkit:buildx-stable-1',
  ])
})

test('createBuilder() falls back to the registry, and retries all of them', async () => {
  const options = { driver: 'docker-container', 'driver-opts': 'image=ghcr.io/acme/buildkit:1', retries: '1' }
  const { calls, failed } = await create(
    { ...options, mirrors: 'ghcr.io=mirror.example' },
    { creates: [pullFailed('a'), pullFailed('b'), pullFailed('a'), pullFailed('b')] },
  )
  expect(failed).toMatchObject({ message: expect.stringContaining('Cannot start a docker-container builder') })
  expect(imagesIn(calls).slice(0, 4)).toEqual([
    'image=mirror.example/acme/buildkit:1',
    'image=ghcr.io/acme/buildkit:1',
    'image=mirror.example/acme/buildkit:1',
    'image=ghcr.io/acme/buildkit:1',
  ])
})

test('createBuilder() tries no other mirror for an invalid option', async () => {
  const { calls, failed } = await create(
    { driver: 'docker-container', mirrors: 'mirror.example' },
    { creates: [{ status: 1, stderr: 'ERROR: invalid driver option tier for docker-container driver' }] },
  )
  expect(failed).toMatchObject({ code: 'input-invalid' })
  expect(imagesIn(calls)).toHaveLength(1)
})

test('createBuilder() keeps the build cache of a named builder', async () => {
  const given = { driver: 'docker-container', builder: 'ours', 'keep-state': 'true' }
  const broken = { status: 1, stderr: 'ERROR: something else' }
  const { calls, tasks } = await create(given, { creates: [broken] })
  expect(calls[0]?.slice(0, 3)).toEqual(['create', '--name', 'ours'])
  expect(calls[1]).toEqual(['rm', '--force', '--keep-state', 'ours'])
  expect(tasks).toEqual([
    expect.objectContaining({ name: 'ours', keepState: true, byHand: 'docker rm --force buildx_buildkit_ours0' }),
  ])
})

test('createBuilder() creates another builder if the name is in use', async () => {
  const given = { driver: 'docker-container', builder: 'ours', 'keep-state': 'true' }
  const { calls, warnings } = await create(given, { container: { State: { Running: true } } })
  expect(calls[0]?.slice(0, 3)).toEqual(['create', '--name', 'polyarch-x'])
  expect(warnings).toEqual([
    expect.stringMatching(/^The builder ours is in use: .*docker rm --force buildx_buildkit_ours0$/),
  ])
})

test('createBuilder() writes certificates to files that only this user can read', async () => {
  const tls = { ca: 'CA', own: { cert: 'CERT', key: secret('KEY') } }
  const { calls, tempDir } = await create({ driver: 'remote', endpoint: 'tcp://a:1' }, { changes: { tls } })
  const options = calls[0]?.flatMap((arg, at, all) => (all[at - 1] === '--driver-opt' ? [arg] : [])) ?? []
  const files = ['cacert', 'cert', 'key'].map((kind) => join(tempDir, `node-0-${kind}.pem`))
  expect(options).toEqual([`cacert=${files[0]}`, `cert=${files[1]}`, `key=${files[2]}`])
  expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual(['CA', 'CERT', 'KEY'])
  expect(files.map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600, 0o600])
})

test("createBuilder() appends mirrors to the user's BuildKit configuration", async () => {
  const { calls } = await create({
    driver: 'docker-container',
    'buildkitd-config-inline': 'debug = true',
    mirrors: 'docker.io=http://127.0.0.1:5000/hub, docker.io=mirror.example',
  })
  const path = calls[0]?.[calls[0].indexOf('--buildkitd-config') + 1] ?? ''
  expect(readFileSync(path, 'utf8')).toBe(
    'debug = true\n[registry."docker.io"]\n  mirrors = ["127.0.0.1:5000/hub", "mirror.example"]\n\n[registry."127.0.0.1:5000"]\n  http = true\n',
  )
})

test('createBuilder() names the configuration of a rootless builder in a cluster, which does not look where buildx puts it', async () => {
  const given = { driver: 'kubernetes', 'buildkitd-config-inline': 'debug = true' }
  const flagsOf = async (changes: Readonly<Record<string, string>>) => {
    const { calls } = await create({ ...given, ...changes }, { kubeconfig })
    return calls.filter(([command]) => command === 'create').map((args) => args[args.indexOf('--buildkitd-flags') + 1])
  }
  const named = '--config=/etc/buildkit/buildkitd.toml'
  const rootless = 'rootless=true'
  expect(await flagsOf({ 'driver-opts': rootless })).toEqual([`${named} --allow-insecure-entitlement=network.host`])
  expect(await flagsOf({ 'driver-opts': rootless, 'buildkitd-flags': '--debug' })).toEqual([`${named} --debug`])
  expect(await flagsOf({ 'driver-opts': rootless, 'buildkitd-flags': '--config=/mine' })).toEqual(['--config=/mine'])
  expect(await flagsOf({ 'driver-opts': 'rootless=false', 'buildkitd-flags': '--debug' })).toEqual(['--debug'])
  const none = { 'driver-opts': rootless, 'buildkitd-config-inline': '', 'buildkitd-flags': '--debug' }
  expect(await flagsOf(none)).toEqual(['--debug'])
})

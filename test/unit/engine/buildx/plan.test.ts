import { describe, expect, test } from 'vitest'
import { describeBuildx, planBuildx } from '../../../../src/engine/buildx/plan.ts'
import { secret } from '../../../../src/inputs/secret.ts'
import { knownSecrets } from '../../../../src/login/known-secrets.ts'
import { describePlan } from '../../../../src/plan/describe-plan.ts'
import { makePlan } from '../../../../src/plan/make-plan.ts'
import { builderOf, factsOf, inputsOf, nodeOf, serverOf } from '../../../support/plan.ts'

const local = { dataRoot: '/var/lib/docker' }
const docker = serverOf({ architecture: 'arm64', local })

test.each([
  { name: "Docker's own builder", given: {}, who: 'the daemon of the builder' },
  { name: 'a remote builder', given: { driver: 'remote', endpoint: 'tcp://h:1' }, who: 'the BuildKit of the builder' },
  { name: 'a builder that the step creates', given: { driver: 'docker-container' }, who: undefined },
  { name: 'the embedded engine', given: { engine: 'embedded' }, who: 'the embedded engine' },
  { name: 'a call', given: { call: 'check' }, who: undefined },
])('mirrors that do not serve base images are a warning: $name', ({ given, who }) => {
  const inputs = inputsOf({ load: 'false', mirrors: 'docker.io=mirror.example', ...given })
  const { warnings } = makePlan(inputs, factsOf({ docker }))
  const mirrors = warnings.filter((warning) => warning.includes('`mirrors`'))
  expect(mirrors).toEqual(who === undefined ? [] : [expect.stringContaining(`not used for base images: ${who}`)])
})

test('planBuildx() loads platforms with settings of their own as one image, joined here', () => {
  const given = { images: 'app', platforms: 'amd64, arm64', load: 'true', verify: 'off' }
  const facts = factsOf({ docker: serverOf({ store: 'containerd' }) })
  const joined = planBuildx(inputsOf({ ...given, 'per-platform': 'arm64: { target: slim }' }), facts)
  expect(joined).toMatchObject({ load: true, engine: { method: { name: 'layout' } } })
  expect(joined.engine.traits.loadsInto).toBeDefined()
  const plain = planBuildx(inputsOf(given), facts)
  expect(plain).toMatchObject({ load: true, engine: { method: { name: 'load' }, traits: { loadsInto: undefined } } })
})

test.each([
  { name: "the daemon's machine", given: {}, builder: builderOf(), natives: ['linux/arm64'], local },
  {
    name: 'the nodes of a builder',
    given: {},
    builder: builderOf({ name: 'two', driver: 'remote', natives: ['linux/amd64', 'linux/s390x'] }),
    natives: ['linux/amd64', 'linux/s390x'],
    local: undefined,
  },
  {
    name: 'the daemon of another context',
    given: {},
    builder: builderOf({ name: 'far', natives: ['linux/amd64'] }),
    natives: ['linux/amd64'],
    local: undefined,
  },
  {
    name: "the daemon's machine for a builder that is not running yet",
    given: {},
    builder: builderOf({ name: 'idle', driver: 'docker-container' }),
    natives: ['linux/arm64'],
    local,
  },
  {
    name: "the daemon's machine for a builder that is created in it",
    given: { driver: 'docker-container' },
    builder: builderOf({ name: 'two', driver: 'remote', natives: ['linux/amd64'] }),
    natives: ['linux/arm64'],
    local,
  },
  {
    name: 'nothing for a builder that is created on another machine',
    given: { driver: 'remote', endpoint: 'tcp://a:1' },
    builder: builderOf(),
    natives: [],
    local: undefined,
  },
])('planBuildx() determines the native platforms: $name', ({ given, builder, natives, local }) => {
  const { engine } = planBuildx(inputsOf({ load: 'false', ...given }), factsOf({ docker, builder }))
  const { kernel, dataRoot } = engine.traits
  expect({ natives: engine.traits.natives, dataRoot, here: kernel === 'here' }).toEqual({
    natives,
    dataRoot: local?.dataRoot,
    here: local !== undefined,
  })
})

test.each([
  { given: {}, step: ['host.docker.internal:host-gateway'] },
  { given: { 'add-hosts': 'db:10.0.0.5' }, step: ['host.docker.internal:host-gateway'] },
  { given: { 'add-hosts': 'host.docker.internal:10.0.0.1' }, step: [] },
  { given: { 'add-hosts': 'host.docker.internal=10.0.0.1' }, step: [] },
])('planBuildx() adds no host that $given contains', ({ given, step }) => {
  const { engine } = planBuildx(inputsOf(given), factsOf({ docker: serverOf({ version: '24.0.7' }) }))
  expect(engine.spec.addHosts).toEqual(step)
})

test('planBuildx() rejects settings that Docker would ignore', () => {
  const facts = factsOf({ docker: serverOf({ version: '20.10.24' }) })
  expect(() => planBuildx(inputsOf({ 'shm-size': '1g' }), facts)).toThrow('Docker 20.10.24 ignores shm-size in builds')
})

describe('planBuildx() with nodes', () => {
  const plan = (given: Parameters<typeof inputsOf>[0]) => planBuildx(inputsOf(given), factsOf()).engine

  test('treats the platforms that the inputs assign to nodes as native', () => {
    const { traits, spec } = plan({
      ...{ driver: 'docker-container', 'node-platforms': 'amd64' },
      append: '- endpoint: ssh://user@far\n  platforms: arm64',
    })
    expect(traits).toMatchObject({ natives: ['linux/amd64', 'linux/arm64'], kernel: 'elsewhere' })
    expect(spec.ofDaemon).toBe(false)
  })

  test('knows no native platforms if one node has no list', () => {
    expect(plan({ driver: 'docker-container', append: '- endpoint: ssh://user@far' }).traits.natives).toEqual([])
  })

  test('knows no native platforms of a builder in another daemon', () => {
    const { traits, spec } = plan({ driver: 'docker-container', endpoint: 'ssh://user@far' })
    expect({ natives: traits.natives, ofDaemon: spec.ofDaemon }).toEqual({ natives: [], ofDaemon: false })
    const same = plan({ driver: 'docker-container', endpoint: 'default' })
    expect({ natives: same.traits.natives, ofDaemon: same.spec.ofDaemon }).toEqual({
      natives: ['linux/amd64'],
      ofDaemon: true,
    })
  })

  test('shows neither certificates nor values of options', () => {
    const { spec } = plan({
      driver: 'remote',
      endpoint: 'tcp://a:1',
      append: '- endpoint: tcp://b:1\n  driver-opts: [key=hush]',
    })
    expect(JSON.stringify(describeBuildx(spec))).not.toContain('hush')
  })

  test('passes the private keys to the log and the secret search', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nhush\n'
    const tls = { ca: 'CA', own: { cert: 'CERT', key: secret(key) } }
    const inputs = { ...inputsOf({ driver: 'remote', endpoint: 'tcp://a:1' }), nodeTls: tls }
    const plan = makePlan(inputs, factsOf())
    expect(knownSecrets(plan, {})).toEqual([{ role: 'the private key for node 0 of the builder', text: key }])
    expect(describePlan(plan)).not.toContain('hush')
  })

  test('names the node for each platform if all of them are declared', () => {
    const { nodes } = plan({
      ...{ driver: 'remote', endpoint: 'tcp://a:1', 'node-platforms': 'amd64', platforms: 'amd64, arm64' },
      append: '- endpoint: tcp://b:1\n  name: far\n  platforms: arm64',
    })
    expect(nodes).toEqual([
      'linux/amd64: node tcp://a:1, declared for it',
      'linux/arm64: node far (tcp://b:1), declared for it',
    ])
  })

  test('names the nodes of an existing builder, and warns about a native node that is not used', () => {
    const nodes = [
      nodeOf({ name: 'mine0', reported: ['linux/amd64', 'linux/arm64'] }),
      nodeOf({ name: 'mine1', endpoint: 'ssh://arm', reported: ['linux/arm64'] }),
    ]
    const builder = builderOf({ name: 'mine', driver: 'docker-container', nodes })
    const { engine, warnings } = makePlan(
      inputsOf({ builder: 'mine', platforms: 'amd64, arm64', load: 'false' }),
      factsOf({ builder }),
    )
    expect(engine.nodes?.[1]).toBe('linux/arm64: node mine0 (tcp://one:1), the first that reports it, emulated')
    expect(warnings.join()).toContain('although node mine1 (ssh://arm) runs it natively. Set the platforms of the node')
  })

  test('assigns a platform to the last node that declares it, as buildx does', () => {
    const { nodes } = plan({
      ...{ driver: 'docker-container', 'node-platforms': 'amd64, arm64', platforms: 'arm64', load: 'false' },
      append: '- endpoint: ssh://far\n  platforms: arm64',
    })
    expect(nodes).toEqual(['linux/arm64: node ssh://far, declared for it'])
  })
})

test('planBuildx() names a builder of the machine that declares a node for a platform that would be emulated', () => {
  const declaredBuilders = [{ name: 'farm', platforms: ['linux/arm64', 'linux/s390x'] }]
  const warnings = (given: Parameters<typeof inputsOf>[0]) =>
    planBuildx(inputsOf({ load: 'false', ...given }), factsOf({ declaredBuilders })).warnings
  expect(warnings({ platforms: 'amd64, arm64', driver: 'docker-container' })).toEqual([
    'linux/arm64 is emulated, although the builder farm declares a node for it. To use it, set `builder: farm`.',
  ])
  expect(warnings({ platforms: 'amd64' })).toEqual([])
})

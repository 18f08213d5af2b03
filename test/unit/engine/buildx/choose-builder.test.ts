import { describe, expect, test } from 'vitest'
import { chooseBuilder, hostGateway, requireRunSettings } from '../../../../src/engine/buildx/choose-builder.ts'
import { builderOf, inputsOf, serverOf } from '../../../support/plan.ts'

const buildx = '/b'
const classic = { buildx, builder: builderOf(), server: serverOf() }
const containerd = { ...classic, server: serverOf({ store: 'containerd' }) }

describe('chooseBuilder()', () => {
  test.each([
    { name: 'no driver is set', given: {}, base: classic },
    { name: 'it is requested', given: { builder: 'default' }, base: classic },
    { name: 'attestations are off', given: { provenance: 'false', sbom: 'false' }, base: classic },
    { name: 'the store keeps attestations', given: { provenance: 'max' }, base: containerd },
    {
      name: 'it creates attestations',
      given: { sbom: 'true' },
      base: { ...classic, builder: builderOf({ name: 'mine', driver: 'docker-container' }) },
    },
  ])('keeps the existing builder when $name', ({ given, base }) => {
    const { name, driver } = base.builder
    expect(chooseBuilder(inputsOf(given), base)).toMatchObject({ kind: 'existing', name, driver })
  })

  test('uses the docker driver of the context when requested', () => {
    const endpoint = { ...serverOf().endpoint, context: 'far' }
    const base = { ...classic, builder: builderOf({ name: 'mine', driver: 'remote' }), server: serverOf({ endpoint }) }
    expect(chooseBuilder(inputsOf({ driver: 'docker' }), base)).toMatchObject({
      kind: 'existing',
      name: 'far',
      driver: 'docker',
    })
  })

  test.each([{ provenance: 'true' }, { sbom: 'true' }])(
    'creates a container builder for %j on the classic store',
    (given) => {
      expect(chooseBuilder(inputsOf(given), classic)).toMatchObject({ kind: 'create', driver: 'docker-container' })
    },
  )

  test('creates a builder of the requested driver, with its options', () => {
    const given = { driver: 'docker-container', 'driver-opts': 'network=host', 'buildkitd-config': 'b.toml' }
    expect(chooseBuilder(inputsOf(given), classic)).toMatchObject({
      kind: 'create',
      driver: 'docker-container',
      driverOpts: ['network=host'],
      config: { kind: 'file', path: 'b.toml' },
    })
  })

  test.each([
    { name: 'builder', given: { builder: 'default', provenance: 'true' } },
    { name: 'driver', given: { driver: 'docker', provenance: 'true' } },
  ])('rejects attestations on the classic store when `$name` requests the docker driver', ({ given }) => {
    expect(() => chooseBuilder(inputsOf(given), classic)).toThrow(expect.objectContaining({ code: 'feature-missing' }))
  })
})

describe('allow: security.insecure', () => {
  const allow = { allow: 'security.insecure' }

  test("creates a builder that grants it, in place of the daemon's own", () => {
    expect(chooseBuilder(inputsOf(allow), containerd)).toMatchObject({
      kind: 'create',
      driver: 'docker-container',
      grants: ['network.host', 'security.insecure'],
    })
  })

  test.each([{ driver: 'docker' }, { builder: 'default' }])('keeps %j', (given) => {
    expect(chooseBuilder(inputsOf({ ...allow, ...given }), containerd)).toMatchObject({ kind: 'existing' })
  })

  test('keeps an existing container builder', () => {
    const base = { ...classic, builder: builderOf({ name: 'mine', driver: 'docker-container' }) }
    expect(chooseBuilder(inputsOf(allow), base)).toMatchObject({ kind: 'existing', name: 'mine' })
  })

  test('is rejected for a remote builder', () => {
    const given = { ...allow, driver: 'remote', endpoint: 'tcp://h:1' }
    expect(chooseBuilder(inputsOf(given), classic)).toMatchObject({ kind: 'create', grants: undefined })
  })

  test('network.host needs no other builder, and grants nothing else', () => {
    expect(chooseBuilder(inputsOf({ allow: 'network.host' }), classic)).toMatchObject({ kind: 'existing' })
    const made = chooseBuilder(inputsOf({ allow: 'network.host', driver: 'docker-container' }), classic)
    expect(made).toMatchObject({ kind: 'create', grants: undefined })
  })
})

describe('requireRunSettings()', () => {
  test.each([
    { given: { 'shm-size': '1g', ulimit: 'nofile=1', 'cgroup-parent': 'x' }, what: 'shm-size, ulimit' },
    { given: { ulimit: 'nofile=1' }, what: 'Docker 20.10.24 ignores ulimit in builds' },
  ])('rejects $given if Docker ignores it', ({ given, what }) => {
    expect(() => requireRunSettings(inputsOf(given), 'docker', '20.10.24')).toThrow(what)
    for (const version of ['23.0.0', '28.5.2', undefined]) requireRunSettings(inputsOf(given), 'docker', version)
    requireRunSettings(inputsOf(given), 'docker-container', '20.10.24')
  })

  test('rejects host-gateway if only the docker driver supports it', () => {
    const inputs = inputsOf({ 'add-hosts': 'a:host-gateway' })
    expect(() => requireRunSettings(inputs, 'docker-container', '28.5.2')).toThrow('Cannot use host-gateway')
    requireRunSettings(inputs, 'docker', '28.5.2')
    requireRunSettings(inputsOf({ 'add-hosts': 'host-gateway:10.0.0.1' }), 'remote', undefined)
  })
})

test.each([
  { version: '20.10.24+dfsg1', given: false },
  { version: '24.0.2', given: false },
  { version: '24.0.3', given: true },
  { version: '24.0.9', given: true },
  { version: '24.0.7-0ubuntu4', given: true },
  { version: '25.0.0', given: false },
  { version: undefined, given: false },
])('hostGateway() of $version is passed: $given', ({ version, given }) => {
  expect(hostGateway('docker', version)).toEqual(given ? ['host.docker.internal:host-gateway'] : [])
})

test('hostGateway() is for the docker driver alone', () => {
  expect(hostGateway('docker-container', '24.0.5')).toEqual([])
})

describe('settings that only a created builder supports', () => {
  test.each([
    { 'driver-opts': 'network=host' },
    { 'buildkitd-config-inline': 'debug = true' },
    { 'buildkitd-flags': '--debug' },
    { 'node-platforms': 'amd64' },
  ])("create one in place of the daemon's own: %j", (given) => {
    const [name] = Object.keys(given)
    expect(chooseBuilder(inputsOf(given), containerd)).toMatchObject({
      kind: 'create',
      driver: 'docker-container',
      because: `required by the \`${name === 'buildkitd-config-inline' ? 'buildkitd-config' : name}\` input`,
    })
  })
})

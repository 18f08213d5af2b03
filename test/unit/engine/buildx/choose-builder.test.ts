import { describe, expect, test } from 'vitest'
import { chooseBuilder, hostGateway, requireRunSettings } from '../../../../src/engine/buildx/choose-builder.ts'
import { builderOf, inputsOf, serverOf } from '../../../support/plan.ts'

const buildx = '/b'
const classic = { buildx, builder: builderOf(), server: serverOf() }
const containerd = { ...classic, server: serverOf({ store: 'containerd' }) }

describe('chooseBuilder()', () => {
  test.each([
    { name: 'nothing was said', given: {}, base: classic },
    { name: 'it was asked for', given: { builder: 'default' }, base: classic },
    { name: 'attestations are off', given: { provenance: 'false', sbom: 'false' }, base: classic },
    { name: 'the store keeps attestations', given: { provenance: 'max' }, base: containerd },
    {
      name: 'it attests by itself',
      given: { sbom: 'true' },
      base: { ...classic, builder: builderOf({ name: 'mine', driver: 'docker-container' }) },
    },
  ])('keeps the builder that is there when $name', ({ given, base }) => {
    const { name, driver } = base.builder
    expect(chooseBuilder(inputsOf(given), base)).toMatchObject({ kind: 'existing', name, driver })
  })

  test('takes the docker driver of the context when it was asked for', () => {
    const endpoint = { ...serverOf().endpoint, context: 'far' }
    const base = { ...classic, builder: builderOf({ name: 'mine', driver: 'remote' }), server: serverOf({ endpoint }) }
    expect(chooseBuilder(inputsOf({ driver: 'docker' }), base)).toMatchObject({
      kind: 'existing',
      name: 'far',
      driver: 'docker',
    })
  })

  test.each([{ provenance: 'true' }, { sbom: 'true' }])(
    'makes a container builder for %j on the classic store',
    (given) => {
      expect(chooseBuilder(inputsOf(given), classic)).toMatchObject({ kind: 'create', driver: 'docker-container' })
    },
  )

  test('makes a builder of the driver that was asked for, with its options', () => {
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
  ])('refuses attestations on the classic store when `$name` asks for the docker driver', ({ given }) => {
    expect(() => chooseBuilder(inputsOf(given), classic)).toThrow(expect.objectContaining({ code: 'feature-missing' }))
  })
})

describe('allow: security.insecure', () => {
  const allow = { allow: 'security.insecure' }

  test("has a builder made that grants it, in place of the daemon's own", () => {
    expect(chooseBuilder(inputsOf(allow), containerd)).toMatchObject({
      kind: 'create',
      driver: 'docker-container',
      grants: ['network.host', 'security.insecure'],
    })
  })

  test.each([{ driver: 'docker' }, { builder: 'default' }])('keeps to %j', (given) => {
    expect(chooseBuilder(inputsOf({ ...allow, ...given }), containerd)).toMatchObject({ kind: 'existing' })
  })

  test('keeps a builder in a container', () => {
    const base = { ...classic, builder: builderOf({ name: 'mine', driver: 'docker-container' }) }
    expect(chooseBuilder(inputsOf(allow), base)).toMatchObject({ kind: 'existing', name: 'mine' })
  })

  test('is not for a builder elsewhere to grant', () => {
    const given = { ...allow, driver: 'remote', endpoint: 'tcp://h:1' }
    expect(chooseBuilder(inputsOf(given), classic)).toMatchObject({ kind: 'create', grants: undefined })
  })

  test('network.host needs no other builder, and no other grants', () => {
    expect(chooseBuilder(inputsOf({ allow: 'network.host' }), classic)).toMatchObject({ kind: 'existing' })
    const made = chooseBuilder(inputsOf({ allow: 'network.host', driver: 'docker-container' }), classic)
    expect(made).toMatchObject({ kind: 'create', grants: undefined })
  })
})

describe('requireRunSettings()', () => {
  test.each([
    { given: { 'shm-size': '1g', ulimit: 'nofile=1', 'cgroup-parent': 'x' }, what: 'shm-size, ulimit' },
    { given: { ulimit: 'nofile=1' }, what: 'Docker 20.10.24 ignores ulimit in builds' },
  ])('refuses $given where Docker ignores it', ({ given, what }) => {
    expect(() => requireRunSettings(inputsOf(given), 'docker', '20.10.24')).toThrow(what)
    for (const version of ['23.0.0', '28.5.2', undefined]) requireRunSettings(inputsOf(given), 'docker', version)
    requireRunSettings(inputsOf(given), 'docker-container', '20.10.24')
  })

  test('refuses host-gateway where only the docker driver knows it', () => {
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
])('hostGateway() of $version is given: $given', ({ version, given }) => {
  expect(hostGateway('docker', version)).toEqual(given ? ['host.docker.internal:host-gateway'] : [])
})

test('hostGateway() is for the docker driver alone', () => {
  expect(hostGateway('docker-container', '24.0.5')).toEqual([])
})

describe('what only a builder that is made heeds', () => {
  test.each([
    { 'driver-opts': 'network=host' },
    { 'buildkitd-config-inline': 'debug = true' },
    { 'buildkitd-flags': '--debug' },
    { 'node-platforms': 'amd64' },
  ])("has one made in place of the daemon's own: %j", (given) => {
    const [name] = Object.keys(given)
    expect(chooseBuilder(inputsOf(given), containerd)).toMatchObject({
      kind: 'create',
      driver: 'docker-container',
      because: `required by the \`${name === 'buildkitd-config-inline' ? 'buildkitd-config' : name}\` input`,
    })
  })
})

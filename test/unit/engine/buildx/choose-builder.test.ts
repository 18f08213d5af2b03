import { describe, expect, test } from 'vitest'
import { chooseBuilder, hostGateway } from '../../../../src/engine/buildx/choose-builder.ts'
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

import { describe, expect, test } from 'vitest'
import { isOlder, requireBuildx } from '../../../../src/engine/buildx/require-buildx.ts'
import type { Facts } from '../../../../src/facts/facts.ts'
import { builderOf, factsOf, inputsOf, serverOf } from '../../../support/plan.ts'

test.each([
  { version: '20.10.24+dfsg1', minimum: '20.10.24', older: false },
  { version: '20.10.24+dfsg1', minimum: '20.10.25', older: true },
  { version: '19.03.15-ce', minimum: '19.3.15', older: false },
  { version: '19.03.15-ce', minimum: '20.0.0', older: true },
  { version: '3.0.11+azure-2', minimum: '3.0.11', older: false },
  { version: '28.0.0-rc.1', minimum: '28.0.0', older: false },
  { version: '24.0.10', minimum: '24.0.9', older: false },
  { version: 'v25', minimum: '25.0.0', older: false },
  { version: 'library-import', minimum: '1.0.0', older: undefined },
  { version: '', minimum: '1.0.0', older: undefined },
])('isOlder() compares "$version" with $minimum', ({ version, minimum, older }) => {
  expect(isOlder(version, minimum)).toBe(older)
})

const { endpoint } = serverOf()
const silent: Facts['docker'] = { kind: 'unreachable', reason: 'connect ENOENT /var/run/docker.sock', endpoint }
const remote = builderOf({ name: 'far', driver: 'remote' })

describe('requireBuildx()', () => {
  test('accepts a daemon and buildx', () => {
    const facts = factsOf()
    expect(requireBuildx(inputsOf(), facts)).toEqual({
      buildx: '/usr/libexec/docker/cli-plugins/docker-buildx',
      builder: facts.builder,
      server: facts.docker,
    })
  })

  test.each([
    { name: 'the builder in use', facts: factsOf({ docker: silent, builder: remote }), given: {} },
    {
      name: 'the builder to create',
      facts: factsOf({ docker: silent }),
      given: { driver: 'remote', endpoint: 'tcp://a:1234' },
    },
  ])('needs no daemon when $name is remote', ({ facts, given }) => {
    expect(requireBuildx(inputsOf(given), facts).server).toBeUndefined()
  })

  test('accepts a container builder on Podman', () => {
    const facts = factsOf({
      docker: serverOf({ product: 'podman' }),
      builder: builderOf({ driver: 'docker-container' }),
    })
    expect(requireBuildx(inputsOf(), facts).server).toMatchObject({ product: 'podman' })
  })

  test.each([
    {
      name: 'no buildx',
      facts: factsOf({ buildx: { kind: 'missing', reason: 'there is no docker-buildx' } }),
      given: {},
      code: 'buildx-missing',
      message: 'Cannot build: there is no docker-buildx',
    },
    {
      name: 'no such builder',
      facts: factsOf({ builder: { kind: 'missing', reason: 'no builder "x" found' } }),
      given: { builder: 'x' },
      code: 'builder-not-found',
      message: 'Cannot use the builder x: no builder "x" found',
    },
    {
      name: 'no daemon',
      facts: factsOf({ docker: silent }),
      given: {},
      code: 'daemon-unreachable',
      message:
        'Cannot reach Docker at unix:///var/run/docker.sock (from the default socket): connect ENOENT /var/run/docker.sock',
    },
    {
      name: 'Podman at the socket',
      facts: factsOf({ docker: serverOf({ product: 'podman' }) }),
      given: {},
      code: 'feature-missing',
      message: 'Cannot build with buildx: Podman answers at unix:///var/run/docker.sock, which is not supported yet',
    },
    {
      name: 'an old daemon',
      facts: factsOf({ docker: serverOf({ version: '20.10.24+dfsg1' }) }),
      given: { 'minimum-engine-version': '24' },
      code: 'engine-too-old',
      message: 'Cannot use Docker 20.10.24+dfsg1: it is too old, 24.0.0 or newer is required',
    },
    {
      name: 'a daemon without version',
      facts: factsOf({ docker: serverOf({ version: '' }) }),
      given: { 'minimum-engine-version': '24' },
      code: 'engine-too-old',
      message: 'Cannot use Docker: its version is unknown (none given), 24.0.0 or newer is required',
    },
    {
      name: 'a builder without a daemon, whose version is unknown',
      facts: factsOf({ docker: silent, builder: remote }),
      given: { 'minimum-engine-version': '24' },
      code: 'engine-too-old',
      message: 'Cannot use Docker: its version is unknown (none given), 24.0.0 or newer is required',
    },
    {
      name: 'an old buildx',
      facts: factsOf({ buildx: { path: '/b', version: 'v0.12.1' } }),
      given: { 'minimum-engine-version': 'buildx=0.13' },
      code: 'engine-too-old',
      message: 'Cannot use buildx v0.12.1: it is too old, 0.13.0 or newer is required',
    },
    {
      name: 'a buildx without a version',
      facts: factsOf({ buildx: { path: '/b', version: '' } }),
      given: { 'minimum-engine-version': 'buildx=0.13' },
      code: 'engine-too-old',
      message: 'Cannot use buildx: its version is unknown (none given), 0.13.0 or newer is required',
    },
  ])('rejects $name', ({ facts, given, code, message }) => {
    expect(() => requireBuildx(inputsOf(given), facts)).toThrow(expect.objectContaining({ code, message }))
  })

  test.each([
    { name: 'a socket that is not ours', reason: 'connect EACCES /var/run/docker.sock', hint: /`docker` group/ },
    { name: 'a socket that does not exist', reason: 'connect ENOENT /var/run/docker.sock', hint: /^Start Docker/ },
  ])('reports how to fix $name', ({ reason, hint }) => {
    expect(() => requireBuildx(inputsOf(), factsOf({ docker: { ...silent, reason } }))).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(hint) }),
    )
  })
})

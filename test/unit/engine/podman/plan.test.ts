import { describe, expect, test } from 'vitest'
import { planEngine } from '../../../../src/engine/choose.ts'
import type { Facts, Podman } from '../../../../src/facts/facts.ts'
import { factsOf, inputsOf, serverOf } from '../../../support/plan.ts'

const found: Podman = {
  kind: 'podman',
  name: 'podman',
  path: '/usr/bin/podman',
  version: '5.4.2',
  rootless: true,
  remote: false,
  native: 'linux/amd64',
}
const silent: Facts['docker'] = { kind: 'unreachable', reason: 'connect ENOENT', endpoint: serverOf().endpoint }
const facts = factsOf({ docker: silent, podman: found })

describe('the engine podman', () => {
  test('builds on the kernel of this machine and loads a single platform', () => {
    expect(planEngine(inputsOf({ engine: 'buildah', push: 'false' }), facts)).toMatchObject({
      load: true,
      engine: {
        name: 'podman',
        because: 'podman 5.4.2 at /usr/bin/podman, rootless; selected by the `engine` input',
        traits: { runsSteps: true, kernel: 'here', natives: ['linux/amd64'] },
      },
    })
  })

  test('is selected by default if no daemon is available', () => {
    expect(planEngine(inputsOf(), facts).engine).toMatchObject({
      name: 'podman',
      because: expect.stringMatching(/^podman 5\.4\.2 .*; because /),
    })
    const embedded = planEngine(inputsOf({ 'cache-to': 'type=gha' }), facts).engine
    expect(embedded).toMatchObject({
      name: 'embedded',
      because: expect.stringContaining('Podman does not support caches of type=gha'),
    })
  })

  test.each([
    { given: { 'cache-to': 'type=gha' }, what: 'caches of type=gha' },
    { given: { 'cache-from': 'type=registry,ref=r.example/c:1' }, what: 'a cache under a tag (r.example/c:1)' },
    { given: { cache: 'local' }, what: '`cache: local`' },
    { given: { provenance: 'true' }, what: 'attestations' },
    { given: { builder: 'b' }, what: 'builders' },
    { given: { 'extra-args': '--resource=memory=2g' }, what: 'options of buildx' },
    { given: { 'no-cache-filters': 'a' }, what: '`no-cache-filters`' },
    { given: { allow: 'security.insecure' }, what: '`allow: security.insecure`' },
    { given: { 'drop-layers': '1' }, what: '`drop-layers`' },
    {
      given: { platforms: 'amd64, arm64', load: 'true', 'per-platform': 'arm64: { target: x }' },
      what: '`load` of several platforms with `per-platform`',
    },
    { given: { 'build-contexts': 'a=oci-layout:///x' }, what: 'archives and OCI layouts' },
  ])('does not support $given', ({ given, what }) => {
    const error = {
      code: 'feature-missing',
      message: expect.stringContaining(what),
      hint: expect.stringMatching(/buildx/),
    }
    expect(() => planEngine(inputsOf({ ...given, engine: 'podman' }), facts)).toThrow(expect.objectContaining(error))
  })

  test.each([
    { reason: 'neither podman nor buildah is on PATH', code: 'feature-missing' },
    { reason: '/usr/bin/podman does not start: Cannot connect to Podman', code: 'daemon-unreachable' },
  ])('reports that the program is missing: $reason', ({ reason, code }) => {
    const without = factsOf({ docker: silent, podman: { kind: 'missing', reason } })
    expect(() => planEngine(inputsOf({ engine: 'podman' }), without)).toThrow(
      expect.objectContaining({ code, message: `Cannot use the engine podman: ${reason}` }),
    )
    expect(planEngine(inputsOf(), without).engine.name).toBe('embedded')
  })
})

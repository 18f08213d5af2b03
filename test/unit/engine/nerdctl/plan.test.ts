import { expect, test } from 'vitest'
import { planEngine } from '../../../../src/engine/choose.ts'
import { planNerdctl } from '../../../../src/engine/nerdctl/plan.ts'
import type { Facts } from '../../../../src/facts/facts.ts'
import type { InputName } from '../../../../src/inputs/schema.ts'
import { factsOf, inputsOf, serverOf } from '../../../support/plan.ts'

const nerdctl = {
  kind: 'nerdctl',
  path: '/usr/local/bin/nerdctl',
  version: '2.2.1',
  buildkit: 'unix:///run/buildkit/buildkitd.sock',
  native: 'linux/amd64',
} as const
const planOf = (given: Partial<Record<InputName, string>>) =>
  planNerdctl(inputsOf(given), factsOf({ nerdctl }), 'selected')

test.each(['nerdctl', 'containerd', 'Nerdctl'])('is selected by engine: %s', (engine) => {
  const { engine: planned, load } = planEngine(inputsOf({ engine, push: 'false' }), factsOf({ nerdctl }))
  expect(planned).toMatchObject({
    name: 'nerdctl',
    because:
      'nerdctl 2.2.1 at /usr/local/bin/nerdctl, BuildKit at unix:///run/buildkit/buildkitd.sock; selected by the `engine` input',
    spec: nerdctl,
    traits: {
      kernel: 'here',
      natives: ['linux/amd64'],
      containers: { name: 'podman', title: 'nerdctl 2.2.1', spec: { name: 'nerdctl' } },
    },
  })
  expect(load).toBe(true)
})

test('does not assume the kernel of this machine for a buildkitd over TCP', () => {
  const remote = { ...nerdctl, buildkit: 'tcp://build.example:1234' }
  expect(planNerdctl(inputsOf(), factsOf({ nerdctl: remote }), '').engine.traits.kernel).toBe('elsewhere')
})

test.each([
  {
    found: { kind: 'missing', reason: 'nerdctl is not on PATH' },
    code: 'feature-missing',
    hint: 'Install nerdctl with containerd and BuildKit',
  },
  {
    found: { kind: 'missing', reason: 'no buildkitd responds at unix:///run/b.sock', isInstalled: true },
    code: 'daemon-unreachable',
    hint: 'systemctl start containerd buildkit',
  },
] as const)('says how to make it available: $found.reason', ({ found, code, hint }) => {
  expect(() => planNerdctl(inputsOf(), factsOf({ nerdctl: found }), '')).toThrow(
    expect.objectContaining({
      code,
      message: `Cannot use the engine nerdctl: ${found.reason}`,
      hint: expect.stringContaining(hint),
    }),
  )
})

test.each([
  { found: nerdctl, given: {}, name: 'nerdctl', because: 'because no Docker daemon answers' },
  { found: nerdctl, given: { 'shm-size': '1g' }, name: 'embedded', because: 'nerdctl does not support `shm-size`' },
  {
    found: { kind: 'missing', reason: 'no buildkitd responds at x', isInstalled: true },
    given: {},
    name: 'embedded',
    because: 'no buildkitd responds at x',
  },
] as const)('engine: auto selects $name after Docker and Podman: $because', ({ found, given, name, because }) => {
  const docker: Facts['docker'] = { kind: 'unreachable', reason: 'connect ENOENT', endpoint: serverOf().endpoint }
  const podman = { kind: 'missing', reason: 'neither podman nor buildah is on PATH' } as const
  const { engine } = planEngine(inputsOf(given), factsOf({ docker, podman, nerdctl: found }))
  expect(engine.name).toBe(name)
  expect(engine.because).toContain(because)
  expect(engine.otherwise?.hint ?? '').toContain(
    found.kind === 'missing' && found.isInstalled ? 'systemctl start containerd buildkit' : '',
  )
})

test.each([
  { given: { context: 'https://github.com/acme/app.git' }, what: 'a context that is not a directory' },
  { given: { file: 'https://a.example/Dockerfile' }, what: 'a Dockerfile at a URL' },
  { given: { 'build-contexts': 'a=https://github.com/acme/a.git' }, what: '`build-contexts` other than' },
  { given: { 'cache-from': 'type=gha' }, what: 'caches of type=gha' },
  { given: { cache: 'gha' }, what: '`cache: gha`' },
  { given: { 'cgroup-parent': 'x' }, what: '`cgroup-parent`' },
  { given: { 'no-cache-filters': 'a' }, what: '`no-cache-filters`' },
  { given: { 'shm-size': '1g' }, what: '`shm-size`' },
  { given: { ulimit: 'nofile=1' }, what: '`ulimit`' },
  { given: { attests: 'type=sbom' }, what: 'attestations' },
  { given: { builder: 'b' }, what: 'builders' },
  { given: { 'extra-args': '--resource=memory=2g' }, what: 'options of buildx' },
  { given: { platforms: 'windows/amd64' }, what: 'platforms other than Linux' },
])('rejects $given', ({ given, what }) => {
  expect(() => planOf(given)).toThrow(
    expect.objectContaining({
      code: 'feature-missing',
      message: expect.stringContaining(what),
      hint: expect.stringContaining('driver: remote'),
    }),
  )
})

import { describe, expect, test } from 'vitest'
import { type PodmanCall, podmanArguments } from '../../../../src/engine/podman/args.ts'
import { makePlan } from '../../../../src/plan/make-plan.ts'
import type { BuildSpec } from '../../../../src/plan/plan.ts'
import { factsOf, inputsOf } from '../../../support/plan.ts'

const call: PodmanCall = {
  program: { name: 'podman', version: '5.8.6' },
  platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
  name: 'localhost/polyarch-abc123:linux-arm-v7',
  dockerfile: '/w/Dockerfile',
  ignoreFile: undefined,
  mark: { id: 'polyarch-abc123', path: '/t/podman/mark' },
  gateway: '10.0.0.7',
}

function specOf(inputs: Parameters<typeof inputsOf>[0]): BuildSpec {
  return { ...makePlan(inputsOf(inputs), factsOf()).build, context: '/w' }
}

describe('podmanArguments()', () => {
  test('returns one platform with a name of the run, without labels and annotations', () => {
    expect(podmanArguments(specOf({ labels: 'a=b', annotations: 'c=d' }), call)).toEqual([
      ...['build', '--format', 'docker', '--identity-label=false', '--layers', '--platform', 'linux/arm/v7'],
      ...['--tag', 'localhost/polyarch-abc123:linux-arm-v7', '--file', '/w/Dockerfile', '--pull=newer'],
      ...['--secret', 'id=polyarch-abc123,src=/t/podman/mark', '/w'],
    ])
  })

  test.each([
    { given: { 'build-args': 'A=1, 2' }, args: ['--build-arg', 'A=1, 2'] },
    { given: { target: 'x' }, args: ['--target', 'x'] },
    { given: { pull: 'true' }, args: ['--pull=always'] },
    { given: { 'no-cache': 'true' }, args: ['--no-cache'] },
    { given: { network: 'host' }, args: ['--network', 'host'] },
    { given: { 'shm-size': '1g' }, args: ['--shm-size', '1g'] },
    { given: { ulimit: 'nofile=1:2' }, args: ['--ulimit', 'nofile=1:2'] },
    { given: { 'add-hosts': 'a=10.0.0.1' }, args: ['--add-host', 'a:10.0.0.1'] },
    { given: { ssh: 'default=/s' }, args: ['--ssh', 'default=/s'] },
    { given: { 'build-contexts': 'a=/x' }, args: ['--build-context', 'a=/x'] },
    { given: { 'build-contexts': 'a=docker-image://b:1' }, args: ['--build-context', 'a=docker-image://b:1'] },
    { given: { 'cache-from': 'type=registry,ref=r.example/c' }, args: ['--cache-from', 'r.example/c'] },
    { given: { 'cache-to': 'type=registry,ref=r.example/c' }, args: ['--cache-to', 'r.example/c'] },
  ])('returns $args for $given', ({ given, args }) => {
    const found = podmanArguments(specOf(given), call).join('\n')
    expect(found).toContain(args.join('\n'))
  })

  test.each([
    { version: '4.3.1', host: 'a:10.0.0.7' },
    { version: '5.4.2', host: 'a:10.0.0.7' },
    { version: '5.8.6', host: 'a:host-gateway' },
  ])('resolves host-gateway for a version that does not: $version', ({ version, host }) => {
    const program = { name: 'podman', version } as const
    expect(podmanArguments(specOf({ 'add-hosts': 'a:host-gateway' }), { ...call, program })).toContain(host)
  })

  test('passes the ignore file', () => {
    const args = podmanArguments(specOf({}), { ...call, ignoreFile: '/w/.dockerignore' }).join(' ')
    expect(args).toContain('--ignorefile /w/.dockerignore')
  })
})

import { expect, test } from 'vitest'
import { planApple } from '../../../../src/engine/apple/plan.ts'
import { planEngine } from '../../../../src/engine/choose.ts'
import type { InputName } from '../../../../src/inputs/schema.ts'
import { factsOf, inputsOf } from '../../../support/plan.ts'

const apple = { kind: 'apple', path: '/opt/homebrew/bin/container', version: '1.2.2' } as const
const planOf = (given: Partial<Record<InputName, string>>) => planApple(inputsOf(given), factsOf({ apple }), 'selected')

test.each(['apple', 'container', 'Container'])('is selected by engine: %s', (engine) => {
  const { engine: planned, load } = planEngine(inputsOf({ engine, push: 'false' }), factsOf({ apple }))
  expect(planned).toMatchObject({
    name: 'apple',
    spec: apple,
    traits: { runsSteps: true, containers: { name: 'apple', title: 'Apple container 1.2.2' } },
  })
  expect(load).toBe(true)
})

test('names how to install the program', () => {
  const missing = { kind: 'missing', reason: 'it requires macOS 26 or newer' } as const
  expect(() => planApple(inputsOf(), factsOf({ apple: missing }), 'selected')).toThrow(
    expect.objectContaining({
      code: 'feature-missing',
      message: 'Cannot use the engine apple: it requires macOS 26 or newer',
      hint: expect.stringContaining('brew install container'),
    }),
  )
})

test.each([
  { given: { context: 'https://github.com/acme/app.git' }, what: 'a context that is not a directory' },
  { given: { file: 'https://a.example/Dockerfile' }, what: 'a Dockerfile at a URL' },
  { given: { 'build-contexts': 'a=./b' }, what: '`build-contexts`' },
  { given: { 'add-hosts': 'a:10.0.0.1' }, what: '`add-hosts`' },
  { given: { allow: 'network.host' }, what: '`allow`' },
  { given: { 'cache-from': 'type=registry,ref=a.example/c' }, what: '`cache-from` and `cache-to`' },
  { given: { 'cgroup-parent': 'x' }, what: '`cgroup-parent`' },
  { given: { compression: 'zstd' }, what: '`compression: zstd`' },
  { given: { network: 'none' }, what: '`network`' },
  { given: { 'no-cache-filters': 'a' }, what: '`no-cache-filters`' },
  { given: { 'shm-size': '1g' }, what: '`shm-size`' },
  { given: { ulimit: 'nofile=1' }, what: '`ulimit`' },
  { given: { ssh: 'key=/x' }, what: '`ssh: key`' },
  { given: { attests: 'type=sbom' }, what: 'attestations' },
  { given: { builder: 'b' }, what: 'builders' },
  { given: { 'extra-args': '--resource=memory=2g' }, what: 'options of buildx' },
  { given: { platforms: 'windows/amd64' }, what: 'platforms other than Linux' },
])('rejects $given', ({ given, what }) => {
  expect(() => planOf(given)).toThrow(
    expect.objectContaining({ code: 'feature-missing', message: expect.stringContaining(what) }),
  )
})

test.each([
  { test: 'add-hosts: [db:10.0.0.1]', what: 'extra hosts other than `host-gateway` (db:10.0.0.1)' },
  { test: 'network: host', what: 'the network of the host' },
  { test: 'hostname: x', what: '`hostname`' },
  { test: 'cpus: 0.5', what: 'a fraction of a processor' },
  { test: 'pids-limit: 5', what: '`pids-limit`' },
  { test: 'privileged: true', what: '`privileged`' },
  { test: 'security-opt: [seccomp=unconfined]', what: '`security-opt`' },
  { test: 'tmpfs: [/t:size=1m]', what: 'mount options of `tmpfs`' },
  { test: 'devices: [/dev/fuse]', what: 'devices' },
])('rejects a smoke test with $test', ({ test: text, what }) => {
  expect(() => planOf({ 'smoke-test': text })).toThrow(
    expect.objectContaining({ code: 'feature-missing', message: expect.stringContaining(`${what} in \`smoke-test\``) }),
  )
})

import { describe, expect, test } from 'vitest'
import type { Facts } from '../../../src/facts/facts.ts'
import { formatReference } from '../../../src/oci/reference.ts'
import { describePlan } from '../../../src/plan/describe-plan.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { builderOf, factsOf, inputsOf, serverOf } from '../../support/plan.ts'

const { endpoint } = serverOf()
const silent: Facts['docker'] = { kind: 'unreachable', reason: 'no', endpoint }
const remote = factsOf({
  docker: silent,
  builder: builderOf({ name: 'far', driver: 'remote', because: 'selected by name' }),
})

describe('makePlan()', () => {
  test('contains all decisions of a push', () => {
    const docker = serverOf({ store: 'containerd', insecureRegistries: ['10.0.0.0/8'], version: '24.0.7' })
    const inputs = inputsOf({
      images: 'ghcr.io/acme/app',
      tags: '1.2.3, latest',
      platforms: 'amd64, arm64',
      push: 'true',
    })
    const plan = makePlan(inputs, factsOf({ docker }))
    expect(plan).toMatchObject({
      engine: {
        name: 'buildx',
        because:
          'Docker 24.0.7 from the default socket at unix:///var/run/docker.sock, containerd image store; builder default, driver docker: default builder',
        method: { name: 'layout' },
        spec: { addHosts: ['host.docker.internal:host-gateway'] },
      },
      build: {
        context: '.',
        contextIsFolder: true,
        provenance: undefined,
      },
      load: false,
      push: true,
      version: '1.2.3',
      logins: [],
      plainHttp: ['10.0.0.0/8'],
    })
    expect(plan.references.map(formatReference)).toEqual(['ghcr.io/acme/app:1.2.3', 'ghcr.io/acme/app:latest'])
  })

  test.each([
    { given: 'false', is: undefined },
    { given: 'true', is: { 'builder-id': 'https://github.com/acme/app/actions/runs/7/attempts/1' } },
    { given: 'max', is: { mode: 'max', 'builder-id': 'https://github.com/acme/app/actions/runs/7/attempts/1' } },
    { given: 'mode=max,builder-id=https://me', is: { mode: 'max', 'builder-id': 'https://me' } },
  ])('names the run as the builder in provenance: $given', ({ given, is }) => {
    const { event } = factsOf()
    const facts = factsOf({ event: { ...event, runUrl: 'https://github.com/acme/app/actions/runs/7/attempts/1' } })
    expect(makePlan(inputsOf({ provenance: given }), facts).build.provenance).toEqual(is)
  })

  test('names no builder outside of a workflow', () => {
    expect(makePlan(inputsOf({ provenance: 'true' }), factsOf()).build.provenance).toEqual({})
  })

  test.each([
    { name: 'one platform', given: {}, facts: factsOf(), load: true },
    { name: 'two platforms', given: { platforms: 'amd64, arm64' }, facts: factsOf(), load: false },
    { name: 'a push', given: { images: 'app', push: 'true' }, facts: factsOf(), load: false },
    { name: 'a push and `load`', given: { images: 'app', push: 'true', load: 'true' }, facts: factsOf(), load: true },
    { name: 'no `load`', given: { load: 'false' }, facts: factsOf(), load: false },
    { name: 'no daemon to load into', given: {}, facts: remote, load: false },
  ])('loads with $name: $load', ({ given, facts, load }) => {
    expect(makePlan(inputsOf(given), facts).load).toBe(load)
  })

  test('keeps a remote builder without a daemon', () => {
    expect(makePlan(inputsOf(), remote)).toMatchObject({
      engine: {
        because: 'no daemon; builder far, driver remote: selected by name',
        method: { name: 'layout' },
        traits: { env: {} },
        spec: { addHosts: [] },
      },
    })
  })

  test.each([
    { context: 'sub', is: { context: 'sub', contextIsFolder: true } },
    { context: 'https://a.example/b.git', is: { context: 'https://a.example/b.git', contextIsFolder: false } },
    {
      context: '{{defaultContext}}:sub',
      is: {
        context: 'https://github.com/acme/app.git#0123456789abcdef0123456789abcdef01234567:sub',
        contextIsFolder: false,
      },
    },
  ])('builds from $context', ({ context, is }) => {
    expect(makePlan(inputsOf({ context }), factsOf()).build).toMatchObject(is)
  })

  test('uses plain HTTP for a registry with an http scheme', () => {
    expect(makePlan(inputsOf({ registry: 'http://reg.example:5000' }), factsOf()).plainHttp).toEqual([
      'reg.example:5000',
    ])
  })

  test('passes to children the address of a daemon that the CLI would not find', () => {
    const env = { DOCKER_HOST: 'unix:///home/user/.colima/default/docker.sock' }
    const docker = serverOf({ endpoint: { ...endpoint, env } })
    expect(makePlan(inputsOf(), factsOf({ docker })).engine.traits).toMatchObject({ env })
  })
})

test('makePlan() reports that the embedded engine uses no build secrets or SSH agents, and accepts them', () => {
  const facts = factsOf({ docker: silent, buildx: { kind: 'missing', reason: 'none' } })
  const notice = expect.stringContaining('Build secrets and SSH agents are not used')
  for (const given of [
    { secrets: 'a=1' },
    { 'secret-envs': 'a=A' },
    { 'secret-files': 'a=a', engine: 'embedded' },
    { ssh: 'default' },
  ]) {
    const plan = makePlan(inputsOf(given), facts)
    expect(plan.engine.name).toBe('embedded')
    expect(plan.notices).toContainEqual(notice)
  }
  expect(makePlan(inputsOf({ secrets: 'a=1' }), factsOf()).notices).not.toContainEqual(notice)
  expect(makePlan(inputsOf(), facts).notices).not.toContainEqual(notice)
})

test('describePlan() shows no value of build secrets, build arguments and smoke tests', () => {
  const plan = makePlan(
    inputsOf({
      secrets: 'a=hunter1',
      'secret-envs': 'b=hunter2',
      'secret-files': 'c=hunter3',
      ssh: 'd=hunter6',
      'build-args': 'D=hunter4',
      'smoke-test': 'env: { E: hunter5 }',
    }),
    factsOf(),
  )
  expect(describePlan(plan)).not.toContain('hunter')
  expect(JSON.parse(describePlan(plan)).build.secrets).toEqual([
    { id: 'a', source: 'value' },
    { id: 'b', source: 'env' },
    { id: 'c', source: 'file' },
  ])
  expect(JSON.parse(describePlan(plan)).build.ssh).toEqual(['d'])
})

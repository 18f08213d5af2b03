import { expect, test } from 'vitest'
import type { ContainerSpec } from '../../../../src/containers/containers.ts'
import { envData, jobOf, ownedSecret, podUser } from '../../../../src/containers/kubernetes/pod-spec.ts'
import { parsePlatform } from '../../../../src/oci/platform.ts'
import { containerOf } from '../../../support/smoke-test.ts'

const image = `ghcr.io/acme/app@sha256:${'0'.repeat(64)}`

function specOf(more: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    image,
    platform: parsePlatform('amd64'),
    lifetime: 60_000,
    entrypoint: undefined,
    command: undefined,
    user: undefined,
    workdir: undefined,
    addHosts: [],
    env: {},
    ports: [],
    volumes: [],
    options: containerOf(),
    ...more,
  }
}

const unknown = { envSecret: undefined, pullSecret: undefined, natives: [], tolerations: [] }

test.each([
  { name: 'plain', spec: specOf(), options: { ...unknown, natives: [parsePlatform('amd64')] } },
  {
    name: 'emulated',
    spec: specOf({ platform: parsePlatform('arm/v7'), command: ['sh', '-c', 'echo $HOME $(date) $$'] }),
    options: { ...unknown, natives: [parsePlatform('amd64')] },
  },
  {
    name: 'everything',
    spec: specOf({
      platform: parsePlatform('arm64'),
      lifetime: 90_500,
      entrypoint: ['/app', '--serve'],
      command: ['--verbose'],
      user: 'root:1000',
      workdir: '/srv',
      env: { 'A.B': 'one', TOKEN: 'two' },
      addHosts: ['db:10.0.0.1', 'cache:10.0.0.1', 'six:[fd00::1]', 'here:host-gateway'],
      volumes: [{ source: undefined, target: '/data', readOnly: false }],
      options: containerOf({
        network: 'host',
        hostname: 'app',
        labels: { team: 'a b' },
        memory: 268_435_456,
        cpus: 1.5,
        shmSize: 67_108_864,
        readOnly: true,
        init: true,
        capAdd: ['CAP_NET_ADMIN'],
        capDrop: ['all'],
        securityOpt: ['no-new-privileges', 'apparmor=docker-default'],
        tmpfs: { '/tmp': 'noexec,size=64m', '/run': '' },
      }),
    }),
    options: { envSecret: 'polyarch-a-env', pullSecret: 'polyarch-a-pull', natives: [], tolerations: [] },
  },
])('jobOf() $name', async ({ name, spec, options }) => {
  const text = `${JSON.stringify(jobOf('polyarch-a', spec, options), undefined, 2)}\n`
  await expect(text).toMatchFileSnapshot(`../../../golden/pods/${name}.json`)
})

test.each([
  { platform: 'arm/v7', natives: ['amd64', 'arm64'], is: 'arm64' },
  { platform: 'arm', natives: ['arm64', 'arm'], is: 'arm' },
  { platform: 'amd64/v3', natives: ['arm64', 'amd64'], is: 'amd64' },
  { platform: 's390x', natives: ['arm64', 'amd64'], is: undefined },
])('jobOf() places $platform on a node of $natives that runs it natively: $is', ({ platform, natives, is }) => {
  const spec = specOf({ platform: parsePlatform(platform) })
  const job = jobOf('a', spec, { ...unknown, natives: natives.map(parsePlatform) })
  const path = ['spec', 'template', 'spec', 'nodeSelector', 'kubernetes.io/arch']
  if (is === undefined) expect(job).not.toHaveProperty(path)
  else expect(job).toHaveProperty(path, is)
})

test('jobOf() tolerates what the pods of the builder do, on every node', () => {
  const tolerations = [{ key: 'pool', value: 'ci', effect: 'NoSchedule' }]
  const found = ['amd64', 's390x'].map((platform) => {
    const options = { ...unknown, tolerations, natives: [parsePlatform('amd64')] }
    return jobOf('a', specOf({ platform: parsePlatform(platform) }), options)
  })
  const path = 'spec.template.spec.tolerations'
  expect(found[0]).toHaveProperty(path, [...tolerations, expect.objectContaining({ key: 'kubernetes.io/arch' })])
  expect(found[1]).toHaveProperty(path, tolerations)
})

test('the values of variables are in a Secret only, which the Job owns', () => {
  const env = { 'A.B': 'one', TOKEN: 'hush$(X)' }
  const owner = { name: 'polyarch-a', uid: 'u1' }
  expect(JSON.stringify(jobOf('a', specOf({ env }), { ...unknown, envSecret: 'a-env' }))).not.toContain('hush')
  expect(ownedSecret('a-env', { type: 'Opaque', stringData: envData(env), owner })).toMatchObject({
    metadata: { ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'polyarch-a', uid: 'u1' }] },
    stringData: { v0: 'one', v1: 'hush$(X)' },
  })
})

test.each([
  { user: 'root', is: { runAsUser: 0 } },
  { user: '1000:100', is: { runAsUser: 1000, runAsGroup: 100 } },
  { user: 'nobody', is: undefined },
  { user: '1000:staff', is: undefined },
])('podUser() of $user', ({ user, is }) => {
  expect(podUser(user)).toEqual(is)
})

test.each([
  { options: containerOf({ privileged: true }), is: { privileged: true, seccompProfile: { type: 'Unconfined' } } },
  { options: containerOf({ securityOpt: ['seccomp=unconfined'] }), is: { seccompProfile: { type: 'Unconfined' } } },
  {
    options: containerOf({ securityOpt: ['apparmor=mine', 'no-new-privileges=false'] }),
    is: {
      seccompProfile: { type: 'RuntimeDefault' },
      appArmorProfile: { type: 'Localhost', localhostProfile: 'mine' },
    },
  },
])('jobOf() has the security settings $is', ({ options, is }) => {
  expect(jobOf('a', specOf({ options }), unknown)).toHaveProperty('spec.template.spec.containers.0.securityContext', is)
})

import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { containerConfig } from '../../../../src/containers/docker/container-config.ts'
import type { SmokeTest } from '../../../../src/inputs/inputs.ts'
import { parsePlatform } from '../../../../src/oci/platform.ts'
import { containerSpec } from '../../../../src/smoke-test/container-spec.ts'
import { containerOf, smokeTestOf } from '../../../support/smoke-test.ts'

const given = { image: 'polyarch-1-smoke:linux-arm64', env: { B: 'from outside' } }

/** What the daemon gets for a smoke test. */
function configOf(test: SmokeTest, publishOn: string | undefined = '127.0.0.1'): object {
  return containerConfig(containerSpec(test, { ...given, platform: parsePlatform('arm64') }), publishOn)
}

const logging = { Type: 'json-file', Config: { 'max-size': '10m' } }

test('containerConfig() runs the image unchanged by default', () => {
  const config = configOf(smokeTestOf())
  expect(config).not.toHaveProperty('Entrypoint')
  expect(config).not.toHaveProperty('Cmd')
  expect(config).toMatchObject({ Image: given.image, Env: [], Volumes: {}, HostConfig: { LogConfig: logging } })
  expect(config).not.toHaveProperty('HostConfig.NetworkMode')
  expect(config).not.toHaveProperty('HostConfig.ReadonlyRootfs')
})

test('containerConfig() applies all settings of a test', () => {
  const test = smokeTestOf({
    entrypoint: ['sh', '-c'],
    command: ['a b'],
    env: { A: 'b c', B: null, C: null },
    user: '1000',
    workdir: '/srv',
    volumes: [
      { source: 'data', target: '/data', readOnly: true },
      { source: undefined, target: '/cache', readOnly: false },
    ],
    addHosts: ['db:10.0.0.1'],
    container: containerOf({
      network: 'app',
      hostname: 'h',
      labels: { a: 'b' },
      memory: 67_108_864,
      cpus: 0.5,
      pidsLimit: 10,
      shmSize: 1024,
      ulimits: [{ name: 'nofile', soft: 1, hard: 2 }],
      readOnly: true,
      privileged: false,
      init: true,
      capAdd: ['NET_ADMIN'],
      capDrop: ['ALL'],
      securityOpt: ['no-new-privileges'],
      tmpfs: { '/tmp': 'size=1m' },
      devices: [{ source: '/dev/fuse', target: '/dev/fuse', access: 'rwm' }],
    }),
  })
  expect(configOf(test)).toEqual({
    Image: given.image,
    Entrypoint: ['sh', '-c'],
    Cmd: ['a b'],
    Env: ['A=b c', 'B=from outside'],
    User: '1000',
    WorkingDir: '/srv',
    Hostname: 'h',
    Labels: { a: 'b' },
    ExposedPorts: {},
    Volumes: { '/cache': {} },
    HostConfig: {
      Binds: [`${resolve('data')}:/data:ro`],
      PortBindings: {},
      ExtraHosts: ['db:10.0.0.1'],
      LogConfig: logging,
      NetworkMode: 'app',
      Memory: 67_108_864,
      NanoCpus: 500_000_000,
      PidsLimit: 10,
      ShmSize: 1024,
      ReadonlyRootfs: true,
      Privileged: false,
      Init: true,
      CapAdd: ['NET_ADMIN'],
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Tmpfs: { '/tmp': 'size=1m' },
      Ulimits: [{ Name: 'nofile', Soft: 1, Hard: 2 }],
      Devices: [{ PathOnHost: '/dev/fuse', PathInContainer: '/dev/fuse', CgroupPermissions: 'rwm' }],
    },
  })
})

const http = { path: '/', port: 80, status: undefined, contains: undefined }

test.each([
  {
    name: 'a free port',
    ports: [{ host: undefined, container: 53, protocol: 'udp' }],
    on: '127.0.0.1',
    found: { '53/udp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
  },
  {
    name: 'a given port',
    ports: [{ host: 8080, container: 80, protocol: 'tcp' }],
    on: '127.0.0.1',
    found: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] },
  },
  {
    name: 'a free port of a remote daemon',
    ports: [{ host: undefined, container: 80, protocol: 'tcp' }],
    on: undefined,
    found: { '80/tcp': [{ HostIp: '', HostPort: '' }] },
  },
  {
    name: 'a given port of a remote daemon',
    ports: [{ host: 8080, container: 80, protocol: 'tcp' }],
    on: undefined,
    found: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] },
  },
  {
    name: 'the port of HTTP checks',
    ports: [],
    http,
    on: '127.0.0.1',
    found: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
  },
  {
    name: 'that port once',
    ports: [{ host: 8080, container: 80, protocol: 'tcp' }],
    http,
    on: '127.0.0.1',
    found: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] },
  },
  { name: "no port of a container in the host's network", ports: [], http, network: 'host', found: {} },
] as const)('containerConfig() publishes $name', ({ ports, found, ...more }) => {
  const { network, on, http } = { network: undefined, on: '127.0.0.1', http: undefined, ...more }
  const test = smokeTestOf({ ports, http, container: containerOf({ network }) })
  expect(containerConfig(containerSpec(test, { ...given, platform: parsePlatform('arm64') }), on)).toMatchObject({
    HostConfig: { PortBindings: found },
  })
  expect(configOf(test)).toMatchObject({
    ExposedPorts: Object.fromEntries(Object.keys(found).map((key) => [key, {}])),
  })
})

import { expect, test } from 'vitest'
import { apiVersion, toServer } from '../../../src/facts/docker.ts'
import { serverOf } from '../../support/plan.ts'

const { endpoint } = serverOf()
const version = {
  Version: '28.5.2',
  Os: 'linux',
  Arch: 'amd64',
  Components: [{ Name: 'Engine' }, { Name: 'containerd' }],
}
const docker = {
  kind: 'server',
  endpoint,
  api: '1.41',
  version: '28.5.2',
  os: 'linux',
  architecture: 'amd64',
  product: 'docker',
}

test.each([
  {
    name: 'the classic store',
    version,
    info: {
      DriverStatus: [
        ['Backing Filesystem', 'extfs'],
        ['Supports d_type', 'true'],
      ] as [string, string][],
    },
    is: { ...docker, store: 'classic', insecureRegistries: [] },
  },
  {
    name: 'the containerd store',
    version,
    info: { DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] as [string, string][] },
    is: { ...docker, store: 'containerd', insecureRegistries: [] },
  },
  {
    name: 'insecure registries',
    version,
    info: {
      RegistryConfig: {
        InsecureRegistryCIDRs: ['::1/128', '127.0.0.0/8'],
        IndexConfigs: { 'docker.io': { Secure: true }, 'reg.example:5000': { Secure: false } },
      },
    },
    is: { ...docker, store: 'classic', insecureRegistries: ['::1/128', '127.0.0.0/8', 'reg.example:5000'] },
  },
  {
    name: 'Podman',
    version: { ...version, Version: '5.4.2', Components: [{ Name: 'Podman Engine' }, { Name: 'Conmon' }] },
    info: { DriverStatus: [['Native Overlay Diff', 'true']] as [string, string][] },
    is: { ...docker, version: '5.4.2', product: 'podman', store: 'classic', insecureRegistries: [] },
  },
  {
    name: 'an empty answer',
    version: {},
    info: {},
    is: { ...docker, version: '', architecture: '', store: 'classic', insecureRegistries: [] },
  },
])('toServer() reads $name', ({ version, info, is }) => {
  expect(toServer(endpoint, { version, info, kernel: '6.8.0' })).toEqual({ ...is, local: undefined })
})

test.each([
  { name: 'the same kernel behind a local socket', host: 'unix:///run/docker.sock', kernel: '6.8.0', local: true },
  { name: 'a virtual machine behind a local socket', host: 'unix:///run/docker.sock', kernel: '6.9.1', local: false },
  { name: 'a local socket on a system that is not Linux', host: 'unix:///run/docker.sock', local: false },
  { name: 'the same kernel on another machine', host: 'tcp://10.0.0.1:2376', kernel: '6.8.0', local: false },
])('toServer() reports whether the daemon runs on this kernel: $name', ({ host, kernel, local }) => {
  const info = { KernelVersion: '6.8.0', DockerRootDir: '/var/lib/docker' }
  const server = toServer({ ...endpoint, host }, { version, info, kernel })
  expect(server.local).toEqual(local ? { dataRoot: '/var/lib/docker' } : undefined)
})

test.each([
  { name: 'of Docker 20', daemon: ['1.12', '1.41'], is: '1.41' },
  { name: 'of Docker 28', daemon: ['1.24', '1.51'], is: '1.51' },
  { name: 'that this program supports, of a newer Docker', daemon: ['1.44', '1.60'], is: '1.51' },
  { name: 'that is set', daemon: ['1.24', '1.51'], asked: '1.44', is: '1.44' },
  { name: 'that is set and newer than this program', daemon: ['1.44', '1.60'], asked: '1.55', is: '1.55' },
] as const)('apiVersion() returns the version $name', ({ daemon: [oldest, newest], is, ...more }) => {
  const { asked } = { asked: undefined, ...more }
  expect(apiVersion({ MinAPIVersion: oldest, ApiVersion: newest }, asked)).toBe(is)
})

test.each([
  {
    name: 'a daemon that is too new',
    daemon: ['1.90', '2.1'],
    says: 'the daemon speaks version 1.90 to 2.1 of the API, and this program speaks it up to 1.51',
  },
  {
    name: 'a version that the daemon does not support yet',
    daemon: ['1.24', '1.41'],
    asked: '1.44',
    says: 'the daemon speaks version 1.24 to 1.41 of the API, and DOCKER_API_VERSION is 1.44',
  },
  {
    name: 'a version that it does not support any more',
    daemon: ['1.44', '1.52'],
    asked: '1.24',
    says: 'and DOCKER_API_VERSION is 1.24',
  },
] as const)('apiVersion() rejects $name', ({ daemon: [oldest, newest], says, ...more }) => {
  const { asked } = { asked: undefined, ...more }
  expect(() => apiVersion({ MinAPIVersion: oldest, ApiVersion: newest }, asked)).toThrow(says)
})

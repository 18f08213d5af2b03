import { expect, test } from 'vitest'
import { toServer } from '../../../src/facts/docker.ts'
import { serverOf } from '../../support/plan.ts'

const { endpoint } = serverOf()
const version = {
  Version: '28.5.2',
  Os: 'linux',
  Arch: 'amd64',
  Components: [{ Name: 'Engine' }, { Name: 'containerd' }],
}
const docker = { kind: 'server', endpoint, version: '28.5.2', os: 'linux', architecture: 'amd64', product: 'docker' }

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
    name: 'nothing said',
    version: {},
    info: {},
    is: { ...docker, version: '', architecture: '', store: 'classic', insecureRegistries: [] },
  },
])('toServer() reads $name', ({ version, info, is }) => {
  expect(toServer(endpoint, version, info)).toEqual(is)
})

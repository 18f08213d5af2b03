import { expect, test } from 'vitest'
import { podProblems } from '../../../../src/containers/kubernetes/pod-problems.ts'
import { containerOf } from '../../../support/smoke-test.ts'

const settings = {
  entrypoint: undefined,
  command: undefined,
  user: undefined,
  workdir: undefined,
  addHosts: [],
  ports: [],
  volumes: [],
  options: containerOf(),
}

test('podProblems() finds nothing in what a pod has', () => {
  const volumes = [{ source: undefined, target: '/data', readOnly: false }]
  const options = containerOf({ network: 'bridge', privileged: true, securityOpt: ['seccomp=unconfined'] })
  expect(podProblems({ ...settings, user: '1000', volumes, options })).toEqual([])
})

test('podProblems() names each setting that a pod does not have', () => {
  const volumes = [{ source: 'fixtures', target: '/data', readOnly: true }]
  const options = containerOf({
    network: 'none',
    ulimits: [{ name: 'nofile', soft: 1, hard: 2 }],
    pidsLimit: 10,
    devices: [{ source: '/dev/fuse', target: '/dev/fuse', access: 'rwm' }],
    securityOpt: ['label=disable'],
  })
  expect(podProblems({ ...settings, user: 'nobody', volumes, options })).toEqual([
    '`user`: Kubernetes needs a number such as 1000 or 1000:1000, found "nobody"',
    '`volumes`: the nodes of the cluster do not have fixtures of this machine',
    '`network`: a pod has the network of the cluster (bridge) or of its node (host), found none',
    '`ulimits`: Kubernetes has no such setting',
    '`pids-limit`: Kubernetes has it as a setting of nodes only',
    '`devices`: Kubernetes has no such setting; use `privileged: true`',
    '`security-opt`: Kubernetes has no such setting as label=disable',
  ])
})

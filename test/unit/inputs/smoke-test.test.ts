import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { isMapping, readSmokeTest } from '../../../src/inputs/smoke-test.ts'
import { containerOf, smokeTestOf } from '../../support/smoke-test.ts'

function read(text: string) {
  const problems: string[] = []
  const found = readSmokeTest(text, parse, (message) => problems.push(message))
  return { found, problems }
}

const nothing = smokeTestOf()

test.each([
  { name: 'a key', text: 'command: app', mapping: true },
  { name: 'a key after comments', text: '# smoke\n---\n\nexpect:\n  status: 1', mapping: true },
  { name: 'braces', text: '{ command: app }', mapping: true },
  { name: 'a command', text: 'app --flag: x', mapping: false },
  { name: 'a command with a URL', text: 'curl http://localhost', mapping: false },
])('isMapping() recognizes $name', ({ text, mapping }) => {
  expect(isMapping(text)).toBe(mapping)
})

test('readSmokeTest() reads a command line that replaces ENTRYPOINT and CMD', () => {
  expect(read("sh -c 'exit 0'")).toEqual({ found: { ...nothing, entrypoint: ['sh', '-c', 'exit 0'] }, problems: [] })
})

test('readSmokeTest() reads every key', () => {
  const text = `
command: serve "all of it"
entrypoint: [/app, 1]
env: { NAME: value, DEBUG: true, TOKEN: }
user: 1000
workdir: /srv
ports: [8080, 9090:90, 53/udp]
volumes: [/cache, ./data:/data:ro]
add-hosts: [db:10.0.0.1, cache=::1]
timeout: 1m30s
expect:
  output: /ready|up/i
  http: { path: /health, status: 204, contains: well }
`
  expect(read(text)).toEqual({
    found: {
      command: ['serve', 'all of it'],
      entrypoint: ['/app', '1'],
      env: { NAME: 'value', DEBUG: 'true', TOKEN: null },
      user: '1000',
      workdir: '/srv',
      ports: [
        { host: undefined, container: 8080, protocol: 'tcp' },
        { host: 9090, container: 90, protocol: 'tcp' },
        { host: undefined, container: 53, protocol: 'udp' },
      ],
      volumes: [
        { source: undefined, target: '/cache', readOnly: false },
        { source: './data', target: '/data', readOnly: true },
      ],
      addHosts: ['db:10.0.0.1', 'cache:::1'],
      container: containerOf(),
      output: /ready|up/i,
      status: 0,
      http: { path: '/health', port: 8080, status: 204, contains: 'well' },
      timeout: 90_000,
    },
    problems: [],
  })
})

test.each([
  { name: 'env as a list', text: 'env: [A=1=2, B]', found: { env: { A: '1=2', B: null } } },
  { name: 'http as a path', text: 'ports: 80\nexpect: { http: /up }', found: { http: { path: '/up', port: 80 } } },
  { name: 'a status', text: 'expect: { status: 3 }', found: { status: 3 } },
])('readSmokeTest() accepts $name', ({ text, found }) => {
  expect(read(text)).toMatchObject({ found, problems: [] })
})

test('readSmokeTest() accepts all settings of the container', () => {
  const text = `
network: app_default
hostname: db-1
labels: [a=b, c]
memory: 64m
cpus: 0.5
pids-limit: "100"
shm-size: 64k
ulimits: { nofile: 1024:2048, core: -1 }
read-only: true
privileged: "false"
init: true
cap-add: net_admin
cap-drop: [ALL, CAP_SYS_ADMIN]
security-opt: [no-new-privileges, seccomp=unconfined, "apparmor:docker-default"]
tmpfs: [/tmp, "/run:size=1m,mode=1777"]
devices: [/dev/fuse, "/dev/null:/dev/x:r", "/dev/zero:rw"]
`
  expect(read(text)).toMatchObject({
    problems: [],
    found: {
      container: {
        network: 'app_default',
        hostname: 'db-1',
        labels: { a: 'b', c: '' },
        memory: 67_108_864,
        cpus: 0.5,
        pidsLimit: 100,
        shmSize: 65_536,
        ulimits: [
          { name: 'nofile', soft: 1024, hard: 2048 },
          { name: 'core', soft: -1, hard: -1 },
        ],
        readOnly: true,
        privileged: false,
        init: true,
        capAdd: ['NET_ADMIN'],
        capDrop: ['ALL', 'SYS_ADMIN'],
        securityOpt: ['no-new-privileges', 'seccomp=unconfined', 'apparmor=docker-default'],
        tmpfs: { '/tmp': '', '/run': 'size=1m,mode=1777' },
        devices: [
          { source: '/dev/fuse', target: '/dev/fuse', access: 'rwm' },
          { source: '/dev/null', target: '/dev/x', access: 'r' },
          { source: '/dev/zero', target: '/dev/zero', access: 'rw' },
        ],
      },
    },
  })
})

test.each([
  { text: 'network: [a]', problem: 'network: expected bridge, host, none, or the name of a network, found "[' },
  { text: 'network: "-x"', problem: 'network: expected bridge' },
  { text: 'network: host\nports: 80', problem: 'ports: with network: host the container has the ports of the machine' },
  { text: 'network: none\nports: 80', problem: 'ports: with network: none the container has no ports' },
  {
    text: 'network: none\nexpect: { http: { port: 80 } }',
    problem: 'expect.http: with network: none the container has no ports',
  },
  { text: 'hostname: a_b', problem: 'hostname: expected a host name' },
  { text: 'labels: [=b]', problem: 'labels: expected NAME=value' },
  { text: 'memory: lots', problem: 'memory: expected a size such as 512m or 1g, found "lots"' },
  { text: 'memory: 64', problem: 'memory: expected 6m or more, found "64" bytes' },
  { text: 'memory: -1', problem: 'memory: expected a size' },
  { text: 'cpus: 0', problem: 'cpus: expected a number of processors such as 0.5 or 2' },
  { text: 'pids-limit: -1', problem: 'pids-limit: expected a number from 1 to 4194304' },
  { text: 'shm-size: 64x', problem: 'shm-size: expected a size' },
  { text: 'ulimits: { nofiles: 1 }', problem: 'did you mean nofile?' },
  { text: 'ulimits: nofile=2:1', problem: 'ulimits: the soft limit of nofile is above its hard limit' },
  { text: 'read-only: ro', problem: 'read-only: expected true or false, found "ro"' },
  {
    text: 'cap-add: NET_ADMN',
    problem: 'cap-add: expected a capability of Linux, or ALL, found "NET_ADMN"; did you mean NET_ADMIN?',
  },
  { text: 'security-opt: no-new-privilege', problem: 'did you mean no-new-privileges?' },
  {
    text: 'security-opt: seccomp=profile.json',
    problem: 'security-opt: expected seccomp=unconfined or seccomp=builtin',
  },
  { text: 'security-opt: apparmor', problem: 'security-opt: expected apparmor=value' },
  { text: 'tmpfs: tmp', problem: 'tmpfs: expected /directory or /directory:size=64m, found "tmp"' },
  { text: 'devices: fuse', problem: 'devices: expected /dev/name' },
  { text: 'read_only: true', problem: 'unknown key "read_only"; did you mean read-only?' },
])('readSmokeTest() rejects $text', ({ text, problem }) => {
  expect(read(text).problems).toEqual([expect.stringContaining(problem)])
})

test.each([
  { name: 'an unknown key', text: 'comand: app', problem: 'unknown key "comand"; did you mean command?' },
  { name: 'an unknown nested key', text: 'expect: { stauts: 1 }', problem: 'unknown key "expect.stauts"' },
  { name: 'text that is not YAML', text: 'command: [a', problem: 'invalid YAML: ' },
  {
    name: 'a list where a mapping belongs',
    text: 'expect: [a]',
    problem: 'expect: expected a mapping with output, status, http',
  },
  { name: 'an operator in a command', text: 'command: a | b', problem: 'command: "|" needs a shell' },
  { name: 'an invalid port', text: 'ports: [70000]', problem: 'ports: expected a port of the container' },
  {
    name: 'a volume by name',
    text: 'volumes: [data:/data]',
    problem: 'volumes: "data" names a volume, which would not be removed',
  },
  { name: 'a host without address', text: 'add-hosts: [db]', problem: 'add-hosts: expected name:address' },
  { name: 'a broken pattern', text: 'expect: { output: "/(/" }', problem: 'expect.output: Invalid regular expression' },
  {
    name: 'an invalid status',
    text: 'expect: { status: 256 }',
    problem: 'expect.status: expected a number from 0 to 255',
  },
  { name: 'http without a port', text: 'expect: { http: / }', problem: 'expect.http: it needs a port' },
  {
    name: 'a status beside http',
    text: 'ports: 1\nexpect: { http: /, status: 0 }',
    problem: 'expect.status: with http',
  },
  { name: 'a time without unit', text: 'timeout: 60', problem: 'timeout: expected a duration such as 45m' },
  { name: 'a relative directory', text: 'workdir: srv', problem: 'workdir: expected a path that begins with /' },
])('readSmokeTest() rejects $name', ({ text, problem }) => {
  expect(read(text).problems).toEqual([expect.stringContaining(problem)])
})

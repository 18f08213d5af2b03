import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { isMapping, readSmokeTest } from '../../../src/inputs/smoke-test.ts'

function read(text: string) {
  const problems: string[] = []
  const found = readSmokeTest(text, parse, (message) => problems.push(message))
  return { found, problems }
}

const nothing = {
  entrypoint: undefined,
  command: undefined,
  env: {},
  user: undefined,
  workdir: undefined,
  ports: [],
  volumes: [],
  addHosts: [],
  output: undefined,
  status: 0,
  http: undefined,
  timeout: 60_000,
}

test.each([
  { name: 'a key', text: 'command: app', mapping: true },
  { name: 'a key after comments', text: '# smoke\n---\n\nexpect:\n  status: 1', mapping: true },
  { name: 'braces', text: '{ command: app }', mapping: true },
  { name: 'a command', text: 'app --flag: x', mapping: false },
  { name: 'a command with a URL', text: 'curl http://localhost', mapping: false },
])('isMapping() judges $name', ({ text, mapping }) => {
  expect(isMapping(text)).toBe(mapping)
})

test('readSmokeTest() takes a command line in place of ENTRYPOINT and CMD', () => {
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
])('readSmokeTest() takes $name', ({ text, found }) => {
  expect(read(text)).toMatchObject({ found, problems: [] })
})

test.each([
  { name: 'an unknown key', text: 'comand: app', problem: 'there is no "comand"; did you mean command?' },
  { name: 'an unknown key below', text: 'expect: { stauts: 1 }', problem: 'there is no "expect.stauts"' },
  { name: 'what is no YAML', text: 'command: [a', problem: 'this is no YAML: ' },
  {
    name: 'a list where a mapping belongs',
    text: 'expect: [a]',
    problem: 'expect: expected a mapping with output, status, http',
  },
  { name: 'an operator in a command', text: 'command: a | b', problem: 'command: "|" needs a shell' },
  { name: 'a port that is none', text: 'ports: [70000]', problem: 'ports: expected a port of the container' },
  {
    name: 'a volume by name',
    text: 'volumes: [data:/data]',
    problem: 'volumes: "data" names a volume, which would stay behind',
  },
  { name: 'a host without address', text: 'add-hosts: [db]', problem: 'add-hosts: expected name:address' },
  { name: 'a broken pattern', text: 'expect: { output: "/(/" }', problem: 'expect.output: Invalid regular expression' },
  {
    name: 'a status that is none',
    text: 'expect: { status: 256 }',
    problem: 'expect.status: expected a number from 0 to 255',
  },
  { name: 'http without a port', text: 'expect: { http: / }', problem: 'expect.http: it needs a port' },
  {
    name: 'a status beside http',
    text: 'ports: 1\nexpect: { http: /, status: 0 }',
    problem: 'expect.status: with http',
  },
  { name: 'a time without unit', text: 'timeout: 60', problem: 'timeout: expected a time such as 45m' },
  { name: 'a relative folder', text: 'workdir: srv', problem: 'workdir: expected a path that begins with /' },
])('readSmokeTest() refuses $name', ({ text, problem }) => {
  expect(read(text).problems).toEqual([expect.stringContaining(problem)])
})

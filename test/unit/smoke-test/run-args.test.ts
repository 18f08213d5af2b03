import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { runArgs } from '../../../src/smoke-test/run-args.ts'
import { smokeTestOf } from '../../support/smoke-test.ts'

const container = {
  name: 'polyarch-1-smoke-linux-arm64',
  image: 'polyarch-1-smoke:linux-arm64',
  platform: { os: 'linux', architecture: 'arm64' },
  publishOn: '127.0.0.1',
}
const always = ['run', '--detach', '--name=polyarch-1-smoke-linux-arm64', '--platform=linux/arm64', '--pull=never']
const logging = ['--log-driver=json-file', '--log-opt=max-size=10m']

test('runArgs() runs the image as it is when nothing is said', () => {
  expect(runArgs(smokeTestOf(), container)).toEqual([...always, ...logging, 'polyarch-1-smoke:linux-arm64'])
})

test('runArgs() puts the arguments of the entrypoint before the command', () => {
  const args = runArgs(smokeTestOf({ entrypoint: ['sh', '-c'], command: ['a b'] }), container)
  expect(args).toContain('--entrypoint=sh')
  expect(args.slice(-3)).toEqual(['polyarch-1-smoke:linux-arm64', '-c', 'a b'])
})

test('runArgs() takes all options', () => {
  const test = smokeTestOf({
    env: { A: 'b c', B: null },
    user: '1000',
    workdir: '/srv',
    volumes: [
      { source: 'data', target: '/data', readOnly: true },
      { source: undefined, target: '/cache', readOnly: false },
    ],
    addHosts: ['db:10.0.0.1'],
  })
  expect(runArgs(test, container).slice(7, -1)).toEqual([
    '--env=A=b c',
    '--env=B',
    '--user=1000',
    '--workdir=/srv',
    `--volume=${resolve('data')}:/data:ro`,
    '--volume=/cache',
    '--add-host=db:10.0.0.1',
  ])
})

const http = { path: '/', port: 80, status: undefined, contains: undefined }

test.each([
  {
    name: 'a free port',
    ports: [{ host: undefined, container: 53, protocol: 'udp' }],
    on: '127.0.0.1',
    found: ['127.0.0.1::53/udp'],
  },
  {
    name: 'a port that is given',
    ports: [{ host: 8080, container: 80, protocol: 'tcp' }],
    on: '127.0.0.1',
    found: ['127.0.0.1:8080:80/tcp'],
  },
  {
    name: 'a free port of a daemon elsewhere',
    ports: [{ host: undefined, container: 80, protocol: 'tcp' }],
    on: undefined,
    found: ['80/tcp'],
  },
  {
    name: 'a given port of a daemon elsewhere',
    ports: [{ host: 8080, container: 80, protocol: 'tcp' }],
    on: undefined,
    found: ['8080:80/tcp'],
  },
  { name: 'the port that is asked over HTTP', ports: [], http, on: '127.0.0.1', found: ['127.0.0.1::80/tcp'] },
  {
    name: 'that port once',
    ports: [{ host: 8080, container: 80, protocol: 'tcp' }],
    http,
    on: '127.0.0.1',
    found: ['127.0.0.1:8080:80/tcp'],
  },
] as const)('runArgs() publishes $name', ({ ports, on, found, ...more }) => {
  const args = runArgs(smokeTestOf({ ports, ...more }), { ...container, publishOn: on })
  expect(args.filter((arg) => arg.startsWith('--publish='))).toEqual(found.map((one) => `--publish=${one}`))
})

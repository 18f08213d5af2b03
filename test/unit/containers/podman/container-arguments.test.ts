import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { containerArguments, envFileOf } from '../../../../src/containers/podman/container-arguments.ts'
import type { SmokeTest } from '../../../../src/inputs/inputs.ts'
import { parsePlatform } from '../../../../src/oci/platform.ts'
import { containerSpec } from '../../../../src/smoke-test/container-spec.ts'
import { containerOf, smokeTestOf } from '../../../support/smoke-test.ts'

function argumentsOf(test: SmokeTest): readonly string[] {
  const spec = containerSpec(test, { image: 'localhost/i:1', platform: parsePlatform('amd64'), env: {} })
  return containerArguments(spec, { program: 'podman', name: 'c', envFile: '/t/c.env', gateway: '10.0.0.2' })
}

const first = [
  'run',
  '--detach',
  '--name',
  'c',
  '--pull',
  'never',
  '--log-driver',
  'k8s-file',
  '--log-opt',
  'max-size=10mb',
]

test('containerArguments() runs the image unchanged by default', () => {
  expect(argumentsOf(smokeTestOf())).toEqual([...first, '--env-file=/t/c.env', 'localhost/i:1'])
})

test('containerArguments() has the options of nerdctl, which names the platform and takes each word of an entrypoint', () => {
  const argumentsFor = (entrypoint: readonly string[]): string => {
    const spec = containerSpec(smokeTestOf({ entrypoint }), {
      ...{ image: 'i', platform: parsePlatform('arm/v7'), env: {} },
    })
    const options = { program: 'nerdctl', name: 'c', envFile: undefined, gateway: '10.0.0.2' } as const
    return containerArguments(spec, options).join(' ')
  }
  expect(argumentsFor(['sh', '-c'])).toBe(
    'run --detach --name c --pull never --log-driver json-file --log-opt max-size=10m --platform linux/arm/v7 --entrypoint=sh --entrypoint=-c i',
  )
  expect(argumentsFor([])).toContain(' --entrypoint= i')
})

test('containerArguments() applies all settings of a test, and shows no value of a variable', () => {
  const args = argumentsOf(
    smokeTestOf({
      entrypoint: ['sh', '-c'],
      command: ['a b'],
      env: { TOKEN: 'hidden', KEY: 'two\nlines' },
      user: '1000:8',
      workdir: '/srv',
      ports: [
        { host: undefined, container: 80, protocol: 'tcp' },
        { host: 5300, container: 53, protocol: 'udp' },
      ],
      volumes: [
        { source: 'data', target: '/data', readOnly: true },
        { source: undefined, target: '/cache', readOnly: false },
      ],
      addHosts: ['db:10.0.0.1', 'me:host-gateway'],
      container: containerOf({
        network: 'bridge',
        hostname: 'h',
        labels: { a: 'b=c' },
        memory: 1024,
        cpus: 0.5,
        pidsLimit: 9,
        shmSize: 64,
        ulimits: [{ name: 'nofile', soft: 1, hard: 2 }],
        readOnly: true,
        privileged: false,
        init: true,
        capAdd: ['NET_ADMIN'],
        capDrop: ['ALL'],
        securityOpt: ['no-new-privileges'],
        tmpfs: { '/run': '', '/tmp': 'size=1m' },
        devices: [{ source: '/dev/null', target: '/dev/x', access: 'r' }],
      }),
    }),
  )
  expect(args.slice(first.length)).toEqual([
    ...['--user=1000:8', '--workdir=/srv', '--env-file=/t/c.env', '--env=KEY'],
    ...['--add-host=db:10.0.0.1', '--add-host=me:10.0.0.2'],
    ...['--publish=127.0.0.1::80/tcp', '--publish=127.0.0.1:5300:53/udp'],
    ...[`--volume=${resolve('data')}:/data:ro`, '--volume=/cache'],
    ...['--network=bridge', '--hostname=h', '--label=a=b=c', '--memory=1024', '--cpus=0.5', '--pids-limit=9'],
    ...['--shm-size=64', '--read-only=true', '--privileged=false', '--init=true', '--cap-add=NET_ADMIN'],
    ...['--cap-drop=ALL', '--security-opt=no-new-privileges', '--tmpfs=/run', '--tmpfs=/tmp:size=1m'],
    ...['--ulimit=nofile=1:2', '--device=/dev/null:/dev/x:r', '--entrypoint=["sh","-c"]', 'localhost/i:1', 'a b'],
  ])
})

test('envFileOf() returns the variables of one line', () => {
  expect(envFileOf({ A: ' b "c" ', B: 'two\nlines' })).toBe('A= b "c" \n')
  expect(envFileOf({ B: 'two\nlines' })).toBeUndefined()
})

import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { planAppleContainers } from '../../../src/containers/apple/plan-apple-containers.ts'
import type { ContainerSpec, Containers } from '../../../src/containers/containers.ts'
import { openContainers } from '../../../src/containers/open-containers.ts'
import { systemClock } from '../../../src/host/clock.ts'
import { type FakeApple, fakeApple } from '../../support/apple.ts'
import { recordedTasks } from '../../support/recorded-tasks.ts'
import { containerOf } from '../../support/smoke-test.ts'
import { tempFolder } from '../../support/temp.ts'

const image = 'docker.io/library/polyarch-abc123:linux-arm64'
const name = 'polyarch-abc123-smoke-linux-arm64'
let fake: FakeApple
let containers: Containers

beforeEach(async () => {
  fake = fakeApple()
  const { host, apple } = fake
  const context = tempFolder({
    Dockerfile: 'FROM scratch\nCOPY Dockerfile f\nCMD ["sh", "-c", "echo out; echo err >&2; exit 3"]\n',
  })
  writeFileSync(join(fake.state, 'running'), '')
  await host.exec(apple.path, ['build', '--platform', 'linux/arm64', '--tag', image, context])
  containers = await openContainers(planAppleContainers(apple), { ...host, clock: systemClock })
})

afterEach(async () => {
  await containers.remove(name)
  fake.host.close()
})

function specOf(more: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    image,
    platform: { os: 'linux', architecture: 'arm64' },
    ...{ entrypoint: undefined, command: undefined, user: undefined, workdir: undefined },
    ...{ addHosts: [], env: {}, ports: [], volumes: [], lifetime: 60_000, options: containerOf() },
    ...more,
  }
}

test('runs the command of the image to its end, and removes the container once and again', async () => {
  const found = {
    name: 'polyarch-abc123-smoke:x',
    platform: { os: 'linux', architecture: 'arm64' },
    content: undefined,
    stored: image,
  }
  expect(await containers.ensureImage(found)).toBe(image)
  expect(await containers.status(name)).toEqual({ kind: 'absent' })
  expect(await containers.run(name, specOf())).toBeUndefined()
  expect(await containers.wait(name, new AbortController().signal)).toBe(3)
  expect(await containers.status(name)).toEqual({ kind: 'stopped', exit: 3 })
  expect((await containers.logs(name)).toSorted()).toEqual(['err', 'out'])
  expect(recordedTasks(fake.host.tempDir)).toContainEqual({ kind: 'apple-container', name, program: fake.apple.path })
  await containers.remove(name)
  await containers.remove(name)
  await containers.stop(name)
  expect([await containers.status(name), await containers.logs(name)]).toEqual([{ kind: 'absent' }, []])
})

test('replaces the names of the host in the environment, which is in no argument', async () => {
  const env = { API: 'http://host.docker.internal:80/x', DB: 'db:5432', OTHER: 'mydb.example', KEY: 'hidden value' }
  const command = ['sh', '-c', 'echo "$API $DB $OTHER $KEY"']
  await containers.run(name, specOf({ env, addHosts: ['db:host-gateway'], entrypoint: command }))
  await containers.wait(name, new AbortController().signal)
  expect(await containers.logs(name)).toEqual(['http://192.168.64.1:80/x 192.168.64.1:5432 mydb.example hidden value'])
  expect(JSON.stringify(fake.calls('create'))).not.toContain('hidden value')
  expect(statSync(join(fake.host.tempDir, 'containers', name, 'env')).mode & 0o777).toBe(0o600)
})

test('passes options, ports and volumes in the terms of the program', async () => {
  const options = {
    ...containerOf(),
    labels: { a: 'b' },
    memory: 100_000_000,
    cpus: 2,
    readOnly: true,
    init: true,
    tmpfs: { '/t': '' },
  }
  const ports = [
    { host: 8080, container: 80, protocol: 'tcp' },
    { host: 53, container: 53, protocol: 'udp' },
    { host: undefined, container: 81, protocol: 'tcp' },
  ] as const
  const volumes = [
    { source: '/srv/data', target: '/data', readOnly: true },
    { source: undefined, target: '/cache', readOnly: false },
  ]
  await containers.run(name, specOf({ options, ports, volumes, user: '1:2', workdir: '/w', command: ['true'] }))
  await containers.wait(name, new AbortController().signal)
  const [args = []] = fake.calls('create')
  const folder = join(fake.host.tempDir, 'containers', name, 'volume-0')
  const text = args.join(' ')
  for (const part of [
    ...[
      '--user 1:2',
      '--workdir /w',
      '--publish 127.0.0.1:8080:80 --publish 127.0.0.1:53:53/udp --volume',
      '--volume /srv/data:/data:ro',
    ],
    ...[
      `--volume ${folder}:/cache `,
      '--label a=b',
      '--memory 96M',
      '--cpus 2',
      '--read-only',
      '--init',
      '--tmpfs /t',
      `${image} true`,
    ],
  ]) {
    expect(text).toContain(part)
  }
  expect(statSync(folder).isDirectory()).toBe(true)
})

test('waits until the signal, names the address of the container, and stops it', async () => {
  const late = new AbortController()
  expect(await containers.run(name, specOf({ command: ['sleep', '60'] }))).toBeUndefined()
  expect(await containers.status(name)).toEqual({ kind: 'running' })
  expect(await containers.reach(name, 8080, late.signal)).toBe('http://127.0.0.1:8080')
  const waiting = containers.wait(name, late.signal)
  late.abort(new Error('late'))
  await expect(waiting).rejects.toThrow('late')
  await containers.stop(name)
  expect(await containers.wait(name, new AbortController().signal)).toBeGreaterThan(128)
  expect(await containers.reach(name, 8080, new AbortController().signal)).toBeUndefined()
})

test.each([
  {
    given: { image: 'docker.io/library/polyarch-abc123:other' },
    found: { reason: 'notFound: "image docker.io/library/polyarch-abc123:other not found"' },
  },
  {
    given: { ports: [{ host: 81, container: 80, protocol: 'tcp' }] as const },
    found: { reason: expect.stringContaining('Address already in use'), busyPort: { port: 81, holder: undefined } },
  },
  { given: { env: { A: 'b\nc' } }, found: { reason: 'Apple container does not support line breaks in `env`' } },
])('returns why a container does not start: $found.reason', async ({ given, found }) => {
  expect(await containers.run(name, specOf(given))).toEqual(found)
})

test('warns of an invalid list, and treats it as empty', async () => {
  const exec = async () => ({ ok: true, status: 0, stdout: 'oops', stderr: '' })
  const { host, apple } = fake
  const opened = await openContainers(planAppleContainers(apple), { ...host, exec })
  expect(await opened.status(name)).toEqual({ kind: 'absent' })
  expect(host.log.lines.join('\n')).toContain('invalid list: oops')
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { planPodmanContainers } from '../../../src/containers/podman/plan-podman-containers.ts'
import { open } from '../../../src/containers/podman/podman-containers.ts'
import { parsePlatform } from '../../../src/oci/platform.ts'
import { containerSpec } from '../../../src/smoke-test/container-spec.ts'
import { createTestHost } from '../../support/host.ts'
import { recordedTasks } from '../../support/recorded-tasks.ts'
import { smokeTestOf } from '../../support/smoke-test.ts'
import { tempFolder, writeProgram } from '../../support/temp.ts'

// What real versions of Podman print, from a script in its place; test/e2e/containers.test.ts runs the real ones.

/** Containers of a podman or nerdctl that answers by its first argument. */
function containersOf(answers: string, name: 'podman' | 'nerdctl' = 'podman') {
  const root = tempFolder({ calls: '' })
  const path = join(root, name)
  writeProgram(path, `echo "$*" >> ${root}/calls\ncase "$1" in\n${answers}\nesac`)
  const host = createTestHost({ env: { PATH: '/usr/bin:/bin' }, tempDir: root })
  onTestFinished(host.close)
  const podman = {
    kind: 'podman',
    name,
    path,
    version: '5.8.6',
    rootless: false,
    remote: false,
    native: 'linux/amd64',
  } as const
  return {
    containers: open(planPodmanContainers(podman), host),
    host,
    calls: () => readFileSync(join(root, 'calls'), 'utf8').trim().split('\n'),
  }
}

const spec = containerSpec(smokeTestOf(), { image: 'i', platform: parsePlatform('amd64'), env: {} })

test('logs() returns the lines of both outputs in the order of their times', async () => {
  const { containers } = containersOf(`logs)
    echo '2026-11-29T09:53:16.100000000+00:00 first'
    echo '2026-11-29T09:53:16.300000000+00:00 third'
    echo '2026-11-29T09:53:16.200000000+00:00 second' >&2 ;;`)
  expect(await containers.logs('c')).toEqual(['first', 'second', 'third'])
})

test('run() lowers the limits if the machine does not raise them, and records the container first', async () => {
  const { containers, host, calls } = containersOf(`run) case "$*" in *--ulimit*) ;; *)
    echo 'time="x" level=warning msg="y"' >&2
    echo 'Error: runc: error setting rlimit type 7: operation not permitted: OCI permission denied' >&2; exit 126 ;; esac ;;`)
  expect(await containers.run('polyarch-c', spec)).toBeUndefined()
  expect(calls()).toHaveLength(3)
  expect(calls()[1]).toBe('rm --force --time 0 --volumes polyarch-c')
  expect(calls()[2]).toMatch(/--ulimit=nofile=\d+:\d+ --ulimit=nproc=\d+:\d+ i$/)
  expect(recordedTasks(host.tempDir)).toMatchObject([{ kind: 'podman-container', name: 'polyarch-c' }])
})

test('run() names the container that publishes a busy port', async () => {
  const { containers } = containersOf(`run)
    echo 'Error: cannot listen on the TCP port: listen tcp4 127.0.0.1:18091: bind: address already in use' >&2; exit 126 ;;
    ps) printf 'other\\tx:1\\t127.0.0.1:8091->80/tcp\\nweb\\tx:2\\t0.0.0.0:53->53/udp, 127.0.0.1:18091->80/tcp\\n' ;;`)
  expect(await containers.run('polyarch-c', spec)).toEqual({
    reason: 'cannot listen on the TCP port: listen tcp4 127.0.0.1:18091: bind: address already in use',
    busyPort: { port: 18091, holder: 'container web (x:2)' },
  })
})

test('status() and removals treat what does not exist as removed, and report other failures', async () => {
  const absent = containersOf(`*) echo 'Error: no such container "c"' >&2; exit 125 ;;`).containers
  expect(await absent.status('c')).toEqual({ kind: 'absent' })
  await absent.stop('c')
  await absent.remove('c')
  const broken = containersOf(`*) echo 'Error: database is locked' >&2; exit 125 ;;`).containers
  await expect(broken.remove('c')).rejects.toMatchObject({
    code: 'engine-failed',
    message: expect.stringContaining('database is locked'),
  })
  await expect(broken.status('c')).rejects.toMatchObject({ code: 'engine-failed' })
})

test('nerdctl: its errors, its removal, and a container in the network of the host', async () => {
  const fatal = (message: string) => `echo 'time="2026-11-29T12:25:01Z" level=fatal msg="${message}"' >&2; exit 1`
  const broken = containersOf(`*) ${fatal('exec: \\"iptables\\": not found')} ;;`, 'nerdctl')
  expect(await broken.containers.run('polyarch-c', spec)).toEqual({ reason: 'exec: "iptables": not found' })
  await expect(broken.containers.status('c')).rejects.toMatchObject({
    message: 'Cannot inspect the container c with nerdctl: exec: "iptables": not found',
  })
  const absent = containersOf(`*) ${fatal('1 errors:\\nno such container: c')} ;;`, 'nerdctl')
  await absent.containers.remove('c')
  expect(absent.calls().at(-1)).toBe('rm --force --volumes c')
  const inspected = '[{"State":{"Running":true},"Config":{"Labels":{"nerdctl/networks":"[\\"host\\"]"}}}]'
  const running = containersOf(`*) printf '%s' '${inspected}' ;;`, 'nerdctl')
  expect(await running.containers.reach('c', 8080, new AbortController().signal)).toBe('http://127.0.0.1:8080')
})

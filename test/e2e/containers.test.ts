import { mkdirSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cleanUpStep } from '../../src/clean-up-step.ts'
import { sessionName } from '../../src/cleanup/session-name.ts'
import { containerOf } from '../support/smoke-test.ts'
import { baseImage, type ContainersRow, containersRows, openStep, specOf } from './support/containers.ts'
import { missing } from './support/rig.ts'

// The same cases with every implementation of `Containers`; a new one adds a row in support/containers.ts.

async function prepare(row: ContainersRow) {
  const step = await openStep(row)
  const name = sessionName(step.host.tempDir)
  const own = { image: `${name}-smoke:linux-amd64`, container: `${name}-smoke-linux-amd64` }
  const image = await step.containers.ensureImage(await baseImage(own.image))
  return { ...step, own, image }
}

/** A free port, which another process may take. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const settings = `echo "$A|$B"; pwd; id -u; cat /data/file; grep -c 10.9.8.7.*db /etc/hosts; hostname
sleep 0.1; echo err >&2; sleep 0.1; echo out; touch /data/x || echo read-only; touch /own/x && exit 3`

for (const row of containersRows) {
  describe.skipIf(missing(...row.needs, 'registry', 'base'))(`containers of ${row.name}`, () => {
    it('run with every setting, report their end, and are removed', async () => {
      const { containers, host, own, image, env } = await prepare(row)
      const folder = join(host.tempDir, 'data')
      mkdirSync(folder)
      writeFileSync(join(folder, 'file'), 'from the volume\n')
      const started = await containers.run(
        own.container,
        specOf(image, {
          entrypoint: ['sh', '-c'],
          command: [settings],
          user: '0:8',
          workdir: '/tmp',
          env: { A: 'a, "b" #c', B: 'two\nlines' },
          addHosts: ['db:10.9.8.7'],
          volumes: [
            { source: folder, target: '/data', readOnly: true },
            { source: undefined, target: '/own', readOnly: false },
          ],
          options: containerOf({
            network: row.network,
            labels: { 'com.example.test': 'x=y' },
            memory: 64 * 1024 * 1024,
            init: false,
          }),
        }),
      )
      expect(started).toBeUndefined()
      expect(await containers.wait(own.container, host.signal)).toBe(3)
      expect(await containers.status(own.container)).toEqual({ kind: 'stopped', exit: 3 })
      const log = await containers.logs(own.container)
      expect(log.slice(0, 6)).toEqual(['a, "b" #c|two', 'lines', '/tmp', '0', 'from the volume', '1'])
      expect(log.slice(7).filter((line) => !line.startsWith('touch:'))).toEqual(['err', 'out', 'read-only'])
      // What does not exist is stopped and removed, and has no log.
      await containers.stop(own.container)
      await containers.remove(own.container)
      expect(await containers.status(own.container)).toEqual({ kind: 'absent' })
      await containers.stop(own.container)
      await containers.remove(own.container)
      expect(await containers.logs(own.container)).toEqual([])
      await containers.removeImage(own.image)
      await containers.removeImage(own.image)
      expect(await containers.run(own.container, specOf(image))).toMatchObject({ reason: expect.anything() })
      expect(await cleanUpStep(host.tempDir, { env, os: 'linux' })).toEqual([])
    })

    it('are reached at a port, and removed by the clean-up if the run is cut off', async () => {
      const { containers, host, own, image, env } = await prepare(row)
      const publishes = row.publishes !== undefined
      const port = publishes ? 8080 : await freePort()
      const spec = specOf(image, {
        command: ['busybox', 'httpd', '-f', '-p', String(port), '-h', '/'],
        ports: publishes ? [{ host: undefined, container: port, protocol: 'tcp' }] : [],
        options: containerOf({ network: row.publishes ?? row.network }),
      })
      expect(await containers.run(own.container, spec)).toBeUndefined()
      expect(await containers.status(own.container)).toEqual({ kind: 'running' })
      const address = await containers.reach(own.container, port, host.signal)
      expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
      await expect
        .poll(() =>
          fetch(`${address}/bin/`).then(
            ({ status }) => status,
            () => 0,
          ),
        )
        .toBe(404)
      const late = new AbortController()
      const waited = containers.wait(own.container, late.signal)
      late.abort(new Error('the time is over'))
      await expect(waited).rejects.toThrow('the time is over')
      expect(await cleanUpStep(host.tempDir, { env, os: 'linux' })).toEqual([])
      expect(await containers.status(own.container)).toEqual({ kind: 'absent' })
      mkdirSync(host.tempDir, { mode: 0o700 })
      expect(await containers.run(own.container, specOf(image))).toMatchObject({ reason: expect.anything() })
      expect(await cleanUpStep(host.tempDir, { env, os: 'linux' })).toEqual([])
    })

    if (!row.bindsPorts) return
    it('name the holder of a busy port', async () => {
      const { containers, host, own, image, env } = await prepare(row)
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as AddressInfo
      const ports = [{ host: port, container: 80, protocol: 'tcp' }] as const
      const options = containerOf({ network: row.publishes ?? 'bridge' })
      const failed = await containers.run(own.container, specOf(image, { command: ['sleep', '9'], ports, options }))
      expect(failed?.busyPort).toEqual({ port, holder: expect.stringContaining(`process ${process.pid}`) })
      server.close()
      expect(await cleanUpStep(host.tempDir, { env, os: 'linux' })).toEqual([])
    })
  })
}

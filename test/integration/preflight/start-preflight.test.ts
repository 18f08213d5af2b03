import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { startPreflight, whenFound } from '../../../src/preflight/preflight.ts'
import { startDaemon } from '../../support/daemon.ts'
import { createTestHost } from '../../support/host.ts'
import { loginOf } from '../../support/login.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder } from '../../support/temp.ts'

/** A registry without images that does not answer before `answer` is called. */
async function slowRegistry() {
  let answer = (): void => undefined
  const allowed = new Promise<void>((resolve) => {
    answer = resolve
  })
  const server = createServer(async ({ url }, response) => {
    await allowed
    const unknown = '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}'
    response.writeHead(url === '/v2/' ? 200 : 404).end(url === '/v2/' ? '{}' : unknown)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, answer }
}

/** A run for a Dockerfile with a base image in a slow registry, which the daemon does not have. */
async function runWith(given: Parameters<typeof inputsOf>[0] = {}, steps = 'RUN id') {
  const registry = await slowRegistry()
  const { server } = await startDaemon({ 'GET /images/': { status: 404 } })
  const context = tempFolder({ Dockerfile: `FROM ${registry.host}/base:1\n${steps}\n` })
  const host = createTestHost()
  const client = createTestClient()
  onTestFinished(host.close)
  onTestFinished(client.close)
  const plan = makePlan(inputsOf({ context, ...given }), factsOf({ docker: { ...server, store: 'containerd' } }))
  return { registry, host, run: await runOf(plan, host, loginOf(client)) }
}

/** Whether a promise is settled after the requests of preflight have been sent. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  )
  return Promise.race([settled, new Promise<boolean>((resolve) => setTimeout(resolve, 300, false))])
}

describe('startPreflight()', () => {
  test('does not wait for base images that only the builder reads, and rejects later if one does not exist', async () => {
    const { registry, host, run } = await runWith()
    // Never returns if it waits for the registry.
    const { ready, passed, end } = await startPreflight(run, [run])
    expect(ready).toMatchObject([{ reading: { platforms: [{}] }, emulations: [] }])
    expect(await isSettled(passed)).toBe(false)
    registry.answer()
    await expect(passed).rejects.toMatchObject({ code: 'image-not-found', place: { line: 1 } })
    await end()
    const [first] = ready
    await expect(first && whenFound(first)).rejects.toMatchObject({ code: 'image-not-found' })
    expect(host.log.lines.join()).not.toContain('Preflight passed')
  })

  test('waits for base images that may add instructions', async () => {
    const { registry, run } = await runWith({ engine: 'embedded' }, 'COPY Dockerfile /')
    const started = startPreflight(run, [run])
    expect(await isSettled(started)).toBe(false)
    registry.answer()
    await expect(started).rejects.toMatchObject({ code: 'image-not-found' })
  })

  test('reports an image that does not exist together with problems of this machine', async () => {
    const { registry, run } = await runWith({ 'secret-files': `token=${tempFolder()}/gone` })
    const started = startPreflight(run, [run])
    expect(await isSettled(started)).toBe(false)
    registry.answer()
    await expect(started).rejects.toMatchObject({
      message: expect.stringMatching(/^Preflight found 2 problems:.*Cannot find the base image.*secret/s),
    })
  })
})

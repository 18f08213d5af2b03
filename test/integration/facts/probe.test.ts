import { createServer } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { probe } from '../../../src/facts/probe.ts'
import { createTestHost } from '../../support/host.ts'
import { tempFolder } from '../../support/temp.ts'

test.each([
  { engine: 'auto', push: true, load: undefined, asked: true },
  { engine: 'buildx', push: true, load: undefined, asked: true },
  { engine: 'embedded', push: true, load: undefined, asked: false },
  { engine: 'embedded', push: true, load: true, asked: true },
  { engine: 'embedded', push: false, load: undefined, asked: true },
  { engine: 'embedded', push: false, load: false, asked: false },
] as const)('probe() for the engine $engine, push $push, load $load, asks the daemon: $asked', async (given) => {
  const { asked, ...rest } = given
  const socket = join(tempFolder(), 'docker.sock')
  let requests = 0
  const server = createServer((_, response) => {
    requests += 1
    response.end('{}')
  }).listen(socket)
  const host = createTestHost({ env: { DOCKER_HOST: `unix://${socket}`, HOME: tempFolder() } })
  onTestFinished(() => {
    host.close()
    server.close()
  })
  const facts = await probe(host, { ...rest, builder: undefined })
  expect(requests > 0).toBe(asked)
  expect(facts.docker.kind).toBe(asked ? 'server' : 'unreachable')
})

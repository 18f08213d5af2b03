import { createServer } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { probe } from '../../../src/facts/probe.ts'
import { createTestHost } from '../../support/host.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { smokeTestOf } from '../../support/smoke-test.ts'
import { tempFolder } from '../../support/temp.ts'

test.each([
  { engine: 'auto', push: true, load: undefined, smoke: false, asked: true },
  { engine: 'buildx', push: true, load: undefined, smoke: false, asked: true },
  { engine: 'embedded', push: true, load: undefined, smoke: false, asked: false },
  { engine: 'embedded', push: true, load: true, smoke: false, asked: true },
  { engine: 'embedded', push: false, load: undefined, smoke: false, asked: true },
  { engine: 'embedded', push: 'auto', load: undefined, smoke: false, asked: true },
  { engine: 'embedded', push: false, load: false, smoke: false, asked: false },
  { engine: 'embedded', push: true, load: false, smoke: true, asked: true },
] as const)(
  'probe() for the engine $engine, push $push, load $load, smoke test $smoke, queries the daemon: $asked',
  async (given) => {
    const { asked, smoke, ...rest } = given
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
    const inputs = { ...inputsOf(), ...rest, builder: undefined, smokeTest: smoke ? smokeTestOf() : undefined }
    const facts = await probe(host, inputs, factsOf().event)
    expect(requests > 0).toBe(asked)
    expect(facts.docker.kind).toBe(asked ? 'server' : 'unreachable')
  },
)

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { outputRows } from '../../src/report/output-rows.ts'
import { createJob, runStepHere } from './support/action.ts'

// A token server chooses the token. It must not choose what the log redacts, nor end the step.

async function startServer(token: string): Promise<string> {
  const server: Server = createServer((request, response) => {
    if (request.url?.startsWith('/token')) return void response.end(JSON.stringify({ token }))
    const realm = `Bearer realm="http://${request.headers.host}/token",service="x"`
    response.writeHead(401, { 'www-authenticate': realm }).end()
  })
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function pushTo(host: string) {
  const job = createJob({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' })
  onTestFinished(job.remove)
  return await runStepHere(job, {
    images: `${host}/app`,
    tags: '1',
    push: 'true',
    engine: 'embedded',
    retries: '0',
    registry: host,
    username: 'me',
    password: 'hunter-password',
  })
}

it.each([
  { name: 'a common word', token: 'error', masked: false },
  { name: 'of 30 kB', token: 'ab12'.repeat(7500), masked: true },
  { name: 'of 900 kB', token: 'ab12'.repeat(225_000), masked: false },
])('a token that is $name fails the step like a denial', async ({ token, masked }) => {
  const step = await pushTo(await startServer(token))
  expect(step.status).not.toBe(0)
  expect(step.outputs['error-code']).toMatch(/^registry-/)
  expect(Object.keys(step.outputs).sort()).toEqual(Object.keys(outputRows).sort())
  expect(step.log.includes(`::add-mask::${token}`)).toBe(masked)
  expect(step.log).toContain('::error title=Polyarch%3A registry-')
})

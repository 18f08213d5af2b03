import { createServer, type RequestListener } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import type { HttpExpectation } from '../../../src/inputs/inputs.ts'
import { pollHttp } from '../../../src/smoke-test/poll-http.ts'
import { createTestHost } from '../../support/host.ts'

const expectation: HttpExpectation = { path: '/', port: 80, status: undefined, contains: undefined }

/** Polls a server with these successive answers, of which the last repeats; stops after `most` requests. */
async function poll(answers: readonly RequestListener[], expected: Partial<HttpExpectation> = {}, most = 10) {
  const over = new AbortController()
  let asked = 0
  const server = createServer((request, response) => {
    const answer = answers[Math.min(asked, answers.length - 1)]
    asked += 1
    answer?.(request, response)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  const host = createTestHost()
  onTestFinished(host.close)
  const sleep = async (milliseconds: number) => {
    if (asked >= most) over.abort()
    return host.clock.sleep(milliseconds)
  }
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const problem = await pollHttp(
    `http://127.0.0.1:${port}/`,
    { ...expectation, ...expected },
    {
      http: host.http,
      clock: { ...host.clock, sleep },
      signal: over.signal,
    },
  )
  return { problem, asked }
}

const answer = (status: number, body = ''): RequestListener => {
  return (_, response) => void response.writeHead(status).end(body)
}
const hangUp: RequestListener = (request) => void request.socket.destroy()

test('pollHttp() polls until the answer is as expected', async () => {
  expect(await poll([hangUp, answer(503), answer(200)])).toEqual({ problem: undefined, asked: 3 })
})

test('pollHttp() treats a redirect as an answer, and follows none', async () => {
  expect(await poll([answer(302)])).toEqual({ problem: undefined, asked: 1 })
})

test('pollHttp() waits for the expected status and text', async () => {
  const expected = { status: 404, contains: /we+ll/ }
  expect(await poll([answer(200, 'well'), answer(404), answer(404, 'weell')], expected)).toMatchObject({
    problem: undefined,
    asked: 3,
  })
})

test.each([
  { name: 'a status', last: answer(500), expected: {}, problem: 'it answered 500, expected less than 400' },
  { name: 'another status', last: answer(200), expected: { status: 204 }, problem: 'it answered 200, expected 204' },
  { name: 'a text', last: answer(200), expected: { contains: 'up' }, problem: 'it answered 200, without "up"' },
  { name: 'no answer', last: hangUp, expected: {}, problem: 'socket hang up' },
])('pollHttp() reports why the last answer did not match: $name', async ({ last, expected, problem }) => {
  expect(await poll([last], expected, 3)).toEqual({ problem, asked: 3 })
})

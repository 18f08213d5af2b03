import type { Readable } from 'node:stream'
import { messageOf } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'
import type { HttpExpectation } from '../inputs/inputs.ts'
import { matches, shownPattern } from './pattern.ts'

/** Milliseconds. */
const firstPause = 100
const longestPause = 2_000
const answerTimeout = 10_000
/** Maximum number of bytes of a response that are read. */
const mostRead = 1024 * 1024

/**
 * Requests `url` until the response matches, and returns undefined; or until `signal` is aborted, and returns the
 * problem of the last response. While a service starts, it may refuse connections, close them and respond with 503.
 */
export async function pollHttp(
  url: string,
  expected: HttpExpectation,
  { http, clock, signal }: Pick<Host, 'http' | 'clock' | 'signal'>,
): Promise<string | undefined> {
  let problem = 'nothing was asked'
  for (let pause = firstPause; !signal.aborted; pause = Math.min(pause * 1.5, longestPause)) {
    try {
      const headers = { connection: 'close' }
      const response = await http({ method: 'GET', url, headers, signal, timeout: answerTimeout })
      const found = judgeAnswer(expected, response.status, await readText(response.body))
      if (found === undefined) return undefined
      problem = found
    } catch (error) {
      if (!signal.aborted) problem = messageOf(error) || 'no answer'
    }
    await clock.sleep(pause, signal).catch(() => undefined)
  }
  return problem
}

function judgeAnswer(expected: HttpExpectation, status: number, body: string): string | undefined {
  const right = expected.status === undefined ? status < 400 : status === expected.status
  if (!right) return `it answered ${status}, expected ${expected.status ?? 'less than 400'}`
  if (expected.contains === undefined || matches(expected.contains, body)) return undefined
  return `it answered ${status}, without ${shownPattern(expected.contains)}`
}

async function readText(body: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.length
    // Leaving the loop destroys the stream.
    if (size >= mostRead) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import type { Http, HttpRequest, HttpResponse } from '../../src/host/host.ts'

/** Milliseconds without a further request after which those in the queue are sent. */
const quiet = 100

export type Waves = {
  readonly http: Http
  /** The requests of each wave, as `GET /v2/`, sorted. Their number is that of the round trips. */
  readonly waves: readonly (readonly string[])[]
}

/**
 * Creates an HTTP client that holds requests until all that need no further answer have been made, then sends them together. Bodies are read
 * before the first of the wave is answered, so that neither the machine nor the server changes the number of waves.
 */
export function inWaves(http: Http): Waves {
  const waves: (readonly string[])[] = []
  let queue: { readonly request: HttpRequest; readonly answer: (response: Promise<HttpResponse>) => void }[] = []
  let timer: NodeJS.Timeout | undefined

  const receive = async (request: HttpRequest): Promise<HttpResponse> => {
    const { body, ...response } = await http(request)
    return { ...response, body: Readable.from([await buffer(body)]) }
  }
  const send = async (): Promise<void> => {
    const size = queue.length
    // The timer may fire late, before what was ready earlier.
    for (let turn = 0; turn < 5; turn++) await setImmediate()
    if (queue.length > size) return
    const wave = queue
    queue = []
    waves.push(wave.map(({ request: { method, url } }) => `${method} ${new URL(url).pathname}`).toSorted())
    const responses = wave.map(({ request }) => receive(request))
    await Promise.allSettled(responses)
    for (const [at, { answer }] of wave.entries()) answer(responses[at] as Promise<HttpResponse>)
  }
  return {
    waves,
    http: (request) =>
      new Promise((resolve) => {
        queue.push({ request, answer: resolve })
        clearTimeout(timer)
        timer = setTimeout(() => void send(), quiet)
      }),
  }
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request a server got. */
export type Asked = { readonly path: string; readonly headers: IncomingMessage['headers'] }

export type FileServer = {
  /** `http://127.0.0.1:port` */
  readonly url: string
  readonly asked: readonly Asked[]
  readonly close: () => Promise<void>
}

/** A local HTTP server; `answer` receives the path with its query, and the number of the request for it, from 1. */
export async function startFileServer(
  answer: (response: ServerResponse, path: string, time: number) => void,
): Promise<FileServer> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push({ path, headers: request.headers })
    answer(response, path, asked.filter((one) => one.path === path).length)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** Objects of one store by key, which BuildKit reads and writes as it does those of Amazon S3. */
export type ObjectStore = {
  readonly url: string
  readonly keys: () => readonly string[]
  /** `Authorization` of each request. */
  readonly authorizations: readonly string[]
  readonly close: () => Promise<void>
}

/**
 * As much of Amazon S3 as BuildKit's cache needs: objects are put, copied, asked for and read, also in part, with the bucket in the path. A
 * signature is not checked.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
export async function startObjectStore(): Promise<ObjectStore> {
  const objects = new Map<string, Buffer>()
  const authorizations: string[] = []
  const server = createServer(async (request, response) => {
    const body = await buffer(request)
    const key = decodeURIComponent(new URL(request.url ?? '/', 'http://store').pathname.slice(1))
    authorizations.push(request.headers.authorization ?? '')
    const date = new Date().toUTCString()
    if (request.method === 'PUT') {
      const source = request.headers['x-amz-copy-source']
      const isChunked = String(request.headers['x-amz-content-sha256']).startsWith('STREAMING')
      const copied =
        source === undefined ? undefined : objects.get(decodeURIComponent(String(source)).replace(/^\//, ''))
      objects.set(key, copied ?? (isChunked ? withoutChunks(body) : body))
      const answer = `<CopyObjectResult><ETag>"1"</ETag><LastModified>${new Date().toISOString()}</LastModified></CopyObjectResult>`
      response.writeHead(200, { etag: '"1"', 'content-type': 'application/xml' })
      response.end(source === undefined ? '' : answer)
      return
    }
    const object = objects.get(key)
    if (object === undefined) {
      const answer = request.method === 'HEAD' ? '' : '<Error><Code>NoSuchKey</Code><Message>none</Message></Error>'
      response.writeHead(404, { 'content-type': 'application/xml' }).end(answer)
      return
    }
    const [, from = '0', to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
    const bytes = object.subarray(Number(from), to ? Number(to) + 1 : undefined)
    response.writeHead(request.headers.range === undefined ? 200 : 206, {
      etag: '"1"',
      'last-modified': date,
      'content-length': bytes.length,
      'content-range': `bytes ${from}-${Number(from) + bytes.length - 1}/${object.length}`,
    })
    response.end(request.method === 'HEAD' ? undefined : bytes)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys: () => [...objects.keys()],
    authorizations,
    close: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

/** The content of a body in which each chunk has its length and its signature before it. */
function withoutChunks(body: Buffer): Buffer {
  const chunks: Buffer[] = []
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf('\r\n', at)
    const length = Number.parseInt(body.subarray(at, end).toString(), 16)
    if (!(length > 0)) break
    chunks.push(body.subarray(end + 2, end + 2 + length))
    at = end + 2 + length + 2
  }
  return Buffer.concat(chunks)
}

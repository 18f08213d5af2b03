import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The fault of one request to a cache. */
export type CacheFault =
  /** Other bytes of the same length. */
  | 'poisoned'
  /** The first half of the bytes, under the length of all. */
  | 'truncated'
  /** No answer, ever. */
  | 'stalled'
  /** The repository's cache is used up. */
  | 'full'
  | 'forbidden'
  | 'broken'

/** One request to the service: of an entry's address, of its bytes, or to store one. */
export type CacheRequest = { readonly does: 'find' | 'read' | 'write'; readonly key: string }

export type CacheService = {
  /** The variables that the runner gives to an action. `v1` is what GitHub Enterprise Server has. */
  readonly env: (version: 'v1' | 'v2') => Readonly<Record<string, string>>
  readonly token: string
  /** Keys of the complete entries. */
  readonly keys: () => readonly string[]
  /** From now on. */
  readonly fail: (fault: (request: CacheRequest) => CacheFault | undefined) => void
  /** The requests, as `v2 find KEY`. */
  readonly asked: readonly string[]
  readonly close: () => Promise<void>
}

type Entry = { readonly key: string; bytes: Buffer; isWhole: boolean; readonly blocks: Map<string, Buffer> }

/**
 * The cache service of GitHub Actions on this machine, as BuildKit speaks to it: version 2 is Twirp in JSON with addresses at a blob store
 * that speaks Azure's protocol, version 1 has its own.
 * https://github.com/tonistiigi/go-actions-cache/blob/main/api.md
 */
export async function startCacheService(): Promise<CacheService> {
  const entries: Entry[] = []
  const asked: string[] = []
  const token = tokenOf([{ Scope: 'refs/heads/main', Permission: 3 }])
  let faultOf: (request: CacheRequest) => CacheFault | undefined = () => undefined

  const reserve = (key: string): Entry | undefined => {
    if (entries.some((one) => one.key === key)) return undefined
    const entry: Entry = { key, bytes: Buffer.alloc(0), isWhole: false, blocks: new Map() }
    entries.push(entry)
    return entry
  }
  /** The newest entry whose key equals or starts with one of these. */
  const find = (keys: readonly string[]): Entry | undefined => {
    const whole = entries.filter(({ isWhole }) => isWhole).reverse()
    return (
      whole.find(({ key }) => keys.includes(key)) ??
      whole.find((one) => keys.some((prefix) => one.key.startsWith(prefix)))
    )
  }

  /** Whether the request was answered. */
  const fails = (request: CacheRequest, response: ServerResponse): boolean => {
    const fault = faultOf(request)
    if (fault === 'stalled') return true
    const status = { full: 429, forbidden: 403, broken: 500 }[fault as string]
    if (status === undefined) return false
    // That of GitHub for a quota says resource_exhausted too, and BuildKit repeats the request for ten minutes.
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ code: fault === 'full' ? 'resource_exhausted' : 'permission_denied', msg: fault }))
    return true
  }

  const sendBytes = (entry: Entry, request: IncomingMessage, response: ServerResponse): void => {
    const range = request.headers['x-ms-range'] ?? request.headers.range
    const [, from = '0', to] = /^bytes=(\d+)-(\d*)$/.exec(String(range ?? '')) ?? []
    const bytes = entry.bytes.subarray(Number(from), to ? Number(to) + 1 : undefined)
    const fault = faultOf({ does: 'read', key: entry.key })
    response.writeHead(range === undefined ? 200 : 206, {
      'content-length': bytes.length,
      'content-range': `bytes ${from}-${Number(from) + bytes.length - 1}/${entry.bytes.length}`,
      'x-ms-request-id': '1',
    })
    if (fault === 'truncated') {
      response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy())
      return
    }
    response.end(fault === 'poisoned' ? Buffer.from(bytes.map((byte) => byte ^ 0x55)) : bytes)
  }

  const server = createServer(async (request, response) => {
    const body = await bodyOf(request)
    const url = new URL(request.url ?? '/', 'http://cache')
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const json = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(value))
    }
    const at = (index: string | undefined): Entry | undefined => entries[Number(index)]
    const addressOf = (entry: Entry): string => `${origin}/blob/${entries.indexOf(entry)}?sig=signed`
    const [, method] = /^\/twirp\/github\.actions\.results\.api\.v1\.CacheService\/(\w+)$/.exec(url.pathname) ?? []
    const [, v1] = /^\/_apis\/artifactcache\/(.+)$/.exec(url.pathname) ?? []
    const [, blob] = /^\/blob\/(\d+)$/.exec(url.pathname) ?? []

    if (method !== undefined || v1 !== undefined) {
      if (request.headers.authorization !== `Bearer ${token}`) return json(401, { msg: 'no token' })
    }
    if (method !== undefined) {
      const given = JSON.parse(body.toString()) as { readonly key: string; readonly restore_keys?: readonly string[] }
      const does = method === 'GetCacheEntryDownloadURL' ? 'find' : 'write'
      asked.push(`v2 ${does} ${given.key}`)
      if (fails({ does, key: given.key }, response)) return
      if (method === 'CreateCacheEntry') {
        const entry = reserve(given.key)
        if (entry) return json(200, { ok: true, signed_upload_url: addressOf(entry) })
        return json(409, { code: 'already_exists', msg: 'cache entry with the same key already exists' })
      }
      const entry = entries.find(({ key }) => key === given.key)
      if (method === 'FinalizeCacheEntryUpload') {
        if (entry) entry.isWhole = true
        return json(200, { ok: entry !== undefined, entry_id: '1' })
      }
      const found = find([given.key, ...(given.restore_keys ?? [])])
      return json(
        200,
        found ? { ok: true, signed_download_url: addressOf(found), matched_key: found.key } : { ok: false },
      )
    }
    if (v1 === 'cache') {
      const keys = (url.searchParams.get('keys') ?? '').split(',')
      asked.push(`v1 find ${keys[0]}`)
      if (fails({ does: 'find', key: keys[0] ?? '' }, response)) return
      const found = find(keys)
      if (found) return json(200, { cacheKey: found.key, scope: 'main', archiveLocation: addressOf(found) })
      response.writeHead(204).end()
      return
    }
    if (v1 === 'caches') {
      const { key } = JSON.parse(body.toString()) as { readonly key: string }
      asked.push(`v1 write ${key}`)
      if (fails({ does: 'write', key }, response)) return
      const entry = reserve(key)
      return entry ? json(201, { cacheId: entries.indexOf(entry) + 1 }) : json(409, { message: 'already exists' })
    }
    if (v1 !== undefined) {
      const entry = at(String(Number(v1.replace('caches/', '')) - 1))
      if (entry === undefined) return json(404, {})
      if (request.method === 'PATCH') {
        const [, from = '0'] = /^bytes (\d+)-/.exec(String(request.headers['content-range'])) ?? []
        entry.blocks.set(from, body)
      } else {
        const parts = [...entry.blocks].sort(([a], [b]) => Number(a) - Number(b))
        entry.bytes = Buffer.concat(parts.map(([, bytes]) => bytes))
        entry.isWhole = true
      }
      response.writeHead(204).end()
      return
    }
    const entry = at(blob)
    if (entry === undefined || (request.headers.authorization ?? '') !== '') return json(403, {})
    if (request.method === 'GET') {
      if (fails({ does: 'read', key: entry.key }, response)) return
      return sendBytes(entry, request, response)
    }
    // Azure's Put Block, Put Block List and Put Blob.
    const comp = url.searchParams.get('comp')
    if (comp === 'block') entry.blocks.set(url.searchParams.get('blockid') ?? '', body)
    else if (comp === 'blocklist') {
      const ids = [...body.toString().matchAll(/<Latest>([^<]+)<\/Latest>/g)].map(([, id]) => id ?? '')
      entry.bytes = Buffer.concat(ids.map((id) => entry.blocks.get(id) ?? Buffer.alloc(0)))
    } else entry.bytes = body
    response.writeHead(201, { 'x-ms-request-id': '1' }).end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return {
    env: (version) => ({
      ACTIONS_RUNTIME_TOKEN: token,
      ...(version === 'v2'
        ? { ACTIONS_RESULTS_URL: url, ACTIONS_CACHE_SERVICE_V2: 'True' }
        : { ACTIONS_CACHE_URL: url }),
    }),
    token,
    keys: () => entries.filter(({ isWhole }) => isWhole).map(({ key }) => key),
    fail: (fault) => {
      faultOf = fault
    },
    asked,
    close: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

/** A token as the runner has it: BuildKit reads its scopes. */
function tokenOf(scopes: readonly unknown[]): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  const claims = { ac: JSON.stringify(scopes), nbf: now - 60, exp: now + 3600, jti: Math.random() }
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.${Buffer.from('not-signed').toString('base64url')}`
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createFaults, type Fault, type FaultAction, type RequestKind } from './fault.ts'
import { type Answer, fault } from './registry-answer.ts'
import { type AuthOptions, createRegistryAuth } from './registry-auth.ts'
import type { QuirkHooks } from './registry-quirks.ts'
import { type Route, routeOf } from './registry-route.ts'
import { createStore, type Store, type StoreOptions } from './registry-store.ts'

export type TestRegistryOptions = StoreOptions & {
  readonly auth?: AuthOptions
  /** How it differs from the specification. */
  readonly quirk?: QuirkHooks
  /** PEM texts; the registry then speaks TLS. */
  readonly tls?: { readonly key: string; readonly cert: string }
}

export type JournalEntry = {
  readonly kind: RequestKind
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly repository: string
  readonly headers: IncomingMessage['headers']
  /** Number of requests in progress when this one arrived, including itself. */
  readonly concurrent: number
  /** Filled in as it happens. */
  received: number
  status: number | undefined
}

/** An OCI registry in memory, on a local port, with injectable faults. */
export type TestRegistry = {
  /** `127.0.0.1:<port>`. */
  readonly host: string
  readonly url: string
  readonly store: Store
  readonly journal: readonly JournalEntry[]
  /** The kinds of the requests so far, in order. */
  readonly kinds: () => readonly RequestKind[]
  readonly misbehave: (fault: Fault) => void
  readonly revokeTokens: () => void
  readonly close: () => Promise<void>
}

/** Starts a registry after https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md. */
export async function startRegistry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const store = createStore(options)
  const faults = createFaults()
  const auth = options.auth === undefined ? undefined : createRegistryAuth(options.auth)
  const journal: JournalEntry[] = []
  let concurrent = 0

  const server = options.tls === undefined ? createServer(listener) : createSecureServer(options.tls, listener)
  // A fault may leave a request partly read.
  server.on('clientError', (_, socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const url = `${options.tls === undefined ? 'http' : 'https'}://${host}`

  function listener(request: IncomingMessage, response: ServerResponse): void {
    concurrent++
    response.once('close', () => concurrent--)
    serve(request, response).catch(() => response.destroy())
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // By the requested name: another storage is this server under another name.
    const address = new URL(request.url ?? '/', url.replace(host, request.headers.host ?? host))
    const route = routeOf(request.method ?? '', address)
    const { kind, repository } = route
    const path = address.pathname + address.search
    const { headers } = request
    const entry = {
      kind,
      method: request.method ?? '',
      path,
      repository,
      headers,
      concurrent,
      received: 0,
      status: undefined,
    }
    journal.push(entry)
    const action = faults.take(kind, path)
    if (action?.do === 'hang') return
    const asked = { kind, method: entry.method, url: address, headers, base: url }
    const early = options.quirk?.instead?.(asked)
    const unusual = early === undefined ? action : ({ do: 'answer', ...early } as const)
    const answer = await answerTo(request, route, address, entry, unusual)
    if (answer === undefined) return
    if (options.quirk?.processing === true) response.writeProcessing()
    await send(request, response, options.quirk?.change?.(answer, asked) ?? answer, entry, action)
  }

  async function answerTo(
    request: IncomingMessage,
    route: Route,
    address: URL,
    entry: JournalEntry,
    action: FaultAction | undefined,
  ): Promise<Answer | undefined> {
    const { kind, repository, rest: id } = route
    const isUpload = kind === 'upload-patch' || kind === 'upload-put'
    const isStorage = address.hostname === 'localhost' && options.quirk !== undefined
    const refusal =
      kind === 'token' || isStorage
        ? undefined
        : auth?.refuse(request, needs(route, address).map(options.quirk?.needs ?? String), url)
    const invalid = isUpload ? store.checkUpload(id, address.searchParams, request.headers['content-range']) : undefined
    const stopAt = action?.do === 'reset' ? (action.after ?? 0) : undefined
    const keep = isUpload && refusal === undefined && invalid === undefined && action?.do !== 'answer'
    const chunks: Buffer[] = []
    if (stopAt === 0) return reset(request)
    for await (const chunk of request as AsyncIterable<Buffer>) {
      const rest = stopAt === undefined ? chunk : chunk.subarray(0, stopAt - entry.received)
      entry.received += rest.length
      if (keep) store.write(id, rest)
      else if (!isUpload) chunks.push(rest)
      if (entry.received === stopAt) return reset(request)
    }
    if (action?.do === 'answer') return action
    if (refusal !== undefined) return refusal
    if (invalid !== undefined) return invalid
    const body = Buffer.concat(chunks)
    switch (kind) {
      case 'ping':
        return { status: 200, body: '{}' }
      case 'token':
        return auth?.token(request, address, body.toString()) ?? fault(404, 'UNSUPPORTED', 'no token server')
      case 'blob-head':
      case 'blob-get':
        return store.getBlob(repository, id, request.headers.range)
      case 'mount':
      case 'upload-start':
        return store.startUpload(repository, address.searchParams)
      case 'upload-status':
        return store.uploadStatus(id, address.searchParams)
      case 'upload-patch':
        return store.patched(id)
      case 'upload-put':
        return store.finishUpload(id, address.searchParams.get('digest'))
      case 'upload-cancel':
        return store.cancelUpload(id)
      case 'manifest-head':
      case 'manifest-get':
        return store.getManifest(repository, id)
      case 'manifest-put':
        return store.putManifest(repository, id, request.headers['content-type'] ?? '', body)
      case 'manifest-delete':
        return store.deleteManifest(repository, id)
      case 'tags':
        return store.listTags(repository)
      case 'referrers':
        return store.listReferrers(repository, id, address.searchParams)
      case 'other':
        return fault(404, 'UNSUPPORTED', 'the operation is unsupported')
    }
  }

  return {
    host,
    url,
    store,
    journal,
    kinds: () => journal.map(({ kind }) => kind),
    misbehave: faults.add,
    revokeTokens: () => auth?.revokeTokens(),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The scopes a request needs. */
function needs({ kind, repository }: Route, { searchParams }: URL): readonly string[] {
  if (repository === '') return []
  const from = searchParams.get('from')
  const reads = ['blob-head', 'blob-get', 'manifest-head', 'manifest-get', 'tags', 'referrers'].includes(kind)
  const actions = reads ? 'pull' : kind === 'manifest-delete' ? 'delete' : 'pull,push'
  return [
    `repository:${repository}:${actions}`,
    ...(kind === 'mount' && from !== null ? [`repository:${from}:pull`] : []),
  ]
}

function reset(request: IncomingMessage): undefined {
  request.socket.resetAndDestroy()
  return undefined
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  entry: JournalEntry,
  action: FaultAction | undefined,
): Promise<void> {
  if (action?.do === 'lose-answer') return reset(request)
  if (action?.do === 'delay') await new Promise((resolve) => setTimeout(resolve, action.milliseconds))
  entry.status = answer.status
  const { body: given = '' } = answer
  // A copy of a large blob costs memory and time.
  const whole = Buffer.isBuffer(given) ? given : Buffer.from(given)
  const body =
    action?.do === 'corrupt'
      ? Buffer.from(whole.map((byte, index) => (index < (action.from ?? 0) ? byte : byte ^ 1)))
      : whole
  const changed = action?.do === 'headers' ? action.headers : {}
  const length = action?.do === 'truncate' || answer.status === 204 ? {} : { 'content-length': String(body.length) }
  const headers = { ...length, ...answer.headers, ...changed }
  response.writeHead(answer.status, Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== '')))
  if (request.method === 'HEAD') return void response.end()
  if (action?.do === 'truncate') return void response.end(body.subarray(0, action.after))
  if (action?.do !== 'cut') return void response.end(body)
  await new Promise((resolve) => response.write(body.subarray(0, action.after), resolve))
  reset(request)
}

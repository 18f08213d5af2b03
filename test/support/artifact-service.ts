import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

type Stored = { readonly name: string; readonly id: number; readonly job: string; blocks: Buffer[]; isWhole: boolean }

export type ArtifactServer = {
  /** The variables that the runner gives to an action of a job. */
  readonly env: (job: string) => Readonly<Record<string, string>>
  readonly names: () => readonly string[]
  /** The calls so far: `CreateArtifact`, `PUT block`, `GET`. */
  readonly calls: readonly string[]
  /** Answers of this status, instead of the normal ones. */
  readonly fail: (status: (call: string, time: number) => number | undefined) => void
  readonly close: () => Promise<void>
}

/**
 * The artifact service of GitHub Actions in memory, with one run: messages in JSON, and block blobs at signed addresses.
 * https://github.com/actions/toolkit/tree/main/packages/artifact
 */
export async function startArtifactServer(): Promise<ArtifactServer> {
  const artifacts: Stored[] = []
  const calls: string[] = []
  let statusOf: (call: string, time: number) => number | undefined = () => undefined
  let last = 0
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', url)
    const body = await buffer(request)
    const method = pathname.startsWith('/twirp/') ? (pathname.split('/').at(-1) ?? '') : undefined
    const call = method ?? `${request.method} ${searchParams.get('comp') ?? 'content'}`
    calls.push(call)
    const status = statusOf(call, calls.filter((one) => one === call).length)
    if (status !== undefined) return send(response, status, { code: 'internal', msg: 'out of order' })
    if (method === undefined) return blob(request, response, { body, searchParams, id: Number(pathname.slice(1)) })
    const isAllowed = request.headers.authorization?.startsWith('Bearer a.')
    if (!isAllowed) return send(response, 401, { code: 'unauthenticated', msg: 'no token' })
    answer(response, method, JSON.parse(body.toString()))
  }

  function answer(response: ServerResponse, method: string, message: Readonly<Record<string, string>>): void {
    const { name = '', name_filter: filter = '', workflow_job_run_backend_id: job = '' } = message
    const found = artifacts.find((one) => one.name === name)
    const signed = (id: number) => `${url}/${id}?sig=s%2Bcret`
    switch (method) {
      case 'CreateArtifact': {
        if (found) return void send(response, 409, { code: 'already_exists', msg: 'an artifact with this name exists' })
        last += 1
        artifacts.push({ name, id: last, job, blocks: [], isWhole: false })
        return void send(response, 200, { ok: true, signed_upload_url: signed(last) })
      }
      case 'FinalizeArtifact':
        if (found) found.isWhole = true
        return void send(response, found ? 200 : 404, { ok: true, artifact_id: String(found?.id) })
      case 'ListArtifacts': {
        const listed = artifacts.filter((one) => one.isWhole && (filter === '' || one.name === filter))
        const rows = listed.map((one) => ({
          ...{ name: one.name, database_id: String(one.id) },
          ...{ workflow_run_backend_id: 'run', workflow_job_run_backend_id: one.job },
        }))
        return void send(response, 200, { artifacts: rows })
      }
      case 'GetSignedArtifactURL':
        return void send(response, found ? 200 : 404, found ? { signed_url: signed(found.id) } : { code: 'not_found' })
      default:
        if (found) artifacts.splice(artifacts.indexOf(found), 1)
        return void send(response, found ? 200 : 404, { ok: found !== undefined })
    }
  }

  type Blob = { readonly body: Buffer; readonly searchParams: URLSearchParams; readonly id: number }

  function blob(request: IncomingMessage, response: ServerResponse, { body, searchParams, id }: Blob): void {
    const found = artifacts.find((one) => one.id === id)
    if (searchParams.get('sig') !== 's+cret' || found === undefined) return void send(response, 404, {})
    if (request.method === 'GET') return void response.writeHead(200).end(Buffer.concat(found.blocks))
    if (searchParams.get('comp') === 'block') found.blocks.push(body)
    send(response, 201, {})
  }

  return {
    env: (job) => {
      const payload = Buffer.from(JSON.stringify({ scp: `Actions.Other Actions.Results:run:${job}` }))
      return {
        ACTIONS_RESULTS_URL: `${url}/`,
        ACTIONS_RUNTIME_TOKEN: `a.${payload.toString('base64url')}.c`,
      }
    },
    names: () => artifacts.map(({ name }) => name),
    calls,
    fail: (status) => {
      statusOf = status
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type IdTokenServer = {
  /** The variables that a job with `id-token: write` has. */
  readonly env: Readonly<Record<string, string>>
  readonly close: () => void
}

/** GitHub's service for OIDC tokens: a token is `jwt for <audience>`. */
export async function startIdTokens(): Promise<IdTokenServer> {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://x')
    const isAllowed = request.headers.authorization === 'Bearer request-token'
    response.writeHead(isAllowed ? 200 : 401).end(JSON.stringify({ value: `jwt for ${searchParams.get('audience')}` }))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    env: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/?api-version=2`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
    },
    close: () => void server.close(),
  }
}

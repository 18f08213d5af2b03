// The token server of the rig's bearer-token registry: it checks a name and a
// password and signs a token for the requested scopes, as the registry's
// token specification describes (GET with basic credentials, POST as in OAuth2).
// Without credentials a token is given too, but it allows pulling alone.

import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const { PORT, KEY, CERTIFICATE, ACCOUNT, PASSWORD, SECONDS_VALID } = process.env
const key = createPrivateKey(readFileSync(KEY))
const certificate = new X509Certificate(readFileSync(CERTIFICATE)).raw.toString('base64')
const issuer = 'polyarch-rig'

// Tokens of this account are over almost at once, so that a test of token
// renewal need not wait.
const briefAccount = `${ACCOUNT}-brief`
const briefSeconds = 2

// The registry accepts a token for 60 s after its end, to allow for clocks that
// differ. Ours do not: the end is set that much earlier.
const leeway = 60

function makeToken(account, seconds, access) {
  const now = Math.floor(Date.now() / 1000)
  const header = { typ: 'JWT', alg: 'RS256', x5c: [certificate] }
  const claims = {
    iss: issuer,
    aud: issuer,
    sub: account ?? '',
    iat: now,
    nbf: now - leeway,
    exp: now + seconds - leeway,
    jti: randomUUID(),
    access,
  }
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
}

// "repository:group/name:pull,push" -> {type, name, actions}; the name may hold
// colons of its own.
function parseScope(scope) {
  const [type, ...rest] = scope.split(':')
  const actions = rest.pop().split(',')
  return { type, name: rest.join(':'), actions }
}

function allowed(account, { type, name, actions }) {
  return { type, name, actions: account ? actions : actions.filter((action) => action === 'pull') }
}

function basicCredentials(header) {
  const encoded = /^Basic (.+)$/i.exec(header ?? '')?.[1]
  if (!encoded) return undefined
  const [username, ...rest] = Buffer.from(encoded, 'base64').toString().split(':')
  return { username, password: rest.join(':') }
}

async function readBody(request) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

async function answer(request) {
  const url = new URL(request.url, 'http://localhost')
  if (url.pathname !== '/token')
    return [404, { errors: [{ code: 'NOT_FOUND', message: 'The token server has /token only' }] }]

  let query = url.searchParams
  let credentials = basicCredentials(request.headers.authorization)
  if (request.method === 'POST') {
    query = new URLSearchParams(await readBody(request))
    if (query.get('grant_type') !== 'password') return [400, { error: 'unsupported_grant_type' }]
    credentials = { username: query.get('username'), password: query.get('password') }
  } else if (request.method !== 'GET') {
    return [405, { error: 'method not allowed' }]
  }

  const known = credentials?.password === PASSWORD && [ACCOUNT, briefAccount].includes(credentials?.username)
  if (credentials && !known) {
    return [401, { errors: [{ code: 'UNAUTHORIZED', message: 'incorrect username or password' }] }]
  }
  if (query.get('service') !== issuer) return [400, { errors: [{ code: 'DENIED', message: 'unknown service' }] }]

  const account = credentials?.username
  const seconds = account === briefAccount ? briefSeconds : Number(SECONDS_VALID)
  // Several scopes come as several parameters (GET) or with blanks between (POST).
  const scopes = query
    .getAll('scope')
    .flatMap((scope) => scope.split(' '))
    .filter((scope) => scope !== '')
  const access = scopes.map(parseScope).map((scope) => allowed(account, scope))
  const token = makeToken(account, seconds, access)
  return [200, { token, access_token: token, expires_in: seconds, issued_at: new Date().toISOString() }]
}

const server = createServer(async (request, response) => {
  const [status, body] = await answer(request).catch((error) => [400, { error: String(error) }])
  // The log shows who asked for what, never the password or the token.
  const { pathname, searchParams } = new URL(request.url, 'http://localhost')
  console.log(new Date().toISOString(), request.method, pathname, searchParams.getAll('scope').join(' '), status)
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
})
server.listen(Number(PORT), '127.0.0.1')

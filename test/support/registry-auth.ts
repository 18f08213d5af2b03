import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type Answer, fault } from './registry-answer.ts'

export type Action = 'pull' | 'push' | 'delete'

export type AuthOptions = {
  readonly kind: 'basic' | 'token'
  readonly username: string
  readonly password: string
  /** Accepted by the token server's OAuth 2 form in place of the password. */
  readonly identityToken?: string
  /** The permissions of a user (undefined: anonymous) in a repository. Default: all for the user, none for anonymous. */
  readonly permissions?: (user: string | undefined, repository: string) => readonly Action[]
  /** Lifetime of a token in seconds. Default 300. */
  readonly tokenLifetime?: number
  /** Rejects a token request (403) if not everything can be granted, as GHCR does; otherwise grants less, as distribution does. */
  readonly strict?: boolean
}

export type RegistryAuth = {
  /** The rejection of a request without access, or undefined. */
  readonly refuse: (request: IncomingMessage, needs: readonly string[], base: string) => Answer | undefined
  /** The token server. */
  readonly token: (request: IncomingMessage, url: URL, body: string) => Answer
  /** Invalidates all tokens so far. */
  readonly revokeTokens: () => void
}

export function createRegistryAuth(options: AuthOptions): RegistryAuth {
  const tokens = new Map<string, { readonly scopes: readonly string[]; readonly expires: number }>()
  const { username, password, tokenLifetime = 300 } = options
  const permissions = options.permissions ?? ((user) => (user === undefined ? [] : ['pull', 'push', 'delete']))
  const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

  function userOf(request: IncomingMessage, form: URLSearchParams): string | undefined | Answer {
    const { authorization } = request.headers
    if (form.get('refresh_token') !== null) {
      return form.get('refresh_token') === options.identityToken ? username : unauthorized('invalid refresh token')
    }
    // The method of BuildKit for a password.
    if (form.get('grant_type') === 'password') {
      const known = form.get('username') === username && form.get('password') === password
      return known ? username : unauthorized('incorrect username or password')
    }
    if (authorization === undefined) return undefined
    return authorization === basic ? username : unauthorized('incorrect username or password')
  }

  return {
    refuse: (request, needs, base) => {
      const { authorization } = request.headers
      if (options.kind === 'basic') {
        return authorization === basic
          ? undefined
          : { ...unauthorized('authentication required'), headers: challenge('Basic realm="test"') }
      }
      const token = tokens.get(authorization?.replace(/^Bearer /, '') ?? '')
      if (token !== undefined && token.expires > Date.now() && needs.every((need) => grants(token.scopes, need)))
        return undefined
      const scope = needs.length === 0 ? '' : `,scope="${needs.join(' ')}"`
      const error =
        token === undefined ? '' : `,error="${token.expires > Date.now() ? 'insufficient_scope' : 'invalid_token'}"`
      const value = `Bearer realm="${base}/token",service="test"${scope}${error}`
      return { ...unauthorized('authentication required'), headers: challenge(value) }
    },
    token: (request, url, body) => {
      const form = new URLSearchParams(body)
      const user = userOf(request, form)
      if (typeof user === 'object') return user
      const asked = [...url.searchParams.getAll('scope'), ...(form.get('scope')?.split(' ') ?? [])]
      const scopes = asked.map((scope) => {
        const [type = '', name = '', actions = ''] = scope.split(':')
        const allowed: readonly string[] = permissions(user, name)
        return `${type}:${name}:${actions
          .split(',')
          .filter((action) => allowed.includes(action))
          .join(',')}`
      })
      if (options.strict === true && scopes.join() !== asked.join())
        return fault(403, 'DENIED', 'requested access to the resource is denied')
      const token = randomUUID()
      tokens.set(token, { scopes, expires: Date.now() + tokenLifetime * 1000 })
      return {
        status: 200,
        body: JSON.stringify({
          token,
          ...(body === '' ? {} : { access_token: token }),
          expires_in: tokenLifetime,
          issued_at: new Date().toISOString(),
        }),
      }
    },
    revokeTokens: () => tokens.clear(),
  }
}

function grants(scopes: readonly string[], need: string): boolean {
  const [type, name, actions = ''] = need.split(':')
  return scopes.some((scope) => {
    const [grantedType, grantedName, granted = ''] = scope.split(':')
    return (
      grantedType === type &&
      grantedName === name &&
      actions.split(',').every((action) => granted.split(',').includes(action))
    )
  })
}

function unauthorized(message: string): Answer {
  return fault(401, 'UNAUTHORIZED', message)
}

function challenge(value: string): Readonly<Record<string, string>> {
  return { 'www-authenticate': value }
}

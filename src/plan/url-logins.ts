import { ActionError } from '../errors/action-error.ts'
import type { GitEvent } from '../facts/event.ts'
import type { ContextInput, NamedContext } from '../inputs/inputs.ts'
import type { Secret } from '../inputs/secret.ts'
import { namedCredentials, type UrlCredentials } from '../inputs/url-credentials.ts'

/** The credentials of one host that contexts are fetched from. */
export type UrlLogin = UrlCredentials & {
  /** Whether it is the job's token; Git credentials in `secrets` take precedence. */
  readonly ofJob?: true
}

type ContextSource = ContextInput | NamedContext['source']

/**
 * Returns the credentials for fetching contexts: users and passwords in their URLs, each for its own host, and the job's token for the
 * workflow's GitHub server only. With `always`, the token is included even if no context is on that server.
 * | @throws ActionError `input-invalid` for two passwords for one host: BuildKit accepts one
 */
export function planUrlLogins(
  sources: readonly ContextSource[],
  { token, always, event }: { readonly token: Secret | undefined; readonly always: boolean; readonly event: GitEvent },
): readonly UrlLogin[] {
  const given = mergeUrlLogins(
    sources.flatMap((source) => (source.kind === 'git' && source.credentials ? [source.credentials] : [])),
  )
  const server = URL.canParse(event.serverUrl) ? new URL(event.serverUrl) : undefined
  if (token === undefined || server === undefined || !/^https?:$/.test(server.protocol)) return given
  const { origin, host } = server
  const isThere = always || sources.some((source) => originOf(source, origin) === origin)
  if (!isThere || given.some((login) => login.kind === 'git' && login.origin === origin)) return given
  const own = namedCredentials('x-access-token', token.reveal())
  return [...given, { kind: 'git', host, origin, ...own, ofJob: true }]
}

/** Removes duplicate logins. Throws ActionError `input-invalid` for two passwords for one host. */
export function mergeUrlLogins(logins: readonly UrlLogin[]): readonly UrlLogin[] {
  const merged = new Map<string, UrlLogin>()
  for (const login of logins) {
    const key = `${login.kind} ${login.host}`
    const other = merged.get(key)
    if (other !== undefined && !isSame(other, login)) {
      throw new ActionError('input-invalid', `Cannot use two users or passwords for ${login.host}`, {
        hint: 'Give one for each host: it is used for everything that is fetched from there.',
      })
    }
    merged.set(key, other ?? login)
  }
  return [...merged.values()]
}

function isSame(one: UrlLogin, other: UrlLogin): boolean {
  return one.username.reveal() === other.username.reveal() && one.password.reveal() === other.password.reveal()
}

/** Returns the login for a source. `own` is the workflow's server, where `{{defaultContext}}` is. */
function originOf(source: ContextSource, own: string): string | undefined {
  if (source.kind === 'default-git') return own
  if (source.kind !== 'git') return undefined
  const url = source.url.startsWith('github.com/') ? `https://${source.url}` : source.url
  return URL.canParse(url) ? new URL(url).origin : undefined
}

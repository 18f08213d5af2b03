import { ActionError } from '../../errors/action-error.ts'
import type { Host } from '../../host/host.ts'
import type { UrlLogin } from '../../plan/url-logins.ts'

/** Timeout for a Git server (milliseconds). BuildKit waits longer and reports the cause. */
const patience = 10_000

/**
 * Checks whether the servers of Git repositories that BuildKit has credentials for redirect to another host. Git in
 * BuildKit sends the credentials in a header, also after a redirect (tested with BuildKit 0.25). A server that does not
 * respond here may respond to the builder.
 *
 * @throws ActionError `context-unreadable` if a server redirects to another host
 */
export async function refuseRedirects(
  urls: readonly string[],
  logins: readonly UrlLogin[],
  host: Pick<Host, 'http' | 'signal'>,
): Promise<void> {
  await Promise.all(
    urls.map(async (url) => {
      const [remote = ''] = url.split(/[?#]/)
      const login = URL.canParse(remote)
        ? logins.find(({ kind, origin }) => kind === 'git' && origin === new URL(remote).origin)
        : undefined
      if (login === undefined) return
      const target = await redirectOf(remote, login, host)
      if (target === undefined || target.origin === login.origin) return
      throw new ActionError(
        'context-unreadable',
        `Cannot fetch ${remote} with credentials: it redirects to ${target.host}`,
        {
          hint: `Credentials are sent to ${login.host} only. Use the address on ${target.host}, with credentials for that host.`,
        },
      )
    }),
  )
}

/** https://git-scm.com/docs/http-protocol#_smart_clients */
async function redirectOf(
  remote: string,
  { username, password }: UrlLogin,
  { http, signal }: Pick<Host, 'http' | 'signal'>,
): Promise<URL | undefined> {
  const authorization = `Basic ${Buffer.from(`${username.reveal()}:${password.reveal()}`).toString('base64')}`
  try {
    const { status, headers, body } = await http({
      method: 'GET',
      url: `${remote}/info/refs?service=git-upload-pack`,
      headers: { authorization, 'user-agent': 'git/2.47.0' },
      signal,
      timeout: patience,
    })
    body.destroy()
    const { location } = headers
    if (status < 300 || status > 399 || location === undefined || !URL.canParse(location, remote)) return undefined
    return new URL(location, remote)
  } catch (error) {
    if (signal.aborted) throw error
    return undefined
  }
}

import { limits } from '../../bounds/limits.ts'
import type { ActionError } from '../../errors/action-error.ts'
import type { Http, HttpResponse } from '../../host/host.ts'
import { exchangeOnce, type HttpOutcome } from './exchange-once.ts'

export type Following = {
  readonly http: Http
  readonly signal: AbortSignal
  /** Returns the headers of a request to an address. */
  readonly headers: (url: URL) => Readonly<Record<string, string>>
  /** Creates the error for a redirect that is not followed; `found` describes its target. */
  readonly refused: (found: string) => ActionError
}

/**
 * Sends GET, follows redirects and returns the final answer, of any status. Redirects from https to http are rejected.
 *
 * @throws ActionError of `refused` for a cycle of redirects or a target that is not allowed
 */
export async function follow(
  start: URL,
  { http, signal, headers, refused }: Following,
): Promise<HttpOutcome<HttpResponse>> {
  let url = start
  for (let redirects = 0; ; redirects += 1) {
    const sent = await exchangeOnce(http, { method: 'GET', url: url.href, headers: headers(url), signal })
    const location = sent.ok ? sent.value.headers['location'] : undefined
    if (!sent.ok || location === undefined || ![301, 302, 303, 307, 308].includes(sent.value.status)) return sent
    sent.value.body.resume()
    if (redirects === limits.redirects) throw refused(`it redirects more than ${limits.redirects} times`)
    url = redirected(location, url, refused)
  }
}

function redirected(location: string, from: URL, refused: Following['refused']): URL {
  if (!URL.canParse(location, from.href)) throw refused('it redirects to an invalid URL')
  const next = new URL(location, from)
  next.username = ''
  next.password = ''
  if (next.protocol === 'https:' || (next.protocol === 'http:' && from.protocol === 'http:')) return next
  throw refused(`it redirects from ${from.protocol}// to ${next.protocol}//`)
}

import { excerptOf } from '../../bounds/excerpt.ts'
import { doubtfulAttempts } from '../../retry/retry.ts'
import { limited } from './known-answers.ts'

/**
 * What the network between a builder or daemon and a registry does wrong, in the words of Go, BuildKit and registries.
 * `known-failures.ts` tells users of it, `retry-build.ts` and `binfmt-image.ts` try again by it.
 */

/** The certificate of the other side is not trusted, or is for another name or time. */
export const untrusted = /x509: |certificate verify failed/

/** The other side does not speak TLS. */
export const plainHttp = /server gave HTTP response to HTTPS client|first record does not look like a TLS handshake/

/** The proxy refuses, or is not one. */
export const proxyRefused = /proxyconnect|Proxy Authentication Required/i

/**
 * What passes: statuses of servers that are down or behind a gateway (some without a word after the number, or with a page
 * in place of an answer), time-outs at every stage of a request, connections that end in the middle, uploads that a registry forgot.
 */
export const passing = new RegExp(
  [
    /(?:unexpected status.*|: |HTTP status: )(?:408|425|5\d\d)(?: |$)/,
    /\bpars(?:e error response|ing HTTP) (?:408|425|429|5\d\d)\b/,
    // ADD of a URL.
    /invalid response status (?:408|425|429|5\d\d)\b/,
    /\bunavailable: /,
    /TLS handshake timeout|i\/o timeout|connection timed out|Client\.Timeout exceeded|timeout awaiting response headers/,
    /context deadline exceeded|DeadlineExceeded/,
    /connection reset|broken pipe|closed (?:network|idle) connection|unexpected EOF|: EOF\b/,
    /http2: |stream error: .*(?:INTERNAL_ERROR|REFUSED_STREAM)|remote error: tls: internal error/,
    /server misbehaving|Temporary failure in name resolution/,
    /: unknown blob$|blob upload unknown/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'im',
)

/** Nobody answers under this name: an outage, or a name that is wrong. */
export const unreachable = /dial tcp.*(?:no such host|connection refused|no route to host|network is unreachable)/i

/** What stays as it is until somebody changes a setting. */
export function isMisconfigured(message: string): boolean {
  const excerpt = excerptOf(message)
  return [untrusted, plainHttp, proxyRefused].some((pattern) => pattern.test(excerpt))
}

/** How many tries it is worth that a daemon fetches an image and starts it, by what went wrong; the policy aside. */
export function attemptsToStart(text: string): number {
  const message = excerptOf(text)
  if (isMisconfigured(message)) return 1
  // Its registry may be away, or the machine still be booting; or the name is wrong.
  if (unreachable.test(message) || /context deadline exceeded/.test(message)) return doubtfulAttempts
  return passing.test(message) || limited.test(message) ? Number.POSITIVE_INFINITY : 1
}

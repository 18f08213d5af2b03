import { excerptOf } from '../bounds/excerpt.ts'
import { fewAttempts, type Table } from './classify.ts'

/**
 * What the network between a builder or daemon and a registry does wrong, in the words of Go, BuildKit and registries.
 * `known-failures.ts` explains it to users; the tables of builds and of emulator images classify by it.
 */

/** The registry asks for fewer requests. Docker Hub: "toomanyrequests: You have reached your unauthenticated pull rate limit." */
export const limited = /toomanyrequests|too many requests|pull rate limit|(?:unexpected status.*|: )429(?: |$)/im

/** The certificate of the other side is not trusted, or is for another name or time. */
export const untrusted = /x509: |certificate verify failed/

/** The other side does not speak TLS. */
export const plainHttp = /server gave HTTP response to HTTPS client|first record does not look like a TLS handshake/

/** The proxy refuses, or is not one. */
export const proxyRefused = /proxyconnect|Proxy Authentication Required/i

/** A network that is set up wrong: permanent until somebody changes a setting. */
export const misconfigured: readonly RegExp[] = [untrusted, plainHttp, proxyRefused]

/** Whether a message reports a misconfigured network. */
export function isMisconfigured(message: string): boolean {
  const excerpt = excerptOf(message)
  return misconfigured.some((pattern) => pattern.test(excerpt))
}

/**
 * A transient fault: statuses of servers that are down or behind a gateway (some without a word after the number, or with a page
 * in place of an answer), time-outs at every stage of a request, connections that end in the middle, uploads that a registry forgot.
 */
export const transientFault = new RegExp(
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

/** A daemon that fetches an image and starts it: the emulators, or a builder. The policy aside. */
export const startTable: Table = [
  {
    pattern: misconfigured,
    verdict: 'permanent',
    learnedFrom: 'Docker 20 to 28, for registries and proxies that are set up wrong',
  },
  {
    // Its registry may be away, or the machine still be booting; or the name is wrong.
    pattern: [unreachable, /context deadline exceeded/],
    verdict: 'transient',
    attempts: fewAttempts,
    learnedFrom: 'Docker 20 to 28',
  },
  {
    pattern: [transientFault, limited],
    verdict: 'transient',
    learnedFrom: 'Docker 20 to 28, and the limits of Docker Hub',
  },
]

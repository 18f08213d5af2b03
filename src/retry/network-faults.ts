import { excerptOf } from '../bounds/excerpt.ts'
import { fewAttempts, type Table } from './classify.ts'

/**
 * Failures of the network between a builder or daemon and a registry, in messages of Go, BuildKit and registries.
 * `known-failures.ts` explains them to users; the tables of builds and of emulator images classify them.
 */

/**
 * The registry limits the rate of requests. Docker Hub: "toomanyrequests: You have reached your unauthenticated pull
 * rate limit."
 */
export const limited = /toomanyrequests|too many requests|pull rate limit|(?:unexpected status.*|: )429(?: |$)/im

/** The server's certificate is not trusted, or is for another name or time. */
export const untrusted = /x509: |certificate verify failed/

/** The server does not support TLS. */
export const plainHttp = /server gave HTTP response to HTTPS client|first record does not look like a TLS handshake/

/** The proxy rejected the connection, or is not a proxy. */
export const proxyRefused = /proxyconnect|Proxy Authentication Required/i

/** A misconfigured network: a permanent error. */
export const misconfigured: readonly RegExp[] = [untrusted, plainHttp, proxyRefused]

/** Whether a message reports a misconfigured network. */
export function isMisconfigured(message: string): boolean {
  const excerpt = excerptOf(message)
  return misconfigured.some((pattern) => pattern.test(excerpt))
}

/**
 * A transient failure: statuses of servers that are down or behind a gateway (some without text after the number, or
 * with a page as the answer), timeouts at every stage of a request, interrupted connections, and uploads that a
 * registry lost.
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

/** The host is unreachable: an outage, or an incorrect name. */
export const unreachable = /dial tcp.*(?:no such host|connection refused|no route to host|network is unreachable)/i

/** Classifies failures of a daemon that pulls and starts an image for emulators or a builder, apart from the policy. */
export const startTable: Table = [
  {
    pattern: misconfigured,
    verdict: 'permanent',
    learnedFrom: 'Docker 20 to 28, for misconfigured registries and proxies',
  },
  {
    // Its registry may be unavailable, or the machine may still be booting; or the name is incorrect.
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

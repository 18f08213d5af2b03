import type { KnownFailure } from '../../errors/known-failure.ts'
import { fewAttempts, type Table } from '../../retry/classify.ts'

/**
 * A transient failure of the server or the connection. Messages of Git 2.30 to 2.50, including those of curl, OpenSSL
 * and GnuTLS.
 */
const transient =
  /returned error: (?:408|425|429|5\d\d)\b|Connection (?:reset|timed out)|(?:Operation|Connection|Resolving) timed out|Timeout was reached|Empty reply from server|early EOF|RPC failed|unexpected disconnect|hung up unexpectedly|Recv failure|Send failure|transfer closed with|HTTP\/2 stream \d+ was|non-properly terminated|SSL_ERROR_SYSCALL|GnuTLS recv error|gnutls_handshake\(\) failed|Temporary failure in name resolution|remote end closed|kex_exchange_identification|Connection closed by/i

/** The server is unreachable: an outage, or an incorrect name. */
const unreachable =
  /Could not resolve host|Name or service not known|nodename nor servname|Couldn't connect to server|Failed to connect|Connection refused|No route to host|Network is unreachable/i

/** A certificate that is not trusted, or a server that does not support TLS: a permanent error. */
const misconfigured =
  /certificate problem|certificate verification failed|certificate subject name|unable to get local issuer|unexpected TLS packet|wrong version number|packet length too long|Received HTTP code \d+ from proxy|CONNECT tunnel failed/i

/**
 * The known messages of Git for a repository that it could not fetch, whichever engine ran it. The first match applies.
 */
export const gitFailures: readonly KnownFailure[] = [
  {
    code: 'context-unreadable',
    // GitHub and GitLab also request a login if the repository does not exist.
    pattern:
      /could not read (?:Username|Password)|Authentication failed|returned error: (?:401|403)\b|Permission denied \(|Host key verification failed|Invalid username or (?:password|token)|HTTP Basic: Access denied|Permission to \S+ denied/i,
    hint: 'Check the address of the repository, and set credentials with read access: `github-token` for a private repository on the server of the job, otherwise a user and password in the URL, or SSH. Or check it out in an earlier step.',
  },
  {
    code: 'context-not-found',
    pattern:
      /repository '[^'\n]{0,4096}' not found|Repository not found|does not appear to be a git repository|returned error: 404\b|couldn't find remote ref|does not contain ref|not our ref|unadvertised object|reference is not a tree|invalid subdir/i,
    hint: 'Check the address of the repository and what follows its `#`: the branch, tag or full commit, then the directory.',
  },
  {
    code: 'download-failed',
    pattern: misconfigured,
    hint: 'Check the address, the certificates that the builder trusts and its proxy: the server does not use TLS, its certificate is not trusted, or the proxy refuses.',
  },
  {
    code: 'download-failed',
    pattern: transient,
    hint: 'Run the job again when the Git server is available.',
  },
  {
    code: 'download-failed',
    pattern: unreachable,
    hint: 'Check the name of the Git server, and the network and proxy of the machine that fetches: with buildx, that of the builder. If both are correct, run the job again when the server is available.',
  },
]

/** Classifies a failed fetch by Git's output. docs/retries.md */
export const gitTable: Table = [
  {
    pattern: [...gitFailures.slice(0, 2).map(({ pattern }) => pattern), misconfigured],
    verdict: 'permanent',
    learnedFrom: 'Git 2.30 to 2.50 with GitHub, GitLab and misconfigured servers',
  },
  { pattern: transient, verdict: 'transient', learnedFrom: 'Git 2.30 to 2.50 behind a proxy that injects faults' },
  {
    pattern: unreachable,
    verdict: 'transient',
    attempts: fewAttempts,
    learnedFrom: 'Git 2.30 to 2.50, for misspelled names and unavailable servers',
  },
]

/** Returns the reason of Git's failure without `fatal: ` and the address; undefined if the output has none. */
export function gitReason(text: string): string | undefined {
  const line = text.split('\n').findLast((one) => /^(?:fatal|error): /.test(one))
  return line?.replace(/^(?:fatal|error): (?:unable to access '[^']*': )?/, '').trim()
}

import { fewAttempts, type Table } from './classify.ts'
import { type Failure, isFull, isUnknown } from './failure.ts'

/**
 * At the first contact usually an incorrect name, a server that is not running, or one that hangs, so only three attempts are made: each may take
 * half a minute.
 */
const unreachableCodes = ['ENOTFOUND', 'ECONNREFUSED', 'ETIMEDOUT']

/** Classifies failed requests to registries, their token servers and the servers of `ADD`. docs/retries.md */
export const httpTable: Table = [
  {
    code: [
      'ECONNRESET',
      'ECONNABORTED',
      'EPIPE',
      'EAI_AGAIN',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'ENETDOWN',
      'ERR_STREAM_PREMATURE_CLOSE',
      'HPE_INVALID_CONSTANT',
      'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR',
    ],
    verdict: 'transient',
    learnedFrom: 'Node, behind the proxy of test/e2e/faults.test.ts',
  },
  {
    code: unreachableCodes,
    when: (_, { answeredBefore = false }) => answeredBefore,
    verdict: 'transient',
    learnedFrom: 'a registry that was restarted during a push',
  },
  {
    code: unreachableCodes,
    verdict: 'transient',
    attempts: fewAttempts,
    learnedFrom:
      'Node.js, for misspelled names, services of a job that are still starting, and a registry stopped with SIGSTOP',
  },
  {
    // Space may be freed, but hardly within a minute.
    when: isFull,
    verdict: 'transient',
    attempts: fewAttempts,
    learnedFrom: 'distribution 2.8.3 on a full disk; RFC 4918 for 507',
  },
  {
    when: (failure) => failure.kind === 'answer' && failure.transient === true,
    verdict: 'transient',
    learnedFrom: 'the code of the attempt: the next one differs',
  },
  {
    status: [408, 425, 429, [500, 999]],
    verdict: 'transient',
    learnedFrom: 'RFC 9110, RFC 6585 and RFC 8470',
  },
  {
    status: [401, 403],
    when: mayChange,
    verdict: 'maybe',
    attempts: 'one more',
    once: true,
    learnedFrom: 'GHCR and others, which sometimes deny access to authorized users',
  },
  {
    // A web page in place of a registry's answer.
    status: [404],
    pattern: /^\s*</,
    when: mayChange,
    verdict: 'maybe',
    attempts: 'one more',
    once: true,
    learnedFrom: 'gateways in front of a registry that is being replaced',
  },
  {
    when: (failure, { justPushed = false }) => justPushed && isUnknown(failure),
    verdict: 'transient',
    attempts: ({ laggingAttempts }) => laggingAttempts,
    learnedFrom: 'GHCR and Docker Hub, whose storage is eventually consistent',
  },
]

function mayChange(failure: Failure): boolean {
  return failure.kind === 'answer' && failure.finalDenial !== true
}

/** Whether a server responded at the address, even with a failure. */
export function hasAnswered(failure: Failure): boolean {
  return failure.kind === 'answer' || (failure.kind === 'connection' && !unreachableCodes.includes(failure.code))
}

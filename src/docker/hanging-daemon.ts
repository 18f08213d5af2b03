import { ActionError, messageOf } from '../errors/action-error.ts'
import type { ExecResult } from '../host/host.ts'

export const deadDaemonHint =
  'Check the log of the daemon or builder, and whether its machine ran out of memory or disk space.'

/** Milliseconds for a call of docker that has little to do. A daemon that is busy may take some seconds. */
export const shortCall = 60_000

/** The error for a call of docker, made to do `what`, that was ended because no more came of it. */
export function hangingDaemon(what: string, { stderr }: Pick<ExecResult, 'stderr'>): ActionError {
  const said = stderr.trim()
  return new ActionError('daemon-unreachable', `Cannot ${what}, the daemon hangs: ${said}`, { hint: deadDaemonHint })
}

/** The error for a request to a daemon, made to do `what`, that has no answer. */
export function unanswered(what: string, error: unknown): ActionError {
  const said = messageOf(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ETIMEDOUT') return hangingDaemon(what, { stderr: said })
  const found = `Cannot ${what}: ${inDockersWords(code)}${said}`
  return new ActionError('daemon-unreachable', found, { hint: deadDaemonHint, cause: error })
}

/** The words of Docker's own client, by which users and the tables of retries know what happened. */
function inDockersWords(code: string): string {
  if (code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'EACCES') return 'Cannot connect to the Docker daemon: '
  return code === 'ECONNRESET' || code === 'EPIPE' ? 'error during connect: connection reset: ' : ''
}

import { ActionError } from '../errors/action-error.ts'
import { formatDuration } from '../text/duration.ts'
import type { Host } from './host.ts'
import { within } from './within.ts'

/** A time limit for several stages. */
export type TimeLimit = {
  /** The host for work under the limit. When the time is over, its signal is aborted and its programs are stopped. */
  readonly host: Host
  /** Ends the limit: later work is not limited. */
  readonly lift: () => void
  /** Returns the error to report for an error of the stages: `timed-out` if they stopped because of the limit. */
  readonly toError: (thrown: unknown) => unknown
}

/** Starts a limit of `limit` milliseconds; undefined means no limit. */
export function limitTime(limit: number | undefined, host: Host): TimeLimit {
  if (limit === undefined) return { host, lift: () => undefined, toError: (thrown) => thrown }
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(timedOut(limit)), limit)
  return {
    host: within(host, over.signal),
    lift: () => clearTimeout(timer),
    toError: (thrown) => {
      // Work that stops because of the signal reports `cancelled`, which is correct only if the run was canceled.
      const isOurs = over.signal.aborted && !host.signal.aborted
      return isOurs && !(thrown instanceof ActionError && thrown.code === 'timed-out') ? over.signal.reason : thrown
    },
  }
}

function timedOut(limit: number): ActionError {
  return new ActionError('timed-out', `Stopped the build at its time limit of ${formatDuration(limit)}`, {
    hint: 'Run the job again, which reuses the cache of the builder if it is persistent, or raise `timeout`. Build emulated platforms on native nodes, or cross-compile with FROM --platform=$BUILDPLATFORM. No tag was written.',
  })
}

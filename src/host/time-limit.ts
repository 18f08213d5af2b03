import { ActionError } from '../errors/action-error.ts'
import { formatDuration } from '../text/duration.ts'
import type { Host } from './host.ts'
import { within } from './within.ts'

/** A limit on the time of several stages. */
export type TimeLimit = {
  /** Its signal is aborted, and its programs are ended, when the time is over. What is made with it obeys the limit. */
  readonly host: Host
  /** Ends the limit: what follows may take as long as it takes. */
  readonly lift: () => void
  /** The error to report for what the stages threw: `timed-out` when they stopped because of the limit. */
  readonly toError: (thrown: unknown) => unknown
}

/** Starts a limit of `limit` milliseconds; undefined for none. */
export function limitTime(limit: number | undefined, host: Host): TimeLimit {
  if (limit === undefined) return { host, lift: () => undefined, toError: (thrown) => thrown }
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(timedOut(limit)), limit)
  return {
    host: within(host, over.signal),
    lift: () => clearTimeout(timer),
    toError: (thrown) => {
      // What stops for the signal says `cancelled`, which is true only when the run was.
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

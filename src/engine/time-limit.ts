import { formatDuration } from '../duration.ts'
import { ActionError } from '../errors.ts'
import type { Host } from '../host/host.ts'

/**
 * Runs `work` with a host whose signal is aborted and whose programs are ended when `limit` milliseconds are over.
 *
 * @throws ActionError `timed-out` then; the engine adds which step was running
 */
export async function withinTime<T>(
  limit: number | undefined,
  host: Host,
  work: (limited: Host) => Promise<T>,
): Promise<T> {
  if (limit === undefined) return work(host)
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(timedOut(limit)), limit)
  const limited: Host = {
    ...host,
    signal: AbortSignal.any([host.signal, over.signal]),
    exec: (command, args, options = {}) => {
      const signal = options.signal ? AbortSignal.any([options.signal, over.signal]) : over.signal
      return host.exec(command, args, { ...options, signal })
    },
  }
  try {
    return await work(limited)
  } catch (error) {
    // What stops for the signal says `cancelled`, which is true only when the run was.
    const isOurs = over.signal.aborted && !host.signal.aborted
    throw isOurs && !(error instanceof ActionError && error.code === 'timed-out') ? over.signal.reason : error
  } finally {
    clearTimeout(timer)
  }
}

function timedOut(limit: number): ActionError {
  return new ActionError('timed-out', `Stopped the build at its time limit of ${formatDuration(limit)}`, {
    hint: 'No tag was moved. Steps that had finished stay in the cache of the builder, so another run gets further where that is kept; else raise `timeout`. An emulated platform is much faster on a native node, or cross-compiled with FROM --platform=$BUILDPLATFORM.',
  })
}

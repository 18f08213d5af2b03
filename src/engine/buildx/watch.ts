import { deadDaemonHint } from '../../docker/hanging-daemon.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { Host } from '../../host/host.ts'
import { formatDuration } from '../../text/duration.ts'
import type { Progress } from '../buildkit/progress.ts'
import { longSilence, type Watched, watchBuild } from '../watch-build.ts'

/**
 * Monitors one call of buildx, which waits forever if a builder or a daemon hangs: `work` passes each line to `onLine`
 * and ends when `signal` is aborted.
 *
 * @throws ActionError `daemon-unreachable` if there is no output and the builder does not respond, `engine-failed` if a
 * cache that it reads does not respond
 */
export function watch<T>(
  {
    progress,
    answers,
  }: {
    readonly progress: Pick<Progress, 'line' | 'running' | 'readsCache' | 'exportsFromCache'>
    readonly answers: Watched['answers']
  },
  host: Pick<Host, 'clock' | 'log' | 'signal'>,
  work: (onLine: (line: string) => void, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { line, running } = progress
  const watched = { source: 'the builder', onLine: line, running, answers, hint: deadDaemonHint }
  return watchBuild({ ...watched, stalled: (quiet) => stalledCache(progress, quiet) }, host, work)
}

function stalledCache(
  { readsCache, exportsFromCache }: Pick<Progress, 'readsCache' | 'exportsFromCache'>,
  quiet: number,
): ActionError | undefined {
  // An export is silent while it compresses a layer, so its limit is longer.
  if (!readsCache() && !(quiet >= longSilence && exportsFromCache())) return undefined
  return new ActionError('engine-failed', `The cache import stalled: nothing came for ${formatDuration(quiet)}`)
}

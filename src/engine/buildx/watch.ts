import { deadDaemonHint } from '../../docker/hanging-daemon.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { Clock, Host } from '../../host/host.ts'
import { formatDuration } from '../../text/duration.ts'
import { type Progress, platformOf } from '../buildkit/progress.ts'

/** Milliseconds without a line after which the builder is asked whether it is there, and again each time they have passed. */
const silence = 60_000
/** So many times in a row the builder may leave that question open. */
const patience = 3
/** Milliseconds without a line after which the log says what is waited for. */
const longSilence = 600_000

export type Watched = {
  readonly progress: Pick<Progress, 'line' | 'running' | 'readsCache' | 'exportsFromCache'>
  /** Whether the builder, or one of its nodes, is there. */
  readonly answers: () => Promise<boolean>
}

/**
 * Watches over one call of buildx, which waits for ever where a builder or a daemon hangs: `work` hands each line to
 * `onLine` and ends when `signal` is aborted. A step may well be silent, so silence alone is only told.
 *
 * @throws ActionError `daemon-unreachable` when nothing comes and the builder no longer answers, `engine-failed` when a cache that it reads does not
 */
export async function watch<T>(
  { progress, answers }: Watched,
  { clock, log, signal }: Pick<Host, 'clock' | 'log' | 'signal'>,
  work: (onLine: (line: string) => void, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController()
  const lost = new AbortController()
  let last = clock.now().getTime()
  let warned = false
  const quiet = (): number => clock.now().getTime() - last
  const onLine = (line: string): void => {
    last = clock.now().getTime()
    warned = false
    progress.line(line)
  }

  const look = async (): Promise<void> => {
    let unanswered = 0
    while (!lost.signal.aborted) {
      await clock.sleep(silence, over.signal)
      if (quiet() < silence) {
        unanswered = 0
        continue
      }
      // An export is silent while it compresses a layer, so it has longer.
      if (progress.readsCache() || (quiet() >= longSilence && progress.exportsFromCache())) {
        lost.abort(cacheStalled(quiet()))
        return
      }
      if (quiet() >= longSilence && !warned) {
        warned = true
        log.warning(`Nothing came from the builder for ${formatDuration(quiet())}: ${describeRunning(progress, clock)}`)
      }
      unanswered = (await answers()) || quiet() < silence ? 0 : unanswered + 1
      if (unanswered === patience) lost.abort(gone(quiet()))
    }
  }
  // Now, because buildx calls its steps cancelled before it ends.
  let interrupted: Interrupted | undefined
  const note = (): void => {
    const [first] = progress.running()
    interrupted ??= { running: describeRunning(progress, clock), platform: first && platformOf(first.name) }
  }
  const stop = AbortSignal.any([signal, lost.signal])
  stop.addEventListener('abort', note)
  // Its sleep ends with a rejection when the work is over.
  const looking = look().catch(() => undefined)
  try {
    return await work(onLine, lost.signal)
  } catch (error) {
    if (!(error instanceof ActionError) || interrupted === undefined) throw error
    throw error.with({ message: `${error.message}; ${interrupted.running}`, platform: interrupted.platform })
  } finally {
    stop.removeEventListener('abort', note)
    over.abort()
    await looking
  }
}

/** What was going on when the build was told to stop. */
type Interrupted = { readonly running: string; readonly platform: string | undefined }

function gone(quiet: number): ActionError {
  return new ActionError(
    'daemon-unreachable',
    `Stopped the build: nothing came from the builder for ${formatDuration(quiet)}, and it no longer answers`,
    { hint: deadDaemonHint },
  )
}

function cacheStalled(quiet: number): ActionError {
  return new ActionError('engine-failed', `The cache import stalled: nothing came for ${formatDuration(quiet)}`)
}

/** The steps that run, the one that has for longest first. */
function describeRunning({ running }: Watched['progress'], clock: Clock): string {
  const now = clock.now().getTime()
  const steps = running().map(({ name, since }) => `${name} (for ${formatDuration(Math.max(0, now - since))})`)
  if (steps.length === 0) return 'no step was running'
  const [shown, more] = [steps.slice(0, 3), steps.length - 3]
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''} ${steps.length === 1 ? 'was' : 'were'} running`
}

import { ActionError } from '../errors/action-error.ts'
import type { Clock, Host } from '../host/host.ts'
import { formatDuration } from '../text/duration.ts'
import { type Progress, platformOf } from './buildkit/progress.ts'

/** Milliseconds without a line after which the builder is asked whether it responds, and between further checks. */
const silence = 60_000
/** Number of consecutive checks that the builder may leave unanswered. */
const patience = 3
/** Milliseconds without a line after which the log names the running steps. */
export const longSilence = 600_000

export type Watched = {
  /** What prints the lines, as in "from the builder". */
  readonly source: string
  /** Receives the lines. */
  readonly onLine: (line: string) => void
  readonly running: Progress['running']
  /** Whether the builder, or one of its nodes, responds. */
  readonly answers: () => Promise<boolean>
  /** Returns the error if silence of so many milliseconds means that the current operation has stalled. */
  readonly stalled: (quiet: number) => ActionError | undefined
  /** How to restore a builder that does not respond. */
  readonly hint: string
}

/**
 * Monitors one call of a builder, which may wait forever if something hangs: `work` passes each line to `onLine` and
 * ends when `signal` is aborted. A step can be silent, so silence alone is only logged.
 *
 * @throws ActionError `daemon-unreachable` if there is no output and the builder does not respond, or the error of
 * `stalled`
 */
export async function watchBuild<T>(
  { source, running, answers, stalled, hint, ...watched }: Watched,
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
    watched.onLine(line)
  }

  const look = async (): Promise<void> => {
    let unanswered = 0
    while (!lost.signal.aborted) {
      await clock.sleep(silence, over.signal)
      if (quiet() < silence) {
        unanswered = 0
        continue
      }
      const stall = stalled(quiet())
      if (stall !== undefined) return lost.abort(stall)
      if (quiet() >= longSilence && !warned) {
        warned = true
        log.warning(`Nothing came from ${source} for ${formatDuration(quiet())}: ${describeRunning(running, clock)}`)
      }
      unanswered = (await answers()) || quiet() < silence ? 0 : unanswered + 1
      if (unanswered === patience) lost.abort(gone({ source, hint }, quiet()))
    }
  }
  // Read now, because buildx reports its steps as cancelled before it exits.
  let interrupted: Interrupted | undefined
  const note = (): void => {
    const [first] = running()
    interrupted ??= { running: describeRunning(running, clock), platform: first && platformOf(first.name) }
  }
  const stop = AbortSignal.any([signal, lost.signal])
  stop.addEventListener('abort', note)
  // The sleep is rejected when the work ends.
  const looking = look().catch(() => undefined)
  try {
    return await work(onLine, lost.signal)
  } catch (error) {
    if (!(error instanceof ActionError) || interrupted === undefined) throw error
    throw error.with({
      message: `${error.message}; ${interrupted.running}`,
      platform: error.platform ?? interrupted.platform,
    })
  } finally {
    stop.removeEventListener('abort', note)
    over.abort()
    await looking
  }
}

/** The steps that were running when the build was stopped. */
type Interrupted = { readonly running: string; readonly platform: string | undefined }

function gone({ source, hint }: Pick<Watched, 'source' | 'hint'>, quiet: number): ActionError {
  return new ActionError(
    'daemon-unreachable',
    `Stopped the build: nothing came from ${source} for ${formatDuration(quiet)}, and it no longer answers`,
    { hint },
  )
}

/** Returns the running steps, the longest-running first. */
function describeRunning(running: Watched['running'], clock: Clock): string {
  const now = clock.now().getTime()
  const steps = running().map(({ name, since }) => `${name} (for ${formatDuration(Math.max(0, now - since))})`)
  if (steps.length === 0) return 'no step was running'
  const [shown, more] = [steps.slice(0, 3), steps.length - 3]
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''} ${steps.length === 1 ? 'was' : 'were'} running`
}

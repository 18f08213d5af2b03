import { ActionError } from '../../errors/action-error.ts'
import { transferredBytes } from '../../host/exec/step-processes.ts'
import { formatDuration } from '../../text/duration.ts'
import { longSilence, watchBuild } from '../watch-build.ts'
import type { PodmanProgress } from './progress.ts'
import { machineHint } from './start-problem.ts'
import type { PodmanWork } from './work.ts'

/** Timeout for the question whether the machine responds (milliseconds). */
const answerTimeout = 20_000

type Monitored = Pick<PodmanProgress, 'onStdout' | 'onStderr' | 'running' | 'last'>

/**
 * Monitors one build of Podman, which waits forever for a registry that does not respond and for a lock of its storage that another process
 * holds. A command of RUN can be silent, so only the other steps are stopped, if no process of the step reads or writes anything either.
 *
 * @throws ActionError `engine-failed` if a step other than RUN stalls, `daemon-unreachable` if the machine does not respond
 */
export function watchPodman<T>(
  progress: Monitored,
  { run: { host }, spec: { program } }: Pick<PodmanWork, 'run' | 'spec'>,
  work: (
    on: { readonly out: (line: string) => void; readonly err: (line: string) => void },
    signal: AbortSignal,
  ) => Promise<T>,
): Promise<T> {
  const { name, path, remote } = program
  let transferred = transferredBytes(host.tempDir)
  let lastTransfer = 0
  const stalled = (quiet: number): ActionError | undefined => {
    // The client of a machine waits for it, whatever the machine does.
    if (remote) return undefined
    const now = transferredBytes(host.tempDir)
    if (now !== transferred) lastTransfer = quiet
    transferred = now
    const idle = quiet - Math.min(quiet, lastTransfer)
    if (idle < longSilence || isCommand(progress)) return undefined
    return stopped(name, quiet)
  }
  const answers = async (): Promise<boolean> =>
    !remote || (await host.exec(path, ['version'], { timeout: answerTimeout })).ok
  const watched = {
    source: name,
    onLine: () => {
      lastTransfer = 0
    },
    running: progress.running,
    answers,
    stalled,
    hint: machineHint,
  }
  return watchBuild(watched, host, (onLine, signal) => {
    const seen = (read: (line: string) => void) => (line: string) => {
      onLine(line)
      read(line)
    }
    return work({ out: seen(progress.onStdout), err: seen(progress.onStderr) }, signal)
  })
}

/** Whether the running step executes a command of the Dockerfile. */
function isCommand({ last }: Monitored): boolean {
  return /^RUN\b/i.test(last()?.text ?? '')
}

function stopped(name: string, quiet: number): ActionError {
  return new ActionError(
    'engine-failed',
    `Stopped the build: ${name} printed, read and wrote nothing for ${formatDuration(quiet)}`,
    {
      hint: 'Check that the registry of the base image responds, and that no other process holds a lock of the storage of Podman (`lslocks`).',
    },
  )
}

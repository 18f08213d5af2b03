import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { eachLine } from '../../bounds/each-line.ts'
import { limits } from '../../bounds/limits.ts'
import { cancelled } from '../../errors/cancelled.ts'
import { formatBytes } from '../../text/bytes.ts'
import { formatDuration } from '../../text/duration.ts'
import type { Exec, ExecOptions, ExecResult } from '../host.ts'
import { childEnvironment } from './child-environment.ts'

export type ExecSettings = {
  readonly env: Readonly<Record<string, string | undefined>>
  /** When aborted, every child's process group gets SIGTERM, then SIGKILL. */
  readonly signal: AbortSignal
  /** Milliseconds between SIGTERM and SIGKILL. Runners grant 7.5 s after SIGINT and 2.5 s after SIGTERM. */
  readonly grace?: number
}

/** The exit status of a shell for a command that is not executable or not found. */
const shellStatus: Readonly<Record<string, number>> = { EACCES: 126, ENOENT: 127 }

/**
 * Creates a function that runs programs without a shell, each in its own process group, so that a cancellation also reaches the processes
 * that a program starts (such as the CLI plugins of `docker`, `ssh` and credential helpers). Children do not inherit the step's inputs or
 * the job's tokens.
 */
export function createExec(settings: ExecSettings): Exec {
  return (command, args, options = {}) => execute(command, args, options, settings)
}

async function execute(
  command: string,
  args: readonly string[],
  options: ExecOptions,
  { env, signal, grace = 2_000 }: ExecSettings,
): Promise<ExecResult> {
  if (signal.aborted) throw cancelled(basename(command))
  options.signal?.throwIfAborted()
  const ownGroup = process.platform !== 'win32'
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: childEnvironment(env, options.env),
    stdio: 'pipe',
    detached: ownGroup,
    windowsHide: true,
  })

  const end = (signalName: 'SIGTERM' | 'SIGKILL'): void => {
    if (child.pid === undefined) return
    try {
      if (ownGroup) process.kill(-child.pid, signalName)
      else child.kill(signalName)
    } catch {
      // The group has already exited.
    }
  }
  let killTimer: NodeJS.Timeout | undefined
  const endGroup = (): void => {
    end('SIGTERM')
    killTimer ??= setTimeout(() => {
      end('SIGKILL')
      // Processes that left the group, such as the master connection of ssh, would keep them open.
      child.stdout.destroy()
      child.stderr.destroy()
    }, grace)
  }
  let late: string | undefined
  let isExcessive = false
  const endFor = (reason: string): void => {
    late ??= `${basename(command)}: stopped after ${reason}`
    endGroup()
  }
  const stopLimits = limit(child, options, endFor)
  let exitTimer: NodeJS.Timeout | undefined
  if (options.leavesNoChildren) {
    child.once('exit', () => {
      exitTimer = setTimeout(endGroup, lastWords)
    })
  }
  const signals = [signal, ...(options.signal ? [options.signal] : [])]
  for (const each of signals) each.addEventListener('abort', endGroup, { once: true })

  // A child that exits without reading its input closes the pipe; its exit status reports the result.
  child.stdin.on('error', () => undefined)
  if (options.input instanceof Readable) pipeline(options.input, child.stdin).catch(() => undefined)
  else child.stdin.end(options.input ?? '')

  try {
    const exited = new Promise<number>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        const status = shellStatus[error.code ?? '']
        if (status === undefined) reject(error)
        else resolve(status)
      })
      child.once('close', (code, name) => resolve(code ?? 128 + (name === null ? 0 : constants.signals[name])))
    })
    const stderr = collect(child.stderr, options.onStderrLine, limits.standardError)
    const stdout = options.stdout
      ? options.stdout(child.stdout).then(
          () => {
            // Discards output that the consumer did not read; otherwise the child would block.
            child.stdout.resume()
            return ''
          },
          async (error: unknown) => {
            // If the consumer fails, the child must not be left behind, blocked on a full pipe.
            endGroup()
            child.stdout.destroy()
            await exited
            throw error
          },
        )
      : options.onStdoutLine
        ? collect(child.stdout, options.onStdoutLine, limits.standardError)
        : collectWhole(child.stdout, limits.standardOutput, () => {
            isExcessive = true
            endFor(`${formatBytes(limits.standardOutput)} of output, its limit`)
          })
    const [status, out, err] = await Promise.all([exited, stdout, stderr])
    if (signal.aborted) throw cancelled(basename(command))
    options.signal?.throwIfAborted()
    const ok = status === 0 && !isExcessive
    if (late === undefined) return { ok, status, stdout: out, stderr: err }
    const told = { ok, status, stdout: out, stderr: [err.trimEnd(), late].join('\n').trimStart() }
    return isExcessive ? told : { ...told, timedOut: true }
  } finally {
    stopLimits()
    clearTimeout(exitTimer)
    clearTimeout(killTimer)
    for (const each of signals) each.removeEventListener('abort', endGroup)
  }
}

/** Milliseconds to wait for pending output after a program has exited. */
const lastWords = 500

/** Calls `end` with the limit that was exceeded. Returns a function that stops the watch. */
function limit(
  { stdout, stderr }: ChildProcessWithoutNullStreams,
  { timeout, silence }: Pick<ExecOptions, 'timeout' | 'silence'>,
  end: (reason: string) => void,
): () => void {
  const timer =
    timeout === undefined ? undefined : setTimeout(() => end(`${formatDuration(timeout)}, its time limit`), timeout)
  // Counts bytes, because a data listener would take them from the consumer.
  const received = (): number =>
    [stdout, stderr].reduce((sum, pipe) => sum + ('bytesRead' in pipe ? Number(pipe.bytesRead) : 0), 0)
  let before = 0
  const watcher =
    silence === undefined
      ? undefined
      : setInterval(() => {
          if (received() === before) end(`${formatDuration(silence)} without output`)
          before = received()
        }, silence)
  return () => {
    clearTimeout(timer)
    clearInterval(watcher)
  }
}

/** Returns the text of a stream of up to `most` bytes; of a longer one, calls `onExcess`, discards all of it and returns an empty text. */
async function collectWhole(stream: Readable, most: number, onExcess: () => void): Promise<string> {
  let parts: Buffer[] = []
  let size = 0
  stream.on('data', (part: Buffer) => {
    if (size > most) return
    size += part.length
    parts.push(part)
    if (size <= most) return
    parts = []
    onExcess()
  })
  await new Promise<void>((resolve) => stream.once('close', resolve))
  return Buffer.concat(parts).toString('utf8')
}

/** Returns the text of a stream; with `most`, only its end, up to twice that number of characters. */
async function collect(stream: Readable, onLine?: (line: string) => void, most?: number): Promise<string> {
  stream.setEncoding('utf8')
  if (onLine) eachLine(stream, onLine)
  let parts: string[] = []
  let size = 0
  stream.on('data', (part: string) => {
    parts.push(part)
    size += part.length
    if (most === undefined || size <= 2 * most) return
    parts = [parts.join('').slice(-most)]
    size = most
  })
  await new Promise<void>((resolve) => stream.once('close', resolve))
  return parts.join('')
}

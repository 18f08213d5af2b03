import { stripVTControlCharacters } from 'node:util'
import { recordTask } from '../cleanup/cleanup.ts'
import { docker } from '../docker/docker.ts'
import { hangingDaemon, shortCall } from '../docker/hanging-daemon.ts'
import { socketPath } from '../docker/server.ts'
import { ActionError } from '../errors/action-error.ts'
import { withheldVariables } from '../host/exec/child-environment.ts'
import type { ExecOptions, ExecResult, Host } from '../host/host.ts'
import { within } from '../host/within.ts'
import type { Platform } from '../oci/types.ts'
import type { PlannedSmokeTest } from '../plan/smoke-test.ts'
import { busyPort, notStarted, type Ran, type Subject } from './judge.ts'
import { pollHttp } from './poll-http.ts'
import { portHolder } from './port-holder.ts'
import { runArgs } from './run-args.ts'

export type RunOptions = {
  /** Of the container. */
  readonly name: string
  /** As the daemon knows it. */
  readonly image: string
  readonly platform: Platform
  readonly subject: Subject
  readonly host: Host
  /** Environment of the docker program. */
  readonly env: Readonly<Record<string, string>>
}

/** Milliseconds for a container to start: the daemon may unpack the image for it first. */
const startTimeout = 600_000

type RunDocker = (args: readonly string[], options?: ExecOptions) => Promise<ExecResult>

/**
 * Runs one container until it ends, answers as expected, or its time is over; then removes it, whatever has happened.
 *
 * @throws ActionError when it cannot be started
 */
export async function runContainer(
  test: PlannedSmokeTest,
  { name, image, platform, subject, host, env }: RunOptions,
): Promise<Ran> {
  const named = withheldVariables(
    Object.keys(test.env).filter((variable) => test.env[variable] === null),
    host.env,
  )
  const run: RunDocker = (args, options) =>
    docker(host, args, { timeout: shortCall, ...options, env: { ...named, ...env } })
  const checked: RunDocker = async (args, options) => {
    const result = await run(args, options)
    if (result.timedOut) throw hangingDaemon(`run the smoke test (docker ${args[0]})`, result)
    return result
  }
  const publishOn = isHere(test) ? '127.0.0.1' : undefined
  recordTask(host.tempDir, { kind: 'container', name, env })
  try {
    const started = await checked(runArgs(test, { name, image, platform, publishOn }), { timeout: startTimeout })
    if (!started.ok) throw notStarted(started.stderr, subject, await holderOf(busyPort(started.stderr), test, checked))
    const end = await endOf(test, { name, exit: run(['wait', name], { timeout: test.timeout }), docker: checked, host })
    return { end, log: await readLog(name, checked) }
  } finally {
    // A cancelled run runs nothing more: the clean-up removes the container then.
    if (!host.signal.aborted) await run(['rm', '--force', '--volumes', name])
  }
}

type Running = {
  readonly name: string
  /** What `docker wait` comes to. */
  readonly exit: Promise<ExecResult>
  readonly docker: RunDocker
  readonly host: Host
}

async function endOf({ http, ...test }: PlannedSmokeTest, { name, exit, docker, host }: Running): Promise<Ran['end']> {
  const ended = new AbortController()
  // Also when nobody waits for it any more: it ends when the container is removed.
  exit.then(
    () => ended.abort(),
    () => ended.abort(),
  )
  let problem: string | undefined
  if (http !== undefined) {
    const address = await publishedAddress(name, http.port, docker)
    if (address !== undefined) {
      problem = await pollHttp(`http://${hostOf(test)}:${address}${http.path}`, http, within(host, ended.signal))
      if (problem === undefined) return { kind: 'answered' }
    }
  }
  const { ok, timedOut, stdout, stderr } = await exit
  if (ok) return { kind: 'exited', status: Number(stdout) }
  if (timedOut) return { kind: 'late', problem }
  throw new ActionError('engine-failed', `Cannot watch the smoke test's container: ${stderr.trim()}`)
}

/** The port of the daemon's machine that leads to one of the container; undefined when it has ended already. */
async function publishedAddress(name: string, port: number, docker: RunDocker): Promise<string | undefined> {
  const { stdout } = await docker(['port', name, `${port}/tcp`])
  return /:(\d+)$/m.exec(stdout)?.[1]
}

async function readLog(name: string, docker: RunDocker): Promise<readonly string[]> {
  const lines: string[] = []
  const onLine = (line: string): void => void lines.push(stripVTControlCharacters(line))
  const { ok } = await docker(['logs', name], { onStdoutLine: onLine, onStderrLine: onLine })
  if (ok) return lines
  throw new ActionError('engine-failed', `Cannot read the log of the smoke test's container: ${lines.at(-1) ?? ''}`)
}

/** Who has a port: a container of the daemon, or a program of this machine. */
async function holderOf(
  port: number | undefined,
  test: PlannedSmokeTest,
  docker: RunDocker,
): Promise<string | undefined> {
  if (port === undefined) return undefined
  const { stdout } = await docker(['ps', '--filter', `publish=${port}`, '--format', '{{.Names}} ({{.Image}})'])
  const [container = ''] = stdout.split('\n')
  if (container !== '') return `container ${container}`
  return isHere(test) ? portHolder(port) : undefined
}

/** Whether the daemon runs on this machine. */
function isHere({ daemon }: Pick<PlannedSmokeTest, 'daemon'>): boolean {
  return socketPath(daemon.endpoint) !== undefined
}

function hostOf(test: Pick<PlannedSmokeTest, 'daemon'>): string {
  return isHere(test) ? '127.0.0.1' : new URL(test.daemon.endpoint.host).hostname
}

import { member, parseJson } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import { readLimited } from '../bounds/read-limited.ts'
import { recordTask } from '../cleanup/cleanup.ts'
import {
  askDaemon,
  callDaemon,
  type DaemonAnswer,
  type DaemonRequest,
  messageIn,
  tcpAddress,
} from '../docker/call-daemon.ts'
import { unanswered } from '../docker/hanging-daemon.ts'
import { removeContainer } from '../docker/remove.ts'
import { socketPath } from '../docker/server.ts'
import { ActionError, messageOf } from '../errors/action-error.ts'
import { cancelled } from '../errors/cancelled.ts'
import type { Host } from '../host/host.ts'
import { within } from '../host/within.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { Platform } from '../oci/types.ts'
import type { PlannedSmokeTest } from '../plan/smoke-test.ts'
import { containerConfig } from './container-config.ts'
import { linesOf } from './container-log.ts'
import { busyPort, notStarted, type Ran, type Subject } from './judge.ts'
import { pollHttp } from './poll-http.ts'
import { portHolder } from './port-holder.ts'

export type RunOptions = {
  /** The container's name. */
  readonly name: string
  /** The image's name in the daemon. */
  readonly image: string
  readonly platform: Platform
  readonly subject: Subject
  readonly host: Host
}

/** Timeout in milliseconds for starting a container: the daemon may have to unpack the image first. */
const startTimeout = 600_000

/** Sends a request to the daemon; `what` describes it in errors. */
type Ask = (what: string, request: DaemonRequest) => Promise<DaemonAnswer>

/**
 * Runs one container until it ends, responds as expected, or times out; then always removes it.
 *
 * @throws ActionError if it cannot be started
 */
export async function runContainer(
  test: PlannedSmokeTest,
  { name, image, platform, subject, host }: RunOptions,
): Promise<Ran> {
  const ask: Ask = async (what, request) => {
    try {
      return await askDaemon(test.daemon, request, host)
    } catch (error) {
      if (host.signal.aborted) throw cancelled('the smoke test')
      throw unanswered(`run the smoke test (${what})`, error)
    }
  }
  const publishOn = isHere(test) ? '127.0.0.1' : undefined
  recordTask(host.tempDir, { kind: 'container', name })
  try {
    const said = await start(name, { platform, ask, body: containerConfig(test, { image, publishOn, env: host.env }) })
    if (said !== undefined) throw notStarted(said, subject, await holderOf(busyPort(said), test, ask))
    const end = await endOf(test, { name, exit: exitOf(name, test, host), ask, host })
    return { end, log: await readLog(name, test, host) }
  } finally {
    // Anything left behind by a failure or a cancelled run is removed by the cleanup.
    if (!host.signal.aborted) await removeContainer(name, test.daemon, host).catch(() => undefined)
  }
}

/** Creates and starts the container. Returns the daemon's message if it does not start. */
async function start(
  name: string,
  { platform, ask, body }: { readonly platform: Platform; readonly ask: Ask; readonly body: object },
): Promise<string | undefined> {
  const query = new URLSearchParams({ name, platform: formatPlatform(platform) })
  const made = await ask('create', {
    method: 'POST',
    path: `/containers/create?${query}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    timeout: startTimeout,
  })
  if (made.status !== 201) return messageIn(made)
  const started = await ask('start', { method: 'POST', path: `/containers/${name}/start`, timeout: startTimeout })
  return started.status < 300 ? undefined : messageIn(started)
}

type Exit = { readonly kind: 'exited'; readonly status: number } | { readonly kind: 'late' }

/**
 * Waits for the container's end.
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerWait
 */
async function exitOf(name: string, { daemon, timeout }: PlannedSmokeTest, host: Host): Promise<Exit> {
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(), timeout)
  try {
    // The daemon may send nothing for the whole time.
    const patient = { method: 'POST', path: `/containers/${name}/wait`, timeout: 2 * timeout } as const
    const response = await callDaemon(daemon, patient, within(host, over.signal))
    const text = (await readLimited(response.body, limits.answer)).toString('utf8')
    const answer = { status: response.status, text }
    if (answer.status !== 200) throw new Error(messageIn(answer))
    return { kind: 'exited', status: Number(member(parseJson(text), 'StatusCode')) }
  } catch (error) {
    if (over.signal.aborted && !host.signal.aborted) return { kind: 'late' }
    throw error
  } finally {
    clearTimeout(timer)
  }
}

type Running = {
  readonly name: string
  readonly exit: Promise<Exit>
  readonly ask: Ask
  readonly host: Host
}

async function endOf({ http, ...test }: PlannedSmokeTest, { name, exit, ask, host }: Running): Promise<Ran['end']> {
  const ended = new AbortController()
  // Handled even if nothing waits for it anymore: it settles when the container is removed.
  exit.then(
    () => ended.abort(),
    () => ended.abort(),
  )
  let problem: string | undefined
  if (http !== undefined) {
    const port = test.container.network === 'host' ? String(http.port) : await publishedPort(name, http.port, ask)
    if (port !== undefined) {
      problem = await pollHttp(`http://${hostOf(test)}:${port}${http.path}`, http, within(host, ended.signal))
      if (problem === undefined) return { kind: 'answered' }
    }
  }
  try {
    const end = await exit
    return end.kind === 'late' ? { kind: 'late', problem } : end
  } catch (error) {
    if (host.signal.aborted) throw cancelled('the smoke test')
    throw new ActionError('engine-failed', `Cannot watch the smoke test's container: ${messageOf(error)}`)
  }
}

/**
 * Returns the port of the daemon's machine that is published for one of the container; undefined if it has already
 * ended.
 */
async function publishedPort(name: string, port: number, ask: Ask): Promise<string | undefined> {
  const { text } = await ask('inspect', { method: 'GET', path: `/containers/${name}/json` })
  const bindings = ['NetworkSettings', 'Ports', `${port}/tcp`].reduce(member, parsed(text))
  const found = Array.isArray(bindings) ? member(bindings[0], 'HostPort') : undefined
  return typeof found === 'string' && /^\d+$/.test(found) ? found : undefined
}

async function readLog(name: string, { daemon }: PlannedSmokeTest, host: Host): Promise<readonly string[]> {
  const path = `/containers/${name}/logs?stdout=1&stderr=1`
  try {
    const { status, body } = await callDaemon(daemon, { method: 'GET', path }, host)
    if (status === 200) return linesOf(await readLimited(body, limits.containerLog))
    const text = (await readLimited(body, limits.answer)).toString('utf8')
    const found = messageIn({ status, text })
    throw new ActionError('engine-failed', `Cannot read the log of the smoke test's container: ${found}`)
  } catch (error) {
    if (host.signal.aborted) throw cancelled('the smoke test')
    if (error instanceof ActionError) throw error
    throw unanswered('run the smoke test (logs)', error)
  }
}

/** Returns what uses a port: a container of the daemon, or a process of this machine. */
async function holderOf(port: number | undefined, test: PlannedSmokeTest, ask: Ask): Promise<string | undefined> {
  if (port === undefined) return undefined
  const filters = new URLSearchParams({ filters: JSON.stringify({ publish: [String(port)] }) })
  const { text } = await ask('list', { method: 'GET', path: `/containers/json?${filters}` })
  const containers = parsed(text)
  const [first] = Array.isArray(containers) ? containers : []
  const [name] = [member(first, 'Names')].flat()
  if (typeof name === 'string') return `container ${name.replace(/^\//, '')} (${String(member(first, 'Image'))})`
  return isHere(test) ? portHolder(port) : undefined
}

function parsed(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

/** Whether the daemon runs on this machine. */
function isHere({ daemon }: Pick<PlannedSmokeTest, 'daemon'>): boolean {
  return socketPath(daemon.endpoint) !== undefined
}

function hostOf(test: Pick<PlannedSmokeTest, 'daemon'>): string {
  const { host } = test.daemon.endpoint
  if (isHere(test)) return '127.0.0.1'
  return new URL(host.startsWith('ssh://') ? host : tcpAddress(host, 'http')).hostname
}

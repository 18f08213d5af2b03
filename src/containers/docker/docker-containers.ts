import { member, parseJson } from '../../bounds/json.ts'
import { limits } from '../../bounds/limits.ts'
import { readLimited } from '../../bounds/read-limited.ts'
import { recordTask } from '../../cleanup/cleanup.ts'
import {
  askDaemon,
  callDaemon,
  type DaemonAnswer,
  type DaemonRequest,
  messageIn,
  tcpAddress,
} from '../../docker/call-daemon.ts'
import { unanswered } from '../../docker/hanging-daemon.ts'
import { loadImage } from '../../docker/load-image.ts'
import { removeContainer, removeImage } from '../../docker/remove.ts'
import { type DockerServer, socketPath } from '../../docker/server.ts'
import { ActionError, messageOf } from '../../errors/action-error.ts'
import { cancelled } from '../../errors/cancelled.ts'
import type { Host } from '../../host/host.ts'
import { within } from '../../host/within.ts'
import { formatPlatform } from '../../oci/platform.ts'
import { parseReference } from '../../oci/reference.ts'
import { busyPort } from '../busy-port.ts'
import type { ContainerImage, ContainerSpec, ContainerStatus, Containers, PlannedContainers } from '../containers.ts'
import { onlyImage } from '../only-image.ts'
import { isLimitRefused, ownLimits } from '../own-limits.ts'
import { portHolder } from '../port-holder.ts'
import { containerConfig } from './container-config.ts'
import { linesOf } from './container-log.ts'

/** Milliseconds for a container to start: the daemon may unpack the image first. */
const startTimeout = 600_000
/** Milliseconds for the end of a container. Its user's limit is the signal. */
const longestRun = 24 * 60 * 60_000
/** Seconds before a container that does not stop is killed. */
const stopGrace = 10

/** A daemon. `ask` sends a request; an error names `what` it was for. */
type Daemon = {
  readonly server: DockerServer
  readonly host: Host
  readonly ask: (what: string, request: DaemonRequest) => Promise<DaemonAnswer>
}

/** Returns containers of a daemon that implements the Docker API. */
export function open({ spec: server }: PlannedContainers<DockerServer>, host: Host): Containers {
  const daemon: Daemon = {
    server,
    host,
    ask: async (what, request) => {
      try {
        return await askDaemon(server, request, host)
      } catch (error) {
        if (host.signal.aborted) throw cancelled('the smoke test')
        throw unanswered(`run the smoke test (${what})`, error)
      }
    },
  }
  return {
    ensureImage: (image) => ensureImage(image, daemon),
    removeImage: (name) => removeImage(name, server, host),
    run: (name, container) => run(name, container, daemon),
    status: (name) => status(name, daemon),
    wait: (name, signal) => wait(name, signal, daemon),
    reach: (name, port) => reach(name, port, daemon),
    logs: (name) => logs(name, daemon),
    stop: (name) => stop(name, daemon),
    remove: (name) => removeContainer(name, server, host),
  }
}

async function ensureImage({ name, content, stored }: ContainerImage, { server, host }: Daemon): Promise<string> {
  if (stored !== undefined) return stored
  if (content === undefined) return name
  recordTask(host.tempDir, { kind: 'image', reference: name })
  const own = { ...content.all, tree: onlyImage(content.all.tree, content.image) }
  await loadImage(own, server, { references: [parseReference(name)], host })
  return name
}

async function run(name: string, spec: ContainerSpec, daemon: Daemon) {
  const { server, host } = daemon
  recordTask(host.tempDir, { kind: 'container', name })
  const first = await start(name, spec, daemon)
  if (first === undefined) return undefined
  if (server.product !== 'podman' || !isLimitRefused(first)) return await notStarted(first, daemon)
  await removeContainer(name, server, host)
  const { ulimits } = spec.options
  const lower = { ...spec, options: { ...spec.options, ulimits: [...ulimits, ...ownLimits(ulimits)] } }
  const second = await start(name, lower, daemon)
  return second === undefined ? undefined : await notStarted(second, daemon)
}

/** Creates and starts a container. Returns the reason if it does not start. */
async function start(name: string, spec: ContainerSpec, { server, ask }: Daemon): Promise<string | undefined> {
  const publishOn = isHere(server) ? '127.0.0.1' : undefined
  const query = new URLSearchParams({ name, platform: formatPlatform(spec.platform) })
  const made = await ask('create', {
    method: 'POST',
    path: `/containers/create?${query}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(containerConfig(spec, publishOn)),
    timeout: startTimeout,
  })
  if (made.status !== 201) return messageIn(made)
  const started = await ask('start', { method: 'POST', path: `/containers/${name}/start`, timeout: startTimeout })
  return started.status < 300 ? undefined : messageIn(started)
}

async function notStarted(reason: string, daemon: Daemon) {
  const port = busyPort(reason)
  return { reason, ...(port === undefined ? {} : { busyPort: { port, holder: await holderOf(port, daemon) } }) }
}

/** Returns who uses a port: a container of the daemon, or a process of this machine. */
async function holderOf(port: number, { server, ask }: Daemon): Promise<string | undefined> {
  const filters = new URLSearchParams({ filters: JSON.stringify({ publish: [String(port)] }) })
  const { text } = await ask('list', { method: 'GET', path: `/containers/json?${filters}` })
  const containers = parsed(text)
  const [first] = Array.isArray(containers) ? containers : []
  const [name] = [member(first, 'Names')].flat()
  if (typeof name === 'string') return `container ${name.replace(/^\//, '')} (${String(member(first, 'Image'))})`
  return isHere(server) ? portHolder(port) : undefined
}

async function status(name: string, { ask }: Daemon): Promise<ContainerStatus> {
  const { status: code, text } = await ask('inspect', { method: 'GET', path: `/containers/${name}/json` })
  if (code === 404) return { kind: 'absent' }
  const state = member(parsed(text), 'State')
  if (member(state, 'Running') === true) return { kind: 'running' }
  const exit = member(state, 'ExitCode')
  const ran = member(state, 'Status') !== 'created'
  return { kind: 'stopped', exit: ran && typeof exit === 'number' ? exit : undefined }
}

/** https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerWait */
async function wait(name: string, signal: AbortSignal, { server, host }: Daemon): Promise<number> {
  try {
    // The daemon may send nothing until the container ends.
    const patient = { method: 'POST', path: `/containers/${name}/wait`, timeout: longestRun } as const
    const response = await callDaemon(server, patient, within(host, signal))
    const answer = { status: response.status, text: (await readLimited(response.body, limits.answer)).toString('utf8') }
    if (answer.status !== 200) throw new Error(messageIn(answer))
    return Number(member(parseJson(answer.text), 'StatusCode'))
  } catch (error) {
    if (host.signal.aborted) throw cancelled('the smoke test')
    if (signal.aborted) throw signal.reason
    throw new ActionError('engine-failed', `Cannot watch the smoke test's container: ${messageOf(error)}`)
  }
}

async function reach(name: string, port: number, { server, ask }: Daemon): Promise<string | undefined> {
  const { text } = await ask('inspect', { method: 'GET', path: `/containers/${name}/json` })
  const inspected = parsed(text)
  const isOnHost = ['HostConfig', 'NetworkMode'].reduce(member, inspected) === 'host'
  const bindings = ['NetworkSettings', 'Ports', `${port}/tcp`].reduce(member, inspected)
  const found = isOnHost ? String(port) : Array.isArray(bindings) ? member(bindings[0], 'HostPort') : undefined
  return typeof found === 'string' && /^\d+$/.test(found) ? `http://${hostOf(server)}:${found}` : undefined
}

async function logs(name: string, { server, host }: Daemon): Promise<readonly string[]> {
  const path = `/containers/${name}/logs?stdout=1&stderr=1`
  try {
    const { status: code, body } = await callDaemon(server, { method: 'GET', path }, host)
    if (code === 200) return linesOf(await readLimited(body, limits.containerLog))
    const text = (await readLimited(body, limits.answer)).toString('utf8')
    if (code === 404) return []
    const found = messageIn({ status: code, text })
    throw new ActionError('engine-failed', `Cannot read the log of the smoke test's container: ${found}`)
  } catch (error) {
    if (host.signal.aborted) throw cancelled('the smoke test')
    if (error instanceof ActionError) throw error
    throw unanswered('run the smoke test (logs)', error)
  }
}

async function stop(name: string, { ask }: Daemon): Promise<void> {
  // 304: it has ended already.
  const answer = await ask('stop', {
    method: 'POST',
    path: `/containers/${name}/stop?t=${stopGrace}`,
    timeout: startTimeout,
  })
  if (answer.status >= 300 && answer.status !== 304 && answer.status !== 404) {
    throw new ActionError('engine-failed', `Cannot stop the container ${name}: ${messageIn(answer)}`)
  }
}

function parsed(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

/** Whether the daemon runs on this machine. */
function isHere({ endpoint }: DockerServer): boolean {
  return socketPath(endpoint) !== undefined
}

function hostOf(server: DockerServer): string {
  const { host } = server.endpoint
  if (isHere(server)) return '127.0.0.1'
  return new URL(host.startsWith('ssh://') ? host : tcpAddress(host, 'http')).hostname
}

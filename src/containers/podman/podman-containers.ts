import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { stripVTControlCharacters } from 'node:util'
import { member, parseJson } from '../../bounds/json.ts'
import { limits } from '../../bounds/limits.ts'
import { recordTask } from '../../cleanup/cleanup.ts'
import { podmanRemoval } from '../../cleanup/podman-removal.ts'
import { podmanPrefix } from '../../cleanup/task.ts'
import { ActionError } from '../../errors/action-error.ts'
import { cancelled } from '../../errors/cancelled.ts'
import type { ExecOptions, ExecResult, Host } from '../../host/host.ts'
import { ownAddress } from '../../host/own-address.ts'
import { imageEntries } from '../../oci/image-entries.ts'
import { parseReference } from '../../oci/reference.ts'
import { logrusMessage } from '../../text/logrus-message.ts'
import { writeTar } from '../../tree/archive/write-tar.ts'
import { streamToFile } from '../../tree/stream-to-file.ts'
import { busyPort } from '../busy-port.ts'
import type { ContainerImage, ContainerSpec, ContainerStatus, Containers, PlannedContainers } from '../containers.ts'
import { onlyImage } from '../only-image.ts'
import { isLimitRefused, ownLimits } from '../own-limits.ts'
import { portHolder } from '../port-holder.ts'
import { containerArguments, envFileOf } from './container-arguments.ts'
import type { PodmanProgram } from './plan-podman-containers.ts'

/** Milliseconds for a call that only reads or removes. */
const shortCall = 60_000
/** Milliseconds to load an image, or to start a container. */
const startTimeout = 600_000
/** Seconds before a container that does not stop is killed. */
const stopGrace = 10

type Machine = {
  readonly name: PodmanProgram['name']
  readonly program: string
  readonly host: Host
  readonly podman: (args: readonly string[], options?: ExecOptions) => Promise<ExecResult>
}

/** Returns containers of podman, which needs no daemon, or of nerdctl, which runs them in containerd. */
export function open({ spec: { path: program, name } }: PlannedContainers<PodmanProgram>, host: Host): Containers {
  const machine: Machine = {
    name,
    program,
    host,
    podman: (args, options) => host.exec(program, args, { timeout: shortCall, ...options }),
  }
  return {
    ensureImage: (image) => ensureImage(image, machine),
    removeImage: (name) => removeIfPresent(['rmi', podmanPrefix + name], machine),
    run: (name, container) => run(name, container, machine),
    status: (name) => status(name, machine),
    wait: (name, signal) => wait(name, signal, machine),
    reach: (name, port) => reach(name, port, machine),
    logs: (name) => logs(name, machine),
    stop: (name) => removeIfPresent(['stop', '--time', String(stopGrace), name], machine),
    remove: (container) => removeIfPresent(removalOf(container, machine), machine),
  }
}

/** The container is killed at once, as by Docker. */
function removalOf(container: string, { name }: Machine): readonly string[] {
  return podmanRemoval(container, name === 'nerdctl')
}

async function ensureImage({ name, content, stored }: ContainerImage, machine: Machine): Promise<string> {
  const { host, program, podman } = machine
  if (stored !== undefined) return stored
  if (content === undefined) return name
  const own = podmanPrefix + name
  recordTask(host.tempDir, { kind: 'podman-image', name: own, program, isLoaded: true })
  const image = { ...content.all, tree: onlyImage(content.all.tree, content.image) }
  const { signal } = host
  const form = { kind: 'docker', references: [parseReference(own)], annotations: {}, signal } as const
  const archive = join(host.tempDir, `${name.replaceAll(/[^\w.-]/g, '-')}.tar`)
  try {
    const entries = imageEntries(image, form)
    await streamToFile(archive, { mode: 0o600 }, (stream) => pipeline(writeTar(entries), stream, { signal }))
    // Without this, nerdctl loads only images for the platform of the machine.
    const platforms = machine.name === 'nerdctl' ? ['--all-platforms'] : []
    const loaded = await podman(['load', '--quiet', ...platforms, '--input', archive], { timeout: startTimeout })
    if (loaded.ok) return own
    throw new ActionError('engine-failed', `Cannot load the image into ${titleOf(machine)}: ${reasonIn(loaded)}`)
  } catch (error) {
    if (signal.aborted) throw cancelled('the smoke test')
    throw error
  } finally {
    rmSync(archive, { force: true })
  }
}

async function run(name: string, spec: ContainerSpec, machine: Machine) {
  const { host, program, podman } = machine
  recordTask(host.tempDir, { kind: 'podman-container', name, program })
  const first = await start(name, spec, machine)
  const { ulimits } = spec.options
  const refused = !first.ok && isLimitRefused(first.stderr)
  if (refused) await podman(removalOf(name, machine))
  const lower = { ...spec, options: { ...spec.options, ulimits: [...ulimits, ...ownLimits(ulimits)] } }
  const result = refused ? await start(name, lower, machine) : first
  if (result.ok) return undefined
  const reason = reasonIn(result)
  const port = busyPort(reason)
  return { reason, ...(port === undefined ? {} : { busyPort: { port, holder: await holderOf(port, machine) } }) }
}

async function start(container: string, spec: ContainerSpec, machine: Machine): Promise<ExecResult> {
  const { host, podman, name } = machine
  const text = envFileOf(spec.env)
  const envFile = text === undefined ? undefined : join(host.tempDir, `${container}.env`)
  if (envFile !== undefined) writeFileSync(envFile, text ?? '', { mode: 0o600 })
  const others = Object.fromEntries(Object.entries(spec.env).filter(([, value]) => value.includes('\n')))
  const gateway = spec.options.network === 'host' ? '127.0.0.1' : ownAddress()
  try {
    return await podman(containerArguments(spec, { program: name, name: container, envFile, gateway }), {
      env: others,
      timeout: startTimeout,
    })
  } finally {
    if (envFile !== undefined) rmSync(envFile, { force: true })
  }
}

/** Returns who uses a port: a container of Podman, or a process of this machine. */
async function holderOf(port: number, { podman }: Machine): Promise<string | undefined> {
  const { ok, stdout } = await podman(['ps', '--format', '{{.Names}}\t{{.Image}}\t{{.Ports}}'])
  const lines = ok ? stdout.split('\n').map((line) => line.split('\t')) : []
  const found = lines.find(([, , ports = '']) => ports.split(', ').some((one) => one.includes(`:${port}->`)))
  return found === undefined ? portHolder(port) : `container ${found[0]} (${found[1]})`
}

async function status(name: string, machine: Machine): Promise<ContainerStatus> {
  const state = member(await inspect(name, machine), 'State')
  if (state === undefined) return { kind: 'absent' }
  if (member(state, 'Running') === true) return { kind: 'running' }
  const exit = member(state, 'ExitCode')
  const ran = !['created', 'configured', 'initialized'].includes(String(member(state, 'Status')))
  return { kind: 'stopped', exit: ran && typeof exit === 'number' ? exit : undefined }
}

/** Returns the description of a container; undefined if it does not exist. */
async function inspect(name: string, machine: Machine): Promise<unknown> {
  const result = await machine.podman(['container', 'inspect', name])
  if (isAbsent(result)) return undefined
  if (!result.ok) throw failure(`inspect the container ${name}`, result, machine)
  const found = parseJson(result.stdout)
  return Array.isArray(found) ? found[0] : found
}

async function wait(name: string, signal: AbortSignal, machine: Machine): Promise<number> {
  const { host, podman } = machine
  const longestRun = 24 * 60 * 60_000
  const result = await podman(['wait', name], { signal, timeout: longestRun })
  if (host.signal.aborted) throw cancelled('the smoke test')
  if (signal.aborted) throw signal.reason
  const code = Number.parseInt(result.stdout, 10)
  if (!result.ok || Number.isNaN(code)) throw failure(`watch the container ${name}`, result, machine)
  return code
}

async function reach(name: string, port: number, machine: Machine): Promise<string | undefined> {
  const found = await inspect(name, machine)
  if (['State', 'Running'].reduce(member, found) !== true) return undefined
  if (isInHostNetwork(found)) return `http://127.0.0.1:${port}`
  const bindings = ['NetworkSettings', 'Ports', `${port}/tcp`].reduce(member, found)
  const published = Array.isArray(bindings) ? member(bindings[0], 'HostPort') : undefined
  return typeof published === 'string' && /^\d+$/.test(published) ? `http://127.0.0.1:${published}` : undefined
}

/** Whether a container uses the network of the machine; nerdctl says so in a label. */
function isInHostNetwork(found: unknown): boolean {
  const labeled = ['Config', 'Labels', 'nerdctl/networks'].reduce(member, found)
  return ['HostConfig', 'NetworkMode'].reduce(member, found) === 'host' || labeled === '["host"]'
}

/** Podman writes both outputs of a container to its own, so that only times show their order. */
async function logs(name: string, machine: Machine): Promise<readonly string[]> {
  const lines: { readonly time: string; readonly text: string }[] = []
  let size = 0
  const reader = () => {
    let last = ''
    return (line: string): void => {
      size += line.length
      if (size > limits.containerLog) return
      const [, time, text = ''] = /^(\d{4}-\d\d-\d\dT\S{1,40}) ?(.*)$/s.exec(line) ?? []
      if (time !== undefined) last = time
      lines.push({ time: last, text: stripVTControlCharacters(time === undefined ? line : text) })
    }
  }
  const result = await machine.podman(['logs', '--timestamps', name], {
    onStdoutLine: reader(),
    onStderrLine: reader(),
  })
  if (isAbsent(result)) return []
  if (!result.ok) throw failure(`read the log of the container ${name}`, result, machine)
  return lines
    .toSorted((one, other) => (one.time < other.time ? -1 : one.time > other.time ? 1 : 0))
    .map(({ text }) => text)
}

async function removeIfPresent(args: readonly string[], machine: Machine): Promise<void> {
  const result = await machine.podman(args)
  if (!result.ok && !isAbsent(result)) throw failure(args.join(' '), result, machine)
}

function isAbsent({ ok, stderr }: ExecResult): boolean {
  return !ok && /no such (?:container|image|object)|image not known/i.test(stderr)
}

function failure(what: string, result: ExecResult, machine: Machine): ActionError {
  return new ActionError('engine-failed', `Cannot ${what} with ${titleOf(machine)}: ${reasonIn(result)}`)
}

function titleOf({ name }: Machine): string {
  return name === 'podman' ? 'Podman' : name
}

/** Returns the error, which follows warnings; nerdctl writes it in the format of logrus. */
function reasonIn({ stderr, status }: ExecResult): string {
  const lines = stderr.trim().split('\n')
  const error = lines.findLast((line) => line.startsWith('Error: ')) ?? lines.at(-1)
  const message = logrusMessage(error ?? '')
  if (message !== undefined) return message
  return error?.replace(/^Error: /, '').trim() || `exit status ${status}`
}

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { excerptOf } from '../../bounds/excerpt.ts'
import { recordTask } from '../../cleanup/cleanup.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { ExecResult, Host } from '../../host/host.ts'
import type {
  ContainerImage,
  ContainerSpec,
  ContainerStatus,
  Containers,
  NotStarted,
  PlannedContainers,
} from '../containers.ts'
import { portHolder } from '../port-holder.ts'
import { appleMessage } from './apple-message.ts'
import { createArguments, withGateway } from './container-args.ts'
import { type ListedContainer, readContainers } from './list-containers.ts'
import type { AppleContainer } from './plan-apple-containers.ts'

/** Milliseconds for one command. `create` may unpack the image. */
const timeout = 120_000
const createTimeout = 600_000
/** Milliseconds between two questions about a container that starts, and their maximum number. */
const pause = 200
const questions = 600
/** Seconds before a container that does not stop is killed. */
const stopGrace = 10

/** A started container: its exit status is that of `container start --attach`, because no list contains it. */
type Started = { readonly ended: Promise<ExecResult>; readonly stop: AbortController; result?: ExecResult }

type Apple = {
  readonly program: string
  readonly host: Host
  readonly started: Map<string, Started>
  readonly call: (what: string, args: readonly string[], limit?: number) => Promise<ExecResult>
}

/** Returns containers of Apple's `container`. */
export function open({ spec: { path: program } }: PlannedContainers<AppleContainer>, host: Host): Containers {
  const call: Apple['call'] = async (what, args, limit = timeout) => {
    const result = await host.exec(program, args, { timeout: limit })
    if (result.timedOut) throw failure(what, result)
    return result
  }
  const apple: Apple = { program, host, started: new Map(), call }
  return {
    ensureImage,
    // Its name is that of the build, whose record removes it.
    removeImage: async () => undefined,
    run: (name, spec) => run(name, spec, apple),
    status: (name) => status(name, apple),
    wait: (name, signal) => wait(name, signal, apple),
    reach: (name, port, signal) => reach(name, { port, signal }, apple),
    logs: (name) => logs(name, apple),
    stop: (name) => stop(name, apple),
    remove: (name) => remove(name, apple),
  }
}

async function ensureImage({ stored, name }: ContainerImage): Promise<string> {
  if (stored !== undefined) return stored
  throw new ActionError('internal', `The image ${name} is not in the store of Apple container`)
}

async function run(name: string, spec: ContainerSpec, apple: Apple): Promise<NotStarted | undefined> {
  const { host, program, call } = apple
  recordTask(host.tempDir, { kind: 'apple-container', name, program })
  const files = writeFiles(name, spec, host.tempDir)
  if (files === undefined) return { reason: 'Apple container does not support line breaks in `env`' }
  const made = await call('create', createArguments(name, spec, files), createTimeout)
  if (!made.ok) return notStarted(made, spec)
  const stop = new AbortController()
  const ended = host.exec(program, ['start', '--attach', name], { signal: AbortSignal.any([stop.signal, host.signal]) })
  const started: Started = { ended, stop }
  apple.started.set(name, started)
  // Awaited by `wait`; until then a rejection has no handler.
  ended.then(
    (result) => {
      started.result = result
    },
    () => undefined,
  )
  for (let question = 0; question < questions; question += 1) {
    const found = await find(name, apple)
    if (found?.isRunning) return undefined
    const { result } = started
    if (result !== undefined) {
      return !result.ok && !found?.wasStarted && /^Error: /m.test(result.stderr) ? notStarted(result, spec) : undefined
    }
    await host.clock.sleep(pause, host.signal)
  }
  return { reason: 'it is not running' }
}

/** Writes what a container needs; undefined if the format of the environment's file does not allow a value. */
function writeFiles(name: string, spec: ContainerSpec, tempDir: string) {
  const env = Object.entries(withGateway(spec))
  if (env.some(([, value]) => /[\r\n]/.test(value))) return undefined
  const folder = join(tempDir, 'containers', name)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const envFile = join(folder, 'env')
  writeFileSync(envFile, env.map(([key, value]) => `${key}=${value}\n`).join(''), { mode: 0o600 })
  const empty = spec.volumes.filter(({ source }) => source === undefined)
  const folders = Object.fromEntries(empty.map(({ target }, index) => [target, join(folder, `volume-${index}`)]))
  for (const path of Object.values(folders)) mkdirSync(path, { recursive: true })
  return { envFile, folders }
}

function notStarted(result: ExecResult, { ports }: ContainerSpec): NotStarted {
  const reason = appleMessage(result)
  const published = ports.flatMap(({ host }) => host ?? [])
  const [first] = published
  // Its message does not name the port.
  if (!/address already in use/i.test(reason) || first === undefined || published.length > 1) return { reason }
  return { reason, busyPort: { port: first, holder: portHolder(first) } }
}

async function find(name: string, { call, host }: Apple): Promise<ListedContainer | undefined> {
  const result = await call('list containers', ['list', '--all', '--format', 'json'])
  if (!result.ok) throw failure('list containers', result)
  const found = readContainers(result.stdout)
  if (found === undefined) host.log.warning(`Apple container printed an invalid list: ${excerptOf(result.stdout, 200)}`)
  return found?.find(({ id }) => id === name)
}

async function status(name: string, apple: Apple): Promise<ContainerStatus> {
  const found = await find(name, apple)
  if (found === undefined) return { kind: 'absent' }
  return found.isRunning ? { kind: 'running' } : { kind: 'stopped', exit: apple.started.get(name)?.result?.status }
}

async function wait(name: string, signal: AbortSignal, { started }: Apple): Promise<number> {
  const container = started.get(name)
  if (container === undefined) throw new ActionError('internal', `The container ${name} was not started`)
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  const { status: exit } = await Promise.race([container.ended, aborted])
  return exit
}

async function reach(
  name: string,
  { port, signal }: { readonly port: number; readonly signal: AbortSignal },
  apple: Apple,
): Promise<string | undefined> {
  for (let question = 0; question < questions && !signal.aborted; question += 1) {
    const found = await find(name, apple)
    if (found !== undefined && !found.isRunning) return undefined
    if (found?.address !== undefined) return `http://${found.address}:${port}`
    await apple.host.clock.sleep(pause, signal).catch(() => undefined)
  }
  return undefined
}

async function logs(name: string, { call }: Apple): Promise<readonly string[]> {
  const result = await call('read the log', ['logs', name])
  if (result.ok) return result.stdout === '' ? [] : result.stdout.replace(/\r?\n$/, '').split(/\r?\n/)
  if (isAbsent(result)) return []
  throw failure('read the log', result)
}

async function stop(name: string, { call }: Apple): Promise<void> {
  const result = await call('stop', ['stop', '--time', String(stopGrace), name])
  if (!result.ok && !isAbsent(result)) throw failure('stop', result)
}

async function remove(name: string, { call, started }: Apple): Promise<void> {
  const result = await call('remove', ['delete', '--force', name])
  started.get(name)?.stop.abort()
  started.delete(name)
  if (!result.ok && !isAbsent(result)) throw failure('remove', result)
}

function isAbsent({ stderr }: ExecResult): boolean {
  return /not found/i.test(stderr)
}

function failure(what: string, result: ExecResult): ActionError {
  return new ActionError('engine-failed', `Cannot run the smoke test (${what}): ${appleMessage(result)}`)
}

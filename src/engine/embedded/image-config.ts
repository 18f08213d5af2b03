import type { Instruction } from '../../dockerfile/instruction.ts'
import type { Digest, Platform } from '../../oci/types.ts'
import { commandWords, describeInstruction } from './history.ts'

/** An image's configuration. https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md and Docker's additions to it. */
export type Config = Platform & {
  readonly author?: string
  readonly created?: string
  readonly config: Execution
  readonly history: readonly History[]
  readonly rootfs: { readonly type: 'layers'; readonly diff_ids: readonly Digest[] }
}

type Execution = {
  readonly User?: string
  readonly ExposedPorts?: Readonly<Record<string, object>>
  readonly Env?: readonly string[]
  readonly Entrypoint?: readonly string[]
  readonly Cmd?: readonly string[]
  readonly Volumes?: Readonly<Record<string, object>>
  readonly WorkingDir?: string
  readonly Labels?: Readonly<Record<string, string>>
  readonly StopSignal?: string
  readonly ArgsEscaped?: boolean
  readonly Healthcheck?: Health
  readonly OnBuild?: readonly string[]
  readonly Shell?: readonly string[]
}

/** Durations in nanoseconds; what is 0 is not there. */
type Health = {
  readonly Test?: readonly string[]
  readonly Interval?: number
  readonly Timeout?: number
  readonly StartPeriod?: number
  readonly StartInterval?: number
  readonly Retries?: number
}

export type History = {
  readonly created?: string
  readonly created_by?: string
  readonly comment?: string
  readonly empty_layer?: boolean
}

const defaultPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
/** The shell of a Linux image that names none. */
export const defaultShell: readonly string[] = ['/bin/sh', '-c']

/** The configuration of `FROM scratch`. */
export function emptyConfig(platform: Platform): Config {
  return {
    ...platform,
    config: { Env: [defaultPath], WorkingDir: '/' },
    history: [],
    rootfs: { type: 'layers', diff_ids: [] },
  }
}

/** The configuration of the image for `platform`, whatever its base is for: `FROM --platform` may name another one. */
export function forPlatform(config: Config, { os, architecture, variant }: Platform): Config {
  const { variant: _, ...rest } = config
  return { ...rest, os, architecture, ...(variant === undefined ? {} : { variant }) }
}

/** The configuration a stage begins with: that of its base without the triggers, which have done their work. */
export function inherit(base: Config): Config {
  const { OnBuild: _, ...config } = base.config
  return { ...base, config }
}

/** What an instruction that makes no layer does to the configuration. Variables in it are replaced already. Pure. */
export function configure(config: Config, instruction: Instruction, stage: { readonly hasCmd: boolean }): Config {
  const execution = config.config
  const set = (change: Execution): Config => ({ ...config, config: { ...execution, ...change } })
  switch (instruction.kind) {
    case 'env':
      return set({ Env: instruction.pairs.reduce<readonly string[]>(setVariable, execution.Env ?? []) })
    case 'label':
      return set({
        Labels: { ...execution.Labels, ...Object.fromEntries(instruction.pairs.map(({ key, value }) => [key, value])) },
      })
    case 'workdir':
      return set({ WorkingDir: instruction.path })
    case 'user':
      return set({ User: instruction.user })
    case 'expose':
      return set({ ExposedPorts: { ...execution.ExposedPorts, ...empties(instruction.ports) } })
    case 'volume':
      return set({ Volumes: { ...execution.Volumes, ...empties(instruction.paths) } })
    case 'stopsignal':
      return set({ StopSignal: instruction.signal })
    case 'shell':
      return set({ Shell: instruction.shell })
    case 'onbuild':
      return set({ OnBuild: [...(execution.OnBuild ?? []), instruction.expression] })
    case 'healthcheck':
      return set({ Healthcheck: healthOf(instruction.healthcheck) })
    case 'cmd':
      return set({ Cmd: commandWords(instruction.command, execution.Shell ?? defaultShell), ArgsEscaped: true })
    case 'entrypoint': {
      const changed = set({ Entrypoint: commandWords(instruction.command, execution.Shell ?? defaultShell) })
      if (stage.hasCmd) return changed
      // The base's arguments were for the base's program.
      const { Cmd: _, ...rest } = changed.config
      return { ...changed, config: rest }
    }
    case 'maintainer':
      return { ...config, author: instruction.name }
    default:
      return config
  }
}

/** Adds the line of history that BuildKit would write for an instruction. */
export function recordHistory(
  config: Config,
  instruction: Instruction,
  { created, hasLayer }: { readonly created: string; readonly hasLayer: boolean },
): Config {
  // BuildKit has no line for triggers, which do nothing in this image.
  if (instruction.kind === 'onbuild') return config
  const entry: History = {
    created,
    created_by: describeInstruction(instruction, config.config.Shell ?? defaultShell),
    comment: 'buildkit.dockerfile.v0',
    ...(hasLayer ? {} : { empty_layer: true }),
  }
  return { ...config, history: [...config.history, entry] }
}

/** The configuration as the JSON document that its digest is of: keys in the order of the specification's structure. */
export function encodeConfig(config: Config): Buffer {
  const { architecture, author, config: execution, created, history, os, rootfs, variant } = config
  const document = {
    architecture,
    author,
    config: orderExecution(execution),
    created,
    history,
    os,
    'os.version': config['os.version'],
    'os.features': config['os.features'],
    rootfs,
    variant,
  }
  return Buffer.from(JSON.stringify(document))
}

function orderExecution(execution: Execution): Execution {
  const order: readonly (keyof Execution)[] = [
    'User',
    'ExposedPorts',
    'Env',
    'Entrypoint',
    'Cmd',
    'Volumes',
    'WorkingDir',
    'Labels',
    'StopSignal',
    'ArgsEscaped',
    'Healthcheck',
    'OnBuild',
    'Shell',
  ]
  const known = order.flatMap((key) => (isNothing(execution[key]) ? [] : [[key, execution[key]]]))
  // What a base of another builder has besides is carried over.
  const others = Object.entries(execution).filter(([key]) => !(order as readonly string[]).includes(key))
  return Object.fromEntries([...known.map(sorted), ...others]) as Execution
}

/** What Go leaves out of JSON: `CMD []` is no command. */
function isNothing(value: Execution[keyof Execution]): boolean {
  if (typeof value === 'object') return Object.keys(value).length === 0
  return !value
}

/** Go writes maps with their keys in order. */
function sorted([key, value]: readonly unknown[]): readonly [string, unknown] {
  const isMap = key === 'Labels' || key === 'ExposedPorts' || key === 'Volumes'
  if (!isMap) return [String(key), value]
  return [String(key), Object.fromEntries(Object.entries(value as object).toSorted(([a], [b]) => (a < b ? -1 : 1)))]
}

function setVariable(env: readonly string[], { key, value }: { key: string; value: string }): readonly string[] {
  const entry = `${key}=${value}`
  const index = env.findIndex((one) => one.startsWith(`${key}=`))
  return index < 0 ? [...env, entry] : env.with(index, entry)
}

function healthOf({ test, interval, timeout, startPeriod, startInterval, retries }: HealthInstruction): Health {
  const durations = { Interval: interval, Timeout: timeout, StartPeriod: startPeriod, StartInterval: startInterval }
  const given = Object.entries({ ...durations, Retries: retries }).filter(([, value]) => value !== 0)
  return { Test: test, ...Object.fromEntries(given) }
}

type HealthInstruction = Extract<Instruction, { kind: 'healthcheck' }>['healthcheck']

function empties(names: readonly string[]): Readonly<Record<string, object>> {
  return Object.fromEntries(names.map((name) => [name, {}]))
}

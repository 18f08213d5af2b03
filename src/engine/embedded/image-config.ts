import { posix } from 'node:path'
import type { Instruction } from '../../dockerfile/read/instruction.ts'
import type { Config, Execution, Health } from '../../oci/config.ts'
import { normalizePlatform } from '../../oci/platform.ts'
import type { Platform } from '../../oci/types.ts'
import { commandWords, describeInstruction } from './history.ts'

const defaultPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
/** The shell of a Linux image that does not set one. */
const defaultShell: readonly string[] = ['/bin/sh', '-c']

/** The configuration of `FROM scratch`. */
export function emptyConfig(platform: Platform): Config {
  return {
    ...platform,
    config: { Env: [defaultPath], WorkingDir: '/' },
    history: [],
    rootfs: { type: 'layers', diff_ids: [] },
  }
}

/**
 * Returns the configuration of the image for `platform`, whatever the platform of its base: `FROM --platform` can name
 * another one. A variant and version that the platform does not set are those of the base if its architecture is the
 * same; `v8` of arm64 is implied.
 */
export function forPlatform(config: Config, { os, architecture, ...platform }: Platform): Config {
  const { variant, 'os.version': version, ...rest } = config
  const isSame = config.os === os && config.architecture === architecture
  const own = {
    ...(isSame && variant !== undefined ? { variant } : {}),
    ...(isSame && version !== undefined ? { 'os.version': version } : {}),
  }
  return { ...rest, ...normalizePlatform({ os, architecture, ...own, ...platform }) }
}

/**
 * Returns the initial configuration of a stage: that of its base without the triggers, which have been executed. A
 * relative working directory, as other tools may write it, is relative to the root.
 */
export function inherit(base: Config): Config {
  const { OnBuild: _, ...config } = base.config
  const { WorkingDir } = config
  return { ...base, config: WorkingDir ? { ...config, WorkingDir: absolute(WorkingDir) } : config }
}

function absolute(path: string): string {
  return path.startsWith('/') ? path : posix.resolve('/', path)
}

/**
 * A configuration that changes with each instruction. It is not copied for each, so thousands of instructions take
 * linear time.
 */
export type ConfigDraft = {
  readonly workingDir: () => string | undefined
  readonly user: () => string | undefined
  /** Applies the instruction to the configuration, and adds its history entry. Variables in it are expanded already. */
  readonly apply: (instruction: Instruction, line: { readonly created: string; readonly hasLayer: boolean }) => void
  /** Returns the configuration after all instructions. */
  readonly finish: () => Config
}

/** Starts to change a configuration; `config` itself is not modified. */
export function draftConfig(config: Config): ConfigDraft {
  const { Env, Labels, ExposedPorts, Volumes, OnBuild } = config.config
  let { author, config: execution } = config
  let hasCmd = false
  const history = [...config.history]
  const environment = createEnvironment(Env ?? [])
  const labels = new Map(Object.entries(Labels ?? {}))
  const ports = new Set(Object.keys(ExposedPorts ?? {}))
  const volumes = new Set(Object.keys(Volumes ?? {}))
  const triggers = [...(OnBuild ?? [])]
  const set = (change: Execution): void => {
    execution = { ...execution, ...change }
  }
  const change = (instruction: Instruction): void => {
    switch (instruction.kind) {
      case 'env':
        for (const { key, value } of instruction.pairs) environment.set(key, value)
        return
      case 'label':
        for (const { key, value } of instruction.pairs) labels.set(key, value)
        return
      case 'workdir':
        set({ WorkingDir: instruction.path })
        return
      case 'user':
        set({ User: instruction.user })
        return
      case 'expose':
        for (const port of instruction.ports) ports.add(port)
        return
      case 'volume':
        for (const path of instruction.paths) volumes.add(path)
        return
      case 'stopsignal':
        set({ StopSignal: instruction.signal })
        return
      case 'shell':
        set({ Shell: instruction.shell })
        return
      case 'onbuild':
        triggers.push(instruction.expression)
        return
      case 'healthcheck':
        set({ Healthcheck: healthOf(instruction.healthcheck) })
        return
      case 'cmd':
        hasCmd = true
        set({ Cmd: commandWords(instruction.command, execution.Shell ?? defaultShell), ArgsEscaped: true })
        return
      case 'entrypoint': {
        set({ Entrypoint: commandWords(instruction.command, execution.Shell ?? defaultShell) })
        if (hasCmd) return
        // The base's arguments were for the base's entrypoint.
        const { Cmd: _, ...rest } = execution
        execution = rest
        return
      }
      case 'maintainer':
        author = instruction.name
    }
  }
  return {
    workingDir: () => execution.WorkingDir,
    user: () => execution.User,
    apply: (instruction, { created, hasLayer }) => {
      change(instruction)
      // BuildKit has no entry for triggers, which have no effect in this image.
      if (instruction.kind === 'onbuild') return
      history.push({
        created,
        created_by: describeInstruction(instruction, execution.Shell ?? defaultShell),
        comment: 'buildkit.dockerfile.v0',
        ...(hasLayer ? {} : { empty_layer: true }),
      })
    },
    finish: () => ({
      ...config,
      ...(author === undefined ? {} : { author }),
      config: {
        ...execution,
        Env: environment.entries(),
        Labels: Object.fromEntries(labels),
        ExposedPorts: empties([...ports]),
        Volumes: empties([...volumes]),
        OnBuild: [...triggers],
      },
      history: [...history],
    }),
  }
}

/**
 * Returns the configuration as the JSON document that its digest is computed from: keys in the order of the
 * specification. Like BuildKit, it drops unknown fields of a base.
 */
export function encodeConfig(config: Config): Buffer {
  const { architecture, author, config: execution, created, history, os, rootfs, variant } = config
  const document = {
    architecture,
    author,
    config: encodeExecution(execution),
    created,
    history: history.map((line) => only(line, ['created', 'created_by', 'author', 'comment', 'empty_layer'])),
    os,
    'os.version': config['os.version'],
    'os.features': config['os.features'],
    rootfs,
    variant,
  }
  return Buffer.from(JSON.stringify(document))
}

function encodeExecution(execution: Execution): Execution {
  const { ExposedPorts, Volumes, Labels, Healthcheck } = execution
  const ordered: Execution = {
    ...execution,
    ExposedPorts: empties(Object.keys(ExposedPorts ?? {}).toSorted()),
    Volumes: empties(Object.keys(Volumes ?? {}).toSorted()),
    Labels: Object.fromEntries(Object.entries(Labels ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    ...(Healthcheck === undefined ? {} : { Healthcheck: only(Healthcheck, healthFields) }),
  }
  return only(ordered, [
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
  ])
}

const healthFields = ['Test', 'Interval', 'Timeout', 'StartPeriod', 'StartInterval', 'Retries'] as const

/** Returns the named fields in that order, without those that Go omits from JSON: `CMD []` is not a command. */
function only<T extends object>(given: T, fields: readonly (keyof T)[]): T {
  return Object.fromEntries(fields.filter((key) => !isNothing(given[key])).map((key) => [key, given[key]])) as T
}

function isNothing(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0
  return !value
}

/** Returns the variables of `Env` in their order; one that is set again keeps its position. */
function createEnvironment(given: readonly string[]) {
  const entries = [...given]
  const places = new Map<string, number>()
  for (const [index, entry] of entries.entries()) {
    // The base of another tool may have one without "=".
    const [name = ''] = entry.split('=', 1)
    if (!places.has(name)) places.set(name, index)
  }
  return {
    set: (key: string, value: string): void => {
      const place = places.get(key) ?? entries.length
      places.set(key, place)
      entries[place] = `${key}=${value}`
    },
    entries: (): readonly string[] => [...entries],
  }
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

import type { ParseYaml } from '../bounds/yaml.ts'
import type { ContainerOptions } from '../containers/container-options.ts'
import {
  leastMemory,
  readBytes,
  readCapability,
  readDevice,
  readHostname,
  readLabels,
  readLimits,
  readNetworkName,
  readProcessors,
  readSecurityOption,
  readTmpfs,
  readTruth,
} from './container-values.ts'
import type { HttpExpectation, SmokeTest } from './inputs.ts'
import { splitCommand } from './read/command-line.ts'
import { didYouMean, quote, type Read } from './read/problem.ts'
import { readDuration } from './read/value.ts'
import {
  eachOf,
  readEnvironment,
  readHost,
  readNumber,
  readPath,
  readPattern,
  readPort,
  readText,
  readVolume,
  readWords,
} from './smoke-values.ts'

const keys = [
  'command',
  'entrypoint',
  'env',
  'user',
  'workdir',
  'ports',
  'volumes',
  'add-hosts',
  'network',
  'hostname',
  'labels',
  'memory',
  'cpus',
  'pids-limit',
  'shm-size',
  'ulimits',
  'read-only',
  'privileged',
  'init',
  'cap-add',
  'cap-drop',
  'security-opt',
  'tmpfs',
  'devices',
  'expect',
  'timeout',
] as const
const expectKeys = ['output', 'status', 'http'] as const
const httpKeys = ['path', 'port', 'status', 'contains'] as const

/** Reports a problem of this input. */
type Tell = (message: string) => void

/** Default timeout in milliseconds. */
const defaultTimeout = 60_000

/**
 * Whether the text is a YAML mapping: its first line with content begins with a key. Otherwise it is a command line.
 */
export function isMapping(text: string): boolean {
  const [first = ''] = text.split('\n').filter((line) => !/^\s*(?:#|$|---)/.test(line))
  return /^\s*(?:[\w-]+\s*:(?:\s|$)|\{)/.test(first)
}

/** Reads a command line, or a YAML mapping. All problems are reported. */
export function readSmokeTest(text: string, parseYaml: ParseYaml | undefined, report: Tell): SmokeTest | undefined {
  if (isMapping(text)) {
    const found = parsed(text, parseYaml)
    if ('value' in found) return readMapping(found.value, report)
    report(found.problem)
    return undefined
  }
  const words = splitCommand(text)
  if ('value' in words) return { ...readMapping({}, report), entrypoint: words.value }
  report(words.problem)
  return undefined
}

function parsed(text: string, parseYaml: ParseYaml | undefined): Read<unknown> {
  if (parseYaml === undefined) return { problem: 'nothing here reads YAML' }
  try {
    return { value: parseYaml(text) }
  } catch (error) {
    // The lines after the first show the source.
    const [message] = (error instanceof Error ? error.message : String(error)).split('\n')
    return { problem: `invalid YAML: ${message?.replace(/:$/, '')}` }
  }
}

function readMapping(found: unknown, report: Tell): SmokeTest {
  const field = fieldsOf(found, { path: '', keys, report })
  const expected = fieldsOf(field('expect', asIs), { path: 'expect.', keys: expectKeys, report })
  const ports = field('ports', eachOf(readPort)) ?? []
  const status = expected('status', readNumber(0, 255))
  const http = readHttp(expected('http', asIs), ports.find(({ protocol }) => protocol === 'tcp')?.container, report)
  if (http !== undefined && status !== undefined) {
    report('expect.status: with http the container is stopped after its response, and has no exit status')
  }
  const container = readContainer(field)
  const { network } = container
  if (network === 'host' && ports.length > 0)
    report('ports: with network: host the container has the ports of the machine')
  if (network === 'none' && (ports.length > 0 || http !== undefined)) {
    report(`${http ? 'expect.http' : 'ports'}: with network: none the container has no ports`)
  }
  return {
    entrypoint: field('entrypoint', readWords),
    command: field('command', readWords),
    env: field('env', readEnvironment) ?? {},
    user: field('user', readText),
    workdir: field('workdir', readPath),
    ports,
    volumes: field('volumes', eachOf(readVolume)) ?? [],
    addHosts: field('add-hosts', eachOf(readHost)) ?? [],
    container,
    output: expected('output', readPattern),
    status: status ?? 0,
    http,
    timeout: field('timeout', (value) => readDuration(String(value))) ?? defaultTimeout,
  }
}

function readContainer(field: Field<(typeof keys)[number]>): ContainerOptions {
  return {
    network: field('network', readNetworkName),
    hostname: field('hostname', readHostname),
    labels: field('labels', readLabels) ?? {},
    memory: field('memory', readBytes(leastMemory)),
    cpus: field('cpus', readProcessors),
    pidsLimit: field('pids-limit', readNumber(1, 4_194_304)),
    shmSize: field('shm-size', readBytes(1)),
    ulimits: field('ulimits', readLimits) ?? [],
    readOnly: field('read-only', readTruth),
    privileged: field('privileged', readTruth),
    init: field('init', readTruth),
    capAdd: field('cap-add', eachOf(readCapability)) ?? [],
    capDrop: field('cap-drop', eachOf(readCapability)) ?? [],
    securityOpt: field('security-opt', eachOf(readSecurityOption)) ?? [],
    tmpfs: Object.fromEntries(field('tmpfs', eachOf(readTmpfs)) ?? []),
    devices: field('devices', eachOf(readDevice)) ?? [],
  }
}

/** Reads a path, or a mapping. `firstPort` is the default port. */
function readHttp(found: unknown, firstPort: number | undefined, report: Tell): HttpExpectation | undefined {
  if (found === undefined) return undefined
  const mapping = typeof found === 'string' ? { path: found } : found
  const field = fieldsOf(mapping, { path: 'expect.http.', keys: httpKeys, report })
  const port = field('port', readNumber(1, 65_535)) ?? firstPort
  if (port === undefined) report('expect.http: it needs a port, in port or in ports')
  return {
    path: field('path', readPath) ?? '/',
    port: port ?? 0,
    status: field('status', readNumber(100, 599)),
    contains: field('contains', readPattern),
  }
}

type Field<K extends string> = <T>(key: K, read: (value: unknown) => Read<T>) => T | undefined

/** Returns a reader for the values of a mapping; unknown keys are reported at once. */
function fieldsOf<K extends string>(
  found: unknown,
  { path, keys, report }: { readonly path: string; readonly keys: readonly K[]; readonly report: Tell },
): Field<K> {
  if (found !== undefined && (typeof found !== 'object' || found === null || Array.isArray(found))) {
    report(`${path.slice(0, -1) || 'it'}: expected a mapping with ${keys.join(', ')}`)
    return () => undefined
  }
  const entries = new Map(Object.entries(found ?? {}))
  for (const key of entries.keys()) {
    if (keys.some((known) => known === key)) continue
    const near = didYouMean(key, keys)
    report(`unknown key ${quote(path + key)}${near || `; expected ${keys.join(', ')}`}`)
  }
  return (key, read) => {
    const value = entries.get(key)
    if (value === undefined || value === null) return undefined
    const result = read(value)
    if ('value' in result) return result.value
    report(`${path}${key}: ${result.problem}`)
    return undefined
  }
}

function asIs(value: unknown): Read<unknown> {
  return { value }
}

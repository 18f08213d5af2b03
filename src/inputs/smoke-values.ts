import type { Port, Volume } from '../containers/container-options.ts'
import type { TextPattern } from './inputs.ts'
import { splitCommand } from './read/command-line.ts'
import { quote, type Read } from './read/problem.ts'
import { splitPair } from './read/value.ts'

// Values have the types that YAML gives them: a text may have been parsed as a number or a boolean.

export function readText(value: unknown): Read<string> {
  if (['string', 'number', 'boolean'].includes(typeof value)) return { value: String(value) }
  return { problem: `expected a text, found ${shown(value)}` }
}

/** Reads a list of words, or a command line that is split as by a shell. */
export function readWords(value: unknown): Read<readonly string[]> {
  return typeof value === 'string' ? splitCommand(value) : eachOf(readText)(value)
}

/** Creates a reader of lists; a single value is a list of one. */
export function eachOf<T>(read: (value: unknown) => Read<T>): (value: unknown) => Read<readonly T[]> {
  return (value) => {
    const values: T[] = []
    for (const item of Array.isArray(value) ? value : [value]) {
      const result = read(item)
      if ('problem' in result) return result
      values.push(result.value)
    }
    return { value: values }
  }
}

/**
 * Reads a mapping, or a list of `NAME=value`. A name without a value takes that of the step's environment, and is
 * `null`.
 */
export function readEnvironment(value: unknown): Read<Readonly<Record<string, string | null>>> {
  const pairs: [string, unknown][] = []
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) pairs.push(...Object.entries(value))
  else {
    const list = eachOf(readText)(value)
    if ('problem' in list) return list
    for (const { key, value: text } of list.value.map(splitPair)) pairs.push([key, text])
  }
  const result: [string, string | null][] = []
  for (const [name, found] of pairs) {
    if (name === '' || name.includes('=')) return { problem: `expected NAME=value, found ${quote(name)}` }
    const text: Read<string | null> = found === null ? { value: null } : readText(found)
    if ('problem' in text) return { problem: `${name}: ${text.problem}` }
    result.push([name, text.value])
  }
  return { value: Object.fromEntries(result) }
}

/** Reads `container` or `host:container`, optionally with `/udp`. Default: TCP. */
export function readPort(value: unknown): Read<Port> {
  const [, host, container, protocol = 'tcp'] = /^(?:(\d+):)?(\d+)(?:\/(tcp|udp))?$/.exec(String(value)) ?? []
  const ports = [Number(host ?? 1), Number(container ?? 0)]
  if (container === undefined || ports.some((port) => port < 1 || port > 65_535)) {
    return { problem: `expected a port of the container, or host:container, from 1 to 65535, found ${shown(value)}` }
  }
  return {
    value: {
      host: host === undefined ? undefined : Number(host),
      container: Number(container),
      protocol: protocol === 'udp' ? 'udp' : 'tcp',
    },
  }
}

/**
 * Reads `path:/directory[:ro]`, or `/directory` alone for an empty volume. Named volumes are rejected: the step would
 * leave them behind.
 */
export function readVolume(value: unknown): Read<Volume> {
  const [, source, target, mode] = /^(?:(.+?):)?(\/[^:]*)(?::(ro|rw))?$/.exec(String(value)) ?? []
  if (target === undefined)
    return { problem: `expected path:/directory, path:/directory:ro or /directory, found ${shown(value)}` }
  if (source !== undefined && !/[./\\]/.test(source)) {
    return { problem: `${quote(source)} names a volume, which would not be removed; write ./${source} for a directory` }
  }
  return { value: { source, target, readOnly: mode === 'ro' } }
}

/** Reads `name:address`, or with `=`, as Docker also accepts. */
export function readHost(value: unknown): Read<string> {
  const text = String(value)
  if (/^[^\s:=]+[:=]\S+$/.test(text)) return { value: text.replace('=', ':') }
  return { problem: `expected name:address, found ${shown(value)}` }
}

/** Reads `/pattern/flags`, or a text to be contained. */
export function readPattern(value: unknown): Read<TextPattern> {
  const text = readText(value)
  if ('problem' in text) return text
  const [, source, flags = ''] = /^\/(.+)\/([imsu]*)$/s.exec(text.value) ?? []
  if (source === undefined) return { value: text.value }
  try {
    return { value: new RegExp(source, flags) }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

export function readPath(value: unknown): Read<string> {
  const text = String(value)
  return text.startsWith('/')
    ? { value: text }
    : { problem: `expected a path that begins with /, found ${shown(value)}` }
}

/** Creates a reader of integers from `least` to `most`. */
export function readNumber(least: number, most: number): (value: unknown) => Read<number> {
  return (value) => {
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
    if (typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most) {
      return { value: number }
    }
    return { problem: `expected a number from ${least} to ${most}, found ${shown(value)}` }
  }
}

/** Formats a YAML value for an error. */
export function shown(value: unknown): string {
  return quote(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
}

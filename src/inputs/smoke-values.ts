import type { Port, Volume } from '../containers/container-options.ts'
import type { TextPattern } from './inputs.ts'
import { splitCommand } from './read/command-line.ts'
import { quote, type Read } from './read/problem.ts'
import { splitPair } from './read/value.ts'

// Values as YAML gives them: a text may have been read as a number or a boolean.

export function readText(value: unknown): Read<string> {
  if (['string', 'number', 'boolean'].includes(typeof value)) return { value: String(value) }
  return { problem: `expected a text, found ${shown(value)}` }
}

/** A list, of which each is a word, or a command line that is split as a shell does. */
export function readWords(value: unknown): Read<readonly string[]> {
  return typeof value === 'string' ? splitCommand(value) : eachOf(readText)(value)
}

/** Reads a list; one alone stands for a list of one. */
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

/** A mapping, or a list of `NAME=value`. A name alone takes the value of the step's own environment, and is `null`. */
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

/** `container` or `host:container`, each with `/udp` if it is not TCP. */
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
 * `path:/folder[:ro]`, or `/folder` alone for an empty one. A volume by name is refused: the step would leave it behind.
 */
export function readVolume(value: unknown): Read<Volume> {
  const [, source, target, mode] = /^(?:(.+?):)?(\/[^:]*)(?::(ro|rw))?$/.exec(String(value)) ?? []
  if (target === undefined)
    return { problem: `expected path:/folder, path:/folder:ro or /folder, found ${shown(value)}` }
  if (source !== undefined && !/[./\\]/.test(source)) {
    return { problem: `${quote(source)} names a volume, which would stay behind; write ./${source} for a folder` }
  }
  return { value: { source, target, readOnly: mode === 'ro' } }
}

/** `name:address`, or with `=` as Docker takes it too. */
export function readHost(value: unknown): Read<string> {
  const text = String(value)
  if (/^[^\s:=]+[:=]\S+$/.test(text)) return { value: text.replace('=', ':') }
  return { problem: `expected name:address, found ${shown(value)}` }
}

/** `/pattern/flags`, or a text that is contained. */
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

/** A whole number from `least` to `most`. */
export function readNumber(least: number, most: number): (value: unknown) => Read<number> {
  return (value) => {
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
    if (typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most) {
      return { value: number }
    }
    return { problem: `expected a number from ${least} to ${most}, found ${shown(value)}` }
  }
}

/** A value of YAML in an error. */
export function shown(value: unknown): string {
  return quote(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
}

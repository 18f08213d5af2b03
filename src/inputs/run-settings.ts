import type { ListItem } from './read/list.ts'
import type { ReportLine } from './read/pairs.ts'
import { didYouMean, quote, type Read } from './read/problem.ts'
import { splitPair } from './read/value.ts'

// Settings of RUN steps other than their command. Each text is validated and passed to buildx unchanged.

/**
 * Reads entries of the hosts file: `name:address`, or with `=`; the address may be `host-gateway`, or IPv6 in brackets.
 */
export function readAddHosts(items: readonly ListItem[], report: ReportLine): readonly string[] {
  return items.flatMap(({ text, line }) => {
    // As in buildx: the first `=` separates if there is one, else the first colon.
    const [, name = '', address = ''] = (text.includes('=') ? /^([^=]*)=(.*)$/ : /^([^:]*):(.*)$/).exec(text) ?? []
    if (name === '' || name.startsWith('-') || /[\s,"]/.test(name)) {
      report(`expected name:address, found ${quote(text)}`, line)
    } else if (!isAddress(address)) {
      report(
        `expected an IP address or host-gateway after ${quote(name)}, found ${quote(address)}${didYouMean(address, ['host-gateway'])}`,
        line,
      )
    } else return [text]
    return []
  })
}

function isAddress(address: string): boolean {
  if (address === 'host-gateway') return true
  const bare = /^\[(.+)\]$/.exec(address)?.[1] ?? address
  const parts = bare.split('.')
  if (parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return true
  return bare.length < 50 && /^[\da-f:.]+$/i.test(bare) && URL.canParse(`http://[${bare}]/`)
}

const entitlements = ['network.host', 'security.insecure', 'device']

/** Reads entitlements of BuildKit: https://docs.docker.com/reference/cli/docker/buildx/build/#allow */
export function readAllow(items: readonly ListItem[], report: ReportLine): readonly string[] {
  return items.flatMap(({ text, line }) => {
    if (entitlements.includes(text) || /^device=[^\s=-]/.test(text)) return [text]
    report(
      `expected ${entitlements.join(', ')} or device=name, found ${quote(text)}${didYouMean(text, entitlements)}`,
      line,
    )
    return []
  })
}

const networks = ['default', 'host', 'none'] as const

/** Reads the network mode of RUN. */
export function readNetwork(text: string): Read<(typeof networks)[number]> {
  const value = networks.find((network) => network === text)
  if (value !== undefined) return { value }
  const near = didYouMean(text, networks)
  return {
    problem: `expected one of ${networks.join(', ')}, found ${quote(text)}${near || '. For another network, let the step create a builder in it: driver: docker-container and driver-opts: network=name'}`,
  }
}

/** Reads stages that are built without cache. BuildKit only accepts names. */
export function readNoCacheFilters(items: readonly ListItem[], report: ReportLine): readonly string[] {
  return items.flatMap(({ text, line }) => {
    if (/^[a-z][\w.-]*$/i.test(text)) return [text]
    report(`expected the name of a stage, as in FROM … AS name, found ${quote(text)}`, line)
    return []
  })
}

/** Reads a memory size in Docker's format: bytes, or with a unit of b, k, m, g, t or p. */
export function readSize(text: string): Read<string> {
  if (/^\d{1,15}(?:\.\d{1,9})? ?(?:[kmgtp]i?b?|b)?$/i.test(text)) return { value: text }
  return { problem: `expected a size such as 512m, 1g or a number of bytes, found ${quote(text)}` }
}

/** Returns the bytes of a size in Docker's format, with powers of 1024; at least 1. */
export function readByteCount(text: string): Read<number> {
  const read = readSize(text)
  if ('problem' in read) return read
  const [, count, unit = ''] = /^([\d.]+) ?([kmgtp]?)/i.exec(text) ?? []
  const bytes = Math.floor(Number(count) * 1024 ** ' kmgtp'.indexOf(unit.toLowerCase() || ' '))
  return bytes > 0 ? { value: bytes } : { problem: `expected a size of at least one byte, found ${quote(text)}` }
}

// https://docs.docker.com/reference/cli/docker/container/run/#ulimit
const limitNames = [
  ...['core', 'cpu', 'data', 'fsize', 'locks', 'memlock', 'msgqueue', 'nice', 'nofile', 'nproc', 'rss', 'rtprio'],
  ...['rttime', 'sigpending', 'stack'],
]

/** Reads `name=soft[:hard]` each; -1 means no limit. */
export function readUlimits(items: readonly ListItem[], report: ReportLine): readonly string[] {
  return items.flatMap(({ text, line }) => {
    const problem = ulimitProblem(text)
    if (problem === undefined) return [text]
    report(problem, line)
    return []
  })
}

/** Returns the problem of `name=soft[:hard]`, if any. */
export function ulimitProblem(text: string): string | undefined {
  const { key, value } = splitPair(text)
  if (value === null) return `expected name=soft:hard, found ${quote(text)}`
  if (!limitNames.includes(key)) {
    return `expected one of ${limitNames.join(', ')}, found ${quote(key)}${didYouMean(key, limitNames)}`
  }
  const [, soft, hard = soft] = /^(-1|\d{1,18})(?::(-1|\d{1,18}))?$/.exec(value) ?? []
  if (soft === undefined)
    return `expected soft or soft:hard, in whole numbers, after ${quote(`${key}=`)}, found ${quote(value)}`
  if (hard !== '-1' && (soft === '-1' || Number(soft) > Number(hard))) {
    return `the soft limit of ${key} is above its hard limit: ${quote(value)}`
  }
  return undefined
}

import type { ContainerOptions, Device } from '../containers/container-options.ts'
import { didYouMean, quote, type Read } from './read/problem.ts'
import { splitPair } from './read/value.ts'
import { ulimitProblem } from './run-settings.ts'
import { eachOf, readEnvironment, readText, shown } from './smoke-values.ts'

// The options of a smoke test's container, named after those of `docker run`. Values have the types that YAML gives
// them.

export function readTruth(value: unknown): Read<boolean> {
  if (value === true || value === 'true') return { value: true }
  if (value === false || value === 'false') return { value: false }
  return { problem: `expected true or false, found ${shown(value)}` }
}

export function readNetworkName(value: unknown): Read<string> {
  const text = String(value)
  if (typeof value === 'string' && /^(?:container:)?[A-Za-z0-9][\w.-]{0,254}$/.test(text)) return { value: text }
  return { problem: `expected bridge, host, none, or the name of a network, found ${shown(value)}` }
}

export function readHostname(value: unknown): Read<string> {
  const text = String(value)
  if (/^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/i.test(text)) return { value: text }
  return { problem: `expected a host name of letters, digits, "-" and ".", found ${shown(value)}` }
}

/** Reads a mapping, or a list of `name=value`. */
export function readLabels(value: unknown): Read<Readonly<Record<string, string>>> {
  const pairs = readEnvironment(value)
  if ('problem' in pairs) return pairs
  return { value: Object.fromEntries(Object.entries(pairs.value).map(([name, text]) => [name, text ?? ''])) }
}

const units = ['b', 'k', 'm', 'g', 't']
/** Docker's minimum memory of a container in bytes. */
export const leastMemory = 6 * 1024 * 1024

/** Creates a reader of a number of bytes, or of a text such as `512m`, in powers of 1024 as Docker counts memory. */
export function readBytes(least: number): (value: unknown) => Read<number> {
  return (value) => {
    const [, number, unit = 'b'] = /^(\d{1,15}(?:\.\d{1,6})?) ?(?:([bkmgt])(?:i?b)?)?$/i.exec(String(value)) ?? []
    if (number === undefined) return { problem: `expected a size such as 512m or 1g, found ${shown(value)}` }
    const bytes = Math.round(Number(number) * 1024 ** units.indexOf(unit.toLowerCase()))
    if (bytes >= least && bytes <= Number.MAX_SAFE_INTEGER) return { value: bytes }
    const fewest = least === leastMemory ? '6m' : '1'
    return { problem: `expected ${fewest} or more, found ${shown(value)}${unit.toLowerCase() === 'b' ? ' bytes' : ''}` }
  }
}

/** Reads a number of processors, such as 0.5. */
export function readProcessors(value: unknown): Read<number> {
  const text = String(value)
  const number = Number(text)
  if (/^\d{1,4}(?:\.\d{1,9})?$/.test(text) && number >= 0.01) return { value: number }
  return { problem: `expected a number of processors such as 0.5 or 2, from 0.01 on, found ${shown(value)}` }
}

/** Reads a mapping of names to `soft[:hard]`, or a list of `name=soft[:hard]`. */
export function readLimits(value: unknown): Read<ContainerOptions['ulimits']> {
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value)
  const texts = isMapping ? Object.entries(value).map(([name, limit]) => `${name}=${String(limit)}`) : value
  return eachOf(readLimit)(texts)
}

function readLimit(value: unknown): Read<ContainerOptions['ulimits'][number]> {
  const text = String(value)
  const problem = ulimitProblem(text)
  if (problem !== undefined) return { problem }
  const { key, value: limits } = splitPair(text)
  const [soft = '', hard = soft] = (limits ?? '').split(':')
  return { value: { name: key, soft: Number(soft), hard: Number(hard) } }
}

// https://man7.org/linux/man-pages/man7/capabilities.7.html
const capabilities = [
  ...['ALL', 'AUDIT_CONTROL', 'AUDIT_READ', 'AUDIT_WRITE', 'BLOCK_SUSPEND', 'BPF', 'CHECKPOINT_RESTORE', 'CHOWN'],
  ...['DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER', 'FSETID', 'IPC_LOCK', 'IPC_OWNER', 'KILL', 'LEASE'],
  ...['LINUX_IMMUTABLE', 'MAC_ADMIN', 'MAC_OVERRIDE', 'MKNOD', 'NET_ADMIN', 'NET_BIND_SERVICE', 'NET_BROADCAST'],
  ...['NET_RAW', 'PERFMON', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYSLOG', 'SYS_ADMIN', 'SYS_BOOT', 'SYS_CHROOT'],
  ...['SYS_MODULE', 'SYS_NICE', 'SYS_PACCT', 'SYS_PTRACE', 'SYS_RAWIO', 'SYS_RESOURCE', 'SYS_TIME'],
  ...['SYS_TTY_CONFIG', 'WAKE_ALARM'],
]

/** Reads the name of a capability, with or without `CAP_`, or `ALL`. */
export function readCapability(value: unknown): Read<string> {
  const name = String(value).toUpperCase().replace(/^CAP_/, '')
  if (capabilities.includes(name)) return { value: name }
  return { problem: `expected a capability of Linux, or ALL, found ${shown(value)}${didYouMean(name, capabilities)}` }
}

const securityNames = ['apparmor', 'label', 'no-new-privileges', 'seccomp', 'systempaths', 'writable-cgroups']

/**
 * Reads `no-new-privileges`, `seccomp=unconfined`, `apparmor=name` and so on. seccomp profiles are not supported: the
 * Docker CLI, which is not used here, would read the file.
 */
export function readSecurityOption(value: unknown): Read<string> {
  const text = String(value)
  const [name = '', setting] = text.split(/[=:](.*)/s)
  if (!securityNames.includes(name)) {
    return {
      problem: `expected one of ${securityNames.join(', ')}, found ${shown(value)}${didYouMean(name, securityNames)}`,
    }
  }
  if (name === 'seccomp' && setting !== 'unconfined' && setting !== 'builtin') {
    return { problem: `expected seccomp=unconfined or seccomp=builtin, found ${quote(text)}` }
  }
  if (name !== 'no-new-privileges' && !setting) return { problem: `expected ${name}=value, found ${quote(text)}` }
  return { value: setting === undefined ? name : `${name}=${setting}` }
}

/** Reads `/directory`, or with mount options: `/directory:size=64m,mode=1777`. */
export function readTmpfs(value: unknown): Read<readonly [folder: string, options: string]> {
  const [, folder, options = ''] = /^(\/[^:]+)(?::([\w=,.%-]+))?$/.exec(String(value)) ?? []
  if (folder !== undefined) return { value: [folder, options] }
  return { problem: `expected /directory or /directory:size=64m, found ${shown(value)}` }
}

/** Reads `/dev/x` or `/dev/x:/dev/y`, optionally with `:rwm`. */
export function readDevice(value: unknown): Read<Device> {
  const text = readText(value)
  if ('problem' in text) return text
  const [, source, target = source, access = 'rwm'] =
    /^(\/[^:]+)(?::(\/[^:]+))?(?::([rwm]{1,3}))?$/.exec(text.value) ?? []
  if (source !== undefined && target !== undefined) return { value: { source, target, access } }
  return { problem: `expected /dev/name, /dev/name:/dev/other or one of them with :rwm, found ${shown(value)}` }
}

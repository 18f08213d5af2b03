import { ActionError } from '../errors/action-error.ts'
import { distance } from '../text/nearest.ts'
import type { Platform } from './types.ts'

// The platforms that Go supports (`go tool dist list`), which are the values that `platform` may have:
// https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md#image-index-property-descriptions
const systems = words(
  'aix android darwin dragonfly freebsd illumos ios js linux netbsd openbsd plan9 solaris wasi wasip1 windows',
)
const architectures = words(
  '386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x sparc64 wasm',
)

/** Other names for an architecture, used by uname, Debian, Node.js, Rust and users. */
const aliases: Readonly<Record<string, { readonly architecture: string; readonly variant?: string }>> = {
  x86_64: { architecture: 'amd64' },
  'x86-64': { architecture: 'amd64' },
  x64: { architecture: 'amd64' },
  i386: { architecture: '386' },
  i486: { architecture: '386' },
  i586: { architecture: '386' },
  i686: { architecture: '386' },
  ia32: { architecture: '386' },
  x86: { architecture: '386' },
  aarch64: { architecture: 'arm64' },
  armv8: { architecture: 'arm64' },
  arm32: { architecture: 'arm', variant: 'v7' },
  armhf: { architecture: 'arm', variant: 'v7' },
  armv7: { architecture: 'arm', variant: 'v7' },
  armv7l: { architecture: 'arm', variant: 'v7' },
  armel: { architecture: 'arm', variant: 'v6' },
  armv6: { architecture: 'arm', variant: 'v6' },
  armv6l: { architecture: 'arm', variant: 'v6' },
  armv5: { architecture: 'arm', variant: 'v5' },
  arm32v5: { architecture: 'arm', variant: 'v5' },
  arm32v6: { architecture: 'arm', variant: 'v6' },
  arm32v7: { architecture: 'arm', variant: 'v7' },
  arm64v8: { architecture: 'arm64' },
  ppc64el: { architecture: 'ppc64le' },
  powerpc64le: { architecture: 'ppc64le' },
  mipsel: { architecture: 'mipsle' },
  mips64el: { architecture: 'mips64le' },
  loongarch64: { architecture: 'loong64' },
}

const variants: Readonly<Record<string, RegExp>> = {
  amd64: /^v[1-4]$/,
  arm: /^v[5-8]$/,
  arm64: /^v[89](\.[0-9]+)?$/,
}

/**
 * Parses `os/arch[/variant]`, `arch` or `arch/variant` (for Linux), with common aliases (`x86_64`, `aarch64`, `armhf`,
 * `arm32`, …), and `windows(10.0.20348)/amd64`. The result is normalized. Throws `input-invalid` with the nearest known
 * name.
 */
export function parsePlatform(text: string): Platform {
  const parts = text.trim().toLowerCase().split('/')
  const [first = '', ...others] = parts
  const [, name = '', version] = /^([^()]*)(?:\(([^()]*)\))?$/.exec(first) ?? []
  const os = name === 'macos' ? 'darwin' : name
  if (parts.length > 3 || parts.includes(''))
    throw invalid(text, 'it is not os/architecture or os/architecture/variant')
  if (!systems.has(os)) {
    if (parts.length === 3) throw unknown(text, 'operating system', os, systems)
    // One or two parts: `arm64`, `arm/v7`; or a misspelled operating system.
    if (parts.length === 2 && isArchitecture(others[0] ?? '')) throw unknown(text, 'operating system', os, systems)
    return platform(text, 'linux', parts)
  }
  if (others.length === 0)
    throw invalid(text, 'the architecture is missing', `Write ${os}/amd64 or ${os}/arm64, for example.`)
  return { ...platform(text, os, others), ...(version ? { 'os.version': version } : {}) }
}

/** Formats a normalized platform as `os/arch[/variant]`: `linux/arm64`, `linux/arm/v7`. */
export function formatPlatform(value: Platform): string {
  const { os, architecture, variant } = normalizePlatform(value)
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`
}

/**
 * Normalizes a platform by containerd's rules: lowercase, no `v1` on amd64, no `v8` on arm64, `v7` as the default of
 * arm. https://pkg.go.dev/github.com/containerd/platforms#Normalize
 */
export function normalizePlatform(value: Platform): Platform {
  const { variant: given = '', ...rest } = value
  const system = value.os.toLowerCase()
  const named = value.architecture.toLowerCase()
  const alias = Object.hasOwn(aliases, named) ? aliases[named] : undefined
  const architecture = alias?.architecture ?? named
  const variant = normaliseVariant(architecture, given === '' ? (alias?.variant ?? '') : given.toLowerCase())
  return { ...rest, os: system === 'macos' ? 'darwin' : system, architecture, ...(variant === '' ? {} : { variant }) }
}

/** Whether both have the same os, architecture and variant; `os.version` is compared if both have one. */
export function platformEquals(a: Platform, b: Platform): boolean {
  const [one, other] = [a['os.version'], b['os.version']]
  return formatPlatform(a) === formatPlatform(b) && (!one || !other || one === other)
}

/** Whether an image for `offered` is suitable for `wanted`: the same platform, or an older variant of it. */
export function suits(wanted: Platform, offered: Platform): boolean {
  return [wanted, ...fallbacks(wanted)].some((platform) => platformEquals(platform, offered))
}

/**
 * Returns the compatible platforms, best first: older variants of the same architecture. containerd also accepts arm on
 * arm64 and 386 on amd64, but such an image would be published as the wrong platform.
 * https://pkg.go.dev/github.com/containerd/platforms#Only
 */
export function fallbacks(value: Platform): readonly Platform[] {
  const { variant, ...rest } = normalizePlatform(value)
  const oldest = { amd64: 1, arm: 5, arm64: 8 }[rest.architecture]
  const version = /^v(\d+)/.exec(variant ?? '')?.[1]
  if (oldest === undefined || version === undefined) return []
  const count = Math.max(0, Number(version) - oldest)
  return Array.from({ length: count }, (_, index) =>
    normalizePlatform({ ...rest, variant: `v${Number(version) - 1 - index}` }),
  )
}

/**
 * Whether a machine of one platform executes the binaries of another without emulation. Variants are ignored, as by the
 * kernel. Not every 64-bit ARM machine still runs 32-bit binaries, but most that builders run on do.
 */
export function runsNatively(program: Platform, machine: Platform): boolean {
  const [wanted, own] = [normalizePlatform(program), normalizePlatform(machine)]
  if (wanted.os !== own.os) return false
  return wanted.architecture === own.architecture || wanted.architecture === narrower[own.architecture]
}

const narrower: Readonly<Record<string, string>> = { amd64: '386', arm64: 'arm' }

function platform(text: string, os: string, [architecture = '', variant]: readonly string[]): Platform {
  if (!isArchitecture(architecture)) throw unknown(text, 'architecture', architecture, architectures)
  const result = normalizePlatform({ os, architecture, ...(variant === undefined ? {} : { variant }) })
  const pattern = variants[result.architecture] ?? /^[a-z0-9._-]+$/
  if (result.variant !== undefined && !pattern.test(result.variant)) {
    throw invalid(text, `${result.architecture} has no variant "${variant}"`)
  }
  return result
}

function isArchitecture(name: string): boolean {
  return architectures.has(name) || Object.hasOwn(aliases, name)
}

function normaliseVariant(architecture: string, variant: string): string {
  const prefixed = /^[0-9]/.test(variant) && Object.hasOwn(variants, architecture) ? `v${variant}` : variant
  if (architecture === 'arm64') return prefixed === 'v8' || prefixed === 'v8.0' ? '' : prefixed.replace(/\.0$/, '')
  if (architecture === 'amd64') return prefixed === 'v1' ? '' : prefixed
  if (architecture === 'arm') return prefixed === '' ? 'v7' : prefixed
  return prefixed
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '))
}

function unknown(text: string, kind: string, name: string, known: ReadonlySet<string>): ActionError {
  const letters = (word: string) => [...word].sort().join('')
  // At equal distance, prefer the name with the same letters: amr64 is arm64, not amd64.
  const rank = (word: string) => distance(name, word) + (letters(word) === letters(name) ? 0 : 0.5)
  const [nearest = ''] = [...known].sort((a, b) => rank(a) - rank(b))
  const hint =
    distance(name, nearest) <= 2 && distance(name, nearest) * 2 < nearest.length + 1
      ? `Did you mean ${text.trim().toLowerCase().replace(name, nearest)}?`
      : `Known: ${[...known].join(', ')}.`
  return invalid(text, `the ${kind} "${name}" is not known`, hint)
}

function invalid(text: string, found: string, hint?: string): ActionError {
  return new ActionError('input-invalid', `"${text}" is not a platform: ${found}`, hint === undefined ? {} : { hint })
}

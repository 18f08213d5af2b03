import type { SocketProduct } from '../docker/sockets.ts'
import type { Driver } from './drivers.ts'

type EngineTraits = {
  /** What must be known of the machine to plan it: a builder, the program itself, or no more than a daemon to load into. */
  readonly needs: 'builder' | 'podman' | 'nerdctl' | 'apple' | 'nothing'
  /** Other names that the input `engine` accepts for it: with one of a product, only the sockets of this product are tried. */
  readonly aliases: Readonly<Record<string, SocketProduct | undefined>>
  /** The driver of every builder that it uses. */
  readonly driver?: Driver
}

/** The engines, a row each. */
const rows = {
  buildx: { needs: 'builder', aliases: { docker: 'docker', colima: 'colima' } },
  podman: { needs: 'podman', aliases: { podman: 'podman', buildah: 'podman' } },
  nerdctl: { needs: 'nerdctl', aliases: { containerd: undefined } },
  apple: { needs: 'apple', aliases: { container: undefined } },
  kubernetes: { needs: 'builder', aliases: { k8s: undefined }, driver: 'kubernetes' },
  embedded: { needs: 'nothing', aliases: {} },
} as const satisfies Readonly<Record<string, EngineTraits>>

export type EngineName = keyof typeof rows

export const engineNames = Object.keys(rows) as readonly EngineName[]

/** What must be known of the machine to plan an engine. */
export function needsOf(engine: EngineName): EngineTraits['needs'] {
  return rows[engine].needs
}

/** Returns the driver of every builder that an engine uses; undefined if it uses any, or none. */
export function driverOf(engine: EngineName | 'auto'): Driver | undefined {
  const row: EngineTraits | undefined = engine === 'auto' ? undefined : rows[engine]
  return row?.driver
}

/** What the text of the input `engine` means. */
export type AskedEngine = {
  /** The name of an engine for one of its aliases; other text is returned in lower case. */
  readonly name: string
  readonly product: SocketProduct | undefined
}

/** Reads the name or an alias of an engine; case is ignored. */
export function readEngineName(text: string): AskedEngine {
  const lower = text.trim().toLowerCase()
  const found = engineNames.find((name) => Object.hasOwn(rows[name].aliases, lower))
  if (found === undefined) return { name: lower, product: undefined }
  const aliases: EngineTraits['aliases'] = rows[found].aliases
  return { name: found, product: aliases[lower] }
}

/** Returns the text of the input `engine`; if it is empty, that of the environment variable. */
export function engineText(input: string, env: Readonly<Record<string, string | undefined>>): string {
  return input.trim() === '' ? (env['POLYARCH_ENGINE'] ?? '') : input
}

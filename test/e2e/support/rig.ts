import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { skipPrefix } from '../../support/skipped.ts'

/** What `test/rig/rig up` has running on this machine; see test/rig/README.md. */
export type Rig = {
  readonly docker?: Daemon
  readonly classic?: Daemon
  readonly docker26?: Daemon
  readonly docker20?: Daemon
  /** Directory with the `docker` program. */
  readonly cli?: string
  /** Directory with the `docker-buildx` plugin. */
  readonly plugins?: string
  /** Directory with the newest `docker-buildx`, beside Debian's. */
  readonly pluginsNew?: string
  readonly registry?: { readonly host: string }
  readonly basic?: Account
  readonly tls?: { readonly host: string; readonly ca: string }
  readonly token?: Account & { readonly realm: string; readonly brief: string }
  readonly full?: { readonly host: string }
  readonly buildkitd?: readonly string[]
  readonly buildctl?: string
  readonly builderImage?: string
  /** Only up if it was started by name, or with `kube`. */
  readonly rootlessImage?: string
  readonly base?: string
  readonly emulatorImage?: string
  readonly emulated?: readonly string[]
  /** Directory with QEMU's programs. */
  readonly emulators?: string
  /** Versions of Podman; `bin` holds `podman` and `buildah`, `host` is for `DOCKER_HOST`, or empty. */
  readonly podman?: readonly {
    readonly version: string
    readonly suite: string
    readonly bin: string
    readonly host: string
  }[]
  /** Only up if it was started by name. */
  readonly kube?: { readonly kubeconfig: string; readonly kubectl: string; readonly registry: string }
  /** Only up if it was started by name. `bin` holds `nerdctl` and `buildctl`. */
  readonly nerdctl?: { readonly bin: string; readonly configuration: string; readonly buildkit: string }
  readonly act?: string
  readonly actionlint?: string
  readonly zizmor?: string
  /** Program that starts Chromium without windows. */
  readonly browser?: string
  readonly crane?: string
}

export type Daemon = { readonly host: string; readonly version: string; readonly store: 'containerd' | 'classic' }
export type Account = { readonly host: string; readonly username: string; readonly password: string }

/** The rig's directory, or `none`: runs the tests without a rig, under CI too. */
export const rigFolder = process.env['POLYARCH_RIG'] || '/var/lib/polyarch-rig'

function read(): Rig {
  try {
    return JSON.parse(readFileSync(join(rigFolder, 'rig.json'), 'utf8')) as Rig
  } catch {
    return {}
  }
}

export const rig: Rig = read()

/** Parts that are started only by name, because compiling them takes long: without them, CI says so and goes on. */
const optional: ReadonlySet<keyof Rig> = new Set(['kube', 'nerdctl', 'rootlessImage'])

/**
 * Why tests that need `parts` cannot run, or undefined if they can. The reporter lists the reasons at the end. Under CI, a missing part is
 * an error unless `POLYARCH_RIG` is `none`.
 */
export function missing(...parts: readonly (keyof Rig)[]): string | undefined {
  const absent = parts.filter((part) => rig[part] === undefined)
  if (absent.length === 0) return undefined
  const names = absent.join(', ')
  if (process.env['CI'] && rigFolder !== 'none' && !absent.every((name) => optional.has(name))) {
    throw new Error(`Under CI nothing may be skipped, but the rig has no ${names}: run \`sudo test/rig/rig up\` first`)
  }
  const line = skipPrefix + names
  console.warn(line)
  return line
}

/** A part of the rig that `missing` has found. Call it inside of a test or hook: the body of a `describe` runs even if it is skipped. */
export function part<K extends keyof Rig>(name: K): NonNullable<Rig[K]> {
  const found = rig[name]
  if (found === undefined) throw new Error(`The rig has no ${name}`)
  return found
}

/** Stops and starts a part of the rig, which makes it empty. */
export function restartPart(name: keyof Rig): void {
  const program = resolve(import.meta.dirname, '../../rig/rig')
  for (const command of ['down', 'up']) execFileSync(program, [command, name], { stdio: 'pipe' })
}

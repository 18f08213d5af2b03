import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** What `test/rig/rig up` has running on this machine; see test/rig/README.md. */
export type Rig = {
  readonly docker?: Daemon
  readonly classic?: Daemon
  readonly docker26?: Daemon
  readonly docker20?: Daemon
  /** Folder with the `docker` program. */
  readonly cli?: string
  /** Folder with the `docker-buildx` plugin. */
  readonly plugins?: string
  readonly registry?: { readonly host: string }
  readonly basic?: Account
  readonly tls?: { readonly host: string; readonly ca: string }
  readonly token?: Account & { readonly realm: string; readonly brief: string }
  readonly full?: { readonly host: string }
  readonly buildkitd?: readonly string[]
  readonly buildctl?: string
  readonly builderImage?: string
  readonly base?: string
  readonly emulatorImage?: string
  readonly emulated?: readonly string[]
  /** Folder with QEMU's programs. */
  readonly emulators?: string
  readonly act?: string
  readonly crane?: string
}

export type Daemon = { readonly host: string; readonly version: string; readonly store: 'containerd' | 'classic' }
export type Account = { readonly host: string; readonly username: string; readonly password: string }

const folder = process.env['POLYARCH_RIG'] || '/var/lib/polyarch-rig'

function read(): Rig {
  try {
    return JSON.parse(readFileSync(join(folder, 'rig.json'), 'utf8')) as Rig
  } catch {
    return {}
  }
}

export const rig: Rig = read()

/**
 * Why tests that need `parts` cannot run here, or undefined when they can. Under CI everything must be there, and a
 * missing part is an error.
 */
export function missing(...parts: readonly (keyof Rig)[]): string | undefined {
  const absent = parts.filter((part) => rig[part] === undefined)
  if (absent.length === 0) return undefined
  const reason = `the rig has no ${absent.join(', ')}: run \`sudo test/rig/rig up\` first`
  if (process.env['CI']) throw new Error(`Under CI nothing may be skipped, but ${reason}`)
  console.warn(`Skipped: ${reason}`)
  return reason
}

/** A part of the rig that `missing` has found to be there. */
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

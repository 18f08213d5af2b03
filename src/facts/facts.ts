import type { DockerServer, Unreachable } from '../docker/server.ts'
import type { Driver } from '../engine/drivers.ts'
import type { GitEvent } from './event.ts'
import type { Origin } from './origin.ts'

/** What was found on this machine: gathered once, never changed. */
export type Facts = {
  readonly event: GitEvent
  /** Undefined where no default label is made. */
  readonly origin: Origin | undefined
  /** The text of `{{created}}`, where a value asks for it. */
  readonly created?: Date
  /** Who started the run, for logins with the job's token. */
  readonly actor: string
  /** The user's own Docker configuration folder (`DOCKER_CONFIG` or `~/.docker`); read, never written. */
  readonly dockerConfigDir: string
  /** Where buildx keeps the user's builders. */
  readonly buildxConfigDir: string
  /** The runner offers its cache service to this step. */
  readonly cacheService: boolean
  /** Where `cache: local` is kept unless a folder is given: one that outlives the job on a runner that does. Undefined where the runner has none. */
  readonly cacheFolder: string | undefined
  readonly docker: DockerServer | Unreachable
  /** The buildx program, called without going through `docker`, or why there is none. Its version is known where it was asked for, "" if it does not tell. */
  readonly buildx: { readonly path: string; readonly version?: string } | Missing
  readonly builder: Builder | Missing
}

export type Missing = { readonly kind: 'missing'; readonly reason: string }

export type Builder = {
  readonly kind: 'builder'
  readonly name: string
  readonly driver: Driver
  readonly because: string
  /** What the builder says it can build; BuildKit leaves out some that work, so it is a hint and never a verdict. */
  readonly platforms: readonly string[]
  /** What each node is itself, the same platform once; empty where nothing was asked or no node runs. */
  readonly natives: readonly string[]
  /** How many it has (count). */
  readonly nodes: number
}

import type { GitEvent } from './event.ts'

/** What was found on this machine: gathered once, never changed. */
export type Facts = {
  readonly event: GitEvent
  /** Who started the run, for logins with the job's token. */
  readonly actor: string
  /** The user's own Docker configuration folder (`DOCKER_CONFIG` or `~/.docker`); read, never written. */
  readonly dockerConfigDir: string
  /** Where buildx keeps the user's builders. */
  readonly buildxConfigDir: string
  readonly docker: DockerServer | Unreachable
  /** The buildx program, called without going through `docker`, or why there is none. */
  readonly buildx: { readonly path: string } | Missing
  readonly builder: Builder | Missing
}

export type DockerServer = {
  readonly kind: 'server'
  readonly endpoint: DockerEndpoint
  /** As the server tells it, suffix and all: `20.10.24+dfsg1`. */
  readonly version: string
  /** `podman` behind a Docker socket answers the API, but buildx cannot build with it. */
  readonly product: 'docker' | 'podman'
  /** `linux` or `windows`. */
  readonly os: string
  readonly architecture: string
  /** With `containerd` the daemon keeps indexes and can build several platforms at once; `classic` cannot. */
  readonly store: 'containerd' | 'classic'
  /** Registries that the daemon was told to reach over plain HTTP or without checking certificates. */
  readonly insecureRegistries: readonly string[]
  /** Undefined where the daemon is on another machine, or in a virtual one. */
  readonly local: LocalDaemon | undefined
}

/** A daemon that runs on the kernel of this process. */
export type LocalDaemon = {
  /** The folder that images and build cache are in, as the daemon names it. */
  readonly dataRoot: string
}

/** Where the daemon listens and how that was decided. */
export type DockerEndpoint = {
  /** `unix:///…`, `npipe:///…`, `tcp://…`, `ssh://…`. */
  readonly host: string
  /** Name of the Docker context it comes from; `default` when from `DOCKER_HOST` or a socket. */
  readonly context: string
  readonly because: string
  /** Set for children when the endpoint is not what the Docker CLI would find by itself. */
  readonly env: Readonly<Record<string, string>>
}

export type Unreachable = { readonly kind: 'unreachable'; readonly reason: string; readonly endpoint: DockerEndpoint }
export type Missing = { readonly kind: 'missing'; readonly reason: string }

export type Driver = 'docker' | 'docker-container' | 'remote' | 'kubernetes' | 'cloud'

export type Builder = {
  readonly kind: 'builder'
  readonly name: string
  readonly driver: Driver
  readonly because: string
  /** What the builder says it can build; BuildKit leaves out some that work, so it is a hint and never a verdict. */
  readonly platforms: readonly string[]
  /** What each node is itself, the same platform once; empty where nothing was asked or no node runs. */
  readonly natives: readonly string[]
}

import type { AppleContainer } from '../containers/apple/plan-apple-containers.ts'
import type { DockerServer, Unreachable } from '../docker/server.ts'
import type { Driver } from '../engine/drivers.ts'
import type { GitEvent } from './event.ts'
import type { Job } from './job.ts'
import type { Origin } from './origin.ts'

/** The facts about this machine, gathered once and immutable. */
export type Facts = {
  readonly event: GitEvent
  /** Undefined if no default label is set. */
  readonly origin: Origin | undefined
  /** The text of `{{created}}`, if a value uses it. */
  readonly created?: Date
  /** Absent if the job builds all platforms. */
  readonly job?: Job
  /** The user that started the run, for logins with the job's token. */
  readonly actor: string
  /** The user's Docker configuration directory (`DOCKER_CONFIG` or `~/.docker`); read-only. */
  readonly dockerConfigDir: string
  /** The directory in which buildx stores the user's builders. */
  readonly buildxConfigDir: string
  /** Whether the runner's cache service is available to this step. */
  readonly cacheService: boolean
  /** Default directory of `cache: local`; on a self-hosted runner it outlives the job. Undefined if the runner has none. */
  readonly cacheFolder: string | undefined
  readonly docker: DockerServer | Unreachable
  /** The buildx binary, called directly instead of through `docker`, or why it is missing. The version is set if it was queried, and "" if buildx does not report it. */
  readonly buildx: { readonly path: string; readonly version?: string } | Missing
  readonly builder: Builder | Missing
  /** Builders of this machine with declared platforms; absent if they were not read. */
  readonly declaredBuilders?: readonly DeclaredBuilder[]
  /** Architectures of the nodes of the Kubernetes cluster that the builder is created in; absent if not queried or not known. */
  readonly clusterArchitectures?: readonly string[]
  /** Podman or Buildah on PATH; undefined if it was not searched, because another engine is used. */
  readonly podman?: Podman | Missing
  /** nerdctl with its containerd and buildkitd; undefined if it was not searched, because another engine is used. */
  readonly nerdctl?: Nerdctl | Missing
  /** Apple's `container`; undefined if it was not searched, because another engine is used. */
  readonly apple?: AppleContainer | Missing
}

export type Podman = {
  readonly kind: 'podman'
  readonly name: 'podman' | 'buildah'
  readonly path: string
  /** `4.3.1`; Buildah counts its own. */
  readonly version: string
  readonly rootless: boolean
  /** The program is a client of a virtual machine or of another host. */
  readonly remote: boolean
  /** `os/arch` of the machine that builds; "" if it is not reported. */
  readonly native: string
}

export type Nerdctl = {
  readonly kind: 'nerdctl'
  readonly path: string
  /** `2.2.1` */
  readonly version: string
  /** The address of buildkitd: `unix:///run/buildkit/buildkitd.sock`. */
  readonly buildkit: string
  /** `os/arch` of the machine that builds; "" if it is not reported. */
  readonly native: string
}

export type Missing = {
  readonly kind: 'missing'
  readonly reason: string
  /** The program exists, and a daemon that it needs does not respond. */
  readonly isInstalled?: true
}

export type Builder = {
  readonly kind: 'builder'
  readonly name: string
  readonly driver: Driver
  readonly because: string
  /** The platforms that the builder reports; only a hint, because BuildKit omits some that work. */
  readonly platforms: readonly string[]
  /** The native platforms of the nodes, without duplicates; empty if they were not queried or no node is running. */
  readonly natives: readonly string[]
  /** In the order of buildx; empty if they were not queried. */
  readonly nodes: readonly BuilderNode[]
}

/** A builder, and the platforms, `os/arch[/variant]`, that its user declared for its nodes. */
export type DeclaredBuilder = { readonly name: string; readonly platforms: readonly string[] }

/** A node of a builder, as `buildx inspect` reports it. */
export type BuilderNode = {
  readonly name: string
  readonly endpoint: string
  /** `running`, `inactive`, `stopped`; empty if its daemon does not respond. */
  readonly status: string
  /** The error of its daemon; empty if it has none. */
  readonly error: string
  /** The platforms that the user declared for it. */
  readonly declared: readonly string[]
  /** The other platforms that it reports, its native one first unless that is declared; empty if it is not running. */
  readonly reported: readonly string[]
  /** Its native platform; absent if it is not known. */
  readonly native?: string
  /** Why it is not available, if it did not respond in time. */
  readonly silence?: string
}

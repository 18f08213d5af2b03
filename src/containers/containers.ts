import type { Secret } from '../inputs/secret.ts'
import type { Image } from '../oci/image-tree.ts'
import type { ImageContent } from '../oci/store.ts'
import type { Platform } from '../oci/types.ts'
import type { ContainerOptions, Port, Volume } from './container-options.ts'

/**
 * Where containers run, as planned for this run: a row of the table in `open-containers.ts`, with what its implementation needs in `spec`.
 */
export type PlannedContainers<Spec = unknown> = {
  readonly name: ContainersName
  /** For messages: `Docker 28.5.2`. */
  readonly title: string
  /** The platform that its machine runs natively; undefined if only the engine knows: `Containers.natives`. */
  readonly native: Platform | undefined
  /** Whether its machine is this one, or can have emulators installed from here. Undefined: neither. */
  readonly machine?: {
    readonly isHere: boolean
    /** Environment that leads programs to its daemon. */
    readonly env: Readonly<Record<string, string>>
  }
  /** Whether it pulls images from a registry, so that they must be pushed first. */
  readonly pulls?: true
  /** Returns the settings of a container that it does not support, a sentence each, for an error before the build. */
  readonly problemsOf?: (container: ContainerSettings) => readonly string[]
  readonly spec: Spec
}

/** The implementations of `Containers`, a folder each. */
export type ContainersName = 'docker' | 'podman' | 'apple' | 'kubernetes'

/** A container to run. */
export type ContainerSpec = ContainerSettings & {
  /** As returned by `ensureImage`. */
  readonly image: string
  readonly platform: Platform
  /** Milliseconds that it is meant to run: an engine that can ends it at some time after that, in case this process cannot. */
  readonly lifetime: number
  readonly env: Readonly<Record<string, string>>
}

/** How to run an image. Paths of volumes start from the working directory. */
export type ContainerSettings = {
  /** Replaces the image's ENTRYPOINT, and its CMD if `command` is undefined. */
  readonly entrypoint: readonly string[] | undefined
  /** Replaces the image's CMD. */
  readonly command: readonly string[] | undefined
  readonly user: string | undefined
  readonly workdir: string | undefined
  /** `name:address` each. */
  readonly addHosts: readonly string[]
  readonly ports: readonly Port[]
  readonly volumes: readonly Volume[]
  readonly options: ContainerOptions
}

/** The image of one platform, which a container is to be started from. */
export type ContainerImage = {
  /** A name that is unique to this run. */
  readonly name: string
  readonly platform: Platform
  /** Undefined if the engine keeps the image in its own store only, under `stored`. */
  readonly content: { readonly image: Image; readonly all: ImageContent } | undefined
  /** The name under which the engine loaded the image into its own store; undefined if it did not. */
  readonly stored: string | undefined
  /** Its location in a registry; undefined if it was not pushed. */
  readonly pushed?: PushedImage | undefined
}

/** An image in a registry. */
export type PushedImage = {
  /** By the digest of the platform's own manifest: `ghcr.io/acme/app@sha256:…`. */
  readonly reference: string
  /** The host of the registry, as references name it. */
  readonly registry: string
  /** Returns what to pull it with; undefined if this step has no credentials that an engine can use. */
  readonly login: () => Promise<{ readonly username: string; readonly password: Secret } | undefined>
}

/** Why a container does not start. `busyPort` is set if another process uses a port that the container publishes. */
export type NotStarted = {
  readonly reason: string
  readonly busyPort?: { readonly port: number; readonly holder: string | undefined }
}

export type ContainerStatus =
  | { readonly kind: 'running' }
  /** `exit` is undefined for a container that never ran. */
  | { readonly kind: 'stopped'; readonly exit: number | undefined }
  | { readonly kind: 'absent' }

/**
 * Runs containers on one engine. Each effect is recorded for clean-up before it happens, and each removal is idempotent: what does not
 * exist is removed. All functions throw ActionError if the engine cannot be asked, and `cancelled` if the run is cancelled.
 */
export type Containers = {
  /** Makes the image available to the engine, and returns the name that containers start from. */
  readonly ensureImage: (image: ContainerImage) => Promise<string>
  /** Returns the platforms that its machines run natively; none if they cannot be asked. Absent if the plan knows: `PlannedContainers.native`. */
  readonly natives?: () => Promise<readonly Platform[]>
  /** Removes what `ensureImage` created for this name. */
  readonly removeImage: (name: string) => Promise<void>
  /** Starts a container in the background. Returns the reason if it does not start. */
  readonly run: (name: string, spec: ContainerSpec) => Promise<NotStarted | undefined>
  readonly status: (name: string) => Promise<ContainerStatus>
  /** Waits until the container ends and returns its exit status. `signal` ends the wait, with its reason. */
  readonly wait: (name: string, signal: AbortSignal) => Promise<number>
  /**
   * Returns the address, `http://host:port`, at which this process reaches a TCP port of the container; undefined if the container has
   * ended. It is valid until `signal` is aborted.
   */
  readonly reach: (name: string, port: number, signal: AbortSignal) => Promise<string | undefined>
  /** Returns the lines of both outputs, in order; none if the container does not exist. */
  readonly logs: (name: string) => Promise<readonly string[]>
  readonly stop: (name: string) => Promise<void>
  /** Stops the container and removes it with its anonymous volumes. */
  readonly remove: (name: string) => Promise<void>
}

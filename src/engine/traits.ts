import type { PlannedContainers } from '../containers/containers.ts'
import type { DockerServer, ImageStore } from '../docker/server.ts'
import type { Secret } from '../inputs/secret.ts'
import type { EngineName } from './engine-names.ts'

/**
 * What the stages need to know about an engine, as planned for this run. Code outside `src/engine` never compares names
 * of engines or drivers: the differences are here.
 */
export type Traits = {
  /** Whether it executes RUN. If not, nothing mounts secrets, and RUN is rejected before the build. */
  readonly runsSteps: boolean
  /**
   * Who opens the context and reads the Dockerfile for the build: this program, or the builder, which may use another
   * frontend.
   */
  readonly readsSource: 'us' | 'builder'
  /**
   * Whether every base image must be reachable from here, or the builder may have other access: a mirror, or a network
   * of its own.
   */
  readonly bases: 'must-resolve' | 'advisory'
  /** The daemon's store, in which the build looks up a base image before it asks a registry. */
  readonly baseStore: ImageStore | undefined
  /** `os/arch` of each node, which runs without an emulator; empty if nothing is executed, or if it is unknown. */
  readonly natives: readonly string[]
  /**
   * Whose kernel executes RUN: that of this process, that of the daemon's machine, one that cannot be reached from
   * here, or none.
   */
  readonly kernel: 'here' | 'daemon' | 'elsewhere' | 'none'
  /** Whether the builder may have its own emulators besides those of the kernel, as BuildKit's image does. */
  readonly bringsEmulators: boolean
  /**
   * The cache of steps that can be kept between runs: one for the whole build; one per platform, if several nodes build
   * and each writes its own; or none, if no steps are executed. `images`: none, but layers of images in registries are reused.
   */
  readonly caches: 'whole' | 'by-platform' | 'images' | 'none'
  /**
   * Whether the build may start while preflight still asks registries: it neither pushes the image nor leaves it in a
   * daemon's store. Absent: it may not.
   */
  readonly startsEarly?: boolean
  /** Whether the engine can save and restore the content of cache mounts. */
  readonly keepsMounts?: true
  /** The directory of this machine in which the engine keeps images and build cache. */
  readonly dataRoot: string | undefined
  /**
   * The daemon that the finished image is loaded into from here; undefined if it is not loaded, or if the engine loads
   * it.
   */
  readonly loadsInto: DockerServer | undefined
  /** Where the engine runs containers for smoke tests; undefined: it does not, and Docker does, if it is available. */
  readonly containers: PlannedContainers | undefined
  /** Environment that directs programs to the engine's daemon. */
  readonly env: Readonly<Record<string, string>>
}

/** The selected engine, with its own settings in `spec`. */
export type PlannedEngine<Spec = unknown> = {
  readonly name: EngineName
  readonly because: string
  readonly traits: Traits
  /** How the content leaves the engine, if there are several methods. */
  readonly method?: { readonly name: string; readonly because: string }
  /**
   * For each platform the node that builds it, and why. Absent or empty: the engine has one node, or it is not known before the build.
   */
  readonly nodes?: readonly string[]
  /**
   * Why no engine that executes RUN was selected: the code of an error about RUN, and how to enable such an engine
   * here.
   */
  readonly otherwise?: { readonly code: 'feature-missing' | 'daemon-unreachable'; readonly hint: string }
  /** Settings as `name=value`. Some hold passwords: they are masked in the log and searched for in the image. */
  readonly options: readonly string[]
  /** The secrets of the spec, each with a description for people. */
  readonly secrets?: readonly { readonly role: string; readonly secret: Secret }[]
  readonly spec: Spec
}

/** An engine's plan for the given inputs and facts. */
export type EnginePlan<Spec = unknown> = {
  readonly engine: PlannedEngine<Spec>
  /** Whether the image is loaded into a daemon's store. */
  readonly load: boolean
  /** Registries that its daemon reaches over plain HTTP. */
  readonly insecureRegistries: readonly string[]
  /** Warnings about the selected engine. */
  readonly warnings?: readonly string[]
}

/** Returns why an engine is used, as a sentence: `because` starts with that word or continues after a comma. */
export function whyUsed(name: EngineName, because: string): string {
  return `The engine ${name} is used${because.startsWith('because ') ? '' : ','} ${because}.`
}

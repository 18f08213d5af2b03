import type { PlannedContainers } from '../containers/containers.ts'
import type { DockerServer, ImageStore } from '../docker/server.ts'
import type { Secret } from '../inputs/secret.ts'
import type { EngineName } from './engine-names.ts'

/**
 * What the stages ask of an engine, as it is planned for this run. Outside of `src/engine` nobody compares the name of an engine or driver:
 * what differs between them is here.
 */
export type Traits = {
  /** Whether it executes RUN. Without that nothing mounts secrets, and RUN is refused before the build. */
  readonly runsSteps: boolean
  /** Who opens the context and reads the Dockerfile for the build: this program, or the builder, which may have another frontend for it. */
  readonly readsSource: 'us' | 'builder'
  /** Whether every base image must be found from here, or the builder may have another way to it: a mirror, a network of its own. */
  readonly bases: 'must-resolve' | 'advisory'
  /** The daemon's store, where the build takes a base image from before it asks a registry. */
  readonly baseStore: ImageStore | undefined
  /** `os/arch` of each node, which runs without an emulator; empty where nothing is run, and where it is not known. */
  readonly natives: readonly string[]
  /**
   * Whose kernel executes RUN: this process's own, that of the daemon's machine, one elsewhere that cannot be reached from here, or none.
   */
  readonly kernel: 'here' | 'daemon' | 'elsewhere' | 'none'
  /** Whether the builder may have emulators besides those of the kernel, as the image of BuildKit has. */
  readonly bringsEmulators: boolean
  /**
   * The cache of steps that can be kept elsewhere between runs: one of the whole build, or one of each platform, where several nodes build and each
   * writes what it has itself; or none, where no steps are run.
   */
  readonly caches: 'whole' | 'by-platform' | 'none'
  /** The folder of this machine that the engine keeps images and build cache in. */
  readonly dataRoot: string | undefined
  /** The daemon that the finished image is to be loaded into from here; undefined where none is, or where the engine does it. */
  readonly loadsInto: DockerServer | undefined
  /** Where the engine runs containers for smoke tests; undefined: it does not, and Docker does, if it is available. */
  readonly containers: PlannedContainers | undefined
  /** Environment that leads programs to the engine's daemon. */
  readonly env: Readonly<Record<string, string>>
}

/** An engine that was chosen, with all that it alone needs in `spec`. */
export type PlannedEngine<Spec = unknown> = {
  readonly name: EngineName
  readonly because: string
  readonly traits: Traits
  /** How the content leaves the engine, where there is more than one way. */
  readonly method?: { readonly name: string; readonly because: string }
  /** Why no engine that executes RUN was selected: the code of an error about RUN, and what makes that engine possible here. */
  readonly otherwise?: { readonly code: 'feature-missing' | 'daemon-unreachable'; readonly hint: string }
  /** Settings as `name=value`. Some hold passwords: they are hidden in the log and searched in the image. */
  readonly options: readonly string[]
  /** What of the spec is secret, and what it is, for people. */
  readonly secrets?: readonly { readonly role: string; readonly secret: Secret }[]
  readonly spec: Spec
}

/** What an engine makes of inputs and facts. */
export type EnginePlan<Spec = unknown> = {
  readonly engine: PlannedEngine<Spec>
  /** Whether the image goes into a daemon's store. */
  readonly load: boolean
  /** Registries that its daemon reaches over plain HTTP. */
  readonly insecureRegistries: readonly string[]
}

/** Why an engine is used, as a sentence: `because` begins with that word or goes on after a comma. */
export function whyUsed(name: EngineName, because: string): string {
  return `The engine ${name} is used${because.startsWith('because ') ? '' : ','} ${because}.`
}

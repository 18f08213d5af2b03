import type { PlannedEngine } from '../engine/traits.ts'
import type {
  Attributes,
  BuildSecret,
  Compression,
  Emulators,
  FileOutput,
  IfExists,
  SshAgent,
  Verify,
} from '../inputs/inputs.ts'
import type { Reference } from '../oci/reference.ts'
import type { Platform } from '../oci/types.ts'
import type { PlannedContext } from './context.ts'
import type { Login } from './logins.ts'
import type { PlannedSmokeTest } from './smoke-test.ts'
import type { PlannedTag } from './tags.ts'
import type { UrlLogin } from './url-logins.ts'

/** Everything the later stages do, decided. They look nothing up and choose nothing. */
export type Plan = {
  /** What builds, with all that only this engine needs. */
  readonly engine: PlannedEngine
  readonly build: BuildSpec
  /** Put the image into the daemon's store under every reference. */
  readonly load: boolean
  /** What is written besides, none for a build that is only cached. */
  readonly outputs: readonly FileOutput[]
  readonly push: boolean
  readonly ifExists: IfExists
  /** Look before the build whether it can work. */
  readonly preflight: boolean
  readonly emulators: Emulators
  readonly verify: Verify
  /** What is run of each platform's image before any tag. */
  readonly smokeTest: PlannedSmokeTest | undefined
  /** How often what passes is tried again. */
  readonly retries: number
  /** Milliseconds for the build. Undefined: no limit. */
  readonly timeout: number | undefined
  /** Where the image belongs, in the order in which tags are written: fixed ones first, moving ones last. */
  readonly references: readonly Reference[]
  /** The same, each with whether it moves and why. */
  readonly tags: readonly PlannedTag[]
  /** The main tag. */
  readonly version: string
  readonly logins: readonly Login[]
  /** `username` goes to Docker Hub because `registry` is empty, and only a base image can be there. */
  readonly needsHubBase: boolean
  /** Hosts and networks to speak plain HTTP with, besides loopback. */
  readonly plainHttp: readonly string[]
  /** Remove what earlier runs left on the engine before building. */
  readonly fresh: boolean
  /** What the user should know before it begins. */
  readonly notices: readonly string[]
  /** What may not be what the user wants. */
  readonly warnings: readonly string[]
}

export type BuildSpec = {
  /** A folder, or a URL that the builder fetches. */
  readonly context: string
  readonly contextIsFolder: boolean
  /** In place of the stages and images of their names. */
  readonly contexts: readonly PlannedContext[]
  readonly file: string | undefined
  /** What buildx is given in its place: a file of the step. */
  readonly sentFile?: string
  /** The Dockerfile itself, instead of `file`. */
  readonly dockerfileInline: string | undefined
  readonly target: string | undefined
  readonly platforms: readonly Platform[]
  readonly buildArgs: Readonly<Record<string, string | null>>
  readonly secrets: readonly BuildSecret[]
  readonly ssh: readonly SshAgent[]
  /** Who to be at the hosts that contexts and sources of ADD are fetched from. */
  readonly urlLogins: readonly UrlLogin[]
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly compression: Compression
  /** Topmost layers of the base image to leave out. */
  readonly dropLayers: number
  readonly noCache: boolean
  readonly pull: boolean
  readonly provenance: Attributes | undefined
  readonly sbom: Attributes | undefined
}

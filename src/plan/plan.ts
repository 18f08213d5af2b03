import type { PlannedEngine } from '../engine/traits.ts'
import type { CacheEntry, FileOutput, Inputs } from '../inputs/inputs.ts'
import type { BuildField } from '../inputs/schema.ts'
import type { Reference } from '../oci/reference.ts'
import type { CacheTarget } from './cache.ts'
import type { PlannedContext } from './context.ts'
import type { IdentityLogin, Login } from './logins.ts'
import type { PlannedSmokeTest } from './smoke-test.ts'
import type { PlannedTag } from './tags.ts'
import type { UrlLogin } from './url-logins.ts'

/** The inputs that later stages take as they are. */
export const handedOn = [
  'ifExists',
  'preflight',
  'emulators',
  'verify',
  'maxSize',
  'beforeTags',
  'dryRun',
  'call',
  'retries',
  'timeout',
  'cacheTimeout',
  'fresh',
  'keepLogin',
  'separators',
  'bakeTarget',
] as const

/** Everything the later stages do, decided. They look nothing up and choose nothing. */
export type Plan = Pick<Inputs, (typeof handedOn)[number]> & {
  /** The engine, with the settings that only this engine needs. */
  readonly engine: PlannedEngine
  readonly build: BuildSpec
  /** Put the image into the daemon's store under every reference. */
  readonly load: boolean
  /** What is written besides, none for a build that is only cached. */
  readonly outputs: readonly FileOutput[]
  readonly push: boolean
  /** What is run of each platform's image before any tag. */
  readonly smokeTest: PlannedSmokeTest | undefined
  /** Where the image belongs, in the order in which tags are written: fixed ones first, moving ones last. */
  readonly references: readonly Reference[]
  /** The same, each with whether it moves and why. */
  readonly tags: readonly PlannedTag[]
  /** The main tag. */
  readonly version: string
  readonly logins: readonly Login[]
  /** Registries whose credentials are fetched before anything else is done. */
  readonly identities: readonly IdentityLogin[]
  /** `username` is for Docker Hub because `registry` is empty, and only a base image can come from Docker Hub. */
  readonly needsHubBase: boolean
  /** Hosts and networks to speak plain HTTP with, besides loopback. */
  readonly plainHttp: readonly string[]
  /** What the user should know before it begins. */
  readonly notices: readonly string[]
  /** What may not be what the user wants. */
  readonly warnings: readonly string[]
}

/** What to build: what the inputs say of it, default labels and annotations included, and what is decided of the rest. */
export type BuildSpec = Pick<Inputs, BuildField> & {
  /** A folder, or a URL that the builder fetches. */
  readonly context: string
  readonly contextIsFolder: boolean
  /** In place of the stages and images of their names. */
  readonly contexts: readonly PlannedContext[]
  /** What buildx is given in place of `file`: a file of the step. */
  readonly sentFile?: string
  /** Caches to read, and to write. */
  readonly cacheFrom: readonly CacheEntry[]
  readonly cacheTo: readonly CacheTarget[]
  /** Those of `annotations` that the user wrote. A builder that cannot write annotations builds without the others. */
  readonly givenAnnotations: Inputs['annotations']
  /** Who to be at the hosts that contexts and sources of ADD are fetched from. */
  readonly urlLogins: readonly UrlLogin[]
}

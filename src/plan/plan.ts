import type { PlannedEngine } from '../engine/traits.ts'
import type { CacheEntry, FileOutput, Inputs } from '../inputs/inputs.ts'
import type { BuildField } from '../inputs/schema.ts'
import type { Reference } from '../oci/reference.ts'
import type { CacheTarget } from './cache.ts'
import type { PlannedContext } from './context.ts'
import type { PlannedLeg } from './leg.ts'
import type { IdentityLogin, Login } from './logins.ts'
import type { MountCaches } from './mount-caches.ts'
import type { PlannedSmokeTest } from './smoke-test.ts'
import type { PlannedTag } from './tags.ts'
import type { UrlLogin } from './url-logins.ts'

/** The inputs that later stages use unchanged. */
export const handedOn = [
  'optionalPlatforms',
  'mode',
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

/** All decisions that the later stages execute. They look up nothing and decide nothing. */
export type Plan = Pick<Inputs, (typeof handedOn)[number]> & {
  /** The engine, with its own settings. */
  readonly engine: PlannedEngine
  readonly build: BuildSpec
  /** Whether the image is loaded into the daemon's store, under every reference. */
  readonly load: boolean
  /** The additional outputs; empty for a build that only fills the cache. */
  readonly outputs: readonly FileOutput[]
  readonly push: boolean
  /** Set if this job builds and pushes only a part of the platforms. */
  readonly leg: PlannedLeg | undefined
  /** Whether other jobs build the other platforms of the image, even if nothing is pushed. */
  readonly isPart: boolean
  /** The command that is run in each platform's image before any tag is written. */
  readonly smokeTest: PlannedSmokeTest | undefined
  /** The references of the image, in the order in which tags are written: fixed tags first, moving tags last. */
  readonly references: readonly Reference[]
  /** The same references as outputs list them: grouped by image and sorted by priority, as by docker/metadata-action. */
  readonly listed: readonly Reference[]
  /** The same references, each with whether it moves and why. */
  readonly tags: readonly PlannedTag[]
  /** The main tag. */
  readonly version: string
  readonly logins: readonly Login[]
  /** Registries whose credentials are fetched before any other request. */
  readonly identities: readonly IdentityLogin[]
  /** `username` is for Docker Hub because `registry` is empty, and only a base image can come from Docker Hub. */
  readonly needsHubBase: boolean
  /** Hosts and networks that are contacted over plain HTTP, in addition to loopback. */
  readonly plainHttp: readonly string[]
  /** Notices that are printed before the build starts. */
  readonly notices: readonly string[]
  /** Warnings about settings that may be unintended. */
  readonly warnings: readonly string[]
}

/** The build: the inputs that concern it, default labels and annotations included, and the decisions about the rest. */
export type BuildSpec = Pick<Inputs, BuildField> & {
  /** A directory, or a URL that the builder fetches. */
  readonly context: string
  readonly contextIsFolder: boolean
  /** The contexts that replace stages and images by name. */
  readonly contexts: readonly PlannedContext[]
  /** The file of the step that buildx reads in place of `file`. */
  readonly sentFile?: string
  /** Caches that are read, and caches that are written. */
  readonly cacheFrom: readonly CacheEntry[]
  readonly cacheTo: readonly CacheTarget[]
  /** The annotations that the user set. A builder that does not support annotations builds without the defaults. */
  readonly givenAnnotations: Inputs['annotations']
  /** The credentials for the hosts that contexts and ADD sources are fetched from. */
  readonly urlLogins: readonly UrlLogin[]
  /** The caches that keep the content of cache mounts. Undefined: it is not kept. */
  readonly cacheMounts?: MountCaches
}

import type { ContainerOptions, Port, Volume } from '../containers/container-options.ts'
import type { SocketProduct } from '../docker/sockets.ts'
import type { Driver } from '../engine/drivers.ts'
import type { EngineName } from '../engine/engine-names.ts'
import type { Reference, Repository } from '../oci/reference.ts'
import type { Digest, Platform } from '../oci/types.ts'
import type { Command } from './read/command-line.ts'
import type { PlainFields } from './schema.ts'
import type { Secret } from './secret.ts'
import type { UrlCredentials } from './url-credentials.ts'

/**
 * The validated and typed inputs, created by `parseInputs` without looking anything up. Inputs with one plain value are
 * in `PlainFields`, which is derived from the schema; `noCache` is also true if `fresh` is set.
 */
export type Inputs = Omit<PlainFields, 'keepState'> & {
  /** Without duplicates; names without a registry already have the prefix `registry`. */
  readonly images: readonly Repository[]
  /** By priority, else in the order given, including disabled ones. If empty, the event determines the tags. */
  readonly tags: readonly TagInput[]
  /** Already applied to `tags`; used if the event determines the tags. */
  readonly flavor: Flavor
  /** Without duplicates, in the order given. Empty only for existing images, which then may have any. */
  readonly platforms: readonly Platform[]
  /** Those of `platforms` that the image may lack if they fail. */
  readonly optionalPlatforms: readonly Platform[]
  /** With unique platforms, each one of `platforms`. */
  readonly perPlatform: readonly PlatformSettings[]
  /** The images that are joined. */
  readonly digests: readonly DigestInput[]
  /** The image that gets further tags. */
  readonly from: Reference | undefined
  /** In the order given. */
  readonly runners: readonly RunnerRule[]
  /** The part of `platforms` that this job builds; empty for all. */
  readonly platform: readonly Platform[]
  readonly context: ContextInput
  /** With unique names. */
  readonly buildContexts: readonly NamedContext[]
  /** Path of the Dockerfile. Undefined: `Dockerfile` in the context. */
  readonly file: string | undefined
  /** `null` if only the name was given: the value is that of the environment variable with this name. */
  readonly buildArgs: Readonly<Record<string, string | null>>
  /** With unique IDs. */
  readonly secrets: readonly BuildSecret[]
  readonly ssh: readonly SshAgent[]
  /** In the order given. */
  /** The value of the input `cache`. */
  readonly cache: CacheWord
  readonly cacheFrom: readonly CacheEntry[]
  readonly cacheTo: readonly CacheEntry[]
  readonly labels: Readonly<Record<string, string>>
  /**
   * Replaces the expressions (`{{version}}`) in `labels`, `annotations` and `buildArgs`. Undefined if they have no expressions.
   */
  readonly expressions: ValueExpressions | undefined
  /** Keys include their prefix as written (`index:`, `manifest[linux/amd64]:`). */
  readonly annotations: Readonly<Record<string, string>>
  /**
   * The levels of default annotations, and of annotations without a prefix. Undefined: not set, which means the
   * manifest.
   */
  readonly annotationLevels: readonly string[] | undefined
  /** `auto`: the plan decides by the event. */
  readonly push: boolean | 'auto'
  readonly emulators: Emulators
  /** Maximum compressed size of an image in bytes. Undefined: no limit. */
  readonly maxSize: number | undefined
  /** The test that runs each platform's image before any tag. */
  readonly smokeTest: SmokeTest | undefined
  /** The commands that must succeed before any tag. */
  readonly beforeTags: Gate | undefined
  /** Maximum number of retries for transient failures. */
  readonly retries: number
  /** Build timeout in milliseconds. Undefined: no limit. */
  readonly timeout: number | undefined
  /** Maximum size of the cache mounts that are kept between runs, in bytes. Undefined: they are not kept. */
  readonly cacheMounts: number | undefined
  /** Timeout for writing the build cache in milliseconds. */
  readonly cacheTimeout: number
  /** With unique destinations. */
  readonly outputs: readonly Output[]
  /** The separators of the entries in the outputs of these names. */
  readonly separators: Readonly<Record<'tags' | 'labels' | 'annotations', string>>
  /** The target in the files that `docker buildx bake` reads. */
  readonly bakeTarget: string
  readonly registry: RegistryInput | undefined
  readonly login: LoginInput | undefined
  /**
   * From `registries`, and from `registry` unless its credentials are a plain user and password for the whole registry.
   */
  readonly logins: readonly RegistryLogin[]
  /** Undefined: nothing is removed before the build. */
  readonly fresh: Fresh | undefined
  /** The job's own token, which is used for ghcr.io if `login` is undefined. */
  readonly githubToken: Secret | undefined
  readonly engine: 'auto' | EngineName
  /** The product whose sockets are tried, if `engine` names one: docker, colima or podman. */
  readonly engineProduct: SocketProduct | undefined
  /** Undefined: chosen by the plan. */
  readonly driver: Driver | undefined
  /** `key=value` each, in the order given; quotes are part of the text. */
  readonly driverOpts: readonly string[]
  readonly buildkitdConfig: BuildkitdConfig | undefined
  /** Platforms of the first node of a new builder. Default: those that it reports. */
  readonly nodePlatforms: readonly Platform[]
  readonly nodeTls: NodeTls | undefined
  /** The additional nodes, in the order given. */
  readonly append: readonly NodeInput[]
  /** If set, the new builder gets this name, and its build cache stays on the machine. */
  readonly keepState: { readonly name: string } | undefined
  /** In the order in which they are tried. */
  readonly mirrors: readonly Mirror[]
  /** Attributes of the attestation, `{}` for the defaults. Undefined: no attestation. */
  readonly provenance: Attributes | undefined
  /** Like `provenance`. */
  readonly sbom: Attributes | undefined
  /** `name:address` each, or with `=`. */
  readonly addHosts: readonly string[]
  /** Entitlements of BuildKit. */
  readonly allow: readonly string[]
  readonly network: 'default' | 'host' | 'none' | undefined
  /** Names of stages. */
  readonly noCacheFilters: readonly string[]
  /** In Docker's format: `512m`, `1g`, or bytes. */
  readonly shmSize: string | undefined
  /** `name=soft[:hard]` each. */
  readonly ulimit: readonly string[]
  /** Options of `docker buildx build` that no input covers, each one argument. */
  readonly extraArgs: readonly string[]
  /** The buildx release to download. Undefined: the installed one is used. */
  readonly buildxRelease: BuildxRelease | undefined
  readonly minimumVersions: MinimumVersions
}

/** An existing manifest or index that is joined with others. */
export type DigestInput = {
  readonly digest: Digest
  /** The repository that stores it. Undefined: one of the repositories that are published to. */
  readonly repository: Repository | undefined
  /** The platform that it must have. Undefined: any. */
  readonly platform: Platform | undefined
}

/** The runner labels for a platform, or for all that begin with the same text. */
export type RunnerRule = {
  /** `os/arch[/variant]`, or its beginning if `isPrefix`. */
  readonly platform: string
  readonly isPrefix: boolean
  /** At least one. */
  readonly labels: readonly string[]
}

/** The names that are available in values in addition to the global expressions. */
export type ValueNames = {
  /** The main tag, as in the output `version`. */
  readonly version: string
  /** ISO 8601, as in the default label. */
  readonly created: string
}

/**
 * Replaces the expressions in a value of `labels`, `annotations` or `build-args`, which has been validated with the
 * inputs.
 */
export type FillValue = (value: string, names: ValueNames) => string

/**
 * The expressions of `labels`, `annotations` and `build-args`, which are replaced when the main tag and the time are
 * known.
 */
export type ValueExpressions = {
  /** The names of the expressions in use. */
  readonly uses: ReadonlySet<string>
  readonly fill: FillValue
}

/** The prefix and suffix of every tag, and the rule for `latest`. */
export type Flavor = {
  /** `auto`: decided by the rule of the first tag. */
  readonly latest: 'auto' | boolean
  readonly prefix: string
  readonly suffix: string
  readonly prefixOnLatest: boolean
  readonly suffixOnLatest: boolean
  /** Whether prefix or suffix contains the commit, so that no later run writes the same tag. */
  readonly perCommit: boolean
}

/** A tag for every name of `images`, or one full reference, which has a tag and no digest. */
export type TagInput = (
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'reference'; readonly reference: Reference }
) & {
  /** The value of `moving=`, else that of its rule. Undefined: neither is known. */
  readonly moving: boolean | undefined
  /** Why a rule results in the tag; not set if the input contains the tag. */
  readonly because?: string
  /** False with `enable=false`: the tag is not written. */
  readonly enabled: boolean
}

/**
 * The location of the build context: a directory, a Git repository or archive that the builder fetches itself (a URL
 * without user and password), or the commit of the event, `{{defaultContext}}`, which `defaultGitContext` of the plan
 * converts to a URL.
 */
export type ContextInput =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'git'; readonly url: string; readonly credentials?: UrlCredentials }
  | { readonly kind: 'default-git'; readonly subdir: string | undefined }

/** A named context, which replaces a stage or image with that name. */
export type NamedContext = {
  /** In its short form: without `docker.io/library/` and `:latest`. */
  readonly name: string
  readonly source: ContextInput | ImageSource
}

/**
 * An image of a registry, of an OCI layout directory (without tag and digest: the one tagged `latest`, or the only one)
 * or of an archive.
 */
type ImageSource =
  | { readonly kind: 'image'; readonly reference: string }
  | {
      readonly kind: 'layout'
      readonly path: string
      readonly tag: string | undefined
      readonly digest: Digest | undefined
    }
  | ImageArchive

/** A tar archive of images: the output of `docker image save`, or an OCI layout. */
export type ImageArchive = {
  readonly kind: 'archive'
  readonly form: 'docker' | 'oci'
  readonly path: string
  /** The name or the tag of one image, or its position (`@0`). Default: the only one. */
  readonly image: string | undefined
}

/** A BuildKit cache by its attributes, including `type`. https://docs.docker.com/build/cache/backends/ */
export type CacheEntry = {
  readonly type: CacheType
  readonly attributes: Readonly<Record<string, string>>
}

/** The cache that the input `cache` selects. */
export type CacheWord =
  | { readonly kind: 'off' | 'gha' | 'registry' }
  /** A directory of the runner. Undefined: selected by the plan. */
  | { readonly kind: 'local'; readonly folder: string | undefined }

export type CacheType = 'gha' | 'registry' | 'local' | 'inline' | 's3' | 'azblob'

/** The secret for `RUN --mount=type=secret` with this ID. */
export type BuildSecret = {
  readonly id: string
  readonly source: SecretSource
  /** Line of its input, from 1. */
  readonly line: number
}

/** The value in the input, or its source: an environment variable of the step, or a file. */
export type SecretSource =
  | { readonly kind: 'value'; readonly value: Secret }
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }

/** The agent for `RUN --mount=type=ssh` with this ID. */
export type SshAgent = {
  readonly id: string
  /** The paths of an agent's socket, or of keys. If empty, the agent of SSH_AUTH_SOCK. */
  readonly paths: readonly string[]
  /** Line of its input, from 1. */
  readonly line: number
}

/** Compression of new layers; base layers are not changed. */
export type Compression = PlainFields['compression']

export type RegistryInput = {
  /** `host[:port]`; always `docker.io` for Docker Hub. */
  readonly host: string
  /** The path below the host that also precedes names (`acme` of `ghcr.io/acme`), or "". */
  readonly namespace: string
  /** Whether the input begins with `http://`. */
  readonly plainHttp: boolean
}

/** What is pruned before the build: everything that matches `filters`, in Docker's format. */
export type Fresh = { readonly filters: readonly string[] }

export type LoginInput = { readonly username: string; readonly password: Secret }

/** The requests that credentials are for. */
export type LoginScope = {
  /** `acme/app`, or "" for all of the registry. */
  readonly repository: string
  /** `pull`, `push`: matches requests with all of these actions. Default: any request. */
  readonly actions: readonly string[]
}

/** One registry of `registries` with its credentials. */
export type RegistryLogin = {
  /** `host[:port]`; always `docker.io` for Docker Hub. */
  readonly registry: string
  readonly plainHttp: boolean
  readonly scope: LoginScope | undefined
  readonly means: ({ readonly kind: 'password' } & LoginInput) | Identity
}

/** The identity with which credentials for a registry are requested. */
export type Identity =
  | {
      readonly kind: 'aws'
      /** Undefined: from `role`, else from the environment. */
      readonly keys: LoginInput | undefined
      /** ARN of the role to assume with the job's OIDC token. */
      readonly role: string | undefined
      /** Undefined: from the registry's host, else from the environment. */
      readonly region: string | undefined
      readonly createRepository: boolean
    }
  /** `provider`: projects/…/providers/…; undefined: from the file in GOOGLE_APPLICATION_CREDENTIALS. */
  | { readonly kind: 'google'; readonly provider: string | undefined; readonly serviceAccount: string | undefined }
  /** Undefined: from AZURE_CLIENT_ID and AZURE_TENANT_ID. */
  | { readonly kind: 'azure'; readonly clientId: string | undefined; readonly tenantId: string | undefined }
  /** `connection` undefined: from DOCKERHUB_OIDC_CONNECTIONID. */
  | { readonly kind: 'docker-hub'; readonly username: string; readonly connection: string | undefined }

/** What happens if a fixed tag already exists with another digest. */
export type IfExists = PlainFields['ifExists']

/** How missing emulators are installed: with an image in the form of tonistiigi/binfmt, or not at all. */
export type Emulators =
  | 'off'
  | {
      /** References of the image that installs them, in the order in which they are tried. */
      readonly images: readonly string[]
      /** Emulators that are always installed, even if the build may not need them. */
      readonly asked: readonly Platform[]
    }

/** Commands that run sequentially, and the variables of the step that are passed to them. */
export type Gate = { readonly commands: readonly Command[]; readonly variables: readonly string[] }

/** How an image is started, and the expected result. */
export type SmokeTest = {
  /** Replaces the image's ENTRYPOINT and CMD. */
  readonly entrypoint: readonly string[] | undefined
  /** Replaces the image's CMD. */
  readonly command: readonly string[] | undefined
  /** `null`: the value is that of the environment variable with this name. */
  readonly env: Readonly<Record<string, string | null>>
  readonly user: string | undefined
  readonly workdir: string | undefined
  readonly ports: readonly Port[]
  readonly volumes: readonly Volume[]
  /** `name:address` each. */
  readonly addHosts: readonly string[]
  readonly container: ContainerOptions
  /** The expected output. */
  readonly output: TextPattern | undefined
  /** The expected exit status; ignored with `http`. */
  readonly status: number
  readonly http: HttpExpectation | undefined
  /** Milliseconds since the start. */
  readonly timeout: number
}

/** A text that must be contained, or a pattern that must match somewhere. */
export type TextPattern = string | RegExp

/** The expected HTTP response of a service. */
export type HttpExpectation = {
  readonly path: string
  /** The port of the container. */
  readonly port: number
  /** Undefined: any below 400. */
  readonly status: number | undefined
  readonly contains: TextPattern | undefined
}

/** A destination of the image other than a registry. With `cacheonly` the image is only built. */
export type Output = FileOutput | { readonly kind: 'cacheonly' }

/**
 * An output that is written as one file or as a directory. `dest` is a path relative to the workspace.
 * - `oci`, `docker`: the image as an OCI layout, for `docker` with Docker's own manifest.json
 * - `files`: the files in the image; with `platformSplit` in one directory per platform (undefined: if there are
 *   several platforms)
 */
export type FileOutput =
  | { readonly kind: 'oci' | 'docker'; readonly form: OutputForm; readonly dest: string }
  | {
      readonly kind: 'files'
      readonly form: OutputForm
      readonly dest: string
      readonly platformSplit: boolean | undefined
    }

export type OutputForm = 'archive' | 'folder'

/** A release of buildx. */
export type BuildxRelease = {
  /** `v1.2.3`, or `latest`. */
  readonly version: string
  /** The URL of the releases, without a trailing slash. */
  readonly source: string
}

/** The oldest accepted version of each program, `major.minor.patch`; undefined: any. */
export type MinimumVersions = {
  readonly docker?: string
  readonly buildx?: string
  readonly buildkit?: string
}

/** An additional node of a builder that this step creates. */
export type NodeInput = {
  readonly name: string | undefined
  readonly endpoint: string | undefined
  /** Empty: those that it reports. */
  readonly platforms: readonly Platform[]
  /** `key=value` each. */
  readonly driverOpts: readonly string[]
  readonly buildkitdFlags: string | undefined
  readonly tls: NodeTls | undefined
}

/** The certificates of buildkitd and of this step, in PEM. */
export type NodeTls = {
  readonly ca: string
  readonly own: { readonly cert: string; readonly key: Secret } | undefined
}

/** A registry that mirrors another. */
export type Mirror = {
  /** `host[:port]` of the mirrored registry, `docker.io` for Docker Hub. */
  readonly of: string
  /** `host[:port]` */
  readonly host: string
  /** The path that precedes names on the mirror, or "". */
  readonly path: string
  readonly plainHttp: boolean
}

export type BuildkitdConfig =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'inline'; readonly text: string }

export type Attributes = Readonly<Record<string, string>>

/** The settings of one platform that replace those of the build; build arguments are added. */
export type PlatformSettings = {
  readonly platform: Platform
  readonly file: string | undefined
  readonly target: string | undefined
  readonly buildArgs: Readonly<Record<string, string>>
}

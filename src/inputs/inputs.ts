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
 * What the user asked for, checked and typed. Made by `parseInputs`; nothing in it was looked up anywhere. The inputs that are one plain
 * value are in `PlainFields`, which follows from the schema; `noCache` is also true when `fresh` is.
 */
export type Inputs = Omit<PlainFields, 'keepState'> & {
  /** Without duplicates; `registry` is already put before those that had none of their own. */
  readonly images: readonly Repository[]
  /** By priority, else in the order given, including disabled ones. If empty, the event determines the tags. */
  readonly tags: readonly TagInput[]
  /** Already put around `tags`; it counts where they come from the event. */
  readonly flavor: Flavor
  /** At least one, without duplicates, in the order given. */
  readonly platforms: readonly Platform[]
  readonly context: ContextInput
  /** Without two of one name. */
  readonly buildContexts: readonly NamedContext[]
  /** Path of the Dockerfile. Undefined: `Dockerfile` in the context. */
  readonly file: string | undefined
  /** `null` where only the name was given: the value is that of the environment variable of this name. */
  readonly buildArgs: Readonly<Record<string, string | null>>
  /** Each id once. */
  readonly secrets: readonly BuildSecret[]
  readonly ssh: readonly SshAgent[]
  /** In the order given. */
  /** Of the word `cache`. */
  readonly cache: CacheWord
  readonly cacheFrom: readonly CacheEntry[]
  readonly cacheTo: readonly CacheEntry[]
  readonly labels: Readonly<Record<string, string>>
  /** What replaces the expressions (`{{version}}`) in `labels`, `annotations` and `buildArgs`. Undefined if they have no expressions. */
  readonly expressions: ValueExpressions | undefined
  /** Keys keep their prefix as it was written (`index:`, `manifest[linux/amd64]:`). */
  readonly annotations: Readonly<Record<string, string>>
  /** What default annotations, and those without a prefix, go on. Undefined: the manifest, and nobody said so. */
  readonly annotationLevels: readonly string[] | undefined
  /** `auto`: the plan decides by the event. */
  readonly push: boolean | 'auto'
  readonly emulators: Emulators
  /** Bytes that an image may have, compressed. Undefined: no limit. */
  readonly maxSize: number | undefined
  /** What is run of each platform's image before any tag. */
  readonly smokeTest: SmokeTest | undefined
  /** What must succeed before any tag. */
  readonly beforeTags: Gate | undefined
  /** Maximum number of retries for transient failures. */
  readonly retries: number
  /** Milliseconds for the build. Undefined: no limit. */
  readonly timeout: number | undefined
  /** Milliseconds for writing the build cache. */
  readonly cacheTimeout: number
  /** Each to another place. */
  readonly outputs: readonly Output[]
  /** Between the entries of the outputs of these names. */
  readonly separators: Readonly<Record<'tags' | 'labels' | 'annotations', string>>
  /** The target in the files that `docker buildx bake` reads. */
  readonly bakeTarget: string
  readonly registry: RegistryInput | undefined
  readonly login: LoginInput | undefined
  /** Of `registries`; and of `registry` where its credentials are not simply a user and a password for all of it. */
  readonly logins: readonly RegistryLogin[]
  /** Undefined: nothing is removed before the build. */
  readonly fresh: Fresh | undefined
  /** The job's own token, from which ghcr.io is logged in to when `login` is undefined. */
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
  /** The further nodes, in the order given. */
  readonly append: readonly NodeInput[]
  /** The builder that is made has this name, and its build cache stays on the machine. */
  readonly keepState: { readonly name: string } | undefined
  /** In the order in which they are tried. */
  readonly mirrors: readonly Mirror[]
  /** Attributes of the attestation, `{}` for the defaults. Undefined: none is made. */
  readonly provenance: Attributes | undefined
  /** As `provenance`. */
  readonly sbom: Attributes | undefined
  /** `name:address` each, or with `=`. */
  readonly addHosts: readonly string[]
  /** Entitlements of BuildKit. */
  readonly allow: readonly string[]
  readonly network: 'default' | 'host' | 'none' | undefined
  /** Names of stages. */
  readonly noCacheFilters: readonly string[]
  /** As Docker takes it: `512m`, `1g`, or bytes. */
  readonly shmSize: string | undefined
  /** `name=soft[:hard]` each. */
  readonly ulimit: readonly string[]
  /** Options of `docker buildx build` that no input has, each one argument. */
  readonly extraArgs: readonly string[]
  /** What buildx is downloaded; undefined: the one that is installed is used. */
  readonly buildxRelease: BuildxRelease | undefined
  readonly minimumVersions: MinimumVersions
}

/** What values know besides the global expressions. */
export type ValueNames = {
  /** The main tag, as the output `version`. */
  readonly version: string
  /** ISO 8601, as the default label. */
  readonly created: string
}

/** Replaces the expressions in a value of `labels`, `annotations` or `build-args`, which was checked with the inputs. */
export type FillValue = (value: string, names: ValueNames) => string

/** The expressions of `labels`, `annotations` and `build-args`: they are replaced when the main tag and the time are known. */
export type ValueExpressions = {
  /** The names of those that are used. */
  readonly uses: ReadonlySet<string>
  readonly fill: FillValue
}

/** What is put around every tag, and whether `latest` comes with them. */
export type Flavor = {
  /** `auto`: as the rule of the first tag has it. */
  readonly latest: 'auto' | boolean
  readonly prefix: string
  readonly suffix: string
  readonly prefixOnLatest: boolean
  readonly suffixOnLatest: boolean
  /** Prefix or suffix name the commit, so that no later run writes the same tag. */
  readonly perCommit: boolean
}

/** A tag for every name of `images`, or one whole reference, which has a tag and no digest. */
export type TagInput = (
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'reference'; readonly reference: Reference }
) & {
  /** As `moving=` says, else as its rule knows. Undefined: neither does. */
  readonly moving: boolean | undefined
  /** Why a rule gives the tag; not set if the input contains the tag. */
  readonly because?: string
  /** False with `enable=false`: the tag is not written. */
  readonly enabled: boolean
}

/**
 * Where the build context is: a folder, a Git repository or an archive that the builder fetches itself (its URL is without
 * user and password), or the commit of the event, `{{defaultContext}}`, which `defaultGitContext` of the plan turns into a URL.
 */
export type ContextInput =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'git'; readonly url: string; readonly credentials?: UrlCredentials }
  | { readonly kind: 'default-git'; readonly subdir: string | undefined }

/** A context with a name, which takes the place of a stage or image of that name. */
export type NamedContext = {
  /** In its short form: no `docker.io/library/`, no `:latest`. */
  readonly name: string
  readonly source: ContextInput | ImageSource
}

/** An image, of a registry, of an OCI layout folder (its tag `latest`, or its only image, without tag and digest) or of an archive. */
type ImageSource =
  | { readonly kind: 'image'; readonly reference: string }
  | {
      readonly kind: 'layout'
      readonly path: string
      readonly tag: string | undefined
      readonly digest: Digest | undefined
    }
  | ImageArchive

/** A tar archive of images: what `docker image save` writes, or an OCI layout. */
export type ImageArchive = {
  readonly kind: 'archive'
  readonly form: 'docker' | 'oci'
  readonly path: string
  /** The name or the tag of one image, or its position (`@0`). Default: the only one. */
  readonly image: string | undefined
}

/** A cache of BuildKit's, by its attributes; `type` is among them. https://docs.docker.com/build/cache/backends/ */
export type CacheEntry = {
  readonly type: CacheType
  readonly attributes: Readonly<Record<string, string>>
}

/** The cache that one word asks for. */
export type CacheWord =
  | { readonly kind: 'off' | 'gha' | 'registry' }
  /** A folder of the runner. Undefined: the one that the plan takes. */
  | { readonly kind: 'local'; readonly folder: string | undefined }

export type CacheType = 'gha' | 'registry' | 'local' | 'inline' | 's3' | 'azblob'

/** What a `RUN --mount=type=secret` of this id gets. */
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

/** What a `RUN --mount=type=ssh` of this id gets. */
export type SshAgent = {
  readonly id: string
  /** Of an agent's socket, or of keys; none: the agent of SSH_AUTH_SOCK. */
  readonly paths: readonly string[]
  /** Line of its input, from 1. */
  readonly line: number
}

/** Compression of new layers; base layers are not changed. */
export type Compression = PlainFields['compression']

export type RegistryInput = {
  /** `host[:port]`, `docker.io` for Docker Hub by any of its names. */
  readonly host: string
  /** Path below the host that goes before names too (`acme` of `ghcr.io/acme`), or "". */
  readonly namespace: string
  /** Given with `http://`. */
  readonly plainHttp: boolean
}

/** What is pruned before the build: all that passes `filters`, written as Docker takes them. */
export type Fresh = { readonly filters: readonly string[] }

export type LoginInput = { readonly username: string; readonly password: Secret }

/** The requests that credentials are for. */
export type LoginScope = {
  /** `acme/app`, or "" for all of the registry. */
  readonly repository: string
  /** `pull`, `push`: matches requests with all of these actions. Default: any request. */
  readonly actions: readonly string[]
}

/** One registry of `registries`, and how to be known there. */
export type RegistryLogin = {
  /** `host[:port]`, `docker.io` for Docker Hub by any of its names. */
  readonly registry: string
  readonly plainHttp: boolean
  readonly scope: LoginScope | undefined
  readonly means: ({ readonly kind: 'password' } & LoginInput) | Identity
}

/** What credentials for a registry are fetched with. */
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
  /** `provider`: projects/…/providers/…; undefined: from the file that GOOGLE_APPLICATION_CREDENTIALS names. */
  | { readonly kind: 'google'; readonly provider: string | undefined; readonly serviceAccount: string | undefined }
  /** Undefined: from AZURE_CLIENT_ID and AZURE_TENANT_ID. */
  | { readonly kind: 'azure'; readonly clientId: string | undefined; readonly tenantId: string | undefined }
  /** `connection`: undefined for DOCKERHUB_OIDC_CONNECTIONID. */
  | { readonly kind: 'docker-hub'; readonly username: string; readonly connection: string | undefined }

/** What happens to a fixed tag that exists and is another image. */
export type IfExists = PlainFields['ifExists']

/** What sets up the emulators that are missing: an image in the form of tonistiigi/binfmt, or nothing. */
export type Emulators =
  | 'off'
  | {
      /** References of the image that sets them up, tried one after the other. */
      readonly images: readonly string[]
      /** Those that are set up whether or not the build is known to need them. */
      readonly asked: readonly Platform[]
    }

/** Commands that are run one after the other, and the variables of the step that they are given. */
export type Gate = { readonly commands: readonly Command[]; readonly variables: readonly string[] }

/** How an image is started, and what it must do then. */
export type SmokeTest = {
  /** In place of the image's ENTRYPOINT, and without its CMD. */
  readonly entrypoint: readonly string[] | undefined
  /** In place of the image's CMD. */
  readonly command: readonly string[] | undefined
  /** `null`: the value is that of the environment variable of this name. */
  readonly env: Readonly<Record<string, string | null>>
  readonly user: string | undefined
  readonly workdir: string | undefined
  readonly ports: readonly Port[]
  readonly volumes: readonly Volume[]
  /** `name:address` each. */
  readonly addHosts: readonly string[]
  readonly container: ContainerOptions
  /** What it must print. */
  readonly output: TextPattern | undefined
  /** Exit status; of no meaning with `http`. */
  readonly status: number
  readonly http: HttpExpectation | undefined
  /** Milliseconds, from the start on. */
  readonly timeout: number
}

/** A text that must be contained, or a pattern that must match somewhere. */
export type TextPattern = string | RegExp

/** What a service must answer. */
export type HttpExpectation = {
  readonly path: string
  /** Of the container. */
  readonly port: number
  /** Undefined: any below 400. */
  readonly status: number | undefined
  readonly contains: TextPattern | undefined
}

/** Where the image goes besides a registry. `cacheonly` is nowhere: the image is only built. */
export type Output = FileOutput | { readonly kind: 'cacheonly' }

/**
 * An output that is written, as one file or as a folder. `dest` is a path from the workspace.
 * - `oci`, `docker`: the image as an OCI layout, for `docker` with Docker's own manifest.json
 * - `files`: the files in the image, those of each platform in a folder of its own with `platformSplit` (undefined: where there are
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
  /** The URL of the releases, without a slash at its end. */
  readonly source: string
}

/** The oldest version that is accepted of each program, `major.minor.patch`; undefined where any is. */
export type MinimumVersions = {
  readonly docker?: string
  readonly buildx?: string
  readonly buildkit?: string
}

/** A further node of a builder that this step makes. */
export type NodeInput = {
  readonly name: string | undefined
  readonly endpoint: string | undefined
  /** Empty: what it says itself. */
  readonly platforms: readonly Platform[]
  /** `key=value` each. */
  readonly driverOpts: readonly string[]
  readonly buildkitdFlags: string | undefined
  readonly tls: NodeTls | undefined
}

/** How a buildkitd is known and this step to it, in PEM. */
export type NodeTls = {
  readonly ca: string
  readonly own: { readonly cert: string; readonly key: Secret } | undefined
}

/** A registry that has the content of another. */
export type Mirror = {
  /** `host[:port]` of the other, `docker.io` for Docker Hub. */
  readonly of: string
  /** `host[:port]` */
  readonly host: string
  /** Goes before names there, or "". */
  readonly path: string
  readonly plainHttp: boolean
}

export type BuildkitdConfig =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'inline'; readonly text: string }

export type Attributes = Readonly<Record<string, string>>

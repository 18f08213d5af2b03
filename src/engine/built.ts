import type { Place } from '../errors/action-error.ts'
import type { Repository } from '../oci/reference.ts'
import type { ImageContent } from '../oci/store.ts'
import type { Digest, Platform } from '../oci/types.ts'

/** The result of a build, wherever its content is stored. */
export type Built = {
  /** Undefined if the image is only in the engine's own store or cache, and verification is disabled. */
  readonly content: BuiltImage | undefined
  /** In the format of `buildx build --metadata-file`, which workflows read. */
  readonly metadata: Readonly<Record<string, unknown>>
  /** The ID of the image in the engine's own store, if it was loaded. */
  readonly imageId: string | undefined
  /**
   * Loads the image into the daemon's store under the planned references and returns its ID. Called after verification;
   * absent if the image is not loaded, or if the engine has loaded it because verification is disabled.
   */
  readonly load?: () => Promise<string>
  /** The product in whose store `load` puts the image. Default: Docker. */
  readonly store?: string
  /**
   * Gives a platform's image a name of this run in the daemon's store without exporting and loading it, and returns the
   * name; undefined if that is not possible. The image is the verified one.
   */
  readonly nameInStore?: (platform: Platform) => Promise<string | undefined>
  /**
   * Writes the build cache to its storage. Called last, so that it delays no tag, also if a stage after verification
   * failed. Never throws. Absent if no cache is written, or the build has written it.
   */
  readonly keepCache?: () => Promise<void>
  readonly steps: readonly Step[]
  /** For each platform the node that built it, and why. Absent or empty: the engine has one node, or it is not known. */
  readonly nodes?: readonly string[]
  /** Findings of build checks that are not errors. */
  readonly findings?: readonly CheckFinding[]
  /** A hint about a large build context; absent if it is small or has an ignore file. */
  readonly contextAdvice?: string
}

/** The image that was built. */
export type BuiltImage = ImageContent & {
  /** Whether it was pushed to every planned repository by digest, untagged. */
  readonly isPushed?: true
  /**
   * Layers that this build did not create, from a base image or from the current image of every planned repository; and
   * the platforms, `os/arch[/variant]`, that they are for.
   */
  readonly inherited?: ReadonlyMap<Digest, readonly string[]>
  /**
   * Whether the content serves only verification: the manifests and compressed sizes in the store differ, and layers of
   * base images may be missing.
   */
  readonly forVerification?: true
  /** Whether a repository has a blob or a document already. Absent: unknown. */
  readonly existsIn?: (digest: Digest, repository: Repository) => boolean
  /** The repository whose artifacts that refer to the image, such as signatures, are copied with it. */
  readonly referrersFrom?: Repository
  /** Whether the digest must not change, so that a registry that only accepts Docker's media types is an error. */
  readonly isFixed?: true
  /** The answers of registries to requests that were sent before the image was verified. Absent: none were sent. */
  readonly looked?: Looked
}

/** What registries have, as they answered while the image was built and verified. */
export type Looked = {
  /** Resolves with the images of the planned tags; undefined if not all of them were read. Never rejects. */
  readonly tags: Promise<CurrentTags | undefined>
  /** The content that a repository has; undefined if it was not looked up. May reject with the error of the registry. */
  readonly existing: (repository: Repository) => Promise<Existing> | undefined
}

/** A manifest or an index in a repository. */
export type CurrentDocument = {
  readonly digest: Digest
  /** The blobs of a manifest, which the repository has as long as the manifest; none for an index. */
  readonly blobs: readonly Digest[]
}

/** The documents that all tags of the plan referred to. */
export type CurrentTags = {
  /** By the full text of the reference, the document of the tag, then those that it lists; none if the tag did not exist. */
  readonly documents: ReadonlyMap<string, readonly CurrentDocument[]>
  /** When the first of them was requested, in milliseconds since the epoch. */
  readonly since: number
  /** Whether they were read right before publishing, to be its previous digests: a tag that could not be read is missing in `documents`. */
  readonly areForWriting?: true
}

/** The content of an image that a repository has, and the blobs that it does not have. Other documents are unknown. */
export type Existing = { readonly has: ReadonlySet<Digest>; readonly lacks: ReadonlySet<Digest> }

/** A finding of a build check. */
export type CheckFinding = { readonly message: string; readonly place: Place | undefined }

/** One step of the build, as reported by the builder. */
export type Step = {
  /** BuildKit's name: `[linux/arm64 builder 2/5] RUN make`. */
  readonly name: string
  /** `os/arch[/variant]` if the step belongs to one of several platforms. */
  readonly platform: string | undefined
  readonly cached: boolean
  /** Bytes of its layers that were read from an external cache; absent if none were. */
  readonly fetched?: number
  /** Total of all its executions. */
  readonly milliseconds: number
  /** The layer that it wrote: bytes before compression, and the instruction that made it. */
  readonly wrote?: { readonly size: number; readonly line: number; readonly text: string }
  /** From its first start to its last end; absent for a step that never started. */
  readonly span?: Span
}

/** A time span, in milliseconds since the epoch. */
export type Span = { readonly from: number; readonly to: number }

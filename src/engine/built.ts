import type { Place } from '../errors/action-error.ts'
import type { ImageContent } from '../oci/store.ts'
import type { Digest, Platform } from '../oci/types.ts'

/** What a build gave, wherever its content is. */
export type Built = {
  /** Undefined when the image is in the engine's own store or cache only, and read by nobody: verification is disabled. */
  readonly content: BuiltImage | undefined
  /** The form of `buildx build --metadata-file`, which workflows read. */
  readonly metadata: Readonly<Record<string, unknown>>
  /** What the engine calls the image in its own store, when it was loaded. */
  readonly imageId: string | undefined
  /**
   * Puts the image into the daemon's store under the references of the plan and returns what the daemon calls it. Called once the image
   * has passed verification; absent when nothing is to be loaded, or when the engine has loaded it because nobody verifies it.
   */
  readonly load?: () => Promise<string>
  /**
   * Gives a platform's image a name of this run in the daemon's store, without copying it out and in again, and returns the name;
   * undefined where that is not possible. The image is the one that was verified.
   */
  readonly nameInStore?: (platform: Platform) => Promise<string | undefined>
  /**
   * Writes the build cache to where it is kept between runs. Called last, so that it delays no tag, also when a stage behind verification has failed. Never throws.
   * Absent when no cache is to be written, or when the build has written it.
   */
  readonly keepCache?: () => Promise<void>
  readonly steps: readonly Step[]
  /** What build checks found that is no error. */
  readonly findings?: readonly CheckFinding[]
  /** What to do about a large build context; absent if it is small or has an ignore file. */
  readonly contextAdvice?: string
}

/** The image that was built. */
export type BuiltImage = ImageContent & {
  /** It is in every repository of the plan already, by digest and untagged. */
  readonly isPushed?: true
  /**
   * Layers that this build did not make, of a base or of the image that every repository of the plan has now; and the platforms,
   * `os/arch[/variant]`, that they are known to be meant for.
   */
  readonly inherited?: ReadonlyMap<Digest, readonly string[]>
  /**
   * Only what is needed to verify the image: the store's own form has other manifests and compressed sizes, and layers of base images
   * may be left out.
   */
  readonly forVerification?: true
}

/** A finding of a build check. */
export type CheckFinding = { readonly message: string; readonly place: Place | undefined }

/** One step of the build as the builder reported it. */
export type Step = {
  /** As BuildKit words it: `[linux/arm64 builder 2/5] RUN make`. */
  readonly name: string
  /** `os/arch[/variant]` when the step belongs to one platform of several. */
  readonly platform: string | undefined
  readonly cached: boolean
  /** Bytes of its layers that were read from a cache elsewhere; absent where none were. */
  readonly fetched?: number
  /** All the times it ran, added up. */
  readonly milliseconds: number
  /** The layer that it wrote: bytes before compression, and the instruction that made it. */
  readonly wrote?: { readonly size: number; readonly line: number; readonly text: string }
  /** When it began first and ended last; absent for a step that was never started. */
  readonly span?: Span
}

/** A stretch of time, in milliseconds since 1970 of one clock. */
export type Span = { readonly from: number; readonly to: number }

import type { Place } from '../errors/action-error.ts'
import type { Document, ImageTree } from '../oci/image-tree.ts'
import type { Repository } from '../oci/reference.ts'
import type { Digest, Platform } from '../oci/types.ts'

/** What a build gave, wherever its content is. */
export type Built = {
  readonly content: Content
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
  readonly steps: readonly Step[]
  /** What build checks found that is no error. */
  readonly findings?: readonly CheckFinding[]
}

/**
 * - `layout`: an OCI layout folder on disk
 * - `pushed`: in every repository of the plan already, by digest and untagged; `repository` is the first of them
 * - `loaded`: in the engine's own store or cache only, and read by nobody: verification is disabled
 */
export type Content =
  | {
      readonly kind: 'layout'
      readonly dir: string
      readonly tree: ImageTree
      /** Blobs that this build did not make and that are not in the folder, or as placeholders; and the repository that has them. */
      readonly elsewhere?: ReadonlyMap<Digest, Repository>
      /** Of layers in `elsewhere` that are there because of an earlier image: the platforms that this image had them for. */
      readonly publishedFor?: ReadonlyMap<Digest, readonly string[]>
      /**
       * Only what is needed to verify the image: the store's own form has other manifests and compressed sizes, and layers of base images
       * may be left out.
       */
      readonly forVerification?: true
    }
  | { readonly kind: 'pushed'; readonly repository: Repository; readonly tree: ImageTree }
  | { readonly kind: 'loaded' }

/** A finding of a build check. */
export type CheckFinding = { readonly message: string; readonly place: Place | undefined }

/** Content that is a folder here. */
export type Layout = Extract<Content, { readonly kind: 'layout' }>

/** One step of the build as the builder reported it. */
export type Step = {
  /** As BuildKit words it: `[linux/arm64 builder 2/5] RUN make`. */
  readonly name: string
  /** `os/arch[/variant]` when the step belongs to one platform of several. */
  readonly platform: string | undefined
  readonly cached: boolean
  readonly milliseconds: number
}

export type { Document }

import type { OmittedRecord } from '../ledger/leg-record.ts'
import type { Image } from '../oci/image-tree.ts'
import type { Digest, Platform } from '../oci/types.ts'
import type { Published } from '../publish/publish.ts'

/** The result of a job that builds a part of the platforms. */
export type LegOutcome = {
  /** The images that this job has pushed. */
  readonly images: readonly Image[]
} & (
  | {
      readonly kind: 'published'
      readonly published: Published
      /** The optional platforms that their jobs omitted, this job included. */
      readonly omitted: readonly OmittedRecord[]
    }
  /**
   * The image is not complete: one of the jobs for the missing platforms joins it. None is missing if another job may have joined it without
   * the platforms of this job.
   */
  | { readonly kind: 'waiting'; readonly missing: readonly Platform[] }
  /** Another job has joined the image. */
  | { readonly kind: 'joined elsewhere'; readonly digest: Digest }
)

/** Returns the published image, if this job has joined it. */
export function joinedOf(outcome: LegOutcome): Published | undefined {
  return outcome.kind === 'published' ? outcome.published : undefined
}

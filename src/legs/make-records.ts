import { ActionError } from '../errors/action-error.ts'
import type { LegRecord, OmittedRecord } from '../ledger/leg-record.ts'
import { indexAnnotations } from '../oci/annotations.ts'
import { type ImageTree, isAttestation } from '../oci/image-tree.ts'
import { isIndexType } from '../oci/media-type.ts'
import { parseIndex } from '../oci/parse.ts'
import { formatPlatform, platformEquals, suits } from '../oci/platform.ts'
import type { Descriptor, Platform } from '../oci/types.ts'
import type { PlannedLeg } from '../plan/leg.ts'

export type RecordOptions = {
  readonly leg: PlannedLeg
  /** The platforms that the job has pushed. */
  readonly share: readonly Platform[]
  /** The optional platforms of its part that failed. */
  readonly omitted?: readonly OmittedRecord[]
  readonly time: Date
}

/**
 * Returns the records of a job, one per platform of its part. `tree` is undefined if it has pushed nothing.
 *
 * @throws ActionError `platform-mismatch` if the job has no image for a platform
 */
export function makeRecords(
  tree: ImageTree | undefined,
  { leg, share, omitted = [], time }: RecordOptions,
): readonly LegRecord[] {
  const { attempt, id, nonce } = leg.job
  const same = {
    plan: leg.agreed,
    annotations: indexAnnotations(leg.annotations),
    attempt,
    job: id,
    nonce,
    time: time.toISOString(),
  }
  return [
    ...share.map((platform) => ({ platform, manifests: manifestsOf(tree, platform), ...same })),
    ...omitted.map(({ platform, code }) => ({ platform, manifests: [], ...same, omitted: code })),
  ]
}

/** Returns the index entries of a platform: its image, then the attestations of the image. */
function manifestsOf(tree: ImageTree | undefined, platform: Platform): readonly Descriptor[] {
  const image =
    tree?.images.find((one) => platformEquals(platform, one.platform)) ??
    tree?.images.find((one) => suits(platform, one.platform))
  if (tree === undefined || image === undefined) {
    throw new ActionError('platform-mismatch', `Cannot record ${formatPlatform(platform)}: the image does not have it`)
  }
  const { manifest } = image
  const attestations = entriesOf(tree).filter(
    (entry) => isAttestation(entry) && entry.annotations?.['vnd.docker.reference.digest'] === manifest.digest,
  )
  return [{ ...manifest, platform: manifest.platform ?? image.platform }, ...attestations]
}

function entriesOf({ root, documents }: ImageTree): readonly Descriptor[] {
  const top = documents.at(-1)
  if (top === undefined || !isIndexType(root.mediaType)) return []
  return parseIndex(top.bytes, `Cannot read index ${root.digest}`).manifests
}

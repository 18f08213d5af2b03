import type { BuiltImage } from '../engine/built.ts'
import { ActionError } from '../errors/action-error.ts'
import { joinImages, type Part } from '../join/join-images.ts'
import { readParts } from '../join/read-parts.ts'
import type { LegRecord, OmittedRecord } from '../ledger/leg-record.ts'
import type { ImageTree } from '../oci/image-tree.ts'
import { indexOf, onlyOnce } from '../oci/make-image.ts'
import { mediaType } from '../oci/media-type.ts'
import { formatPlatform, suits } from '../oci/platform.ts'
import { formatRepository, type Repository } from '../oci/reference.ts'
import { repositoriesOf } from '../oci/repositories.ts'
import type { Digest, Platform } from '../oci/types.ts'
import type { RegistryClient } from '../registry/client.ts'
import type { Run } from '../run-context.ts'

/** Returns those of the platforms that their jobs omitted. */
export function omittedOf(records: readonly LegRecord[], platforms: readonly Platform[]): readonly OmittedRecord[] {
  return platforms.flatMap((platform) => {
    const code = records.find((one) => formatPlatform(one.platform) === formatPlatform(platform))?.omitted
    return code === undefined ? [] : [{ platform, code }]
  })
}

/**
 * Returns the image of all platforms from what the jobs have pushed, without those that their jobs omitted. The result depends only on
 * the records, so every job that joins them makes the same bytes.
 *
 * @throws ActionError `build-failed` if all platforms were omitted, `platform-mismatch` if a record has an image of another platform, and
 * those of the registry
 */
export async function joinLegs(
  { plan, access, host: { signal } }: Pick<Run, 'plan' | 'access' | 'host'>,
  records: readonly LegRecord[],
  platforms: readonly Platform[],
): Promise<BuiltImage> {
  const built = records.filter(({ omitted }) => omitted === undefined)
  const omitted = omittedOf(records, platforms)
  if (built.length === 0) throw nothingLeft(omitted)
  const sources = repositoriesOf(plan.references)
  const digests = [...new Set(built.flatMap(({ manifests }) => manifests.map(({ digest }) => digest)))]
  const wanted = digests.map((digest) => ({
    digest,
    sources,
    whenMissing: (cause: ActionError) => lost(platformsOf(built, digest), { sources, cause }),
  }))
  const { parts, blobs, existsIn } = await readParts(patient(access.registry), wanted, { signal })
  const trees = new Map(parts.map(({ tree }) => [tree.root.digest, tree]))
  for (const record of built) assertSizes(record, trees)
  const ordered = platforms.flatMap(
    (platform) => built.find((one) => formatPlatform(one.platform) === formatPlatform(platform)) ?? [],
  )
  // Without the date of a commit, each job has its own time in the annotations: those of the first platform are used.
  const annotations = ordered[0]?.annotations ?? {}
  const tree = joinImages(
    ordered.map((record) => partOf(record, trees)),
    { annotations, order: platforms },
  )
  const missing = platforms.filter(
    (platform) =>
      !omitted.some((one) => one.platform === platform) &&
      !tree.images.some((image) => suits(platform, image.platform)),
  )
  if (missing.length > 0) {
    const found = tree.images.map(({ platform }) => formatPlatform(platform)).join(', ')
    throw new ActionError(
      'platform-mismatch',
      `Cannot join the image: it would have ${found}, but ${missing.map(formatPlatform).join(', ')} is missing`,
      { hint: 'Run all jobs again. No tag was written.' },
    )
  }
  return { tree, blobs, existsIn }
}

/** The platforms whose jobs pushed a manifest. */
function platformsOf(records: readonly LegRecord[], digest: Digest): readonly Platform[] {
  return records
    .filter(({ manifests }) => manifests.some((one) => one.digest === digest))
    .map(({ platform }) => platform)
}

/** The error of an image that no longer exists. It names the platforms, because the user has not named a digest. */
function lost(
  platforms: readonly Platform[],
  { sources, cause }: { readonly sources: readonly Repository[]; readonly cause: ActionError },
): ActionError {
  const names = platforms.map(formatPlatform).join(', ')
  const message = `Cannot join the image: the image for ${names}, which its job has pushed, no longer exists in ${sources.map(formatRepository).join(', ')}`
  return new ActionError('image-not-found', message, {
    hint: 'Check that no clean-up deletes untagged images while the run lasts, and run all jobs again. No tag was written.',
    cause,
  })
}

/** Checks that the entries of the index have the sizes of the manifests: the records come from a storage that others may write. */
function assertSizes({ platform, manifests }: LegRecord, trees: ReadonlyMap<Digest, ImageTree>): void {
  for (const { digest, size } of manifests) {
    const found = trees.get(digest)?.root.size ?? size
    if (found === size) continue
    throw new ActionError(
      'content-mismatch',
      `Cannot join the image: the record for ${formatPlatform(platform)} says that ${digest} has ${size} bytes, it has ${found}`,
      { hint: 'Run all jobs again. No tag was written.' },
    )
  }
}

function nothingLeft(omitted: readonly OmittedRecord[]): ActionError {
  const names = omitted.map(({ platform, code }) => `${formatPlatform(platform)} (${code})`)
  return new ActionError('build-failed', `Cannot join the image: all of its platforms failed: ${names.join(', ')}`, {
    hint: 'The logs of their jobs have the causes. Run all jobs again after you have fixed one. No tag was written.',
  })
}

/** The manifests may have been pushed a moment ago, by another job. */
function patient(client: RegistryClient): RegistryClient {
  return {
    ...client,
    getManifest: async (repository, name, options) =>
      await client.getManifest(repository, name, { ...options, justPushed: true }),
  }
}

/** Returns the image and the attestations of one platform under an index that is not stored. */
function partOf({ manifests }: LegRecord, trees: ReadonlyMap<Digest, ImageTree>): Part {
  const own = manifests.flatMap(({ digest }) => trees.get(digest) ?? [])
  const isDocker = manifests.every((one) => one.mediaType === mediaType.dockerManifest)
  const index = indexOf(manifests, {}, { mediaType: isDocker ? mediaType.dockerIndex : mediaType.ociIndex })
  return {
    tree: {
      root: index.descriptor,
      blobs: onlyOnce(
        own.flatMap(({ blobs }) => blobs),
        ({ digest }) => digest,
      ),
      documents: [...own.flatMap(({ documents }) => documents), index],
      // An attestation has the platform unknown/unknown.
      images: own.flatMap(({ images }) => images).filter(({ platform }) => platform.os !== 'unknown'),
    },
  }
}

import type { Built } from '../engine/built.ts'
import type { ImageTree } from '../oci/image-tree.ts'
import { parseConfig } from '../oci/parse.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { Repository } from '../oci/reference.ts'
import { type BlobReader, readSmall } from '../oci/store.ts'
import type { Digest, Platform } from '../oci/types.ts'
import type { Run } from '../run-context.ts'
import type { FoundParts } from './read-parts.ts'

/** An image that exists in registries, in the form of one that was built. */
export type ExistingImage = {
  readonly built: Built
  /** In the order of the index. */
  readonly platforms: readonly Platform[]
  /** The labels that all platforms have, with the same value. */
  readonly labels: Readonly<Record<string, string>>
}

/**
 * Describes an image whose content is in registries. Its layers count as those of a base image: they were verified by
 * the build that created them. The digest of a promoted image must not change.
 *
 * @throws ActionError `content-mismatch` for an invalid configuration
 */
export async function existingImage(
  { host: { signal } }: Pick<Run, 'host'>,
  { blobs, existsIn }: FoundParts,
  { tree, promotedFrom }: { readonly tree: ImageTree; readonly promotedFrom?: Repository },
): Promise<ExistingImage> {
  const { root } = tree
  return {
    built: {
      content: {
        tree,
        blobs,
        existsIn,
        inherited: layersOf(tree),
        ...(promotedFrom === undefined ? {} : { isFixed: true as const, referrersFrom: promotedFrom }),
      },
      metadata: { 'containerimage.descriptor': root, 'containerimage.digest': root.digest },
      imageId: undefined,
      steps: [],
    },
    platforms: tree.images.map(({ platform }) => platform),
    labels: await sharedLabels(tree, blobs, signal),
  }
}

function layersOf({ images }: ImageTree): ReadonlyMap<Digest, readonly string[]> {
  const layers = new Map<Digest, readonly string[]>()
  for (const { layers: own, platform } of images) {
    for (const { digest } of own) layers.set(digest, [...(layers.get(digest) ?? []), formatPlatform(platform)])
  }
  return layers
}

async function sharedLabels(
  { images }: ImageTree,
  blobs: BlobReader,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const all = await Promise.all(
    images.map(async ({ config }) => {
      const bytes = await readSmall(config, blobs, { signal })
      return parseConfig(bytes, `Cannot read the configuration ${config.digest}`).config?.Labels ?? {}
    }),
  )
  const [first = {}, ...others] = all
  return Object.fromEntries(Object.entries(first).filter(([key, value]) => others.every((one) => one[key] === value)))
}

import { limits } from '../bounds/limits.ts'
import { ActionError } from '../errors/action-error.ts'
import { hasAnnotationOf } from '../oci/annotations.ts'
import { type Document, type Image, type ImageTree, isAttestation } from '../oci/image-tree.ts'
import { entryOf, indexOf, onlyOnce } from '../oci/make-image.ts'
import { isIndexType, mediaType } from '../oci/media-type.ts'
import { parseIndex } from '../oci/parse.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { Annotations, Descriptor, Platform } from '../oci/types.ts'

/** An existing image: the root of its tree is a manifest or an index. */
export type Part = { readonly tree: ImageTree }

export type JoinOptions = {
  /** All annotations of the build, including prefixes; those of manifests have no effect on existing manifests. */
  readonly annotations: Annotations
  /** The order of the platforms. Platforms that it does not name follow, sorted by name. Default: all sorted by name. */
  readonly order?: readonly Platform[]
}

/**
 * Returns one image of the platforms of all parts: an index of their manifests, or the only part, unchanged unless an
 * annotation requires an index. The entries of an index are kept in their order, so attestations follow their image, and
 * annotations that all indexes share are kept. The order of the parts does not matter. Writes nothing.
 *
 * @throws ActionError `platform-mismatch` if two parts have different images for one platform, `input-invalid` if a
 * part has no image or the index would have too many entries
 */
export function joinImages(parts: readonly Part[], { annotations, order = [] }: JoinOptions): ImageTree {
  const given = onlyOnce(
    parts.map(({ tree }) => tree),
    ({ root }) => root.digest,
  )
  for (const tree of given) assertImage(tree)
  const trees = given.toSorted((left, right) => compareKeys(keyOf(left, order), keyOf(right, order)))
  assertDistinct(trees)
  const [only] = trees
  if (only === undefined) throw new ActionError('internal', 'There is no image to join')
  if (trees.length === 1 && !changesIndex(annotations)) return only

  const indexes = trees.flatMap((tree) => (isIndexType(tree.root.mediaType) ? [readIndex(tree)] : []))
  const entries = onlyOnce(trees.flatMap(entriesOf), ({ digest }) => digest)
  if (entries.length > limits.indexEntries) {
    throw new ActionError(
      'input-invalid',
      `Cannot join the images: the index would have ${entries.length} entries, the limit is ${limits.indexEntries}`,
      { hint: 'Pass fewer digests.' },
    )
  }
  const annotated = entries.map((entry) => (isAttestation(entry) ? entry : entryOf(entry, annotations)))
  const root = indexOf(annotated, annotations, {
    // A manifest list of Docker has no annotations.
    mediaType:
      !changesIndex(annotations) && trees.every((tree) => isAllDocker(tree))
        ? mediaType.dockerIndex
        : mediaType.ociIndex,
    annotations: sharedAnnotations(indexes.map((index) => index.annotations ?? {})),
  })
  const entryFor = new Map(annotated.map((entry) => [entry.digest, entry]))
  const isReplaced = (tree: ImageTree, { descriptor }: Document): boolean =>
    isIndexType(tree.root.mediaType) && descriptor.digest === tree.root.digest
  const documents = trees.flatMap((tree) => tree.documents.filter((document) => !isReplaced(tree, document)))
  return {
    root: root.descriptor,
    blobs: onlyOnce(
      trees.flatMap(({ blobs }) => blobs),
      ({ digest }) => digest,
    ),
    documents: [
      ...onlyOnce(
        documents.map((document) => ({
          ...document,
          descriptor: entryFor.get(document.descriptor.digest) ?? document.descriptor,
        })),
        ({ descriptor }) => descriptor.digest,
      ),
      root,
    ],
    images: onlyOnce(
      trees.flatMap(({ images }) => images),
      ({ manifest }) => manifest.digest,
    ).map((image) => ({ ...image, manifest: entryFor.get(image.manifest.digest) ?? image.manifest })),
  }
}

/** Formats a platform with its version, which distinguishes images for Windows: `windows(10.0.20348.1)/amd64`. */
export function describePlatform(platform: Platform): string {
  const { 'os.version': version } = platform
  const name = formatPlatform(platform)
  return version ? name.replace('/', `(${version})/`) : name
}

/** Whether annotations change the index or its entries. */
function changesIndex(annotations: Annotations): boolean {
  return (['index', 'manifest-descriptor'] as const).some((level) => hasAnnotationOf(annotations, level))
}

function assertImage({ root, images }: ImageTree): void {
  const foreign = images.find(({ platform }) => platform.os === 'unknown')
  if (images.length > 0 && foreign === undefined) return
  throw new ActionError(
    'input-invalid',
    `Cannot join ${root.digest}: it is not an image but an attestation or another artifact`,
    { hint: 'Pass the digest of the index that contains it: attestations are joined together with their image.' },
  )
}

function assertDistinct(trees: readonly ImageTree[]): void {
  const seen = new Map<string, { readonly image: Image; readonly tree: ImageTree }>()
  for (const tree of trees) {
    for (const image of tree.images) {
      const platform = describePlatform(image.platform)
      const before = seen.get(platform)
      // An index may have several images for a platform, with other features or another compression.
      if (before === undefined || before.tree === tree) seen.set(platform, { image, tree })
      else if (before.image.manifest.digest !== image.manifest.digest) throw duplicate(platform, before.image, image)
    }
  }
}

function duplicate(platform: string, first: Image, second: Image): ActionError {
  const [left, right] = [first, second].map(({ manifest }) => manifest.digest).toSorted()
  return new ActionError('platform-mismatch', `Cannot join the images: ${left} and ${right} are both for ${platform}`, {
    hint: 'Pass one digest per platform.',
    platform,
  })
}

type Key = readonly [rank: number, name: string, digest: string]

/** A part with several platforms is placed by its first. */
function keyOf({ root, images }: ImageTree, order: readonly Platform[]): Key {
  const ranks = images.map(({ platform }): Key => {
    const name = describePlatform(platform)
    const exact = order.findIndex((one) => describePlatform(one) === name)
    const at = exact >= 0 ? exact : order.findIndex((one) => formatPlatform(one) === formatPlatform(platform))
    return [at < 0 ? order.length : at, name, root.digest]
  })
  return ranks.toSorted(compareKeys)[0] ?? [order.length, '', root.digest]
}

function compareKeys([rankA, ...a]: Key, [rankB, ...b]: Key): number {
  if (rankA !== rankB) return rankA - rankB
  const [left, right] = [a.join(' '), b.join(' ')]
  return left < right ? -1 : left > right ? 1 : 0
}

function readIndex(tree: ImageTree) {
  const document = tree.documents.find(({ descriptor }) => descriptor.digest === tree.root.digest)
  if (document === undefined) throw new ActionError('internal', `The image ${tree.root.digest} has no index`)
  return parseIndex(document.bytes, `Cannot read index ${tree.root.digest}`)
}

/** Returns the entries for an index: those of a part that is an index as they are, or one for a manifest. */
function entriesOf(tree: ImageTree): readonly Descriptor[] {
  if (isIndexType(tree.root.mediaType)) return readIndex(tree).manifests
  const { mediaType: type, digest, size, annotations } = tree.root
  const platform = tree.images[0]?.platform
  return [{ mediaType: type, digest, size, ...(platform && { platform }), ...(annotations && { annotations }) }]
}

/** Whether every document of an image has a media type of Docker. */
function isAllDocker({ documents }: ImageTree): boolean {
  const docker: readonly string[] = [mediaType.dockerIndex, mediaType.dockerManifest]
  return documents.every(({ descriptor }) => docker.includes(descriptor.mediaType))
}

/** Returns the annotations that all of the indexes have, with the same value. */
function sharedAnnotations(all: readonly Annotations[]): Annotations {
  const [first = {}, ...others] = all
  const shared = Object.entries(first).filter(([key, value]) => others.every((other) => other[key] === value))
  return Object.fromEntries(shared.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

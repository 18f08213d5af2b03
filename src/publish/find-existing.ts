import { parallel } from '../bounds/parallel.ts'
import type { CurrentDocument, Existing } from '../engine/built.ts'
import { toActionError } from '../errors/action-error.ts'
import type { Document, ImageTree } from '../oci/image-tree.ts'
import { isIndexType } from '../oci/media-type.ts'
import { parseIndex, parseManifest } from '../oci/parse.ts'
import type { Repository } from '../oci/reference.ts'
import { smallBlob } from '../oci/store.ts'
import type { Descriptor, Digest } from '../oci/types.ts'
import type { RegistryStore } from '../registry/registry-store.ts'

/** Maximum number of concurrent requests. Each is a HEAD, which transfers no content. */
const requestsAtOnce = 32

/**
 * Determines which content of an image a repository has, with as few requests as possible: a manifest by its digest
 * stands for its blobs, which registries keep as long as the manifest. An index does not stand for its manifests,
 * because clean-ups of untagged images delete those. Only the blobs of missing manifests are looked up; at the same time as
 * the manifests if `current`, the documents of the repository's tags, shows that the image is new. With `opens`, one request looks for
 * a small blob that these do not refer to, and opens its upload.
 *
 * @throws errors of the registry, ActionError `cancelled`
 */
export async function findExisting(
  tree: ImageTree,
  store: RegistryStore,
  {
    existsIn = () => false,
    current,
    opens = false,
    signal,
  }: {
    readonly existsIn?: ((digest: Digest, repository: Repository) => boolean) | undefined
    readonly current?: readonly CurrentDocument[] | undefined
    readonly opens?: boolean
    readonly signal: AbortSignal
  },
): Promise<Existing> {
  const isKnown = ({ digest }: Descriptor): boolean => existsIn(digest, store.repository)
  const known = [...tree.blobs, ...tree.documents.map(({ descriptor }) => descriptor)].filter(isKnown)
  const has = new Set(known.map(({ digest }) => digest))
  const documents = tree.documents.map(({ descriptor }) => descriptor).filter(({ digest }) => !has.has(digest))
  const tagged = new Set(current?.map(({ digest }) => digest))
  // A new index of existing manifests is pushed without a question.
  const onlyRoot = documents.length <= 1 && tree.blobs.every(({ digest }) => has.has(digest))
  if (onlyRoot) return { has: tagged.has(tree.root.digest) ? has.add(tree.root.digest) : has, lacks: new Set() }
  const ofTags = new Set(current?.flatMap(({ blobs }) => blobs))
  for (const { digest } of tree.blobs) if (ofTags.has(digest)) has.add(digest)
  const unknown = documents.filter(({ digest }) => !tagged.has(digest))
  const isNew = current !== undefined && !tagged.has(tree.root.digest)
  const ofNew = isNew ? tree.blobs.filter(({ digest }) => !has.has(digest)) : []
  const early = unknown.length + ofNew.length <= requestsAtOnce ? ofNew : []
  // A registry that does not mount blobs opens an upload of an existing one, too: it is unlikely that another tag has it.
  const earlyOpens = opens && tagged.size > 0
  const [found, first] = await Promise.all([
    parallel(requestsAtOnce, unknown, (document, own) => hasDocument(store, document, own), { signal }),
    findBlobs(early, store, { opens: earlyOpens, signal }),
  ])
  addWhole(has, tree, new Set([...tagged, ...unknown.filter((_, at) => found[at]).map(({ digest }) => digest)]))
  const left = tree.blobs.filter(({ digest }) => !has.has(digest) && !first.has(digest))
  const asked = new Map([...first, ...(await findBlobs(left, store, { opens: false, signal }))])
  for (const [digest, isHeld] of asked) if (isHeld) has.add(digest)
  return { has, lacks: new Set([...asked.keys()].filter((digest) => !has.has(digest))) }
}

/** Returns whether the repository has each blob, without those for which the answer does not say it. `opens` is as in {@link findExisting}. */
async function findBlobs(
  blobs: readonly Descriptor[],
  store: RegistryStore,
  { opens, signal }: { readonly opens: boolean; readonly signal: AbortSignal },
): Promise<ReadonlyMap<Digest, boolean>> {
  const ask = (blob: Descriptor, own: AbortSignal) =>
    opens && blob.size <= smallBlob ? store.openUpload(blob, { signal: own }) : store.has(blob, { signal: own })
  const held = await parallel(requestsAtOnce, blobs, ask, { signal })
  return new Map(
    blobs.flatMap(({ digest }, at) => {
      const isHeld = held[at]
      return isHeld === undefined ? [] : [[digest, isHeld] as const]
    }),
  )
}

/** Adds what existing documents stand for to `has`. Children come before parents: an index counts if all of its documents do. */
function addWhole(has: Set<Digest>, tree: ImageTree, existing: ReadonlySet<Digest>): void {
  for (const document of tree.documents) {
    const { digest, mediaType } = document.descriptor
    if (!existing.has(digest)) continue
    const parts = partsOf(document, tree)
    if (!isIndexType(mediaType)) for (const part of parts) has.add(part)
    if (parts.every((part) => has.has(part))) has.add(digest)
  }
}

/** Whether a repository has a document. If it cannot be read, the document is pushed. */
async function hasDocument(store: RegistryStore, document: Descriptor, signal: AbortSignal): Promise<boolean> {
  try {
    return await store.hasDocument(document, { signal })
  } catch (thrown) {
    const error = toActionError(thrown)
    if (error.code === 'cancelled') throw error
    return false
  }
}

/** Returns the documents of an index, or the blobs of a manifest, that belong to the tree. */
function partsOf({ descriptor, bytes }: Document, tree: ImageTree): readonly Digest[] {
  const what = `Cannot read ${descriptor.digest}`
  if (isIndexType(descriptor.mediaType)) return parseIndex(bytes, what).manifests.map(({ digest }) => digest)
  const { config, layers } = parseManifest(bytes, what)
  const pushed = new Set(tree.blobs.map(({ digest }) => digest))
  return [config, ...layers].map(({ digest }) => digest).filter((digest) => pushed.has(digest))
}

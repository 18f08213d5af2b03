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
  const all = tree.documents.map(({ descriptor }) => descriptor).filter(({ digest }) => !has.has(digest))
  const tagged = new Set(current?.map(({ digest }) => digest))
  // A new index of existing manifests is pushed without a question.
  const onlyRoot = all.length <= 1 && tree.blobs.every(({ digest }) => has.has(digest))
  if (onlyRoot) return { has: tagged.has(tree.root.digest) ? has.add(tree.root.digest) : has, lacks: new Set() }
  const ofTags = new Set(current?.flatMap(({ blobs }) => blobs))
  for (const { digest } of tree.blobs) if (ofTags.has(digest)) has.add(digest)
  const unknown = all.filter(({ digest }) => !tagged.has(digest))
  const lookUp = async (blobs: readonly Descriptor[]): Promise<ReadonlyMap<Digest, boolean>> => {
    const held = await parallel(requestsAtOnce, blobs, (blob, own) => store.has(blob, { signal: own }), { signal })
    return new Map(blobs.map(({ digest }, at) => [digest, held[at] === true]))
  }
  const isNew = current !== undefined && !tagged.has(tree.root.digest)
  const ofNew = isNew ? tree.blobs.filter(({ digest }) => !has.has(digest)) : []
  const atOnce = unknown.length + ofNew.length <= requestsAtOnce ? ofNew : []
  // A registry that does not mount blobs opens an upload of an existing one, too: it is unlikely that another tag has it.
  const isOpened = ({ size }: Descriptor): boolean => opens && tagged.size > 0 && size <= smallBlob
  const open = async (blob: Descriptor, own: AbortSignal) =>
    [blob.digest, await store.openUpload(blob, { signal: own })] as const
  const [found, asked, opened] = await Promise.all([
    parallel(requestsAtOnce, unknown, (document, own) => hasDocument(store, document, own), { signal }),
    lookUp(atOnce.filter((blob) => !isOpened(blob))),
    parallel(requestsAtOnce, atOnce.filter(isOpened), open, { signal }),
  ])
  const early = new Map([
    ...asked,
    ...opened.flatMap(([digest, held]) => (held === undefined ? [] : [[digest, held] as const])),
  ])
  const documents = new Set([...tagged, ...unknown.filter((_, at) => found[at]).map(({ digest }) => digest)])
  // Children before parents: an index counts if all of its documents do.
  for (const document of tree.documents) {
    const { digest } = document.descriptor
    if (!documents.has(digest)) continue
    const parts = partsOf(document, tree)
    if (!isIndexType(document.descriptor.mediaType)) for (const part of parts) has.add(part)
    if (parts.every((part) => has.has(part))) has.add(digest)
  }
  const left = tree.blobs.filter(({ digest }) => !has.has(digest) && !early.has(digest))
  const lacks = new Set<Digest>()
  for (const [digest, isHeld] of [...early, ...(await lookUp(left))]) {
    if (isHeld) has.add(digest)
    else if (!has.has(digest)) lacks.add(digest)
  }
  return { has, lacks }
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

import { createLimiter, type Limiter } from '../bounds/limiter.ts'
import { limits } from '../bounds/limits.ts'
import { parallel } from '../bounds/parallel.ts'
import { ActionError, toActionError } from '../errors/action-error.ts'
import { type Document, type ImageTree, isAttestation, walkImage } from '../oci/image-tree.ts'
import { isConfigType, isIndexType, isManifestType } from '../oci/media-type.ts'
import { parseIndex, parseManifest } from '../oci/parse.ts'
import { formatRepository, type Repository } from '../oci/reference.ts'
import type { BlobReader } from '../oci/store.ts'
import type { Descriptor, Digest } from '../oci/types.ts'
import type { FetchedManifest, RegistryClient } from '../registry/client.ts'
import { readConfig } from '../registry/pull/read-config.ts'
import { registryReader } from '../registry/registry-store.ts'
import { formatBytes } from '../text/bytes.ts'
import type { Part } from './join-images.ts'

/** An existing manifest or index to read. */
export type WantedPart = {
  readonly digest: Digest
  /** The repositories that may have it, in the order in which they are asked. At least one. */
  readonly sources: readonly Repository[]
  /** Further repositories for which it is determined whether they have it. */
  readonly targets?: readonly Repository[]
  /** Returns the error if none of `sources` has it; without, the error names the digest. */
  readonly whenMissing?: (cause: ActionError) => ActionError
}

/** The parts that were read, in the order given, and where their content is stored. */
export type FoundParts = {
  readonly parts: readonly Part[]
  /** Reads the blobs of all parts from their repositories. */
  readonly blobs: BlobReader
  /** Whether a repository has a document or a blob of the parts. */
  readonly existsIn: (digest: Digest, repository: Repository) => boolean
}

type Reader = Pick<RegistryClient, 'getManifest' | 'headManifest' | 'getBlob'>
type Call = { readonly signal: AbortSignal }

/** Maximum number of concurrent requests, all of which transfer a small document. */
const requestsAtOnce = 32

/**
 * Reads all documents and configurations of existing images by digest, but no layer.
 *
 * @throws ActionError `image-not-found` if no repository has a part, `input-invalid` for other documents or too many,
 * and those of the registry
 */
export async function readParts(client: Reader, wanted: readonly WantedPart[], { signal }: Call): Promise<FoundParts> {
  const shared = { budget: { left: limits.joinedDocuments }, inTurn: createLimiter(requestsAtOnce) }
  const found = await parallel(
    requestsAtOnce,
    wanted,
    (part, own) => readPart(client, part, { ...shared, signal: own }),
    {
      signal,
    },
  )
  const places = new Map<Digest, readonly Repository[]>()
  for (const { tree, repositories } of found) {
    for (const digest of digestsOf(tree)) places.set(digest, [...(places.get(digest) ?? []), ...repositories])
  }
  const configs = new Map(found.flatMap((part) => [...part.configs]))
  return {
    parts: found.map(({ tree }) => ({ tree })),
    blobs: createReader(client, places, configs),
    existsIn: (digest, repository) =>
      places.get(digest)?.some((one) => formatRepository(one) === formatRepository(repository)) ?? false,
  }
}

type FoundPart = {
  readonly tree: ImageTree
  /** The repositories that have it: first the one that it was read from. */
  readonly repositories: readonly Repository[]
  readonly configs: ReadonlyMap<Digest, Buffer>
}

type Reading = Call & {
  /** Bytes of documents that may still be read. */
  readonly budget: { left: number }
  /** Limits the requests for all parts. */
  readonly inTurn: Limiter
}

async function readPart(client: Reader, part: WantedPart, reading: Reading): Promise<FoundPart> {
  const { root, repository } = await findRoot(client, part, reading)
  const key = formatRepository(repository)
  const others = [...new Map([...part.sources, ...(part.targets ?? [])].map((one) => [formatRepository(one), one]))]
    .filter(([name]) => name !== key)
    .map(([, one]) => one)
  const [{ tree, configs }, holders] = await Promise.all([
    readTree(client, { root, repository }, reading),
    Promise.all(
      others.map((other) => reading.inTurn(() => hasDocument(client, other, { digest: part.digest, ...reading }))),
    ),
  ])
  return { tree, repositories: [repository, ...others.filter((_, at) => holders[at])], configs }
}

async function findRoot(
  client: Reader,
  { digest, sources, whenMissing = (error) => error }: WantedPart,
  { signal, inTurn }: Reading,
): Promise<{ readonly root: FetchedManifest; readonly repository: Repository }> {
  const failures: ActionError[] = []
  for (const repository of sources) {
    try {
      const root = await inTurn(() => client.getManifest(repository, digest, { signal }))
      if (root !== undefined) return { root, repository }
    } catch (thrown) {
      const error = toActionError(thrown)
      if (error.code === 'cancelled') throw error
      failures.push(error)
    }
  }
  // A registry may hide a missing repository behind a lack of access.
  const [failure] = failures
  if (failure !== undefined) throw failure
  const names = sources.map(formatRepository).join(', ')
  const missing = new ActionError('image-not-found', `Cannot find ${digest}: it does not exist in ${names}`, {
    hint: 'Check the digest, and that the job that pushed it used the same image name. A digest in another repository is written `registry/name@sha256:…`.',
  })
  throw whenMissing(missing)
}

/** Whether a repository has a document. A repository that cannot be read is taken for one that does not. */
async function hasDocument(
  client: Reader,
  repository: Repository,
  { digest, signal }: Call & { readonly digest: Digest },
): Promise<boolean> {
  try {
    return (await client.headManifest(repository, digest, { signal })) !== undefined
  } catch (thrown) {
    const error = toActionError(thrown)
    if (error.code === 'cancelled') throw error
    return false
  }
}

/** Reads level by level, the documents of a level concurrently. */
async function readTree(
  client: Reader,
  { root, repository }: { readonly root: FetchedManifest; readonly repository: Repository },
  { signal, budget, inTurn }: Reading,
): Promise<{ readonly tree: ImageTree; readonly configs: ReadonlyMap<Digest, Buffer> }> {
  const known = new Map<Digest, Buffer>()
  const configs = new Map<Digest, Buffer>()
  const keep = ({ digest }: Descriptor, bytes: Buffer): void => {
    budget.left -= bytes.length
    if (budget.left < 0) throw tooLarge(digest)
    known.set(digest, bytes)
  }
  const read = async (descriptor: Descriptor, own: AbortSignal): Promise<void> => {
    if (isConfigType(descriptor.mediaType)) {
      const bytes = await readConfig(client, repository, { config: descriptor, signal: own })
      keep(descriptor, bytes)
      configs.set(descriptor.digest, bytes)
      return
    }
    if (!isIndexType(descriptor.mediaType) && !isManifestType(descriptor.mediaType)) return
    const document = await client.getManifest(repository, descriptor.digest, { signal: own })
    if (document === undefined) throw incomplete(root.descriptor, descriptor, repository)
    keep(descriptor, document.bytes)
  }
  keep(root.descriptor, root.bytes)
  let level: readonly Descriptor[] = [root.descriptor]
  // The last level are the configurations of the images in the deepest index.
  for (let depth = 0; depth <= limits.indexDepth + 1 && level.length > 0; depth++) {
    const children = level.flatMap((descriptor) => {
      const bytes = known.get(descriptor.digest)
      return bytes === undefined ? [] : childrenOf({ descriptor, bytes }, root.descriptor)
    })
    level = [...new Map(children.map((child) => [child.digest, child])).values()].filter(
      ({ digest }) => !known.has(digest),
    )
    if (known.size + level.length > 2 * limits.indexEntries) throw tooLarge(root.descriptor.digest)
    await parallel(requestsAtOnce, level, (descriptor, own) => inTurn(() => read(descriptor, own)), { signal })
  }
  const tree = await walkImage(root.descriptor, async ({ digest }) => {
    const bytes = known.get(digest)
    if (bytes === undefined) throw new ActionError('internal', `The document ${digest} was not read`)
    return bytes
  }).catch((error: unknown) => {
    throw asInvalid(error, root.descriptor)
  })
  return { tree, configs }
}

/** Returns the documents below a document: the entries of an index, the configuration of an image. */
function childrenOf({ descriptor, bytes }: Document, root: Descriptor): readonly Descriptor[] {
  try {
    if (isIndexType(descriptor.mediaType)) return parseIndex(bytes, `Cannot read index ${descriptor.digest}`).manifests
    if (!isManifestType(descriptor.mediaType) || isAttestation(descriptor)) return []
    const { config } = parseManifest(bytes, `Cannot read manifest ${descriptor.digest}`)
    return isConfigType(config.mediaType) ? [config] : []
  } catch (error) {
    throw asInvalid(error, root)
  }
}

/** Returns the error of an invalid document as a permanent one: its digest is verified, so a later run reads the same bytes. */
function asInvalid(error: unknown, { digest }: Descriptor): unknown {
  if (!(error instanceof ActionError) || error.code !== 'content-mismatch') return error
  return error.with({ code: 'input-invalid', hint: `Name another image, or push ${digest} again: it is not valid.` })
}

function digestsOf({ documents, blobs }: ImageTree): ReadonlySet<Digest> {
  return new Set([...documents.map(({ descriptor }) => descriptor.digest), ...blobs.map(({ digest }) => digest)])
}

/** Creates a reader of blobs that are each in some repositories. Configurations are not read again. */
function createReader(
  client: Reader,
  places: ReadonlyMap<Digest, readonly Repository[]>,
  configs: ReadonlyMap<Digest, Buffer>,
): BlobReader {
  return {
    open: async (blob, options) => {
      const bytes = configs.get(blob.digest)
      if (bytes !== undefined) return once(bytes.subarray(options?.start ?? 0))
      const [repository] = places.get(blob.digest) ?? []
      if (repository === undefined) throw new ActionError('internal', `No repository has ${blob.digest}`)
      return await registryReader(client, repository).open(blob, options)
    },
    holds: (digest) => places.has(digest),
    locate: (digest) => places.get(digest) ?? [],
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function tooLarge(digest: Digest): ActionError {
  return new ActionError(
    'input-invalid',
    `Cannot read ${digest}: the images have more than ${formatBytes(limits.joinedDocuments)} of manifests and configurations, or more than ${limits.indexEntries} images`,
    { hint: 'Name fewer or smaller images.' },
  )
}

function incomplete(root: Descriptor, { digest }: Descriptor, repository: Repository): ActionError {
  return new ActionError(
    'image-not-found',
    `Cannot read ${root.digest} of ${formatRepository(repository)}: it contains ${digest}, which does not exist in the repository`,
    { hint: 'Push the image again: a clean-up has deleted a part of it.' },
  )
}

import { limits } from '../bounds/limits.ts'
import { parallel } from '../bounds/parallel.ts'
import { readLimited } from '../bounds/read-limited.ts'
import { ActionError } from '../errors/action-error.ts'
import { formatBytes } from '../text/bytes.ts'
import { verified, verify } from './digest.ts'
import type { ImageTree } from './image-tree.ts'
import type { Repository } from './reference.ts'
import type { Descriptor, Digest } from './types.ts'

export type StoreOptions = { readonly signal?: AbortSignal | undefined }

export type OpenOptions = StoreOptions & {
  /** The byte that the content begins with. Default: 0. */
  readonly start?: number
}

/** Where blobs are read. What their content is checked for, and by whom, each reader says. */
export type BlobReader = {
  /** The content of a blob. Rejects, or fails when it is read, with the error of the place that it is in. */
  readonly open: (blob: Descriptor, options?: OpenOptions) => Promise<AsyncIterable<Uint8Array>>
  /** Whether a blob is to be read here. Absent: every blob is. */
  readonly holds?: (digest: Digest) => boolean
  /** The repositories that a blob can be mounted from, the best first. Absent: none. */
  readonly locate?: (digest: Digest) => readonly Repository[]
}

/** How a blob came to be in a store: it existed, the registry mounted it from another repository, or it was uploaded. */
export type BlobPut = 'exists' | 'mounted' | 'pushed'

/** Where blobs are written. */
export type BlobWriter = {
  readonly has: (blob: Descriptor, options?: StoreOptions) => Promise<boolean>
  /**
   * Makes sure that the blob is here, with its content from a reader unless no transfer is needed. A blob whose content is not what its
   * descriptor says is never here: that is a `content-mismatch`.
   */
  readonly put: (blob: Descriptor, from: BlobReader, options?: StoreOptions) => Promise<BlobPut>
}

export type BlobStore = BlobReader & BlobWriter

/** An image: its documents, and where its blobs are read. */
export type ImageContent = { readonly tree: ImageTree; readonly blobs: BlobReader }

/** Blobs copied at a time, as docker push and crane have it. */
const blobsAtOnce = 4

/**
 * Copies blobs. At the first that fails nothing more is begun.
 *
 * @throws what reading and writing throw, ActionError `cancelled`
 */
export async function copyBlobs(
  blobs: readonly Descriptor[],
  from: BlobReader,
  to: Pick<BlobWriter, 'put'>,
  options: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  await parallel(blobsAtOnce, blobs, (blob, signal) => to.put(blob, from, { signal }), options)
}

/**
 * A small blob as a whole, a configuration, checked against its digest.
 *
 * @throws ActionError `content-mismatch`, also when it is larger than one may be
 */
export async function readSmall(blob: Descriptor, from: BlobReader, options: StoreOptions = {}): Promise<Buffer> {
  const what = `Cannot read configuration ${blob.digest}`
  if (blob.size > limits.config) {
    const found = `it has ${formatBytes(blob.size)}, and at most ${formatBytes(limits.config)} are read`
    throw new ActionError('content-mismatch', `${what}: ${found}`)
  }
  const bytes = await readLimited(await from.open(blob, options), limits.config)
  verify(bytes, blob, what)
  return bytes
}

/** Reads each blob by the first reader that holds it. Opening one that none holds is an `internal` error. */
export function firstOf(...readers: readonly BlobReader[]): BlobReader {
  return choosing((digest) => readers.find((reader) => reader.holds?.(digest) ?? true))
}

/** Reads each blob by the reader that is named for its digest, and holds no other. */
export function byDigest(readers: ReadonlyMap<Digest, BlobReader>): BlobReader {
  return choosing((digest) => readers.get(digest))
}

/** The same content, which can be mounted from `repositories` as well. */
export function alsoIn(reader: BlobReader, repositories: readonly Repository[]): BlobReader {
  return { ...reader, locate: (digest) => [...locate(reader, digest), ...repositories] }
}

/** The same content, checked while it is read: fails with `content-mismatch` if it does not match its descriptor. `what` begins the message. */
export function checked(reader: BlobReader, what: string): BlobReader {
  return { ...reader, open: async (blob, options) => verified(await reader.open(blob, options), blob, what) }
}

/** Reads each blob once from `reader`, and from then on from `store`. */
export function cached(reader: BlobReader, store: BlobStore): BlobReader {
  return {
    ...reader,
    open: async (blob, options = {}) => {
      await store.put(blob, reader, { signal: options.signal })
      return await store.open(blob, options)
    },
  }
}

/** Whether a blob is not here but in a repository, from which others of its registry can mount it. */
export function isRemote(reader: BlobReader, digest: Digest): boolean {
  return locate(reader, digest).length > 0
}

function choosing(readerOf: (digest: Digest) => BlobReader | undefined): BlobReader {
  return {
    open: async (blob, options) => {
      const reader = readerOf(blob.digest)
      if (reader === undefined) throw new ActionError('internal', `Nobody knows where ${blob.digest} is`)
      return await reader.open(blob, options)
    },
    holds: (digest) => readerOf(digest) !== undefined,
    locate: (digest) => locate(readerOf(digest), digest),
  }
}

function locate(reader: BlobReader | undefined, digest: Digest): readonly Repository[] {
  return reader?.locate?.(digest) ?? []
}

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
  /** Offset of the first byte. Default: 0. */
  readonly start?: number
}

/** Reads blobs. Each reader documents whether it verifies content. */
export type BlobReader = {
  /** Returns the content of a blob. Rejects, or fails when it is read, with the error of its source. */
  readonly open: (blob: Descriptor, options?: OpenOptions) => Promise<AsyncIterable<Uint8Array>>
  /** Whether this reader has a blob. Absent: it has all. */
  readonly holds?: (digest: Digest) => boolean
  /** Returns the repositories from which a blob can be mounted, best first. Absent: none. */
  readonly locate?: (digest: Digest) => readonly Repository[]
}

/** How a blob came to be in a store: it existed, the registry mounted it from another repository, or it was uploaded. */
export type BlobPut = 'exists' | 'mounted' | 'pushed'

/** Writes blobs. */
export type BlobWriter = {
  readonly has: (blob: Descriptor, options?: StoreOptions) => Promise<boolean>
  /**
   * Ensures that the store has a blob, reading its content from `from` unless no transfer is needed. Content that does
   * not match the descriptor is rejected with `content-mismatch`.
   */
  readonly put: (blob: Descriptor, from: BlobReader, options?: StoreOptions) => Promise<BlobPut>
}

export type BlobStore = BlobReader & BlobWriter

/** An image: its documents, and a reader of its blobs. */
export type ImageContent = { readonly tree: ImageTree; readonly blobs: BlobReader }

/** Maximum number of concurrent copies of large blobs, as in docker push and crane: more do not fill a line better. */
export const largeAtOnce = 4
/** Maximum number of concurrent copies of small blobs, whose time is that of the requests. */
const smallAtOnce = 32
/** Maximum size of a small blob in bytes. */
export const smallBlob = 1024 * 1024

/**
 * Copies blobs, large ones beside small ones. Starts no further copy after the first failure.
 *
 * @throws errors of reading and writing, ActionError `cancelled`
 */
export async function copyBlobs(
  blobs: readonly Descriptor[],
  from: BlobReader,
  to: Pick<BlobWriter, 'put'>,
  options: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  const lanes = [
    { atOnce: smallAtOnce, lane: blobs.filter(({ size }) => size <= smallBlob) },
    { atOnce: largeAtOnce, lane: blobs.filter(({ size }) => size > smallBlob) },
  ]
  await parallel(
    lanes.length,
    lanes,
    ({ atOnce, lane }, stop) =>
      parallel(atOnce, lane, (blob, signal) => to.put(blob, from, { signal }), { signal: stop }),
    options,
  )
}

/**
 * Reads a small blob, such as a configuration, and verifies its digest.
 *
 * @throws ActionError `content-mismatch`, also if it is over the limit
 */
export async function readSmall(blob: Descriptor, from: BlobReader, options: StoreOptions = {}): Promise<Buffer> {
  const what = `Cannot read configuration ${blob.digest}`
  if (blob.size > limits.config) {
    const found = `it has ${formatBytes(blob.size)}, the limit is ${formatBytes(limits.config)}`
    throw new ActionError('content-mismatch', `${what}: ${found}`)
  }
  const bytes = await readLimited(await from.open(blob, options), limits.config)
  verify(bytes, blob, what)
  return bytes
}

/** Reads each blob from the first reader that has it. Opening a blob that none has is an `internal` error. */
export function firstOf(...readers: readonly BlobReader[]): BlobReader {
  return choosing((digest) => readers.find((reader) => reader.holds?.(digest) ?? true))
}

/** Reads each blob from the reader for its digest, and has no others. */
export function byDigest(readers: ReadonlyMap<Digest, BlobReader>): BlobReader {
  return choosing((digest) => readers.get(digest))
}

/** Wraps a reader whose blobs can also be mounted from `repositories`. */
export function alsoIn(reader: BlobReader, repositories: readonly Repository[]): BlobReader {
  return { ...reader, locate: (digest) => [...locate(reader, digest), ...repositories] }
}

/**
 * Wraps a reader to verify content while it is read: fails with `content-mismatch` if it does not match its descriptor.
 * `what` begins the message.
 */
export function checked(reader: BlobReader, what: string): BlobReader {
  return { ...reader, open: async (blob, options) => verified(await reader.open(blob, options), blob, what) }
}

/** Reads each blob once from `reader`, and then from `store`. */
export function cached(reader: BlobReader, store: BlobStore): BlobReader {
  return {
    ...reader,
    open: async (blob, options = {}) => {
      await store.put(blob, reader, { signal: options.signal })
      return await store.open(blob, options)
    },
  }
}

/**
 * Whether a blob is not on this machine but in a repository, from which other repositories of its registry can mount
 * it.
 */
export function isRemote(reader: BlobReader, digest: Digest): boolean {
  return locate(reader, digest).length > 0
}

function choosing(readerOf: (digest: Digest) => BlobReader | undefined): BlobReader {
  return {
    open: async (blob, options) => {
      const reader = readerOf(blob.digest)
      if (reader === undefined) throw new ActionError('internal', `No reader has ${blob.digest}`)
      return await reader.open(blob, options)
    },
    holds: (digest) => readerOf(digest) !== undefined,
    locate: (digest) => locate(readerOf(digest), digest),
  }
}

function locate(reader: BlobReader | undefined, digest: Digest): readonly Repository[] {
  return reader?.locate?.(digest) ?? []
}

import { Readable } from 'node:stream'
import type { Document } from '../oci/image-tree.ts'
import type { Repository } from '../oci/reference.ts'
import type { BlobPut, BlobReader, BlobStore, StoreOptions } from '../oci/store.ts'
import type { Descriptor } from '../oci/types.ts'
import type { PushBlobOptions, PutOptions, RegistryClient } from './client.ts'

export type SendOptions = StoreOptions &
  Pick<PushBlobOptions, 'unasked' | 'onProgress'> & {
    /** Sends the content without trying to mount it. */
    readonly unmounted?: boolean
  }

/** A repository as a store. It also holds documents, each by its digest. */
export type RegistryStore = Omit<BlobStore, 'put'> & {
  readonly repository: Repository
  readonly put: (blob: Descriptor, from: BlobReader, options?: SendOptions) => Promise<BlobPut>
  /**
   * Looks for a blob and opens its upload in one request, which `put` completes. Returns whether the store has it; undefined if that is not
   * known.
   */
  readonly openUpload: (blob: Descriptor, options?: StoreOptions) => Promise<boolean | undefined>
  readonly putDocument: (document: Document, options?: PutOptions) => Promise<void>
  readonly hasDocument: (document: Descriptor, options?: StoreOptions) => Promise<boolean>
}

/**
 * Creates a reader of the blobs of a repository. Content is verified while it is read, and fails at its end if it does
 * not match its descriptor.
 *
 * @throws by its results, the errors of the registry
 */
export function registryReader(client: Pick<RegistryClient, 'getBlob'>, repository: Repository): BlobReader {
  return {
    open: async (blob, { start = 0, signal } = {}) => {
      const content = await client.getBlob(repository, blob, { signal })
      return start === 0 ? content : withoutStart(content, start)
    },
    locate: () => [repository],
  }
}

/**
 * Creates a store that reads and writes the blobs of a repository. Content is also verified while it is sent. A blob is
 * mounted from the repository that its reader reports.
 *
 * @throws by its results, the errors of the registry, and errors of reading the content
 */
export function registryStore(client: RegistryClient, repository: Repository): RegistryStore {
  return {
    ...registryReader(client, repository),
    repository,
    has: async ({ digest }, options) => await client.hasBlob(repository, digest, options),
    put: async (blob, from, options = {}) =>
      await client.pushBlob(
        repository,
        blob,
        (start) => Readable.from(opened(() => from.open(blob, { start, signal: options.signal }))),
        { ...options, mountFrom: options.unmounted === true ? [] : (from.locate?.(blob.digest) ?? []) },
      ),
    openUpload: async (blob, options) => await client.openBlob(repository, blob, options),
    putDocument: async ({ descriptor, bytes }, options) => {
      await client.putManifest(repository, descriptor.digest, bytes, descriptor.mediaType, options)
    },
    hasDocument: async (document, options) => await client.hasManifest(repository, document, options),
  }
}

async function* opened(open: () => Promise<AsyncIterable<Uint8Array>>): AsyncGenerator<Uint8Array> {
  yield* await open()
}

/** Skips the first bytes. They are read anyway, since the content cannot be verified without them. */
async function* withoutStart(content: AsyncIterable<Uint8Array>, start: number): AsyncGenerator<Uint8Array> {
  let left = start
  for await (const chunk of content) {
    if (chunk.length > left) yield chunk.subarray(left)
    left = Math.max(0, left - chunk.length)
  }
}

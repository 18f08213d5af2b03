import { Readable } from 'node:stream'
import type { Document } from '../oci/image-tree.ts'
import type { Repository } from '../oci/reference.ts'
import type { BlobPut, BlobReader, BlobStore, StoreOptions } from '../oci/store.ts'
import type { Descriptor } from '../oci/types.ts'
import type { PushBlobOptions, PutOptions, RegistryClient } from './client.ts'

export type SendOptions = StoreOptions & Pick<PushBlobOptions, 'unasked' | 'onProgress'>

/** A repository as a store. It has documents too, each under its digest. */
export type RegistryStore = Omit<BlobStore, 'put'> & {
  readonly repository: Repository
  /** What the registry is said not to have (`unasked`) is not mounted either. */
  readonly put: (blob: Descriptor, from: BlobReader, options?: SendOptions) => Promise<BlobPut>
  readonly putDocument: (document: Document, options?: PutOptions) => Promise<void>
}

/**
 * Reads the blobs of a repository. What is read is checked on its way, and fails at its end when it is not what its descriptor says.
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
 * The blobs of a repository, read and written. What is sent is checked on its way too. A blob is mounted from where its reader says that
 * it is.
 *
 * @throws by its results, the errors of the registry, and what reading what is sent throws
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
        { ...options, mountFrom: options.unasked === true ? [] : (from.locate?.(blob.digest) ?? []) },
      ),
    putDocument: async ({ descriptor, bytes }, options) => {
      await client.putManifest(repository, descriptor.digest, bytes, descriptor.mediaType, options)
    },
  }
}

async function* opened(open: () => Promise<AsyncIterable<Uint8Array>>): AsyncGenerator<Uint8Array> {
  yield* await open()
}

/** Without the first bytes. They are read all the same: without them the content cannot be checked. */
async function* withoutStart(content: AsyncIterable<Uint8Array>, start: number): AsyncGenerator<Uint8Array> {
  let left = start
  for await (const chunk of content) {
    if (chunk.length > left) yield chunk.subarray(left)
    left = Math.max(0, left - chunk.length)
  }
}

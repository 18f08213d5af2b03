import { createHash, randomUUID } from 'node:crypto'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { limits } from '../bounds/limits.ts'
import { LimitError, readBytesLimitedSync, readRegularFile } from '../bounds/read-limited.ts'
import { ActionError, isDiskFull, messageOf } from '../errors/action-error.ts'
import { formatBytes } from '../text/bytes.ts'
import { diskFull } from '../tree/archive/write-failure.ts'
import { createGrowingFile, type GrowingFile } from '../tree/growing-file.ts'
import { streamToFile } from '../tree/stream-to-file.ts'
import { digestOf, isDigest, splitDigest, verified, verify } from './digest.ts'
import { parseIndex } from './parse.ts'
import type { BlobPut, BlobReader, BlobStore, StoreOptions } from './store.ts'
import type { Descriptor, Digest } from './types.ts'

// An OCI image layout: oci-layout, index.json and blobs/<algorithm>/<hex>.
// https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md

/**
 * Returns the one image (or index) of the layout in `dir`. Several entries for the same content under different names
 * count as one. Throws `content-mismatch` if there is no layout, or if it has no image or several.
 */
export async function readLayout(dir: string): Promise<Descriptor> {
  const what = `Cannot read the OCI layout in ${dir}`
  readDocument(join(dir, 'oci-layout'), limits.answer, () => `${what}: it has no oci-layout file`)
  const bytes = readDocument(join(dir, 'index.json'), limits.manifest, (cause) => {
    return `${what}: ${cause instanceof LimitError ? `index.json: ${messageOf(cause)}` : 'it has no index.json'}`
  })
  const { manifests } = parseIndex(bytes, `${what}: index.json`)
  const [root] = manifests
  if (root === undefined) throw new ActionError('content-mismatch', `${what}: index.json lists no image`)
  const others = manifests.filter(({ digest }) => digest !== root.digest)
  if (others.length > 0) {
    throw new ActionError('content-mismatch', `${what}: index.json lists ${others.length + 1} images, expected one`)
  }
  return root
}

/** Returns the path of a blob in the layout. */
export function blobPath(dir: string, digest: Digest): string {
  // The digest may come from a document: only a well-formed one may become a path.
  if (!isDigest(digest))
    throw new ActionError('content-mismatch', `Cannot find a blob in ${dir}: "${digest}" is not a digest`)
  const { algorithm, hex } = splitDigest(digest)
  return join(dir, 'blobs', algorithm, hex)
}

/**
 * Reads a small blob (a manifest, an index or a configuration). Throws `content-mismatch` if it is missing or does not
 * match `descriptor`.
 */
export async function readBlob(dir: string, descriptor: Descriptor): Promise<Buffer> {
  const what = `Cannot read blob ${descriptor.digest} of the OCI layout in ${dir}`
  if (descriptor.size > limits.config) {
    throw new ActionError(
      'content-mismatch',
      `${what}: it has ${formatBytes(descriptor.size)}, the limit is ${formatBytes(limits.config)}`,
    )
  }
  const bytes = readDocument(blobPath(dir, descriptor.digest), limits.config, (cause) => {
    return `${what}: ${cause instanceof LimitError ? messageOf(cause) : 'it does not exist'}`
  })
  verify(bytes, descriptor, what)
  return bytes
}

/** Reads a document synchronously, because in the thread pool a small file takes four times as long (measured). */
function readDocument(path: string, limit: number, explain: (cause: unknown) => string): Buffer {
  try {
    return readBytesLimitedSync(path, limit)
  } catch (cause) {
    throw new ActionError('content-mismatch', explain(cause), { cause })
  }
}

/**
 * Opens the blobs of the OCI layout in `dir`. Content is not verified when it is read, but when it is sent or unpacked.
 * Written content is verified while it is written, and concurrent writes of one blob are combined.
 *
 * @throws by its results, the errors of the file system, and errors of reading the content
 */
export function layoutStore(dir: string): BlobStore {
  const arriving = new Map<Digest, Promise<BlobPut>>()

  const has = async ({ digest, size }: Descriptor): Promise<boolean> =>
    (await stat(blobPath(dir, digest)).catch(() => undefined))?.size === size

  const take = async (blob: Descriptor, from: BlobReader, options: StoreOptions): Promise<BlobPut> => {
    if (await has(blob)) return 'exists'
    const content = verified(await from.open(blob, options), blob, `Cannot copy blob ${blob.digest}`)
    await mkdir(dirname(blobPath(dir, blob.digest)), { recursive: true })
    await writeNamed(dir, async (file) => {
      await streamToFile(file, { flags: 'wx' }, (stream) => pipeline(content, stream))
      return blob.digest
    })
    return 'pushed'
  }

  return {
    open: async ({ digest }, { start = 0 } = {}) => {
      const path = blobPath(dir, digest)
      return {
        [Symbol.asyncIterator]: () => readBlobFile(path, `blob ${digest} of the OCI layout in ${dir}`, { start }),
      }
    },
    has,
    put: async (blob, from, options = {}) => {
      const known = arriving.get(blob.digest)
      if (known !== undefined) return await known
      const taking = take(blob, from, options).finally(() => arriving.delete(blob.digest))
      arriving.set(blob.digest, taking)
      return await taking
    },
  }
}

/**
 * Reads a file of a layout, which another program may have written.
 *
 * @throws ActionError `content-mismatch` if it is not a regular file, and the errors of the file system
 */
export async function* readBlobFile(
  path: string,
  what: string,
  range: Parameters<typeof readRegularFile>[1] = {},
): AsyncGenerator<Uint8Array> {
  try {
    yield* readRegularFile(path, range)
  } catch (cause) {
    if (!(cause instanceof LimitError)) throw cause
    throw new ActionError('content-mismatch', `Cannot read ${what}: ${cause.message}`, { cause })
  }
}

export type WriteOptions = {
  /** Called once `bytes` of a stream are written, with a function that returns the content from the start, as it is written. */
  readonly follow?: { readonly bytes: number; readonly begin: (open: () => AsyncIterable<Uint8Array>) => void }
  /** Returns the digest of a stream after its end, if the caller computes it. */
  readonly digest?: (() => Digest) | undefined
}

/** Adds a blob and returns its descriptor. A stream is written as it arrives, and renamed when its digest is known. */
export async function writeBlob(
  dir: string,
  content: Uint8Array | Readable,
  type: string,
  { follow, digest: given }: WriteOptions = {},
): Promise<Descriptor> {
  await mkdir(join(dir, 'blobs', 'sha256'), { recursive: true })
  if (content instanceof Uint8Array) {
    const digest = digestOf(content)
    await writeFile(blobPath(dir, digest), content)
    return { mediaType: type, digest, size: content.length }
  }
  const hash = createHash('sha256')
  let size = 0
  let growing: GrowingFile | undefined
  try {
    const digest = await writeNamed(dir, async (file) => {
      await streamToFile(file, { flags: 'wx' }, (stream) => {
        const measure = async function* (source: AsyncIterable<Uint8Array>) {
          for await (const chunk of source) {
            if (given === undefined) hash.update(chunk)
            size += chunk.length
            yield chunk
            growing?.grown(stream.bytesWritten)
            if (!follow || growing || stream.bytesWritten < follow.bytes) continue
            growing = createGrowingFile(file, stream.bytesWritten)
            follow.begin(growing.open)
          }
        }
        return pipeline(content, measure, stream)
      })
      return given === undefined ? `sha256:${hash.digest('hex')}` : given()
    })
    growing?.complete(size, blobPath(dir, digest))
    return { mediaType: type, digest, size }
  } catch (error) {
    growing?.fail(error)
    throw error
  }
}

/** Lets `write` fill a file, and stores it as the blob of the returned digest. Nothing is left behind if it fails. */
async function writeNamed(dir: string, write: (file: string) => Promise<Digest>): Promise<Digest> {
  const temporary = join(dir, 'blobs', `${randomUUID()}.part`)
  try {
    const digest = await write(temporary)
    await rename(temporary, blobPath(dir, digest))
    return digest
  } catch (error) {
    await rm(temporary, { force: true })
    throw isDiskFull(error) ? diskFull(`Cannot write an image to ${dir}: no space is left on its disk`, error) : error
  }
}

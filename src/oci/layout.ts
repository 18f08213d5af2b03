import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { limits } from '../bounds/limits.ts'
import { LimitError, readBytesLimited } from '../bounds/read-limited.ts'
import { ActionError, isDiskFull, messageOf } from '../errors/action-error.ts'
import { formatBytes } from '../text/bytes.ts'
import { diskFull } from '../tree/archive/write-failure.ts'
import { digestOf, isDigest, splitDigest, verify } from './digest.ts'
import { mediaType } from './media-type.ts'
import { parseIndex } from './parse.ts'
import type { Descriptor, Digest } from './types.ts'

// An OCI image layout: oci-layout, index.json and blobs/<algorithm>/<hex>.
// https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md

/**
 * The one image (or index) that the layout in `dir` holds. Several entries for the same content, one for each name, count as one.
 * Throws `content-mismatch` when there is no layout, or none or several images in it.
 */
export async function readLayout(dir: string): Promise<Descriptor> {
  const what = `Cannot read the OCI layout in ${dir}`
  await readBytesLimited(join(dir, 'oci-layout'), limits.answer).catch((cause: unknown) => {
    throw new ActionError('content-mismatch', `${what}: it has no oci-layout file`, { cause })
  })
  const bytes = await readBytesLimited(join(dir, 'index.json'), limits.manifest).catch((cause: unknown) => {
    const found = cause instanceof LimitError ? `index.json: ${messageOf(cause)}` : 'it has no index.json'
    throw new ActionError('content-mismatch', `${what}: ${found}`, { cause })
  })
  const { manifests } = parseIndex(bytes, `${what}: index.json`)
  const [root] = manifests
  if (root === undefined) throw new ActionError('content-mismatch', `${what}: index.json lists no image`)
  const others = manifests.filter(({ digest }) => digest !== root.digest)
  if (others.length > 0) {
    throw new ActionError(
      'content-mismatch',
      `${what}: index.json lists ${others.length + 1} images where one is expected`,
    )
  }
  return root
}

/** The file of a blob in the layout. */
export function blobPath(dir: string, digest: Digest): string {
  // The digest may come from a document: nothing but a well-formed one may become a path.
  if (!isDigest(digest))
    throw new ActionError('content-mismatch', `Cannot find a blob in ${dir}: "${digest}" is not a digest`)
  const { algorithm, hex } = splitDigest(digest)
  return join(dir, 'blobs', algorithm, hex)
}

/** A small blob (a manifest, an index, a config) as a whole. Throws `content-mismatch` when it is missing or not what `descriptor` says. */
export async function readBlob(dir: string, descriptor: Descriptor): Promise<Buffer> {
  const what = `Cannot read blob ${descriptor.digest} of the OCI layout in ${dir}`
  if (descriptor.size > limits.config) {
    throw new ActionError(
      'content-mismatch',
      `${what}: it has ${formatBytes(descriptor.size)}, and at most ${formatBytes(limits.config)} are read`,
    )
  }
  const bytes = await readBytesLimited(blobPath(dir, descriptor.digest), limits.config).catch((cause: unknown) => {
    const found = cause instanceof LimitError ? messageOf(cause) : 'it does not exist'
    throw new ActionError('content-mismatch', `${what}: ${found}`, { cause })
  })
  verify(bytes, descriptor, what)
  return bytes
}

/** A blob as a stream from byte `start` on, unchecked: whoever sends or unpacks it checks what passes. */
export function openBlob(dir: string, digest: Digest, start = 0): Readable {
  return createReadStream(blobPath(dir, digest), { start, highWaterMark: 256 * 1024 })
}

/** Adds a blob and gives its descriptor. A stream is written as it comes, and takes its name when its digest is known. */
export async function writeBlob(dir: string, content: Uint8Array | Readable, type: string): Promise<Descriptor> {
  await mkdir(join(dir, 'blobs', 'sha256'), { recursive: true })
  if (content instanceof Uint8Array) {
    const digest = digestOf(content)
    await writeFile(blobPath(dir, digest), content)
    return { mediaType: type, digest, size: content.length }
  }
  const temporary = join(dir, 'blobs', `${randomUUID()}.part`)
  try {
    const { digest, size } = await store(content, temporary)
    await rename(temporary, blobPath(dir, digest))
    return { mediaType: type, digest, size }
  } catch (error) {
    await rm(temporary, { force: true })
    throw isDiskFull(error) ? diskFull(`Cannot write an image to ${dir}: no space is left on its disk`, error) : error
  }
}

/** Makes the folder a layout whose one image is `root`; to be called when all its blobs are there. */
export async function writeIndexJson(dir: string, root: Descriptor): Promise<void> {
  const index = { schemaVersion: 2, mediaType: mediaType.ociIndex, manifests: [root] }
  await writeFile(join(dir, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  await writeFile(join(dir, 'index.json'), JSON.stringify(index))
}

async function store(content: Readable, file: string): Promise<{ readonly digest: Digest; readonly size: number }> {
  const hash = createHash('sha256')
  let size = 0
  const measure = async function* (source: AsyncIterable<Uint8Array>) {
    for await (const chunk of source) {
      hash.update(chunk)
      size += chunk.length
      yield chunk
    }
  }
  await pipeline(content, measure, createWriteStream(file, { flags: 'wx' }))
  return { digest: `sha256:${hash.digest('hex')}`, size }
}

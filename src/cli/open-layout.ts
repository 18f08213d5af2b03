import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { limits } from '../bounds/limits.ts'
import { LimitError, readLimited } from '../bounds/read-limited.ts'
import { ActionError } from '../errors/action-error.ts'
import { blobName, digestOf, verified, verify } from '../oci/digest.ts'
import { walkImage } from '../oci/image-tree.ts'
import { readBlobFile } from '../oci/layout.ts'
import { mediaType } from '../oci/media-type.ts'
import { parseIndex } from '../oci/parse.ts'
import type { BlobReader, ImageContent } from '../oci/store.ts'
import type { Descriptor } from '../oci/types.ts'
import { openArchivedFiles } from '../source/archive/archived-files.ts'
import type { Content } from '../tree/tree.ts'

/** Opens the files of a layout by name; undefined if a file does not exist. */
type OpenFile = (name: string) => AsyncIterable<Uint8Array> | undefined

/**
 * Opens an image of an OCI layout (a directory or an archive, whose content is unpacked to `folder` if it is compressed): the one of a tag (`directory:tag`), else all images of the layout.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
 *
 * @throws ActionError `image-not-found`, `content-mismatch` or `archive-invalid` for an invalid layout
 */
export async function openLayout(text: string, folder: string): Promise<ImageContent> {
  const { path, tag } = split(text)
  const what = `Cannot read the OCI layout ${path}`
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) {
    throw new ActionError('image-not-found', `${what}: it does not exist`, {
      hint: 'Write oci: and the path of a directory or a .tar file, with :TAG after it to select one of several images.',
    })
  }
  if (!found.isDirectory() && !found.isFile()) {
    throw new ActionError('archive-invalid', `${what}: it is not a directory or a regular file`)
  }
  const open = found.isDirectory() ? openDirectory(path) : await openArchive(path, what, folder)
  const small = async (name: string, limit: number): Promise<Buffer> => {
    const content = open(name)
    if (content === undefined) throw new ActionError('content-mismatch', `${what}: it has no ${name}`)
    return await readLimited(content, limit).catch((cause: unknown) => {
      const limit = cause instanceof ActionError ? cause.cause : cause
      const problem = limit instanceof LimitError ? limit.message : 'it cannot be read'
      throw new ActionError('content-mismatch', `${what}: ${name}: ${problem}`, { cause })
    })
  }
  const index = await small('index.json', limits.manifest)
  const root = chooseRoot(index, tag, what)
  const blobs: BlobReader = {
    open: async (blob) => {
      const content = open(blobName(blob.digest))
      if (content === undefined)
        throw new ActionError('content-mismatch', `${what}: it has no ${blobName(blob.digest)}`)
      return verified(content, blob, `${what}: ${blobName(blob.digest)}`)
    },
  }
  const tree = await walkImage(root, async (descriptor) => {
    if (descriptor === root && root.digest === digestOf(index)) return index
    const bytes = await small(blobName(descriptor.digest), limits.config)
    verify(bytes, descriptor, `${what}: ${blobName(descriptor.digest)}`)
    return bytes
  })
  return { tree, blobs }
}

const refName = 'org.opencontainers.image.ref.name'

function chooseRoot(index: Buffer, tag: string | undefined, what: string): Descriptor {
  const { manifests } = parseIndex(index, `${what}: index.json`)
  const [first] = manifests
  if (first === undefined) throw new ActionError('content-mismatch', `${what}: index.json lists no image`)
  if (tag === undefined) {
    const isOne = manifests.every(({ digest }) => digest === first.digest)
    return isOne ? first : { mediaType: mediaType.ociIndex, digest: digestOf(index), size: index.length }
  }
  const tags = manifests.flatMap(({ annotations }) => annotations?.[refName] ?? [])
  const named = manifests.find(({ annotations }) => annotations?.[refName] === tag)
  if (named !== undefined) return named
  throw new ActionError('image-not-found', `${what}: it has no image ${tag}`, {
    hint: tags.length === 0 ? 'Its images have no names.' : `It has ${tags.slice(0, 20).join(', ')}.`,
  })
}

/** An existing path is used as a whole, because file names can contain colons. */
function split(text: string): { readonly path: string; readonly tag: string | undefined } {
  const colon = text.lastIndexOf(':')
  if (colon <= 0 || existsSync(text)) return { path: text, tag: undefined }
  return { path: text.slice(0, colon), tag: text.slice(colon + 1) }
}

function openDirectory(dir: string): OpenFile {
  return (name) => {
    const path = join(dir, name)
    return existsSync(path) ? readBlobFile(path, `the file ${name} of the OCI layout ${dir}`) : undefined
  }
}

async function openArchive(path: string, what: string, folder: string): Promise<OpenFile> {
  const files = await openArchivedFiles(path, {
    ...{ folder, what },
    fail: (found) => new ActionError('content-mismatch', `${what}: ${found}`),
  })
  return (name) => (files.sizeOf(name) === undefined ? undefined : reading(() => files.open(name)))
}

/** Opened on first read: an unread stream would keep its file open. */
async function* reading(open: () => Content | Promise<Content>): AsyncGenerator<Uint8Array> {
  yield* await open()
}

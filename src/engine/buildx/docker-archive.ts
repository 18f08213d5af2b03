import { posix } from 'node:path'
import { finished, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { ActionError, messageOf } from '../../errors/action-error.ts'
import type { Compression } from '../../inputs/inputs.ts'
import { digestIn } from '../../oci/digest.ts'
import { writeBlob } from '../../oci/layout.ts'
import { mediaType } from '../../oci/media-type.ts'
import type { Descriptor, Digest } from '../../oci/types.ts'
import { parseSavedManifest } from '../../source/archive/saved-manifest.ts'
import { writeLayer } from '../../source/archive/write-layer.ts'

/** The saved image's blobs in the layout. */
export type DockerArchive = { readonly config: Descriptor; readonly layers: readonly Descriptor[] }

export type SavingOptions = {
  readonly compression: Compression
  /**
   * Layers to leave out, by the digest of their uncompressed archive. Docker 25 and newer name layers by it; the output
   * of older versions is read completely.
   */
  readonly leaveOut: ReadonlySet<Digest>
}

/** Entries up to this size (bytes) are kept until their kind is known; a larger one can only be a layer. */
const smallEntry = 4 * 1024 * 1024

/**
 * Reads the output of `docker image save` and puts config and compressed layers into the OCI layout at `dir`. Streams,
 * so memory use does not grow with the image. Layers that are left out are listed, but not written.
 *
 * @throws ActionError `content-mismatch` if the archive is not in the format of Docker
 */
export async function readDockerArchive(
  archive: Readable,
  dir: string,
  { compression, leaveOut }: SavingOptions = { compression: 'gzip', leaveOut: new Set() },
): Promise<DockerArchive> {
  const { extract } = await import('tar-stream')
  const small = new Map<string, Buffer>()
  const layers = new Map<string, Descriptor>()
  /** Docker 23 and older write a layer that occurs twice as a link to the first. */
  const links = new Map<string, string>()

  const entries = extract()
  // `pipe` does not forward errors: without this, a truncated stream would be waited for.
  finished(archive, (error) => error && entries.destroy(error))
  try {
    for await (const entry of archive.pipe(entries)) {
      const { name, type, linkname, size = 0 } = entry.header
      if (type === 'symlink' && linkname) links.set(name, posix.join(posix.dirname(name), linkname))
      if (type !== 'file') {
        entry.resume()
        continue
      }
      const digest = digestIn(name)
      if (digest !== undefined && leaveOut.has(digest)) {
        layers.set(name, { mediaType: mediaType.ociLayer, digest, size })
        entry.resume()
        continue
      }
      const bytes = size <= smallEntry ? await buffer(entry) : undefined
      // Many small layers can be as large as a big one: only possible documents are kept.
      if (bytes && !mayBeTar(bytes)) small.set(name, bytes)
      else layers.set(name, await writeLayer(dir, bytes ? Readable.from([bytes]) : Readable.from(entry), compression))
    }
  } catch (error) {
    // An error with a system call is about the local disk.
    if (error instanceof Error && 'syscall' in error) throw error
    throw unreadable(messageOf(error), error)
  }

  const resolve = (name: string): string => links.get(name) ?? name
  const layer = async (path: string): Promise<Descriptor> => {
    const name = resolve(path)
    const written = layers.get(name)
    if (written) return written
    const bytes = small.get(name)
    if (bytes === undefined) throw unreadable(`it has no ${name}`)
    return writeLayer(dir, Readable.from([bytes]), compression)
  }

  const manifest = small.get('manifest.json')
  if (manifest === undefined) throw unreadable('it has no manifest.json')
  const [image] = parseSavedManifest(manifest, unreadable)
  if (image === undefined) throw unreadable('manifest.json lists no image')
  const config = small.get(resolve(image.config))
  if (config === undefined) throw unreadable(`it has no ${image.config}`)
  const ordered: Descriptor[] = []
  for (const path of image.layers) ordered.push(await layer(path))
  return { config: await writeBlob(dir, config, mediaType.ociConfig), layers: ordered }
}

/** Whether an entry can be a layer: whole blocks, and not a JSON document, which starts with a brace or a bracket. */
function mayBeTar(bytes: Buffer): boolean {
  return bytes.length > 0 && bytes.length % 512 === 0 && !/^[[{]/.test(String.fromCharCode(bytes[0] ?? 0))
}

function unreadable(found: string, cause?: unknown): ActionError {
  return new ActionError('content-mismatch', `Cannot read the image that Docker saved: ${found}`, { cause })
}

import { posix } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createGzip } from 'node:zlib'
import { ActionError } from '../../errors.ts'
import { writeBlob } from '../../oci/layout.ts'
import { mediaType } from '../../oci/media-type.ts'
import type { Descriptor } from '../../oci/types.ts'

/** `manifest.json` of `docker image save`, the same in its old form (a folder a layer) and in that of Docker 25 and newer. */
type ArchiveManifest = readonly { readonly Config: string; readonly Layers: readonly string[] }[]

/** Entries up to this many bytes are kept until it is known what they are; a bigger one can only be a layer. */
const smallEntry = 4 * 1024 * 1024

/**
 * Reads what `docker image save` writes and puts config and layers, these compressed, into the OCI layout at `dir`.
 * Streams: memory stays flat in the image's size.
 *
 * @throws ActionError `content-mismatch` when the archive is not what Docker writes
 */
export async function readDockerArchive(
  archive: Readable,
  dir: string,
): Promise<{ readonly config: Descriptor; readonly layers: readonly Descriptor[] }> {
  const { extract } = await import('tar-stream')
  const small = new Map<string, Buffer>()
  const large = new Map<string, Descriptor>()
  /** Docker 23 and older write a layer that occurs twice as a link to the first. */
  const links = new Map<string, string>()

  for await (const entry of archive.pipe(extract())) {
    const { name, type, linkname, size = 0 } = entry.header
    if (type === 'symlink' && linkname) links.set(name, posix.join(posix.dirname(name), linkname))
    if (type !== 'file') entry.resume()
    else if (size <= smallEntry) small.set(name, await buffer(entry))
    else large.set(name, await writeLayer(dir, Readable.from(entry)))
  }

  const resolve = (name: string): string => links.get(name) ?? name
  const layer = async (path: string): Promise<Descriptor> => {
    const name = resolve(path)
    const written = large.get(name)
    if (written) return written
    const bytes = small.get(name)
    if (bytes === undefined) throw missing(name)
    return writeLayer(dir, Readable.from([bytes]))
  }

  const [image] = JSON.parse(small.get('manifest.json')?.toString('utf8') ?? '[]') as ArchiveManifest
  if (image === undefined) throw missing('manifest.json')
  const config = small.get(resolve(image.Config))
  if (config === undefined) throw missing(image.Config)
  const layers: Descriptor[] = []
  for (const path of image.Layers) layers.push(await layer(path))
  return { config: await writeBlob(dir, config, mediaType.ociConfig), layers }
}

function writeLayer(dir: string, tar: Readable): Promise<Descriptor> {
  const gzip = createGzip()
  tar.once('error', (error) => gzip.destroy(error))
  return writeBlob(dir, tar.pipe(gzip), mediaType.ociLayerGzip)
}

function missing(name: string): ActionError {
  return new ActionError('content-mismatch', `Cannot read the image that Docker saved: it has no ${name}`)
}

import { posix } from 'node:path'
import { finished, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import zlib from 'node:zlib'
import { ActionError, messageOf } from '../../errors/action-error.ts'
import type { Compression } from '../../inputs/inputs.ts'
import { writeBlob } from '../../oci/layout.ts'
import { mediaType } from '../../oci/media-type.ts'
import type { Descriptor, Digest } from '../../oci/types.ts'

/** `manifest.json` of `docker image save`, the same in its old form (a folder a layer) and in that of Docker 25 and newer. */
type ArchiveManifest = { readonly Config: string; readonly Layers: readonly string[] | null }

/** The parts of a saved image, as they are in the layout now. */
export type DockerArchive = { readonly config: Descriptor; readonly layers: readonly Descriptor[] }

export type SavingOptions = {
  readonly compression: Compression
  /**
   * Layers by the digests of their uncompressed archives, whose content is left out. Docker 25 and newer names them so; what older ones
   * save is read whole.
   */
  readonly leaveOut: ReadonlySet<Digest>
}

/** Entries up to this many bytes are kept until it is known what they are; a bigger one can only be a layer. */
const smallEntry = 4 * 1024 * 1024

/**
 * Reads what `docker image save` writes and puts config and layers, these compressed, into the OCI layout at `dir`.
 * Streams: memory stays flat in the image's size. Layers that are left out are listed, but not written.
 *
 * @throws ActionError `content-mismatch` when the archive is not what Docker writes
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
  // `pipe` passes no error on: without this, a stream that breaks off would be waited for.
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
      // Many small layers are as large as a big one: only what may be a document is kept.
      if (bytes && !mayBeTar(bytes)) small.set(name, bytes)
      else layers.set(name, await writeLayer(dir, bytes ? Readable.from([bytes]) : Readable.from(entry), compression))
    }
  } catch (error) {
    // One that names a system call is about our disk.
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

  const image = readManifest(small.get('manifest.json'))
  const config = small.get(resolve(image.Config))
  if (config === undefined) throw unreadable(`it has no ${image.Config}`)
  const ordered: Descriptor[] = []
  for (const path of image.Layers ?? []) ordered.push(await layer(path))
  return { config: await writeBlob(dir, config, mediaType.ociConfig), layers: ordered }
}

function digestIn(name: string): Digest | undefined {
  const [, hex] = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name) ?? []
  return hex === undefined ? undefined : `sha256:${hex}`
}

/** Whether an entry has the form of a layer: whole blocks, and no document, which begins with a brace or a bracket. */
function mayBeTar(bytes: Buffer): boolean {
  return bytes.length > 0 && bytes.length % 512 === 0 && !/^[[{]/.test(String.fromCharCode(bytes[0] ?? 0))
}

/** Docker's archive has all layers uncompressed, those of the base too: what they were in a registry it does not know. */
function writeLayer(dir: string, tar: Readable, compression: Compression): Promise<Descriptor> {
  if (compression === 'uncompressed') return writeBlob(dir, tar, mediaType.ociLayer)
  const compressor = compression === 'gzip' ? zlib.createGzip() : createZstd()
  // writeBlob listens only once its folder is there, and gives the error then.
  compressor.on('error', () => undefined)
  tar.once('error', (error) => compressor.destroy(error))
  return writeBlob(dir, tar.pipe(compressor), compression === 'gzip' ? mediaType.ociLayerGzip : mediaType.ociLayerZstd)
}

function createZstd(): zlib.ZstdCompress {
  if (typeof zlib.createZstdCompress === 'function') return zlib.createZstdCompress()
  throw new ActionError('feature-missing', 'Cannot compress with zstd: this Node.js does not have it', {
    hint: 'Use gzip, or run on Node.js 24.',
  })
}

function readManifest(bytes: Buffer | undefined): ArchiveManifest {
  if (bytes === undefined) throw unreadable('it has no manifest.json')
  try {
    const [image] = JSON.parse(bytes.toString('utf8')) as readonly Partial<ArchiveManifest>[]
    const { Config, Layers = null } = image ?? {}
    if (typeof Config === 'string' && (Layers === null || Array.isArray(Layers))) return { Config, Layers }
  } catch (error) {
    throw unreadable(`manifest.json: ${messageOf(error)}`, error)
  }
  throw unreadable('manifest.json lists no image')
}

function unreadable(found: string, cause?: unknown): ActionError {
  return new ActionError('content-mismatch', `Cannot read the image that Docker saved: ${found}`, { cause })
}

import type { Readable } from 'node:stream'
import { openBlob, writeBlob } from '../../oci/layout.ts'
import type { Descriptor, Digest } from '../../oci/types.ts'

/**
 * Opens layers whose files are copied: they are read for their headers, and again for content, by each platform. So each is downloaded once,
 * to the OCI layout `dir`. Throws what `download` throws, and `disk-full`.
 */
export function createKeptLayers<T>(
  dir: string,
  download: (from: T, layer: Descriptor) => Promise<Readable>,
): (from: T, layer: Descriptor) => Promise<Readable> {
  const kept = new Map<Digest, Promise<Descriptor>>()
  const keep = async (from: T, layer: Descriptor): Promise<Descriptor> =>
    writeBlob(dir, await download(from, layer), layer.mediaType)
  return async (from, layer) => {
    const keeping = kept.get(layer.digest) ?? keep(from, layer)
    kept.set(layer.digest, keeping)
    return openBlob(dir, (await keeping).digest)
  }
}

import type { Readable } from 'node:stream'
import zlib from 'node:zlib'
import { ActionError } from '../../errors/action-error.ts'
import type { Compression } from '../../inputs/inputs.ts'
import { writeBlob } from '../../oci/layout.ts'
import { mediaType } from '../../oci/media-type.ts'
import type { Descriptor } from '../../oci/types.ts'

/**
 * Writes an uncompressed layer to the OCI layout in `dir` with compression: a saved image has uncompressed layers,
 * including those of its base.
 *
 * @throws ActionError `feature-missing` for zstd on a Node.js without it, and errors of `tar` and the file system
 */
export function writeLayer(dir: string, tar: Readable, compression: Compression): Promise<Descriptor> {
  if (compression === 'uncompressed') return writeBlob(dir, tar, mediaType.ociLayer)
  const compressor = compression === 'gzip' ? zlib.createGzip() : createZstd()
  // writeBlob listens for errors only once its directory exists, and then reports this error.
  compressor.on('error', () => undefined)
  tar.once('error', (error) => compressor.destroy(error))
  return writeBlob(dir, tar.pipe(compressor), compression === 'gzip' ? mediaType.ociLayerGzip : mediaType.ociLayerZstd)
}

function createZstd(): zlib.ZstdCompress {
  if (typeof zlib.createZstdCompress === 'function') return zlib.createZstdCompress()
  throw new ActionError('feature-missing', 'Cannot compress with zstd: this version of Node.js does not support it', {
    hint: 'Use gzip, or run on Node.js 24.',
  })
}

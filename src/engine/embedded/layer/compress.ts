import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { ActionError } from '../../../errors/action-error.ts'
import { through } from '../../../tree/archive/through.ts'
import type { Content } from '../../../tree/tree.ts'

export type LayerCompression =
  | { readonly kind: 'none' }
  /** Level 1 (fast) to 9 (small). */
  | { readonly kind: 'gzip'; readonly level: number }
  /** Level 1 (fast) to 22 (small). */
  | { readonly kind: 'zstd'; readonly level: number }

/**
 * Compresses `source`. The bytes depend on the source, the kind, the level, and the zlib of Node.js; not on `threads`,
 * the number of blocks compressed concurrently, nor on the source's chunks.
 */
export function compress(source: Content, compression: LayerCompression, threads: number): Content {
  switch (compression.kind) {
    case 'none':
      return source
    case 'gzip':
      return gzip(source, compression.level, threads)
    case 'zstd':
      return zstd(source, compression.level)
  }
}

/** Whether `compress` has copied each piece of its source when it asks for the next one. */
export function copiesPieces({ kind }: LayerCompression): boolean {
  return kind === 'gzip'
}

const blockSize = 1024 * 1024
/** Initial size of the first block: thousands of layers with one small file would each use the memory of a block. */
const firstSize = 64 * 1024
/** The size of the output buffers that zlib allocates. */
const chunkSize = 128 * 1024
/** The window size of deflate. */
const windowSize = 32 * 1024

/** Deflate, no flags, no time, no extra flags, unknown system. https://www.rfc-editor.org/rfc/rfc1952#section-2.3 */
const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])
/**
 * An empty final block of deflate, which ends the stream at any position.
 * https://www.rfc-editor.org/rfc/rfc1951#section-3.2.6
 */
const lastBlock = Buffer.from([0x03, 0x00])

const deflate = promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.deflateRaw)

/**
 * Creates one gzip stream whose blocks are compressed concurrently on the thread pool. Each block uses the 32 KiB
 * before it as its dictionary, so the loss is small, and ends on a byte boundary (a sync flush), so that blocks can be
 * joined. pigz does the same.
 */
async function* gzip(source: Content, level: number, threads: number): AsyncGenerator<Uint8Array> {
  const running: Promise<Buffer>[] = []
  // Blocks are reused after they are compressed; garbage collection would let hundreds of megabytes accumulate.
  const free: Buffer[] = []
  let dictionary: Buffer | undefined
  let checksum = 0
  let size = 0
  yield gzipHeader
  for await (const block of inBlocks(source, () => free.pop() ?? Buffer.allocUnsafe(blockSize))) {
    checksum = zlib.crc32(block, checksum)
    size += block.length
    const finishFlush = zlib.constants.Z_SYNC_FLUSH
    const compressed = deflate(block, { level, finishFlush, chunkSize, ...(dictionary ? { dictionary } : {}) })
    // The error is thrown where the block is awaited.
    compressed.catch(() => undefined)
    if (block.buffer.byteLength >= blockSize) compressed.finally(() => free.push(whole(block))).catch(() => undefined)
    running.push(compressed)
    dictionary = Buffer.from(block.subarray(-windowSize))
    // One more than the threads, so that no thread waits for the next block to be read.
    if (running.length > threads) yield (await running.shift()) ?? gzipHeader
  }
  for (const compressed of running) yield await compressed
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(checksum, 0)
  trailer.writeUInt32LE(size % 2 ** 32, 4)
  yield Buffer.concat([lastBlock, trailer])
}

/** Returns the source in blocks of one size, the last one shorter, whatever its chunks. */
async function* inBlocks(source: Content, newBlock: () => Buffer): AsyncGenerator<Buffer> {
  let block: Buffer = Buffer.allocUnsafe(firstSize)
  let filled = 0
  for await (const chunk of source) {
    for (let start = 0; start < chunk.length; ) {
      if (filled === block.length) block = grown(block, newBlock())
      const part = chunk.subarray(start, start + block.length - filled)
      block.set(part, filled)
      filled += part.length
      start += part.length
      if (filled < blockSize) continue
      yield block
      block = newBlock()
      filled = 0
    }
  }
  if (filled > 0) yield block.subarray(0, filled)
}

function grown(block: Buffer, into: Buffer): Buffer {
  into.set(block)
  return into
}

function whole(block: Buffer): Buffer {
  return Buffer.from(block.buffer, block.byteOffset, blockSize)
}

function zstd(source: Content, level: number): Content {
  // Node.js supports zstd since 22.15 and 23.8.
  if (typeof zlib.createZstdCompress !== 'function') {
    throw new ActionError('feature-missing', 'Cannot compress with zstd: this Node.js does not have it', {
      hint: 'Use gzip, or run on Node.js 24.',
    })
  }
  const params = { [zlib.constants.ZSTD_c_compressionLevel]: level, [zlib.constants.ZSTD_c_checksumFlag]: 1 }
  return through(source, zlib.createZstdCompress({ chunkSize: 256 * 1024, params }))
}

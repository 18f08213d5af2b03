import type { Duplex } from 'node:stream'
import zlib from 'node:zlib'
import { ActionError, messageOf } from '../errors.ts'
import { through } from './through.ts'
import type { Content } from './tree.ts'

const magics = [
  { kind: 'gzip', bytes: [0x1f, 0x8b, 0x08] },
  { kind: 'zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { kind: 'bzip2', bytes: [0x42, 0x5a, 0x68] },
  { kind: 'xz', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
] as const

export type Compression = (typeof magics)[number]['kind'] | 'none'

/** How content that begins with `start` is compressed; 6 bytes decide. */
export function compressionOf(start: Uint8Array): Compression {
  return magics.find(({ bytes }) => bytes.every((byte, index) => start[index] === byte))?.kind ?? 'none'
}

/**
 * `source` without its gzip or zstd compression, which its first bytes tell; other content passes through.
 * Throws `archive-unsupported` for bzip2 and xz, which Node.js does not have, `archive-invalid` for damaged content. `what` begins the message.
 */
export async function* decompressed(source: Content, what: string): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]()
  try {
    const { head, start } = await begin(iterator)
    const compression = compressionOf(start)
    const whole = concat(head, iterator)
    if (compression === 'none') yield* whole
    else yield* through(whole, decompressor(compression, what), damaged(what))
  } finally {
    await iterator.return?.()
  }
}

/** The first chunks of a source until they have 6 bytes. */
async function begin(
  iterator: AsyncIterator<Uint8Array>,
): Promise<{ readonly head: Uint8Array[]; readonly start: Uint8Array }> {
  const head: Uint8Array[] = []
  let length = 0
  while (length < 6) {
    const { value, done } = await iterator.next()
    if (done) break
    head.push(value)
    length += value.length
  }
  return { head, start: Buffer.concat(head).subarray(0, 6) }
}

async function* concat(head: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* head
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}

function decompressor(compression: Exclude<Compression, 'none'>, what: string): Duplex {
  if (compression === 'gzip') return zlib.createGunzip({ chunkSize: 128 * 1024 })
  // Node.js has zstd from 22.15 and 23.8 on.
  if (compression === 'zstd' && typeof zlib.createZstdDecompress === 'function') return zlib.createZstdDecompress()
  throw new ActionError('archive-unsupported', `${what}: it is compressed with ${compression}`, {
    hint: 'Compress it with gzip or zstd, or unpack it before the build and COPY the folder.',
  })
}

function damaged(what: string): (cause: unknown) => ActionError {
  return (cause) => new ActionError('archive-invalid', `${what}: ${messageOf(cause)}`, { cause })
}

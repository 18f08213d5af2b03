import type { Duplex } from 'node:stream'
import zlib from 'node:zlib'
import { ActionError, messageOf } from '../../errors/action-error.ts'
import type { Content } from '../tree.ts'
import { through } from './through.ts'

const magics = [
  { kind: 'gzip', bytes: [0x1f, 0x8b, 0x08] },
  { kind: 'zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { kind: 'bzip2', bytes: [0x42, 0x5a, 0x68] },
  { kind: 'xz', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
] as const

type ArchiveCompression = (typeof magics)[number]['kind'] | 'none'

/** Whether content that begins with `start`, at least 6 bytes, is compressed. */
export function isCompressed(start: Uint8Array): boolean {
  return compressionOf(start) !== 'none'
}

/** Detects the compression from the first 6 bytes of the content. */
function compressionOf(start: Uint8Array): ArchiveCompression {
  return magics.find(({ bytes }) => bytes.every((byte, index) => start[index] === byte))?.kind ?? 'none'
}

/**
 * Decompresses `source`, detecting the format from its first bytes; other content is passed through. Throws
 * `archive-invalid` if the content is damaged, and `archive-unsupported` for unsupported variants of xz. `what` begins
 * the message.
 */
export async function* decompressed(source: Content, what: string): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]()
  try {
    const { head, start } = await begin(iterator)
    yield* decoded(compressionOf(start), concat(head, iterator), what)
  } finally {
    await iterator.return?.()
  }
}

/** Decodes `source`. Errors of the source itself are not wrapped. */
async function* decoded(compression: ArchiveCompression, source: Content, what: string): AsyncGenerator<Uint8Array> {
  let failed: { readonly error: unknown } | undefined
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield* source
    } catch (error) {
      failed = { error }
      throw error
    }
  }
  try {
    yield* decoders[compression](watched(), what)
  } catch (cause) {
    if (failed !== undefined) throw failed.error
    if (cause instanceof ActionError) throw cause
    throw new ActionError('archive-invalid', `${what}: ${messageOf(cause)}`, { cause })
  }
}

/** Reads chunks of a source until they have 6 bytes. */
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

type Decoder = (source: Content, what: string) => Content

/** The last two are loaded on demand. */
const decoders: Readonly<Record<ArchiveCompression, Decoder>> = {
  none: (source) => source,
  gzip: (source) => through(source, zlib.createGunzip({ chunkSize: 128 * 1024 })),
  zstd: (source, what) => through(source, createUnzstd(what)),
  bzip2: async function* (source) {
    const { bunzip2 } = await import('./bzip2.ts')
    yield* bunzip2(source)
  },
  xz: async function* (source, what) {
    const { unxz } = await import('./xz.ts')
    yield* unxz(source, what)
  },
}

/** Node.js supports zstd since 22.15 and 23.8. */
function createUnzstd(what: string): Duplex {
  if (typeof zlib.createZstdDecompress === 'function') return zlib.createZstdDecompress()
  throw new ActionError(
    'archive-unsupported',
    `${what}: it is compressed with zstd, which this version of Node.js does not support`,
    {
      hint: 'Compress it with gzip, or unpack it before the build and COPY the directory.',
    },
  )
}

import { ReadableStream } from 'node:stream/web'
import { ActionError, messageOf } from '../../errors/action-error.ts'
import type { Content } from '../tree.ts'

/**
 * Decompresses xz. Memory use grows to the archive's dictionary size, 64 MiB with `xz -9`. Throws an Error that
 * describes the damage, or `archive-unsupported`, begun with `what`, for features that the decoder does not support.
 */
export async function* unxz(source: Content, what: string): AsyncGenerator<Uint8Array> {
  const { XzReadableStream } = await load()
  const reader = new XzReadableStream(ReadableStream.from(source)).getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } catch (cause) {
    throw explain(cause, what)
  } finally {
    // The decoder's own cancel fails if it reached the end before all input was read. Nothing remains to be cleaned up
    // then.
    await reader.cancel().catch(() => {})
  }
}

/** Loads the decoder (26 kB) on demand. */
async function load() {
  const loaded = await import('xz-decompress')
  return 'default' in loaded ? loaded.default : loaded
}

/**
 * Explains an error of the decoder. The numbers are `enum xz_ret` of xz-embedded:
 * https://github.com/tukaani-project/xz-embedded/blob/master/linux/include/linux/xz.h
 */
function explain(cause: unknown, what: string): Error {
  const code = Number(/error code (\d+)/.exec(messageOf(cause))?.[1])
  if (code === 4 || code === 6) {
    const needs = code === 4 ? 'needs a dictionary of more than 64 MiB' : 'has a filter or a checksum other than CRC'
    return new ActionError('archive-unsupported', `${what}: it ${needs}`, {
      hint: 'Compress it with `xz` without options, gzip or zstd, or set `engine: buildx`.',
      cause,
    })
  }
  return new Error(code === 8 ? 'it is truncated' : 'its xz stream is damaged', { cause })
}

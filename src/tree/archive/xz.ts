import { ReadableStream } from 'node:stream/web'
import { ActionError, messageOf } from '../../errors/action-error.ts'
import type { Content } from '../tree.ts'

/**
 * `source` without its xz compression. Memory grows to the dictionary that the archive was made with, 64 MiB with `xz -9`.
 * Throws an Error that says what is damaged, or `archive-unsupported`, begun with `what`, for what the decoder does not have.
 */
export async function* unxz(source: Content, what: string): AsyncGenerator<Uint8Array> {
  const { XzReadableStream } = await load()
  const reader = new XzReadableStream(ReadableStream.from(source)).getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } catch (cause) {
    throw explain(cause, what)
  } finally {
    // The decoder's own cancel fails where it has come to the end and not all was read; nothing is left to do then.
    await reader.cancel().catch(() => {})
  }
}

/** Its 26 kB are loaded when there is an xz archive. */
async function load() {
  const loaded = await import('xz-decompress')
  return 'default' in loaded ? loaded.default : loaded
}

/** The numbers are `enum xz_ret` of xz-embedded. https://github.com/tukaani-project/xz-embedded/blob/master/linux/include/linux/xz.h */
function explain(cause: unknown, what: string): Error {
  const code = Number(/error code (\d+)/.exec(messageOf(cause))?.[1])
  if (code === 4 || code === 6) {
    const needs = code === 4 ? 'needs a dictionary of more than 64 MiB' : 'has a filter or a checksum other than CRC'
    return new ActionError('archive-unsupported', `${what}: it ${needs}`, {
      hint: 'Compress it with `xz` as it is without options, with gzip or with zstd, or take the engine buildx.',
      cause,
    })
  }
  return new Error(code === 8 ? 'it is cut short' : 'its xz stream is damaged', { cause })
}

import type { Duplex } from 'node:stream'
import type { Content } from '../tree.ts'

/**
 * Pipes `source` through a Node.js transform (zlib). Errors of both are not wrapped. Not `pipeline` or `compose`, which
 * wrap or lose the source's error if the consumer stops early.
 */
export async function* through(source: Content, stream: Duplex): AsyncGenerator<Uint8Array> {
  let failed: unknown
  const feed = async (): Promise<void> => {
    for await (const chunk of source) {
      if (stream.destroyed) return
      if (!stream.write(chunk)) await drained(stream)
    }
    stream.end()
  }
  const fed = feed().catch((error: unknown) => {
    failed = error
    stream.destroy()
  })
  try {
    yield* stream
  } catch (cause) {
    if (failed !== undefined) throw failed
    throw cause
  } finally {
    stream.destroy()
    await fed
  }
}

/** Resolves when a stream takes more, or is closed. */
export function drained(stream: Duplex): Promise<void> {
  return new Promise((done) => {
    const stop = (): void => {
      stream.off('drain', stop)
      stream.off('close', stop)
      done()
    }
    stream.once('drain', stop)
    stream.once('close', stop)
    if (stream.destroyed) stop()
  })
}

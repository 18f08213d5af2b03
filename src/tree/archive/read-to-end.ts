import { ActionError } from '../../errors/action-error.ts'
import type { Content } from '../tree.ts'

/**
 * Runs `work` on `source` and then reads what `work` left unread: a source can verify its digest only at its end, and
 * an archive may end before its file does. This distinguishes a broken archive from one that was corrupted in transit,
 * for which the source throws.
 */
export async function readToEnd<T>(source: Content, work: (source: Content) => Promise<T>): Promise<T> {
  const iterator = source[Symbol.asyncIterator]()
  // Without `return`, so that consumers do not close the source.
  const left: Content = { [Symbol.asyncIterator]: () => ({ next: () => iterator.next() }) }
  try {
    const done = await work(left)
    await passOver(left)
    return done
  } catch (error) {
    if (error instanceof ActionError && error.code === 'archive-invalid') await passOver(left)
    throw error
  } finally {
    await iterator.return?.()
  }
}

async function passOver(source: Content): Promise<void> {
  for await (const _ of source) {
    // Discard the rest: the source verifies it as it is read.
  }
}

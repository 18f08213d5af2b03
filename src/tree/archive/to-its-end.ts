import { ActionError } from '../../errors/action-error.ts'
import type { Content } from '../tree.ts'

/**
 * Does `work` with `source`, and then reads what that left of it, because a source that checks a digest can do so only at its end:
 * an archive may end before its file does. So is a broken archive told from one that was changed on its way, whose error the source has.
 */
export async function toItsEnd<T>(source: Content, work: (source: Content) => Promise<T>): Promise<T> {
  const iterator = source[Symbol.asyncIterator]()
  // Without `return`, so that nobody below closes it.
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
    // Whoever sent it looks at it as it passes.
  }
}

import type { Content } from './tree.ts'

/**
 * What `read` makes of a source whose end it may not need, as that of an archive. The rest is read all the same: a source
 * that checks a digest tells at its end whether what was read is right, and if it is not, that is also why `read` failed.
 *
 * @throws what the source throws, else what `read` throws
 */
export async function readWhole<T>(source: Content, read: (source: Content) => Promise<T>): Promise<T> {
  const iterator = source[Symbol.asyncIterator]()
  // Without a `return`, so that whoever stops early leaves the source open.
  const open: Content = { [Symbol.asyncIterator]: () => ({ next: () => iterator.next() }) }
  try {
    return await read(open)
  } finally {
    while (!(await iterator.next()).done);
  }
}

import type { Content } from '../tree.ts'
import type { Fail } from './tar-entry.ts'

/** Splits a stream of chunks of any size into blocks of the requested sizes. */
type BlockReader = {
  /** Returns the next `size` bytes, or undefined at the end of the source. */
  readonly take: (size: number) => Promise<Buffer | undefined>
  readonly skip: (size: number) => Promise<void>
  readonly position: () => number
  readonly close: () => Promise<void>
}

/**
 * Creates a reader of `source`, which may have at most `most` bytes. `take` throws `fail` if the source is longer or is
 * truncated.
 */
export function blockReader(source: Content, fail: Fail, most: number): BlockReader {
  const iterator = source[Symbol.asyncIterator]()
  let chunk: Uint8Array = new Uint8Array()
  let position = 0
  const more = async (): Promise<boolean> => {
    while (chunk.length === 0) {
      const next = await iterator.next()
      if (next.done) return false
      chunk = next.value
    }
    return true
  }
  const consume = (size: number): Uint8Array => {
    const part = chunk.subarray(0, size)
    chunk = chunk.subarray(part.length)
    position += part.length
    if (position > most) throw fail(`it unpacks to more than ${most} bytes`)
    return part
  }
  return {
    position: () => position,
    close: async () => {
      await iterator.return?.()
    },
    take: async (size) => {
      if (chunk.length >= size) {
        const part = consume(size)
        return Buffer.from(part.buffer, part.byteOffset, part.length)
      }
      const parts: Uint8Array[] = []
      for (let left = size; left > 0; ) {
        if (!(await more())) {
          if (left === size) return undefined
          throw fail('it is truncated')
        }
        const part = consume(left)
        parts.push(part)
        left -= part.length
      }
      return Buffer.concat(parts)
    },
    skip: async (size) => {
      for (let left = size; left > 0; ) {
        if (!(await more())) throw fail('it is truncated')
        left -= consume(left).length
      }
    },
  }
}

import type { Content } from '../tree.ts'
import type { Fail } from './tar-entry.ts'

/** Splits a stream of chunks of any size into blocks of the requested sizes. */
type BlockReader = {
  /** Returns the next `size` bytes, or undefined at the end of the source. */
  readonly take: (size: number) => Promise<Buffer | undefined>
  readonly skip: (size: number) => Promise<void>
  /** Like `take`, if the bytes are in the current chunk, or undefined: a promise takes longer than the bytes of a header. */
  readonly takeNow: (size: number) => Buffer | undefined
  /** Skips the bytes if they are in the current chunk; returns whether they are. */
  readonly skipNow: (size: number) => boolean
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
  // Where the unread part of the chunk begins: a view of it for each step would take longer than the step.
  let begin = 0
  let position = 0
  const more = async (): Promise<boolean> => {
    while (chunk.length === begin) {
      const next = await iterator.next()
      if (next.done) return false
      chunk = next.value
      begin = 0
    }
    return true
  }
  /** Passes at most `size` bytes of the chunk and returns their number. */
  const pass = (size: number): number => {
    const passed = Math.min(size, chunk.length - begin)
    begin += passed
    position += passed
    if (position > most) throw fail(`it unpacks to more than ${most} bytes`)
    return passed
  }
  const take = (size: number): Buffer => {
    const start = chunk.byteOffset + begin
    return Buffer.from(chunk.buffer, start, pass(size))
  }
  const takeNow = (size: number): Buffer | undefined => (chunk.length - begin < size ? undefined : take(size))
  return {
    position: () => position,
    takeNow,
    skipNow: (size) => {
      if (chunk.length - begin < size) return false
      pass(size)
      return true
    },
    close: async () => {
      await iterator.return?.()
    },
    take: async (size) => {
      const ready = takeNow(size)
      if (ready) return ready
      const parts: Uint8Array[] = []
      for (let left = size; left > 0; ) {
        if (!(await more())) {
          if (left === size) return undefined
          throw fail('it is truncated')
        }
        const part = take(left)
        parts.push(part)
        left -= part.length
      }
      return Buffer.concat(parts)
    },
    skip: async (size) => {
      for (let left = size; left > 0; ) {
        if (!(await more())) throw fail('it is truncated')
        left -= pass(left)
      }
    },
  }
}

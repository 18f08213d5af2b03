import { createCipheriv } from 'node:crypto'

/** A generator of numbers 0 ≤ n < 1 that gives the same ones for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** That many bytes from a generator. */
export function randomBytes(random: () => number, length: number): Buffer {
  const bytes = Buffer.alloc(Math.min(length, small))
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = Math.floor(random() * 256)
  // A cipher makes many bytes of few in a hundredth of the time.
  return length <= small ? bytes : createCipheriv('aes-256-ctr', bytes, bytes.subarray(16)).update(Buffer.alloc(length))
}

/** The size of a cipher's key, in bytes. */
const small = 32

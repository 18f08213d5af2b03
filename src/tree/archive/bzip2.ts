import type { Content } from '../tree.ts'

// Implemented here: unbzip2-stream and seek-bzip hold a whole file's output in memory if its input is small, so that a
// file of one megabyte can take gigabytes. Format: https://en.wikipedia.org/wiki/Bzip2, and bzip2's own decompress.c
// for what it accepts.

/** The maximum compressed size of a block in bytes: 900,001 symbols of 20 bits, plus the tables. */
const longestBlock = 2_400_000

/**
 * Decompresses bzip2, including concatenated streams. Holds one block of at most 900 kB at a time. Throws an Error that
 * describes the damage.
 */
export async function* bunzip2(source: Content): AsyncGenerator<Uint8Array> {
  const bits = createBitReader(source)
  const table = crcTable()
  try {
    while (await bits.fill()) {
      const size = readStreamHeader(bits)
      const buffer = new Uint32Array(size)
      let combined = 0
      for (;;) {
        await bits.fill()
        const magic = [bits.take(24), bits.take(24)]
        const expected = bits.take(16) * 0x10000 + bits.take(16)
        if (magic[0] === 0x177245 && magic[1] === 0x385090) {
          if (combined >>> 0 !== expected) throw new Error('the checksum of its bzip2 stream is wrong')
          break
        }
        if (magic[0] !== 0x314159 || magic[1] !== 0x265359) throw new Error('a bzip2 block is damaged')
        const checksum = yield* restored(readBlock(bits, buffer), table)
        if (checksum !== expected) throw new Error('the checksum of a bzip2 block is wrong')
        combined = ((combined << 1) | (combined >>> 31)) ^ checksum
      }
      bits.align()
    }
  } finally {
    await bits.close()
  }
}

type BitReader = {
  /** Buffers enough input for a block, or all that remains. Returns whether any input is left. */
  readonly fill: () => Promise<boolean>
  /** Reads the next `count` bits, at most 24. */
  readonly take: (count: number) => number
  /** Skips to the next byte boundary. */
  readonly align: () => void
  readonly close: () => Promise<void>
}

function createBitReader(source: Content): BitReader {
  const iterator = source[Symbol.asyncIterator]()
  let bytes = new Uint8Array()
  let next = 0
  let held = 0
  let count = 0
  let ended = false
  return {
    fill: async () => {
      if (ended || bytes.length - next >= longestBlock) return bytes.length > next
      const parts = [bytes.subarray(next)]
      for (let length = bytes.length - next; length < 2 * longestBlock; ) {
        const { value, done } = await iterator.next()
        ended = done === true
        if (ended) break
        parts.push(value)
        length += value.length
      }
      bytes = Buffer.concat(parts)
      next = 0
      return bytes.length > 0
    },
    take: (wanted) => {
      while (count < wanted) {
        const byte = bytes[next]
        if (byte === undefined) throw new Error('it is truncated')
        next += 1
        held = (held << 8) | byte
        count += 8
      }
      count -= wanted
      return (held >>> count) & ((1 << wanted) - 1)
    },
    align: () => {
      count = 0
    },
    close: async () => {
      await iterator.return?.()
    },
  }
}

/** Reads the stream header and returns the maximum block size in bytes before run-length decoding. */
function readStreamHeader(bits: BitReader): number {
  const level = bits.take(24) === 0x425a68 ? bits.take(8) - 0x30 : 0
  if (level < 1 || level > 9) throw new Error('it has trailing data that is not bzip2')
  return level * 100_000
}

/** A block after Huffman decoding: each entry holds a byte, and above it the index of the next entry. */
type Block = { readonly entries: Uint32Array; readonly length: number; readonly origin: number }

function readBlock(bits: BitReader, entries: Uint32Array): Block {
  if (bits.take(1) === 1) throw new Error('it was written by bzip2 before version 0.9.5, which is not supported')
  const origin = bits.take(24)
  const symbols = readSymbols(bits)
  const decode = readDecoder(bits, symbols.length + 2)
  const length = readEntries(decode, symbols, entries)
  if (origin >= length) throw new Error('a bzip2 block starts outside of its bounds')
  chain(entries, length)
  return { entries, length, origin }
}

/** Reads the byte values that occur in the block. */
function readSymbols(bits: BitReader): Uint8Array {
  const rows = bits.take(16)
  const found: number[] = []
  for (let row = 0; row < 16; row += 1) {
    const columns = (rows >> (15 - row)) & 1 ? bits.take(16) : 0
    for (let column = 0; column < 16; column += 1) if ((columns >> (15 - column)) & 1) found.push(row * 16 + column)
  }
  return Uint8Array.from(found)
}

/**
 * Returns a function that decodes one symbol per call. A list of selectors chooses one of two to six tables for each
 * group of fifty symbols.
 */
function readDecoder(bits: BitReader, alphabet: number): () => number {
  const tables = bits.take(3)
  const count = bits.take(15)
  if (tables < 2 || tables > 6 || count === 0) throw new Error('a bzip2 block has no codes')
  const recent = [0, 1, 2, 3, 4, 5].slice(0, tables)
  const selectors = Array.from({ length: count }, () => {
    let place = 0
    while (bits.take(1) === 1) place += 1
    const [selector] = recent.splice(place, 1)
    if (selector === undefined) throw new Error('a bzip2 block selects a table that it does not have')
    recent.unshift(selector)
    return selector
  })
  const codes = Array.from({ length: tables }, () => readCode(bits, alphabet))
  let left = 0
  let group = 0
  let code: (() => number) | undefined
  return () => {
    if (left === 0) {
      code = codes[selectors[group] ?? -1]
      group += 1
      left = 50
    }
    left -= 1
    if (code === undefined) throw new Error('a bzip2 block has more symbols than it says')
    return code()
  }
}

const longestCode = 20

/** Reads a canonical Huffman code, given by the lengths of its codes. */
function readCode(bits: BitReader, alphabet: number): () => number {
  let length = bits.take(5)
  const bySize = Array.from({ length: longestCode + 1 }, (): number[] => [])
  for (let symbol = 0; symbol < alphabet; symbol += 1) {
    while (bits.take(1) === 1) length += bits.take(1) === 1 ? -1 : 1
    const sized = length < 1 ? undefined : bySize[length]
    if (sized === undefined) throw new Error('a bzip2 block has a code with an invalid length')
    sized.push(symbol)
  }
  const { take } = bits
  return () => {
    let first = 0
    let code = 0
    for (let size = 1; size <= longestCode; size += 1) {
      const sized = bySize[size] ?? []
      code = (code << 1) | take(1)
      const symbol = sized[code - first]
      if (symbol !== undefined) return symbol
      first = (first + sized.length) << 1
    }
    throw new Error('a bzip2 block has an undefined code')
  }
}

/** Decodes run lengths and move-to-front, and returns the number of entries. */
function readEntries(decode: () => number, symbols: Uint8Array, entries: Uint32Array): number {
  const recent = symbols.slice()
  let length = 0
  let run = 0
  let weight = 1
  for (;;) {
    const symbol = decode()
    // The digits of a run's length, 1 or 2, lowest first.
    if (symbol < 2) {
      run += weight << symbol
      weight <<= 1
      if (run > entries.length) throw new Error('a bzip2 block is too long')
      continue
    }
    if (length + run > entries.length) throw new Error('a bzip2 block is too long')
    if (run > 0) {
      entries.fill(recent[0] ?? 0, length, length + run)
      length += run
      run = 0
      weight = 1
    }
    if (symbol === symbols.length + 1) return length
    if (length === entries.length) throw new Error('a bzip2 block is too long')
    const byte = recent[symbol - 1] ?? 0
    recent.copyWithin(1, 0, symbol - 1)
    recent[0] = byte
    entries[length] = byte
    length += 1
  }
}

/** Inverts the Burrows-Wheeler transform: stores in each entry the index of its successor. */
function chain(entries: Uint32Array, length: number): void {
  const places = new Uint32Array(257)
  for (let at = 0; at < length; at += 1) places[(entries[at] ?? 0) + 1] = (places[(entries[at] ?? 0) + 1] ?? 0) + 1
  for (let byte = 1; byte < 257; byte += 1) places[byte] = (places[byte] ?? 0) + (places[byte - 1] ?? 0)
  for (let at = 0; at < length; at += 1) {
    const byte = (entries[at] ?? 0) & 0xff
    const place = places[byte] ?? 0
    entries[place] = (entries[place] ?? 0) | (at << 8)
    places[byte] = place + 1
  }
}

const chunkSize = 64 * 1024

/** Yields the content of a block and returns its checksum. Four equal bytes are followed by a repeat count. */
function* restored({ entries, length, origin }: Block, table: Uint32Array): Generator<Uint8Array, number> {
  let chunk = new Uint8Array(chunkSize)
  let filled = 0
  let checksum = 0xffffffff
  let entry = entries[origin] ?? 0
  let previous = -1
  let same = 0
  for (let left = length; left > 0; left -= 1) {
    entry = entries[entry >>> 8] ?? 0
    const byte = entry & 0xff
    const repeated = same === 4
    const times = repeated ? byte : 1
    if (repeated) same = 0
    else {
      same = byte === previous ? same + 1 : 1
      previous = byte
    }
    for (let time = 0; time < times; time += 1) {
      checksum = (checksum << 8) ^ (table[(checksum >>> 24) ^ previous] ?? 0)
      chunk[filled] = previous
      filled += 1
      if (filled === chunkSize) {
        yield chunk
        chunk = new Uint8Array(chunkSize)
        filled = 0
      }
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled)
  return ~checksum >>> 0
}

/** Builds the table for CRC-32 with the highest bit first, which zlib does not support. */
function crcTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << 24
    for (let bit = 0; bit < 8; bit += 1) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1
    return crc
  })
}

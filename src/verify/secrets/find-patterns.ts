/** Bytes to search for, at least `shortestPattern`. */
export type Pattern = Uint8Array

/** A match: the index of the pattern in the list, and the offset of its first byte. */
export type Match = { readonly pattern: number; readonly offset: number }

/**
 * Searches a stream chunk by chunk and reports every match, including those across chunks. `offset` counts from the
 * stream's start.
 */
export type Finder = {
  readonly next: (piece: Uint8Array) => void
  /** Returns the matches so far, unordered, at most `mostMatches`. */
  readonly matches: () => readonly Match[]
}

/** Bytes. */
export const shortestPattern = 8
/** Bytes: of a longer pattern, a part is searched. This is also the memory that is kept between two chunks. */
export const longestPattern = 256
/** One match is enough to reject an image; a file full of them must not exhaust the memory. */
const mostMatches = 1000

/** The prepared patterns, which do not depend on the stream and are used for every layer. */
export type Patterns = {
  readonly all: readonly Pattern[]
  readonly longest: number
  /** Distance between two examined positions of the text, in words of four bytes. */
  readonly stride: number
  /** One bit for each hash of a word: whether a pattern contains it. */
  readonly filter: Uint32Array
  readonly filterShift: number
  /**
   * Hash table of the words of all patterns with a shorter hash: the first word as an index plus one, and the next one
   * for each.
   */
  readonly heads: Int32Array
  readonly headShift: number
  readonly links: Int32Array
  readonly words: Uint32Array
  /** For each word: the pattern that contains it, and its offset in it. */
  readonly owners: Int32Array
  readonly places: Int32Array
}

const wordSize = 4
/** In words, a cache line of the processor: longer steps save nothing. */
const longestStride = 16
/** Multiplier of Knuth's hash: 2 ** 32 divided by the golden ratio. */
const multiplier = 0x9e3779b1

/**
 * Prepares a search for many patterns at once: the text is examined in steps that are shorter than any pattern, one
 * aligned word of four bytes each. One bit shows whether any pattern contains the word; if not, the search moves on.
 * The steps are independent, so the processor executes several at a time, and the cost hardly depends on the number of
 * patterns.
 *
 * @throws RangeError for a pattern that is too short or too long
 */
export function preparePatterns(all: readonly Pattern[]): Patterns {
  const lengths = all.map(({ length }) => length)
  for (const length of lengths) {
    if (length < shortestPattern || length > longestPattern) throw new RangeError(`A pattern of ${length} bytes`)
  }
  // Of `stride` words plus the three bytes that its alignment may cost, a pattern always contains one examined
  // position.
  const stride = Math.min(longestStride, ...lengths.map((length) => Math.floor((length - wordSize + 1) / wordSize)))
  const perPattern = stride * wordSize
  const count = all.length * perPattern
  const headBits = bitsFor(count * 2)
  const filterBits = bitsFor(count * 64)
  const patterns: Patterns = {
    all,
    longest: Math.max(0, ...lengths),
    stride,
    filter: new Uint32Array(2 ** (filterBits - 5)),
    filterShift: 32 - filterBits,
    heads: new Int32Array(2 ** headBits),
    headShift: 32 - headBits,
    links: new Int32Array(count),
    words: new Uint32Array(count),
    owners: new Int32Array(count),
    places: new Int32Array(count),
  }
  for (const [number, pattern] of all.entries()) {
    for (let place = 0; place < perPattern; place += 1) {
      addWord(patterns, number * perPattern + place, { word: wordAt(pattern, place), owner: number, place })
    }
  }
  return patterns
}

function addWord(
  { filter, filterShift, heads, headShift, links, words, owners, places }: Patterns,
  index: number,
  { word, owner, place }: { readonly word: number; readonly owner: number; readonly place: number },
): void {
  const hash = hashOf(word)
  const bit = hash >>> filterShift
  filter[bit >>> 5] = (filter[bit >>> 5] ?? 0) | (1 << (bit & 31))
  const head = hash >>> headShift
  links[index] = heads[head] ?? 0
  heads[head] = index + 1
  words[index] = word
  owners[index] = owner
  places[index] = place
}

/** Returns the size of a hash in bits for at least `count` values, limited by the processor's cache and by memory. */
function bitsFor(count: number): number {
  return Math.min(22, Math.max(10, Math.ceil(Math.log2(count + 1))))
}

const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

/** In the byte order of this machine. */
function wordAt({ buffer, byteOffset }: Uint8Array, at: number): number {
  return new DataView(buffer, byteOffset + at, wordSize).getUint32(0, littleEndian)
}

/** Creates a search of one stream. */
export function createFinder(patterns: Patterns): Finder {
  const { all, longest } = patterns
  const found: Match[] = []
  if (all.length === 0) return { next: () => undefined, matches: () => found }
  /** The last bytes of preceding chunks, one less than the longest pattern, and their offset. */
  const kept = new Uint8Array(2 * (longest - 1))
  let keptLength = 0
  let position = 0
  const add = (pattern: number, offset: number): void => {
    if (found.length < mostMatches) found.push({ pattern, offset })
  }
  return {
    next: (piece) => {
      if (piece.length === 0) return
      const head = piece.subarray(0, longest - 1)
      if (keptLength > 0) {
        // Matches across the boundary: the end of the preceding chunks, and the start of this one.
        kept.set(head, keptLength)
        const border = keptLength
        const start = position - keptLength
        search(kept.subarray(0, keptLength + head.length), patterns, (pattern, at) => {
          if (at < border && at + lengthOf(all, pattern) > border) add(pattern, start + at)
        })
      }
      search(piece, patterns, (pattern, at) => add(pattern, position + at))
      position += piece.length
      if (piece.length >= longest - 1) {
        keptLength = longest - 1
        kept.set(piece.subarray(piece.length - keptLength))
      } else {
        // If earlier bytes were kept, the head has already been appended to them.
        if (keptLength === 0) kept.set(piece)
        const length = keptLength + piece.length
        keptLength = Math.min(length, longest - 1)
        kept.copyWithin(0, length - keptLength, length)
      }
    },
    matches: () => found,
  }
}

function lengthOf(all: readonly Pattern[], pattern: number): number {
  return all[pattern]?.length ?? 0
}

/** Calls `report` for every position at which a complete pattern occurs in `text`. */
function search(text: Uint8Array, patterns: Patterns, report: (pattern: number, at: number) => void): void {
  const { stride, filter, filterShift } = patterns
  // The first aligned word is at most three bytes from the start, and every pattern that begins before it contains it.
  const before = (wordSize - (text.byteOffset % wordSize)) % wordSize
  const length = (text.length - before) >> 2
  if (length <= 0) return
  const aligned = new Uint32Array(text.buffer, text.byteOffset + before, length)
  const look = (at: number): void => {
    const word = aligned[at] as number
    if (bitOf(filter, hashOf(word) >>> filterShift) !== 0) {
      compare(text, patterns, { word, at: before + at * wordSize, report })
    }
  }
  let at = 0
  // Unrolled to four steps per branch: most of the time is spent in this loop.
  const [two, three, four] = [2 * stride, 3 * stride, 4 * stride]
  for (; at + three < length; at += four) {
    const any =
      bitOf(filter, hashOf(aligned[at] as number) >>> filterShift) |
      bitOf(filter, hashOf(aligned[at + stride] as number) >>> filterShift) |
      bitOf(filter, hashOf(aligned[at + two] as number) >>> filterShift) |
      bitOf(filter, hashOf(aligned[at + three] as number) >>> filterShift)
    if (any === 0) continue
    for (let step = at; step < at + four; step += stride) look(step)
  }
  for (; at < length; at += stride) look(at)
}

function hashOf(word: number): number {
  return Math.imul(word, multiplier)
}

function bitOf(filter: Uint32Array, bit: number): number {
  return ((filter[bit >>> 5] as number) >>> (bit & 31)) & 1
}

type Candidate = {
  readonly word: number
  /** Offset of the word in the text, in bytes. */
  readonly at: number
  readonly report: (pattern: number, at: number) => void
}

/** Compares the patterns that contain the word with the text around it. */
function compare(
  text: Uint8Array,
  { all, heads, headShift, links, words, owners, places }: Patterns,
  { word, at, report }: Candidate,
): void {
  let next = heads[hashOf(word) >>> headShift] as number
  for (; next !== 0; next = links[next - 1] as number) {
    if (words[next - 1] !== word) continue
    const pattern = owners[next - 1] as number
    const start = at - (places[next - 1] as number)
    if (start >= 0 && standsAt(text, start, all[pattern] as Pattern)) report(pattern, start)
  }
}

function standsAt(text: Uint8Array, start: number, pattern: Pattern): boolean {
  if (start + pattern.length > text.length) return false
  for (let at = 0; at < pattern.length; at += 1) {
    if (text[start + at] !== pattern[at]) return false
  }
  return true
}

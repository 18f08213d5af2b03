/** Bytes to look for. All patterns have at least `shortestPattern` bytes. */
export type Pattern = Uint8Array

/** A pattern was found: its number in the list, and where its first byte is. */
export type Match = { readonly pattern: number; readonly offset: number }

/** Takes a stream piece by piece and reports every match, also those that lie across pieces. `offset` counts from the stream's start. */
export type Finder = {
  readonly next: (piece: Uint8Array) => void
  /** Those found so far, in no order; `mostMatches` at most. */
  readonly matches: () => readonly Match[]
}

/** Bytes. */
export const shortestPattern = 8
/** Bytes: what is longer is told by a part. It is the memory that is kept between two pieces. */
export const longestPattern = 256
/** One is enough to refuse an image; a file full of them must not fill the memory. */
export const mostMatches = 1000

/** What does not depend on the stream: made once, used for every layer. */
export type Patterns = {
  readonly all: readonly Pattern[]
  /** For each hash of three bytes: how far the window may move on when it ends with them; 0 where a pattern may end. */
  readonly shifts: Uint8Array
  /** For each hash: the first pattern whose window ends with it, as an index into `all` plus one; and the next one for each pattern. */
  readonly heads: Uint16Array
  readonly links: Uint16Array
  /** Bytes of the window: the length of the shortest pattern, within limits. */
  readonly window: number
  readonly longest: number
}

const hashBits = 15
const hashSize = 1 << hashBits
/** The shifts are bytes, and a longer window finds nothing sooner. */
const longestWindow = 64

/**
 * Prepares a search for many patterns at once after Wu and Manber: of each window of the text its last three bytes are looked up, and tell
 * how far the next place is at which any pattern could end. Most bytes are never looked at, and the cost hardly depends on the number of
 * patterns.
 *
 * @throws RangeError for a pattern that is too short or too long
 */
export function preparePatterns(all: readonly Pattern[]): Patterns {
  for (const { length } of all) {
    if (length < shortestPattern || length > longestPattern) throw new RangeError(`A pattern of ${length} bytes`)
  }
  const window = Math.min(longestWindow, ...all.map(({ length }) => length))
  const longest = Math.max(0, ...all.map(({ length }) => length))
  const shifts = new Uint8Array(hashSize).fill(window - 2)
  const heads = new Uint16Array(hashSize)
  const links = new Uint16Array(all.length)
  for (const [number, pattern] of all.entries()) {
    for (let at = 2; at < window; at += 1) {
      const hash = hashOf(pattern[at - 2] ?? 0, pattern[at - 1] ?? 0, pattern[at] ?? 0)
      shifts[hash] = Math.min(shifts[hash] ?? 0, window - 1 - at)
    }
    const end = hashOf(pattern[window - 3] ?? 0, pattern[window - 2] ?? 0, pattern[window - 1] ?? 0)
    links[number] = heads[end] ?? 0
    heads[end] = number + 1
  }
  return { all, shifts, heads, links, window, longest }
}

function hashOf(one: number, two: number, three: number): number {
  return ((one << 10) ^ (two << 5) ^ three) & (hashSize - 1)
}

/** A search through one stream, from its start. */
export function createFinder(patterns: Patterns): Finder {
  const { all, longest } = patterns
  const found: Match[] = []
  if (all.length === 0) return { next: () => undefined, matches: () => found }
  /** The last bytes of what came before, one less than the longest pattern has; and where they begin. */
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
        // Across the border: the end of what came before, and the start of this.
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
        // The head is behind what was kept already, where there was something.
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

/** Calls `report` for every place at which a pattern stands in `text` as a whole. */
function search(
  text: Uint8Array,
  { all, shifts, heads, links, window }: Patterns,
  report: (pattern: number, at: number) => void,
): void {
  const end = text.length
  // The hash is written out here: this loop is where the time goes.
  for (let at = window - 1; at < end; ) {
    const hash =
      (((text[at - 2] as number) << 10) ^ ((text[at - 1] as number) << 5) ^ (text[at] as number)) & (hashSize - 1)
    const shift = shifts[hash] as number
    if (shift > 0) {
      at += shift
      continue
    }
    const start = at - window + 1
    for (let next = heads[hash] as number; next !== 0; next = links[next - 1] as number) {
      const pattern = all[next - 1] as Pattern
      if (standsAt(text, start, pattern)) report(next - 1, start)
    }
    at += 1
  }
}

function standsAt(text: Uint8Array, start: number, pattern: Pattern): boolean {
  if (start + pattern.length > text.length) return false
  for (let at = 0; at < pattern.length; at += 1) {
    if (text[start + at] !== pattern[at]) return false
  }
  return true
}

/**
 * Returns the entry of `known` that is most similar to `word`: at most two edits away, and less than half of it wrong.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const lower = word.toLowerCase()
  let best: { readonly candidate: string; readonly slips: number } | undefined
  for (const candidate of known) {
    // Also limits the work on words of any length.
    if (Math.abs(candidate.length - lower.length) > 2) continue
    const slips = distance(lower, candidate.toLowerCase())
    if (slips <= 2 && slips * 2 < candidate.length && slips < (best?.slips ?? Number.POSITIVE_INFINITY)) {
      best = { candidate, slips }
    }
  }
  return best?.candidate
}

/** Returns the edit distance of two words: letters to insert, delete, replace or swap with the adjacent one. */
export function distance(a: string, b: string): number {
  let above: readonly number[] = []
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      next.push(
        Math.min(
          at(row, j) + 1,
          at(next, j - 1) + 1,
          at(row, j - 1) + (same ? 0 : 1),
          swapped ? at(above, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    above = row
    row = next
  }
  return at(row, b.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}

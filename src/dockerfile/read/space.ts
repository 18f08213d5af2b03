// Go's unicode.IsSpace, which BuildKit uses to read a Dockerfile. JavaScript's \s lacks U+0085 and includes U+FEFF.
const spaces = '\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'
const one = new RegExp(`^[${spaces}]$`)
const leading = new RegExp(`^[${spaces}]+`)

/** Whether a character is whitespace by Go's definition. */
export function isSpace(character: string): boolean {
  return one.test(character)
}

/**
 * Removes `[\t
 * \f\r ]`, the whitespace of Go's regular expressions, at both ends.
 */
export function trimBlanks(text: string): string {
  let [start, end] = [0, text.length]
  while (start < end && blanks.includes(text.charAt(start))) start += 1
  while (end > start && blanks.includes(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}

const blanks = '\t\n\f\r '

/** Removes leading whitespace. */
export function trimStart(text: string): string {
  return text.replace(leading, '')
}

/** Removes whitespace at both ends. */
export function trim(text: string): string {
  let end = text.length
  // A pattern that ends in `+$` would take quadratic time on a long run of spaces.
  while (end > 0 && isSpace(text.charAt(end - 1))) end--
  return trimStart(text.slice(0, end))
}

/** Returns a text as printed by Go with %q. https://pkg.go.dev/strconv#Quote */
export function quoteText(text: string): string {
  return `"${[...text].map((character) => escapeFor('"', character)).join('')}"`
}

/** Returns a number as printed by Go with %q: its character, or U+FFFD. https://pkg.go.dev/strconv#QuoteRune */
export function quoteCharacter(code: number): string {
  const character = isCharacter(code) ? String.fromCodePoint(code) : '\ufffd'
  return `'${escapeFor("'", character)}'`
}

const named = new Map([
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\v', '\\v'],
  ['\f', '\\f'],
  ['\r', '\\r'],
])

function escapeFor(quote: string, character: string): string {
  if (character === quote || character === '\\') return `\\${character}`
  // Of white space, Go prints only the blank unescaped. It supports Unicode 15; Node.js a newer version.
  if (/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character)) return character
  const code = character.codePointAt(0) ?? 0
  const digits = (length: number) => code.toString(16).padStart(length, '0')
  if (code < 0x20 || code === 0x7f) return named.get(character) ?? `\\x${digits(2)}`
  return code < 0x1_0000 ? `\\u${digits(4)}` : `\\U${digits(8)}`
}

function isCharacter(code: number): boolean {
  return code <= 0x10_ffff && (code < 0xd800 || code > 0xdfff)
}

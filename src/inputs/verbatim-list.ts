import type { List, ListItem } from './list.ts'

// White space within a line; what may end one.
const blank = '[^\\S\\r\\n]*'
const end = '(?:\\r\\n?|\\n|$)'
// Two quotes are one inside. The closing one is no half of a pair.
const quoted = `${blank}"([^"]*(?:""[^"]*)*)"(?!")`

const patterns = {
  nothing: new RegExp(`${blank}(?:#[^\\r\\n]*)?${end}`, 'y'),
  quoted: new RegExp(`${quoted}${blank}${end}`, 'y'),
  quotedAndMore: new RegExp(quoted, 'y'),
  plain: new RegExp(`${blank}([^\\r\\n]*)${end}`, 'y'),
}

/**
 * Splits a text into entries that stay as they are: a line each, with the white space at its end, or what stands between a
 * quote before the entry and the quote that ends a line, with newlines as they are and `""` for one quote. Blank lines and
 * comments give nothing.
 *
 * Docker's actions read the same entries, with two differences: they take the quotes off a part between commas
 * (`A=1,"b",2`), which stay here, and guess on where a quote stands that can mean nothing, which is refused here.
 */
export function parseVerbatim(text: string): List {
  const items: ListItem[] = []
  let line = 1
  let at = 0
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match === null) return undefined
    at = pattern.lastIndex
    line += lineEnds(match[0])
    return match[1] ?? ''
  }
  while (at < text.length) {
    const begin = line
    if (take(patterns.nothing) !== undefined) continue
    const inQuotes = take(patterns.quoted)?.replaceAll('""', '"')
    if (inQuotes === undefined && startsWithQuote(text, at)) {
      return take(patterns.quotedAndMore) === undefined
        ? { items: [], unclosedQuote: begin }
        : { items: [], strayQuote: line }
    }
    const entry = inQuotes ?? take(patterns.plain) ?? ''
    if (entry.trim() !== '') items.push({ text: entry, line: begin })
  }
  return { items }
}

function startsWithQuote(text: string, at: number): boolean {
  const first = /\S/g
  first.lastIndex = at
  return first.exec(text)?.[0] === '"'
}

function lineEnds(text: string): number {
  return text.match(/\r\n?|\n/g)?.length ?? 0
}

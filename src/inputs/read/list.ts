import { CsvError, parse } from 'csv-parse/sync'
import type { InputKind } from '../schema.ts'

export type ListKind = Extract<InputKind, 'list' | 'lines' | 'options' | 'verbatim'>

export type ListItem = {
  /** Without surrounding whitespace (for `verbatim` with trailing whitespace); never blank. */
  readonly text: string
  /** The line of the input where the item's record begins, from 1. */
  readonly line: number
}

export type List = {
  readonly items: readonly ListItem[]
  /** The line of a quote that is never closed; `items` is then empty. */
  readonly unclosedQuote?: number
  /** The line of a quote of `verbatim` that neither ends its entry nor is doubled; `items` is then empty. */
  readonly strayQuote?: number
}

type CsvRecord = { readonly fields: readonly string[]; readonly line: number }

/**
 * Splits the text of an input into its items, like Docker's actions:
 * - `list`: separated by newlines or commas; a quoted field keeps its comma if another field is on its line.
 * - `lines`: separated by newlines; commas are kept. A line in quotes can contain newlines (`""` is one `"`), quotes
 *   around a part after a comma are removed, other quotes are kept.
 * - `options`: separated by newlines; every quote is kept.
 * - `verbatim`: separated by newlines; everything else is kept. An entry in quotes can contain newlines (`""` is one
 *   `"`).
 * Unlike in Docker's actions, a line of whitespace is ignored, and a line that begins with `#`, indented or not, is a
 * comment in all kinds: no tag, platform, key or option can begin with that character. Inside quotes it is text.
 */
export function parseList(kind: ListKind, text: string): List {
  if (kind === 'verbatim') return parseVerbatim(text)
  const records = readRecords(text.replace(/\r\n?/g, '\n'), kind !== 'options')
  if (typeof records === 'number') return { items: [], unclosedQuote: records }
  const items = records
    .flatMap(({ fields, line }) => split(kind, fields).map((item) => ({ text: item.trim(), line })))
    .filter((item) => item.text !== '')
  return { items }
}

function split(kind: Exclude<ListKind, 'verbatim'>, fields: readonly string[]): readonly string[] {
  if (kind !== 'list') return [fields.join(',')]
  // As in Docker's actions, a quoted field alone on its line is split at its commas nevertheless.
  return fields.length === 1 ? fields.flatMap((field) => field.split(',')) : fields
}

/** Returns the records of `text`, or the line of an unclosed quote. */
function readRecords(text: string, quotes: boolean): readonly CsvRecord[] | number {
  const source = text.split('\n')
  // Creating the parser for each input takes a tenth of the time before the first request.
  if (!(quotes && text.includes('"'))) return plainRecords(source)
  const records: CsvRecord[] = []
  let end = 0
  try {
    parse(text, {
      record_delimiter: '\n',
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
      comment: '#',
      comment_no_infix: true,
      quote: '"',
      on_record: (fields: readonly string[], { lines }) => {
        end = lines
        // `lines` is the last line of the record, which may have begun on an earlier line if fields are quoted.
        const line = lines - (fields.join().split('\n').length - 1)
        // The parser supports comments in the first column only; this handles indented ones.
        if (!/^\s*#/.test(source[line - 1] ?? '')) records.push({ fields, line })
        return null
      },
    })
    return records
  } catch (thrown) {
    if (!(thrown instanceof CsvError && thrown.code === 'CSV_QUOTE_NOT_CLOSED')) throw thrown
    return source.findIndex((line, index) => index >= end && line.includes('"') && !line.startsWith('#')) + 1
  }
}

/** Returns the records of lines without quotes, as the parser reads them. */
function plainRecords(lines: readonly string[]): readonly CsvRecord[] {
  return lines.flatMap((text, index) => {
    if (text === '' || /^\s*#/.test(text)) return []
    return [{ fields: text.split(','), line: index + 1 }]
  })
}

// Whitespace within a line.
const blank = '[^\\S\\r\\n]*'
const end = '(?:\\r\\n?|\\n|$)'
// In quotes, a doubled quote is one quote. The closing quote is not part of a pair.
const quoted = `${blank}"([^"]*(?:""[^"]*)*)"(?!")`

const patterns = {
  nothing: new RegExp(`${blank}(?:#[^\\r\\n]*)?${end}`, 'y'),
  quoted: new RegExp(`${quoted}${blank}${end}`, 'y'),
  quotedAndMore: new RegExp(quoted, 'y'),
  plain: new RegExp(`${blank}([^\\r\\n]*)${end}`, 'y'),
}

/**
 * Splits a text into verbatim entries: one per line, with trailing whitespace, or the text between a quote before the
 * entry and a quote at the end of a line, with newlines kept and `""` for one quote. Blank lines and comments are
 * ignored.
 * Docker's actions differ in two cases: they remove the quotes of a part between commas (`A=1,"b",2`), which are kept
 * here, and guess the meaning of a misplaced quote, which is rejected here.
 */
function parseVerbatim(text: string): List {
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

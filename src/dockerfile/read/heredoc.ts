import { shellWords } from '../expand/expand.ts'
import { tryReading } from '../problem.ts'

/** A here-document as announced: `<<NAME`, `<<-NAME`, `<<"NAME"`. */
export type Announced = {
  readonly name: string
  /** Not so where the delimiter is quoted. */
  readonly expands: boolean
  /** `<<-`: tabs in front of each line are dropped. */
  readonly chomps: boolean
}

/** A here-document with its text as it stands in the file. */
export type HereDocument = Announced & { readonly body: string }

/** The here-document that a word announces, if it does. https://docs.docker.com/reference/dockerfile/#here-documents */
export function readAnnouncement(word: string): Announced | undefined {
  const match = /^\d*<<(-?)([^<]+)$/.exec(word)
  const delimiter = match?.[2]
  if (delimiter === undefined) return undefined
  const [name, ...others] = words(delimiter, 'remove')
  if (name === undefined || others.length > 0) return undefined
  const [quoted = ''] = words(delimiter, 'keep')
  return { name, expands: quotesIn(name) === quotesIn(quoted), chomps: match?.[1] === '-' }
}

/** Those that a line announces, in order. A line whose quotes do not match announces none. */
export function findAnnouncements(line: string): readonly Announced[] {
  const found = tryReading(() => shellWords(line, { quotes: 'keep', escapes: 'keep' }))
  return (found ?? []).map(readAnnouncement).filter((announced) => announced !== undefined)
}

/** Drops the tabs in front of each line. */
export function chomp(body: string): string {
  return body.replace(/(^|\n)\t+/g, '$1')
}

function words(delimiter: string, quotes: 'remove' | 'keep'): readonly string[] {
  return tryReading(() => shellWords(delimiter, { quotes, escapes: 'remove' })) ?? []
}

function quotesIn(text: string): number {
  return text.match(/['"]/g)?.length ?? 0
}

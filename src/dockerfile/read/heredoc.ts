import { shellWords } from '../expand/expand.ts'
import { tryReading } from '../problem.ts'

/** The start of a here-document: `<<NAME`, `<<-NAME` or `<<"NAME"`. */
export type Announced = {
  readonly name: string
  /** False if the delimiter is quoted. */
  readonly expands: boolean
  /** Whether leading tabs of each line are removed (`<<-`). */
  readonly chomps: boolean
}

/** A here-document with its text as written. */
export type HereDocument = Announced & { readonly body: string }

/**
 * Returns the here-document that a word starts, if any. https://docs.docker.com/reference/dockerfile/#here-documents
 */
export function readAnnouncement(word: string): Announced | undefined {
  const match = /^\d*<<(-?)([^<]+)$/.exec(word)
  const delimiter = match?.[2]
  if (delimiter === undefined) return undefined
  const [name, ...others] = words(delimiter, 'remove')
  if (name === undefined || others.length > 0) return undefined
  const [quoted = ''] = words(delimiter, 'keep')
  return { name, expands: quotesIn(name) === quotesIn(quoted), chomps: match?.[1] === '-' }
}

/** Returns the here-documents that a line starts, in order; none if its quotes are unbalanced. */
export function findAnnouncements(line: string): readonly Announced[] {
  const found = tryReading(() => shellWords(line, { quotes: 'keep', escapes: 'keep' }))
  return (found ?? []).map(readAnnouncement).filter((announced) => announced !== undefined)
}

/** Removes leading tabs from each line. */
export function chomp(body: string): string {
  return body.replace(/(^|\n)\t+/g, '$1')
}

function words(delimiter: string, quotes: 'remove' | 'keep'): readonly string[] {
  return tryReading(() => shellWords(delimiter, { quotes, escapes: 'remove' })) ?? []
}

function quotesIn(text: string): number {
  return text.match(/['"]/g)?.length ?? 0
}

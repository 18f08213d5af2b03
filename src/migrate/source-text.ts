/** A text with the offsets of its lines. Lines count from 0, and the last line has a line ending, too. */
export type SourceText = {
  readonly text: string
  /** The line ending of most lines. */
  readonly eol: '\n' | '\r\n'
  /** The offset of each line. */
  readonly starts: readonly number[]
}

/** Replaces the text from `start` to `end`. */
export type Edit = { readonly start: number; readonly end: number; readonly text: string }

/** Indexes the lines of a text, and adds a missing final line ending. */
export function createSourceText(given: string): SourceText {
  const eol = (given.match(/\r\n/g)?.length ?? 0) * 2 > (given.match(/\n/g)?.length ?? 0) ? '\r\n' : '\n'
  const text = given.endsWith('\n') ? given : `${given}${eol}`
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0 && at + 1 < text.length; at = text.indexOf('\n', at + 1))
    starts.push(at + 1)
  return { text, eol, starts }
}

/** Returns the line that contains an offset. */
export function lineOf({ starts }: SourceText, offset: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

/** Returns the offset of a line; the end of the text for the line after the last one. */
export function startOf({ starts, text }: SourceText, line: number): number {
  return starts[line] ?? text.length
}

/** Returns a line without its end; undefined if it does not exist. */
export function lineText(source: SourceText, line: number): string | undefined {
  if (line < 0 || line >= source.starts.length) return undefined
  return source.text.slice(startOf(source, line), startOf(source, line + 1)).replace(/\r?\n$/, '')
}

/** Returns the column of an offset, from 0. */
export function columnOf(source: SourceText, offset: number): number {
  return offset - startOf(source, lineOf(source, offset))
}

/** Replaces whole lines, from `first` to before `after`; `[]` deletes them. */
export function replaceLines(source: SourceText, first: number, after: number, lines: readonly string[]): Edit {
  const text = lines.map((line) => `${line}${source.eol}`).join('')
  return { start: startOf(source, first), end: startOf(source, after), text }
}

/** Applies edits. Edits at the same position are applied in order. Returns undefined if two overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string | undefined {
  let at = 0
  let result = ''
  for (const edit of sortEdits(edits)) {
    if (edit.start < at) return undefined
    result += text.slice(at, edit.start) + edit.text
    at = edit.end
  }
  return result + text.slice(at)
}

/** Returns the edits sorted by position. */
export function sortEdits(edits: readonly Edit[]): readonly Edit[] {
  return edits.toSorted((a, b) => a.start - b.start || a.end - b.end)
}

import type { Field } from './read-workflow.ts'
import { lineText, type SourceText } from './source-text.ts'

/**
 * Copies an input as it is written, with the comments directly above it, so that its key is in the first column.
 * Returns undefined if the input cannot be moved: it is in a flow mapping and has several lines.
 */
export function copyInput(
  source: SourceText,
  field: Field,
  { isBlock, key = field.key }: { readonly isBlock: boolean; readonly key?: string },
): readonly string[] | undefined {
  if (!isBlock) {
    const text = field.range === undefined ? "''" : source.text.slice(field.range.start, field.range.end)
    return /[\r\n]/.test(text) ? undefined : [`${key}: ${text}`]
  }
  let first = field.line
  while (isCommentAt(source, first - 1, field.column)) first -= 1
  const lines: string[] = []
  for (let line = first; line <= field.lastLine; line += 1) {
    const text = lineText(source, line) ?? ''
    const indent = /^ */.exec(text)?.[0].length ?? 0
    const dedented = text.slice(Math.min(indent, field.column))
    lines.push(line === field.line ? `${key}${dedented.slice(field.keyLength)}` : dedented)
  }
  return lines
}

/** Whether a line is a comment that begins in the given column. */
export function isCommentAt(source: SourceText, line: number, column: number): boolean {
  const text = lineText(source, line) ?? ''
  return text[column] === '#' && text.slice(0, column).trim() === ''
}

/** Indents lines; empty ones stay empty. */
export function indentLines(lines: readonly string[], column: number): readonly string[] {
  return lines.map((line) => (line === '' ? '' : `${' '.repeat(column)}${line}`))
}

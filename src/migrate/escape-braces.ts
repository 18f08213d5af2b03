import type { Field } from './read-workflow.ts'
import type { Edit, SourceText } from './source-text.ts'

/** Braces that Polyarch may interpret as an expression, but docker/build-push-action as text. */
const braces = /(?<![$\\{])\{\{([^{}]*)\}\}/g

/** Escapes the braces in an input that Polyarch would interpret as an expression. */
export function escapeEdits(source: SourceText, { range }: Field): readonly Edit[] {
  if (range === undefined) return []
  const text = source.text.slice(range.start, range.end)
  const backslash = text.startsWith('"') ? '\\\\' : '\\'
  return [...text.matchAll(braces)]
    .filter(([, inner = '']) => isWord(inner))
    .map(({ index }) => ({ start: range.start + index, end: range.start + index, text: backslash }))
}

/** Like `escapeEdits`, for one line of a value. */
export function escapeBraces(line: string): string {
  return line.replace(braces, (found, inner: string) => (isWord(inner) ? `\\${found}` : found))
}

function isWord(inner: string): boolean {
  return /^[A-Za-z_]\w*$/.test(inner.trim())
}

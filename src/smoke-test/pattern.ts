import type { TextPattern } from '../inputs/inputs.ts'

/** Whether the text matches the expectation. */
export function matches(pattern: TextPattern, text: string): boolean {
  return typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text)
}

/** Formats the pattern as it was written, for messages. */
export function shownPattern(pattern: TextPattern): string {
  return typeof pattern === 'string' ? JSON.stringify(pattern) : String(pattern)
}

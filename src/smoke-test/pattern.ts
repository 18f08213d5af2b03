import type { Pattern } from '../inputs/inputs.ts'

/** Whether the text has what is expected of it. */
export function matches(pattern: Pattern, text: string): boolean {
  return typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text)
}

/** The pattern as it was written, for messages. */
export function shownPattern(pattern: Pattern): string {
  return typeof pattern === 'string' ? JSON.stringify(pattern) : String(pattern)
}

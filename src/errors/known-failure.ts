import { excerptOf } from '../bounds/excerpt.ts'
import type { ErrorCode } from './action-error.ts'

/** A known failure: the pattern that identifies it, and how to fix it. */
export type KnownFailure = {
  readonly code: ErrorCode
  readonly pattern: RegExp
  /** `$1` is replaced with the first group of the pattern. */
  readonly hint: string
}

/** Returns the first of `failures` that matches an excerpt of `text`, with its hint filled in. */
export function recognize(
  failures: readonly KnownFailure[],
  text: string,
): Pick<KnownFailure, 'code' | 'hint'> | undefined {
  const excerpt = excerptOf(text)
  for (const { code, pattern, hint } of failures) {
    const match = pattern.exec(excerpt)
    if (match) return { code, hint: hint.replaceAll('$1', () => match[1] ?? '') }
  }
  return undefined
}

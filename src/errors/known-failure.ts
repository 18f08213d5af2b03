import { excerptOf } from '../bounds/excerpt.ts'
import type { ErrorCode } from './action-error.ts'

/** A failure that has a name: how it is recognised, and what to do. */
export type KnownFailure = {
  readonly code: ErrorCode
  readonly pattern: RegExp
  /** `$1` in it stands for the first group of the pattern. */
  readonly hint: string
}

/** The first of `failures` that an excerpt of `text` is about, its hint filled in. */
export function recognise(
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

import { ActionError } from '../../errors/action-error.ts'
import { nearest } from '../../text/nearest.ts'
import type { InputName } from '../schema.ts'

/** A problem of an input. */
export type InputProblem = {
  /** The name of the input, which may be one that this step does not have. */
  readonly input: string
  /** The line within the input, from 1, if it has several. */
  readonly line?: number
  /** What was found and what is accepted, without the input's name. */
  readonly message: string
}

/** Reports a problem and continues, so that users see all of them at once. */
export type ReportProblem = (input: InputName, message: string, line?: number) => void

// The runner truncates longer messages.
const mostShown = 100

/** The hint for inputs of a workflow step. */
export const inputHint = 'Correct the `with` block of this step. Nothing has been built yet.'

/** Returns one error for all problems, one per line. */
export function inputError(problems: readonly InputProblem[]): ActionError {
  const lines = problems.slice(0, mostShown).map(({ input, line, message }) => {
    return `${input}${line === undefined ? '' : `, line ${line}`}: ${message.replace(/[\r\n]+/g, ' ')}`
  })
  if (problems.length > mostShown) lines.push(`and ${problems.length - mostShown} more`)
  const title = problems.length === 1 ? 'Invalid input: ' : `${problems.length} problems in the inputs:\n`
  return new ActionError('input-invalid', title + lines.join('\n'), {
    hint: inputHint,
  })
}

/** Returns `found` in quotes on one line, truncated, since it may be arbitrary text. */
export function quote(found: string): string {
  return JSON.stringify(found.length > 80 ? `${found.slice(0, 80)}…` : found)
}

/** Returns "; did you mean …?" if one of `known` is similar to `found`, else "". */
export function didYouMean(found: string, known: Iterable<string>): string {
  const near = nearest(found, known)
  return near === undefined ? '' : `; did you mean ${near}?`
}

/** A value, or the problem of its text. */
export type Read<T> = { readonly value: T } | { readonly problem: string }

// Longer than any valid name or platform: longer texts are not parsed or shown.
const longest = 512

/** Parses `text` with `parse`, which throws ActionError. */
export function readWith<T>(text: string, parse: (text: string) => T): Read<T> {
  if (text.length > longest) return { problem: `expected at most ${longest} characters, found ${text.length}` }
  try {
    return { value: parse(text) }
  } catch (thrown) {
    if (!(thrown instanceof ActionError)) throw thrown
    return { problem: thrown.hint === undefined ? thrown.message : `${thrown.message}. ${thrown.hint}` }
  }
}

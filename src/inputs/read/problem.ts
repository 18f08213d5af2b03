import { ActionError } from '../../errors/action-error.ts'
import { nearest } from '../../text/nearest.ts'
import type { InputName } from '../schema.ts'

/** One thing that is wrong with an input. */
export type InputProblem = {
  /** Its name; a foreign one for an input that this step has not. */
  readonly input: string
  /** Line within the input, from 1, where it has several. */
  readonly line?: number
  /** What was found and what is accepted, without the input's name. */
  readonly message: string
}

/** Takes a problem down and goes on, so that the user sees all of them at once. */
export type ReportProblem = (input: InputName, message: string, line?: number) => void

// The runner cuts what is longer, and nobody reads it.
const mostShown = 100

/** What to do about inputs of a workflow step. */
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

/** `found` in quotes on one line, shortened: it may be anything, and may be long. */
export function quote(found: string): string {
  return JSON.stringify(found.length > 80 ? `${found.slice(0, 80)}…` : found)
}

/** "; did you mean …?" when one of `known` is near to `found`, else nothing. */
export function didYouMean(found: string, known: Iterable<string>): string {
  const near = nearest(found, known)
  return near === undefined ? '' : `; did you mean ${near}?`
}

/** A value that was read, or what is wrong with its text. */
export type Read<T> = { readonly value: T } | { readonly problem: string }

// Longer than any name or platform: what is longer is not worth reading, or showing.
const longest = 512

/** What `parse`, which throws ActionError, makes of `text`. */
export function readWith<T>(text: string, parse: (text: string) => T): Read<T> {
  if (text.length > longest) return { problem: `expected at most ${longest} characters, found ${text.length}` }
  try {
    return { value: parse(text) }
  } catch (thrown) {
    if (!(thrown instanceof ActionError)) throw thrown
    return { problem: thrown.hint === undefined ? thrown.message : `${thrown.message}. ${thrown.hint}` }
  }
}

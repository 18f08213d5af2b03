import { ActionError } from '../errors/action-error.ts'

/** A problem of a Dockerfile. `line` counts from 1. */
export type Problem = { readonly line: number; readonly message: string; readonly cause?: unknown }

/** Collects a problem, so that the user sees all of them at once. */
export type Report = (line: number, message: string, cause?: unknown) => void

/**
 * The cause of a problem that is not left to BuildKit: a text grows over a limit, and would exhaust the memory of the
 * builder.
 */
export class ExcessError extends Error {
  override readonly name = 'ExcessError'
}

// The runner truncates longer messages.
const mostShown = 50

/** Creates the `dockerfile-invalid` error for all problems of `file`, sorted by line and placed at the first. */
export function dockerfileError(file: string, problems: readonly Problem[]): ActionError {
  const sorted = [...problems].sort((a, b) => a.line - b.line)
  const lines = sorted.slice(0, mostShown).map(({ line, message }) => `${file}:${line}: ${oneLine(message)}`)
  if (problems.length > mostShown) lines.push(`and ${problems.length - mostShown} more`)
  const title = problems.length === 1 ? 'Invalid Dockerfile: ' : `${problems.length} problems in the Dockerfile:\n`
  const [first] = sorted
  const excess = problems.find(({ cause }) => cause instanceof ExcessError)?.cause
  return new ActionError('dockerfile-invalid', title + lines.join('\n'), {
    hint: 'Correct the Dockerfile. Nothing has been built yet.',
    ...(first === undefined ? {} : { place: { file, line: first.line } }),
    ...(excess === undefined ? {} : { cause: excess }),
  })
}

/** Creates the error for an invalid text whose place the caller knows: `message` alone, without file and line. */
export function textError(message: string, cause?: unknown): ActionError {
  return new ActionError('dockerfile-invalid', message, cause === undefined ? {} : { cause })
}

/** Creates the error for a text over a limit whose place the caller knows. */
export function excessError(message: string): ActionError {
  return textError(message, new ExcessError(message))
}

/** Whether an error means that a Dockerfile exceeds a limit. */
export function isExcess(error: unknown): boolean {
  return error instanceof ActionError && error.cause instanceof ExcessError
}

/** Runs `read` and reports an error that it throws about the text under `line`. Returns undefined in this case. */
export function attempt<T>(line: number, report: Report, read: () => T): T | undefined {
  try {
    return read()
  } catch (thrown) {
    if (!(thrown instanceof ActionError) || thrown.code !== 'dockerfile-invalid') throw thrown
    report(line, thrown.message, thrown.cause)
    return undefined
  }
}

/** Returns the result of `read`, or undefined if the text is invalid, for callers that leave the error to others. */
export function tryReading<T>(read: () => T): T | undefined {
  return attempt(0, () => {}, read)
}

/** Returns `found` in double quotes, truncated, since it may be arbitrary text. */
export function quoteFound(found: string): string {
  return JSON.stringify(found.length > 120 ? `${found.slice(0, 120)}…` : found)
}

function oneLine(message: string): string {
  // The message may quote the text, which may be a file of one line.
  const short = message.length > 500 ? `${message.slice(0, 500)}…` : message
  return short.replace(/[\r\n]+/g, ' ')
}

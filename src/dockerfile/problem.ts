import { ActionError } from '../errors/action-error.ts'

/** One thing that is wrong with a Dockerfile. `line` counts from 1. */
export type Problem = { readonly line: number; readonly message: string; readonly cause?: unknown }

/** Takes a problem down and goes on, so that the user sees all of them at once. */
export type Report = (line: number, message: string, cause?: unknown) => void

/** The cause of a problem that is not left to BuildKit: a text grows over a limit of ours, and would take the memory of the builder. */
export class ExcessError extends Error {
  override readonly name = 'ExcessError'
}

// The runner cuts what is longer, and nobody reads it.
const mostShown = 50

/** The one `dockerfile-invalid` error for all problems of `file`, by line; it points at the first. */
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

/** What is wrong with a text whose place the caller knows: `message` alone, without file and line. */
export function textError(message: string, cause?: unknown): ActionError {
  return new ActionError('dockerfile-invalid', message, cause === undefined ? {} : { cause })
}

/** What is over a limit, in a text whose place the caller knows. */
export function excessError(message: string): ActionError {
  return textError(message, new ExcessError(message))
}

/** Whether an error says that a Dockerfile is over a limit. */
export function isExcess(error: unknown): boolean {
  return error instanceof ActionError && error.cause instanceof ExcessError
}

/** Runs `read`, and takes down under `line` what it throws about the text. Gives undefined then. */
export function attempt<T>(line: number, report: Report, read: () => T): T | undefined {
  try {
    return read()
  } catch (thrown) {
    if (!(thrown instanceof ActionError) || thrown.code !== 'dockerfile-invalid') throw thrown
    report(line, thrown.message, thrown.cause)
    return undefined
  }
}

/** What `read` gives; undefined where the text is wrong, for readers that leave this to others. */
export function tryReading<T>(read: () => T): T | undefined {
  return attempt(0, () => {}, read)
}

/** `found` in double quotes, shortened: it may be anything, and may be long. */
export function quoteFound(found: string): string {
  return JSON.stringify(found.length > 120 ? `${found.slice(0, 120)}…` : found)
}

function oneLine(message: string): string {
  // It may quote what was found, and that may be a file of one line.
  const short = message.length > 500 ? `${message.slice(0, 500)}…` : message
  return short.replace(/[\r\n]+/g, ' ')
}

import { limits } from '../bounds/limits.ts'
import { annotationAt } from '../dockerfile/read/inline.ts'
import { type ActionError, type ErrorCode, exitStatus, messageOf } from '../errors/action-error.ts'
import { problemsOf } from '../errors/gather.ts'
import type { Host } from '../host/host.ts'
import { codeBlock, codeSpan } from '../text/markdown.ts'

/**
 * Reports a failure: as one annotation per problem, on its file if it has a place; once with all problems in the log;
 * in the job summary; its causes in the debug log; and in the output `error-code`.
 *
 * @returns the exit status of the process
 */
export function reportFailure(error: ActionError, { runner, log }: Pick<Host, 'runner' | 'log'>): number {
  const problems = problemsOf(error)
  const cut = problems.some((problem) => shortened(problem).message !== problem.message)
  if (problems.length > 1 || cut) log.info(describeWithLink(error))
  for (const problem of problems) annotate(problem, runner)
  logCauses(error, log)
  try {
    // A user who cancels a run knows why it ended.
    if (error.code !== 'cancelled') runner.writeSummary(failureSection(error))
  } catch (second) {
    log.warning(`Cannot write the job summary: ${messageOf(second)}`)
  }
  try {
    runner.setOutput('error-code', error.code)
  } catch (second) {
    log.warning(`Cannot write the output error-code: ${messageOf(second)}`)
  }
  return exitStatus(error.code)
}

/** Maximum number of problems in the job summary. */
const mostProblems = 20

/** Renders the section of the job summary about a failure, in GitHub's Markdown: each problem with its hint. */
export function failureSection(error: ActionError): string {
  const problems = problemsOf(error)
  const left = problems.length - mostProblems
  const blocks = problems.slice(0, mostProblems).flatMap((problem) => {
    return [...codeBlock(describeWithLink(shortened(problem)).split('\n')), '']
  })
  const more = left > 0 ? [`${left} more in the log.`, ''] : []
  return [`### Failed: ${codeSpan(error.code)}`, '', ...blocks, ...more].join('\n')
}

/** Writes the causes of an error to the debug log, starting with the direct one. */
export function logCauses(error: ActionError, { debug }: Pick<Host['log'], 'debug'>): void {
  for (let { cause } = error; cause instanceof Error; { cause } = cause) debug(cause.stack ?? cause.message)
}

function annotate(problem: ActionError, runner: Host['runner']): void {
  const { code, place } = problem
  runner.error(describeWithLink(shortened(problem)), {
    title: `Polyarch: ${code}`,
    ...(place === undefined ? {} : annotationAt(place.file, place.line)),
  })
}

/**
 * Truncates the lines of an error's message so that its hint fits: an annotation that is too long is cut at its end.
 */
function shortened({ code, message, hint = '' }: ActionError): Described {
  let room = limits.annotation - hint.length - code.length - linkOf(code).length - 100
  const lines = message.split('\n')
  const kept = lines.filter((line, at) => {
    room -= Math.min(line.length, limits.annotationLine) + 1
    return at === 0 || room >= 0
  })
  const left = lines.length - kept.length
  const note = left === 0 ? [] : [`… (${left} more line${left === 1 ? '' : 's'} in the log)`]
  return { code, message: [...kept, ...note].join('\n'), hint: hint === '' ? undefined : hint }
}

/** Returns the link to the documentation of an error code, for the running major version. */
function linkOf(code: ErrorCode): string {
  return `https://github.com/polyarch/build/blob/v1/docs/reference/errors.md#${code}`
}

type Described = Pick<ActionError, 'message' | 'hint' | 'code'>

/** Formats the message, its hint and the code, one per line. User information is removed from every URL. */
export function describe({ message, hint, code }: Described): string {
  return withoutUserInfo(message, hint, `(${code})`)
}

/** Like `describe`, with the link to the code's section of the documentation. */
export function describeWithLink({ message, hint, code }: Described): string {
  return withoutUserInfo(message, hint, `${code}: ${linkOf(code)}`)
}

function withoutUserInfo(...lines: readonly (string | undefined)[]): string {
  const text = lines.filter((line) => line !== undefined).join('\n')
  return text.replaceAll(/(?<![a-z0-9+.-])([a-z0-9+.-]+:\/\/)[^\s/]+@/gi, '$1***@')
}

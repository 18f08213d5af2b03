import { inlineDockerfile } from '../dockerfile/inline.ts'
import { type ActionError, exitStatus, messageOf } from '../errors.ts'
import { problemsOf } from '../gather.ts'
import type { Host } from '../host/host.ts'

/**
 * Tells a failure: an annotation for each problem, on the file where it has a place, and all of them together once in
 * the log; the cause under debug logging, the `error-code` output.
 *
 * @returns the exit status of the process
 */
export function reportFailure(error: ActionError, { runner, log }: Pick<Host, 'runner' | 'log'>): number {
  const problems = problemsOf(error)
  if (problems.length > 1) log.info(describe(error))
  for (const problem of problems) annotate(problem, runner)
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) log.debug(cause.stack ?? cause.message)
  try {
    runner.setOutput('error-code', error.code)
  } catch (second) {
    log.warning(`Cannot write the output error-code: ${messageOf(second)}`)
  }
  return exitStatus(error.code)
}

function annotate(problem: ActionError, runner: Host['runner']): void {
  // A Dockerfile of the workflow is no file that an annotation could stand beside.
  const place = problem.place?.file === inlineDockerfile ? undefined : problem.place
  runner.error(describe(problem), { title: `Polyarch: ${problem.code}`, ...(place ? { place } : {}) })
}

/** The message with what to do behind it, and no secrets: user information is cut out of every URL. */
export function describe({ message, hint, code }: ActionError): string {
  const text = [message, ...(hint === undefined ? [] : [hint]), `(${code})`].join('\n')
  return text.replaceAll(/(?<![a-z0-9+.-])([a-z0-9+.-]+:\/\/)[^\s/]+@/gi, '$1***@')
}

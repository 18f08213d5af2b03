import { inlineDockerfile } from '../dockerfile/inline.ts'
import { type ActionError, exitStatus } from '../errors.ts'
import type { Host } from '../host/host.ts'

/**
 * Tells a failure: the annotation on the file where there is a place, the cause under debug logging, the `error-code`
 * output.
 *
 * @returns the exit status of the process
 */
export function reportFailure(error: ActionError, { runner, log }: Pick<Host, 'runner' | 'log'>): number {
  // A Dockerfile of the workflow is no file that an annotation could stand beside.
  const place = error.place?.file === inlineDockerfile ? undefined : error.place
  runner.error(describe(error), { title: `Polyarch: ${error.code}`, ...(place ? { place } : {}) })
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) log.debug(cause.stack ?? cause.message)
  runner.setOutput('error-code', error.code)
  return exitStatus(error.code)
}

/** The message with what to do behind it, and no secrets: user information is cut out of every URL. */
export function describe({ message, hint, code }: ActionError): string {
  const text = [message, ...(hint === undefined ? [] : [hint]), `(${code})`].join('\n')
  return text.replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/]+@/gi, '$1***@')
}

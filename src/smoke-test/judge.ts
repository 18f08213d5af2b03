import type { NotStarted } from '../containers/containers.ts'
import { ActionError, type ErrorCode } from '../errors/action-error.ts'
import type { SmokeTest } from '../inputs/inputs.ts'
import { matches, shownPattern } from './pattern.ts'

/** How the run of a container ended. */
export type Ran = {
  readonly end:
    | { readonly kind: 'exited'; readonly status: number }
    | { readonly kind: 'answered' }
    /** `problem` describes the last HTTP response, if one was awaited. */
    | { readonly kind: 'late'; readonly problem: string | undefined }
  /** The lines of both outputs. */
  readonly log: readonly string[]
}

export type Subject = { readonly platform: string; readonly emulated: boolean }

/** Maximum number of log lines in an error. */
const shownLines = 30

/** Returns the error of a failed smoke test, or undefined if it passed. */
export function judge(ran: Ran, test: SmokeTest, subject: Subject): ActionError | undefined {
  const text = ran.log.join('\n')
  if (ran.end.kind === 'exited' && ran.end.status !== 0 && /exec format error/i.test(text)) {
    return cannotStart(subject, text)
  }
  const problem = problemOf(ran, test, text)
  if (problem === undefined) return undefined
  const shown = ran.log.slice(-shownLines)
  const log =
    shown.length === 0 ? 'It printed nothing' : `The end of its log:\n${shown.map((line) => `  ${line}`).join('\n')}`
  return failure('smoke-failed', `${subjectOf(subject)} does not pass the smoke test: ${problem}. ${log}`, {
    subject,
    hint: hintFor(ran, test, { ...subject, text }),
  })
}

/** Creates the error for a container that does not start. */
export function notStarted({ reason, busyPort }: NotStarted, subject: Subject): ActionError {
  if (/exec format error/i.test(reason)) return cannotStart(subject, reason)
  if (busyPort === undefined) {
    const hint = 'Check `entrypoint`, `command`, `user`, `workdir` and `volumes` of `smoke-test` against the image.'
    return failure('smoke-failed', `${subjectOf(subject)} does not start: ${reason}`, { subject, hint })
  }
  const { port, holder = 'another process' } = busyPort
  return failure('smoke-failed', `${subjectOf(subject)} does not start: port ${port} is in use by ${holder}`, {
    subject,
    hint: 'Omit the port before the colon in `ports` to use a free one.',
  })
}

function problemOf({ end }: Ran, { output, status, http, timeout }: SmokeTest, text: string): string | undefined {
  const missing = output === undefined || matches(output, text) ? undefined : `did not print ${shownPattern(output)}`
  const asked = http && `GET ${http.path} on port ${http.port}`
  switch (end.kind) {
    case 'late':
      if (asked === undefined) return `it was still running after ${timeout / 1000} s`
      return `${asked} was not answered as expected within ${timeout / 1000} s (${end.problem ?? 'no answer'})`
    case 'answered':
      return missing && `it answered, but ${missing}`
    case 'exited':
      if (asked !== undefined) return `it exited with ${end.status} before ${asked} was answered`
      if (end.status !== status) return `it exited with ${end.status}, expected ${status}`
      return missing && `it ${missing}`
  }
}

function hintFor({ end }: Ran, { http }: SmokeTest, { emulated, text }: Subject & { readonly text: string }): string {
  const crashed = (end.kind === 'exited' && end.status === 139) || /uncaught target signal/.test(text)
  if (crashed && emulated) {
    return 'Use a newer QEMU, or a machine of this platform: under emulation, this exit status usually means that the emulator crashed.'
  }
  if (end.kind === 'exited' && end.status === 137)
    return 'Check the memory: status 137 means that the process was killed, usually because it ran out of memory.'
  if (http !== undefined) {
    return end.kind === 'exited'
      ? 'Check in the log why the service ended, and that `smoke-test` gives it the `env`, `volumes` and `command` it needs.'
      : 'Check that the service listens on 0.0.0.0 and on the port that `expect: http:` names, or raise `timeout`.'
  }
  if (end.kind !== 'late') {
    return 'Compare the log of the container with what `smoke-test` expects (`expect: status:`, `expect: output:`), or start the image with the same command on your machine.'
  }
  return 'A service does not exit. Set the expected answer in `expect: http:`, or raise `timeout`.'
}

function cannotStart(subject: Subject, found: string): ActionError {
  const line = found
    .split('\n')
    .find((one) => /exec format error/i.test(one))
    ?.trim()
  const hint = subject.emulated
    ? 'Set up an emulator for this platform on the Docker host with docker/setup-qemu-action (on Kubernetes: on the nodes), or run the step on a machine of this platform.'
    : 'Check the entrypoint: it is for another platform, or a script without a #! line.'
  return failure('platform-unsupported', `${subjectOf(subject)} cannot be run here: ${line}`, { subject, hint })
}

function subjectOf({ platform }: Subject): string {
  return `The image for ${platform}`
}

function failure(
  code: ErrorCode,
  message: string,
  { subject, hint }: { readonly subject: Subject; readonly hint: string | undefined },
): ActionError {
  return new ActionError(code, message, { platform: subject.platform, hint })
}

import type { NotStarted } from '../containers/containers.ts'
import { ActionError, type ErrorCode } from '../errors/action-error.ts'
import type { SmokeTest } from '../inputs/inputs.ts'
import { matches, shownPattern } from './pattern.ts'

/** How a container's run came to its end. */
export type Ran = {
  readonly end:
    | { readonly kind: 'exited'; readonly status: number }
    | { readonly kind: 'answered' }
    /** `problem` is what was wrong with the last HTTP answer, if one was awaited. */
    | { readonly kind: 'late'; readonly problem: string | undefined }
  /** What it printed, on both outputs. */
  readonly log: readonly string[]
}

export type Subject = { readonly platform: string; readonly emulated: boolean }

/** Lines of a log that an error shows. */
const shownLines = 30

/** What is wrong with how the image ran, or undefined when it passed. */
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

/** Returns the error for a container that does not start. */
export function notStarted({ reason, busyPort }: NotStarted, subject: Subject): ActionError {
  if (/exec format error/i.test(reason)) return cannotStart(subject, reason)
  if (busyPort === undefined) {
    const hint = 'Check `entrypoint`, `command`, `user`, `workdir` and `volumes` of `smoke-test` against the image.'
    return failure('smoke-failed', `${subjectOf(subject)} does not start: ${reason}`, { subject, hint })
  }
  const { port, holder = 'another process' } = busyPort
  return failure('smoke-failed', `${subjectOf(subject)} does not start: port ${port} is in use by ${holder}`, {
    subject,
    hint: 'Leave out the port before the colon in `ports`, and a free one is taken.',
  })
}

function problemOf({ end }: Ran, { output, status, http, timeout }: SmokeTest, text: string): string | undefined {
  const missing = output === undefined || matches(output, text) ? undefined : `did not print ${shownPattern(output)}`
  const asked = http && `GET ${http.path} on port ${http.port}`
  switch (end.kind) {
    case 'late':
      if (asked === undefined) return `it still runs after ${timeout / 1000} s`
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
    return 'It ran under an emulator, and crashed as programs do when the emulator fails, not the program: try a newer QEMU, or a machine of this platform.'
  }
  if (end.kind === 'exited' && end.status === 137)
    return '137 is the status of what was killed, most often for want of memory.'
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
    ? 'There is no emulator for this platform where Docker runs: set one up with docker/setup-qemu-action, or run the step on a machine of this platform.'
    : 'The file that is started is for another platform, or a script without a #! line.'
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

import { excerptOf } from '../../bounds/excerpt.ts'
import { ActionError, type Place } from '../../errors.ts'
import { recognise } from '../../known-failure.ts'
import { emulatedFailures, knownFailures, runFailures } from './known-failures.ts'
import type { FailedStep } from './progress.ts'

/** What is known of a build that did not exit with 0. */
export type BuildFailure = {
  readonly status: number
  /** What buildx printed besides progress. */
  readonly messages: readonly string[]
  readonly failed: FailedStep | undefined
  /** Path of the Dockerfile as the user would name it. */
  readonly dockerfile: string
  /** The platform of this call when it is one of several that are built in turn: steps do not name it then. */
  readonly platform: string | undefined
  /** Whether the builder runs programs of this platform in an emulator. */
  readonly isEmulated?: (platform: string) => boolean
  /** More about a file of the context that is not there: the line of .dockerignore that leaves it out. */
  readonly explainMissing?: (path: string) => string | undefined
}

/** What every error begins with, the longer forms from Docker 20.10. */
const preamble =
  /^ERROR: (?:(?:failed to build|failed to solve|rpc error: code = Unknown desc = failed to solve with frontend \S+|failed to create LLB definition): )*/

/** The lines buildx prints above the error: `Dockerfile:5`, then the lines around it between two rules. */
const placeLine = /^(\S.*):(\d+)$/
/** How BuildKit names a file of the context that is not there: from its root. Docker 20.10 names its own folder. */
const missingPath = /"\/([^"]+)"(?:: not found| not found: not found)$/m
const parseErrorLine = /dockerfile parse error (?:on )?line (\d+)/i
/** How BuildKit, and the one in Docker 20.10, name a RUN that failed. The command itself may hold any words. */
const ranCommand = /(?:process ".*" did not complete successfully|executor failed running \[.*\]): exit code: (\d+)/s

/** What comes before the reason where a RUN could not be run to its end; the command is the user's. */
const commandOfRun = /^process ".*"(?= did not complete successfully: )|^executor failed running \[.*\]/s

/**
 * The error behind a failed build: what failed, on which platform and line, with the last lines of that step.
 * Pure; the texts it knows are those of BuildKit 0.8 to 0.25.
 */
export function toBuildError(failure: BuildFailure): ActionError {
  const { failed, messages } = failure
  const summary = excerptOf(summaryOf(messages) ?? failed?.error ?? `buildx exited with ${failure.status}`)
  const [, exitCode] = ranCommand.exec(summary) ?? []
  const place = placeOf(messages, failure.dockerfile)
  const platform = failed && (failed.platform ?? failure.platform)
  // A RUN that failed may have printed anything; little of it counts.
  const known =
    exitCode === undefined
      ? recognise(knownFailures, summary.replace(commandOfRun, ''))
      : recognise(
          platform !== undefined && failure.isEmulated?.(platform) ? emulated : runFailures,
          [...(failed?.output ?? []), `exit code: ${exitCode}`].join('\n'),
        )
  const where = [
    platform && `for ${platform}`,
    place && `at ${place.file}:${place.line}`,
    failed && failed.name !== '' && `in ${failed.name}`,
  ].filter(Boolean)
  return new ActionError(
    known?.code ?? 'build-failed',
    [
      `Cannot build${where.length === 0 ? '' : ` ${where.join(' ')}`}: ${summary}`,
      ...(failed && failed.output.length > 0
        ? ['Last lines of that step:', ...failed.output.map((line) => `  ${line}`)]
        : []),
    ].join('\n'),
    {
      hint: known?.hint ?? hintFor(summary, exitCode, failure),
      ...(place ? { place } : {}),
      ...(platform ? { platform } : {}),
    },
  )
}

const emulated = [...runFailures, ...emulatedFailures]

function hintFor(summary: string, exitCode: string | undefined, { explainMissing }: BuildFailure): string {
  if (exitCode === '139') {
    return 'The command of this step crashed. If the platform is emulated, that is often the emulator: build it on a native node, or cross-compile.'
  }
  if (exitCode !== undefined) return 'The command of this step failed; its own output above says why.'
  const [, missing] = missingPath.exec(summary) ?? []
  if (missing !== undefined || /failed to calculate checksum|failed to walk|no such file|not found$/.test(summary)) {
    const more = missing === undefined ? undefined : explainMissing?.(missing)
    return (
      more ??
      'A file that the Dockerfile copies is not in the build context, or not in the stage that --from names: check its path, `context`, and .dockerignore.'
    )
  }
  return 'The log above shows the steps of the build.'
}

/** buildx's `ERROR:` line with the words removed that every error has. */
function summaryOf(messages: readonly string[]): string | undefined {
  const index = messages.findLastIndex((line) => line.startsWith('ERROR: '))
  if (index < 0) return messages.findLast((line) => line.trim() !== '')
  const [first = '', ...rest] = messages.slice(index)
  const text = first.replace(preamble, '')
  return [text, ...rest.filter((line) => line.trim() !== '' && !line.startsWith('View build details'))]
    .join('\n')
    .trim()
}

function placeOf(messages: readonly string[], dockerfile: string): Place | undefined {
  for (const [index, line] of messages.entries()) {
    const found = placeLine.exec(line)
    if (found && messages[index + 1]?.startsWith('-----')) return { file: dockerfile, line: Number(found[2]) }
  }
  const parseError = parseErrorLine.exec(messages.join('\n'))
  return parseError ? { file: dockerfile, line: Number(parseError[1]) } : undefined
}

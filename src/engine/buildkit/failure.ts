import { excerptOf } from '../../bounds/excerpt.ts'
import { ActionError, type Place } from '../../errors/action-error.ts'
import { recognize } from '../../errors/known-failure.ts'
import { gitFailures, gitReason } from '../../source/git/git-failures.ts'
import { goneHow, wentAwayDuring } from './gone.ts'
import { isInternal } from './internal-failures.ts'
import { emulatedFailures, knownFailures, runFailures } from './known-failures.ts'
import type { FailedStep } from './progress.ts'

/** What is known about a build that did not exit with 0. */
export type BuildFailure = {
  readonly status: number
  /** The output of buildx without progress. */
  readonly messages: readonly string[]
  readonly failed: FailedStep | undefined
  /** Path of the Dockerfile as the user writes it. */
  readonly dockerfile: string
  /** The platform of this call if several are built one after another; steps do not name it then. */
  readonly platform: string | undefined
  /** Whether the builder executes binaries of this platform in an emulator. */
  readonly isEmulated?: (platform: string) => boolean
  /** Describes a missing file of the context: the line of .dockerignore that excludes it. */
  readonly explainMissing?: (path: string) => string | undefined
  /** The context, if the builder fetches it. */
  readonly remote?: RemoteContext
  /** The image that generates the SBOM, if one is requested. */
  readonly sbomGenerator?: string
}

export type RemoteContext = {
  readonly kind: 'git' | 'archive'
  readonly url: string
  /** Path of the Dockerfile in the context. */
  readonly file: string
}

/** The start of every error; the longer forms are from Docker 20.10. */
const preamble =
  /^ERROR: (?:(?:failed to build|failed to solve|rpc error: code = Unknown desc = failed to solve with frontend \S+|failed to create LLB definition): )*/

/** The lines that buildx prints above the error: `Dockerfile:5`, then the source lines between two rules. */
const placeLine = /^(\S.*):(\d+)$/
/** How BuildKit names a missing file of the context: relative to its root. Docker 20.10 prints its own directory. */
const missingPath = /"\/([^"]+)"(?:: not found| not found: not found)$/m
const parseErrorLine = /dockerfile parse error (?:on )?line (\d+)/i
/** How BuildKit and Docker 20.10 name a RUN that failed. The command can contain any text. */
const ranCommand = /(?:process ".*" did not complete successfully|executor failed running \[.*\]): exit code: (\d+)/s

/** How BuildKit names what it fetched with Git: in `git stderr:` or, in Docker 20, in the output of the step. */
const byGit =
  /git stderr:|error: exit status \d+\nstderr:|error fetching default branch for repository|failed to (?:fetch|checkout) remote \S+:|failed to update submodules for |repository does not contain ref|\binvalid subdir\b/

/** The text before the reason if a RUN could not be completed; the command is the user's. */
const commandOfRun = /^process ".*"(?= did not complete successfully: )|^executor failed running \[.*\]/s

/**
 * Returns the error for a failed build: what failed, on which platform and line, with the last lines of that step.
 * Pure. The known messages are those of BuildKit 0.8 to 0.25.
 */
export function toBuildError(failure: BuildFailure): ActionError {
  const { failed, messages } = failure
  const summary = excerptOf(summaryOf(messages) ?? failed?.error ?? `buildx exited with ${failure.status}`)
  const [, exitCode] = ranCommand.exec(summary) ?? []
  const place = placeOf(messages, failure.dockerfile)
  const platform = failed && (failed.platform ?? failure.platform)
  // A failed RUN can print anything, so only part of its output is interpreted.
  if (exitCode === undefined) {
    const fetched = fetchError(summary, failure) ?? contextError(summary, failure) ?? generatorError(summary, failure)
    if (fetched) return fetched
  }
  const reason = summary.replace(commandOfRun, '')
  const known =
    exitCode === undefined
      ? recognize(knownFailures, reason)
      : recognize(
          platform !== undefined && failure.isEmulated?.(platform) ? emulated : runFailures,
          [...(failed?.output ?? []), `exit code: ${exitCode}`].join('\n'),
        )
  // A failure of the engine has no line in the Dockerfile.
  if (known?.code === 'daemon-unreachable' || (known?.code === 'engine-failed' && isInternal(reason))) {
    const during =
      known.code === 'daemon-unreachable' && failed && failed.name !== '' && goneHow(reason) !== undefined
        ? isWaiting(failed.name)
          ? ''
          : `${wentAwayDuring}${failed.name}: `
        : ''
    return new ActionError(known.code, `Cannot build: ${during}${summary}`, { hint: known.hint })
  }
  const where = [
    platform && `for ${platform}`,
    place && `at ${place.file}:${place.line}`,
    failed && failed.name !== '' && `in ${failed.name}`,
  ].filter(Boolean)
  return new ActionError(
    known?.code ?? 'build-failed',
    [
      `Cannot build${where.length === 0 ? '' : ` ${where.join(' ')}`}: ${failed && failed.name !== '' ? withoutCommand(summary) : summary}`,
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

/** BuildKit's message about a RUN without its command, which the name of the step contains. */
function withoutCommand(summary: string): string {
  return summary.replace(/^process ".*"(?= did not complete successfully: )/s, 'the command')
}

function isWaiting(stepName: string): boolean {
  return /^\[internal\] (?:waiting for connection|booting buildkit)/.test(stepName)
}

/** For a context, a named context or an `ADD` that the builder fetches with Git. */
function fetchError(summary: string, failure: BuildFailure): ActionError | undefined {
  if (!byGit.test(summary) || isInternal(summary)) return undefined
  const output = failure.failed?.output ?? []
  const text = excerptOf([...output, summary].join('\n'))
  // The last line is the reason: a step prints Git's output of each attempt.
  const reason =
    gitReason(summary) ??
    gitReason(output.join('\n')) ??
    (summary.split('\n')[0] ?? '').replace(/^(?:failed to [\w .]+: )+(?=\S)/, '').replace(/, output: ""$/, '')
  const known = recognize(gitFailures, reason) ?? recognize(gitFailures, text)
  return new ActionError(known?.code ?? 'context-unreadable', `Cannot fetch ${remoteOf(text, failure)}: ${reason}`, {
    hint: known?.hint ?? 'The log above shows what Git says.',
  })
}

/** Returns the repository that an error is about, without user and password. */
function remoteOf(text: string, { failed, remote }: Pick<BuildFailure, 'failed' | 'remote'>): string {
  const said =
    /(?:for repository|failed to (?:fetch|checkout) remote|unable to access|repository) '?(\S+?\.git)\b/.exec(text)
  const named = /(?:git source|ADD) (\S+:\S+|github\.com\/\S+)/.exec(excerptOf(failed?.name ?? ''))
  return withoutUser(named?.[1] ?? said?.[1] ?? remote?.url ?? 'a Git repository')
}

/**
 * For a context that the builder fetched or failed to fetch: an archive over HTTP, or a repository without the
 * Dockerfile.
 */
function contextError(summary: string, { remote }: BuildFailure): ActionError | undefined {
  if (remote === undefined) return undefined
  const url = withoutUser(remote.url)
  const missing =
    /failed to read dockerfile: (?:open|failed to open|lstat|stat) (\S+?): no such file or directory/.exec(summary)
  if (missing) {
    return new ActionError('dockerfile-not-found', `Cannot build: ${remote.file} does not exist in ${url}`, {
      hint:
        remote.kind === 'git'
          ? 'Set `file` to a path in the repository, or in the directory that the URL names after `#ref:`. It does not start from the workspace.'
          : 'Set `file` to a path in the archive. It does not start from the workspace.',
    })
  }
  if (remote.kind !== 'archive' || !/failed to (?:read downloaded context|stat policy file)/.test(summary))
    return undefined
  const [, status] = /invalid response status (\d{3})/.exec(summary) ?? []
  if (status === '404' || status === '410') {
    return new ActionError('context-not-found', `Cannot fetch ${url}: the server answered ${status}`, {
      hint: 'Check the URL in `context`.',
    })
  }
  if (status === '401' || status === '403') {
    return new ActionError('context-unreadable', `Cannot fetch ${url}: the server answered ${status}`, {
      hint: 'Download the archive in a step before this one: the builder sends no credentials.',
    })
  }
  return undefined
}

/** For the image that generates the SBOM, which BuildKit pulls after the build. */
function generatorError(summary: string, { sbomGenerator }: BuildFailure): ActionError | undefined {
  if (sbomGenerator === undefined || !summary.includes(sbomGenerator)) return undefined
  const known = recognize(knownFailures, summary)
  return new ActionError(known?.code ?? 'image-not-found', `Cannot attach an SBOM: ${summary}`, {
    hint: `Check that the builder can pull the generator, name another one with \`sbom: generator=…\`, or set \`sbom: false\`.`,
  })
}

function withoutUser(url: string): string {
  return url.replace(/:\/\/[^/@\s]*@/, '://')
}

const emulated = [...runFailures, ...emulatedFailures]

function hintFor(summary: string, exitCode: string | undefined, { explainMissing }: BuildFailure): string {
  if (exitCode === '139') {
    return 'The command of this step crashed. If the platform is emulated, that is often the emulator: build it on a native node, or cross-compile.'
  }
  if (exitCode !== undefined) return 'Read the output of the command above for the cause.'
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

/** Returns buildx's `ERROR:` line without the words that every error contains. */
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

import { ActionError, type ErrorCode, type Place } from '../../errors.ts'
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
}

type Recognised = { readonly code: ErrorCode; readonly pattern: RegExp; readonly hint: string }

/**
 * What BuildKit's last line means, first match wins. Registry answers come before everything that could quote them, and
 * are matched as BuildKit words them: a file's `permission denied` in a RUN step is none of them.
 */
const recognised: readonly Recognised[] = [
  {
    code: 'daemon-unreachable',
    pattern:
      /Cannot connect to the Docker daemon|permission denied while trying to connect|error during connect|connection refused.*buildkit|listing workers|failed to receive status|^context deadline exceeded$/i,
    hint: 'The daemon or builder went away. Look at its log, and whether the machine ran out of memory.',
  },
  {
    code: 'builder-not-found',
    pattern: /no builder "|failed to find (?:driver|instance)/i,
    hint: '`docker buildx ls` lists the builders of this machine.',
  },
  {
    code: 'input-invalid',
    pattern: /target stage "?[^"]*"? could not be found/i,
    hint: '`target` must be the name of a stage, as in `FROM … AS name`.',
  },
  {
    code: 'dockerfile-not-found',
    pattern: /failed to read dockerfile|failed to fetch dockerfile/i,
    hint: 'Name the Dockerfile with `file`; its path starts from the workspace.',
  },
  {
    code: 'registry-denied',
    pattern:
      /pull access denied|insufficient_scope|(?:401 Unauthorized|403 Forbidden)|authorization failed|failed to authorize|unauthorized: |(?<!permission )denied: /i,
    hint: 'The session may be expired or missing: give `username` and `password`, or run docker login before this step. For a private base image the credentials must be allowed to read it.',
  },
  {
    code: 'platform-unsupported',
    pattern: /no match for platform in manifest/i,
    hint: 'The base image has no such platform: build for fewer platforms or take another base image.',
  },
  {
    code: 'platform-unsupported',
    pattern: /exec format error/i,
    hint: 'A RUN step needs to run a program of another platform and there is no emulator for it: set one up (docker/setup-qemu-action), build on a native node, or cross-compile with FROM --platform=$BUILDPLATFORM.',
  },
  {
    code: 'registry-unavailable',
    pattern:
      /(?:unexpected status.*|: )(?:429|5\d\d) |too many requests|toomanyrequests|TLS handshake timeout|i\/o timeout|connection reset by peer|context deadline exceeded/i,
    hint: 'A registry failed in passing; run the job again.',
  },
  {
    code: 'registry-unreachable',
    pattern: /dial tcp.*(?:no such host|connection refused|no route to host|network is unreachable)/i,
    hint: 'The builder cannot reach the registry: check its name, the network of the builder and its proxy settings.',
  },
  {
    code: 'image-not-found',
    pattern:
      /failed to (?:resolve source metadata|solve: \S+: failed to resolve).*not found|manifest unknown|: not found: not found|^\S+:\S+: not found$/i,
    hint: 'The base image does not exist under this name and tag.',
  },
  { code: 'disk-full', pattern: /no space left on device/i, hint: 'Free disk space on the machine of the builder.' },
]

/** What every error begins with, the longer forms from Docker 20.10. */
const preamble =
  /^ERROR: (?:(?:failed to build|failed to solve|rpc error: code = Unknown desc = failed to solve with frontend \S+|failed to create LLB definition): )*/

/** The lines buildx prints above the error: `Dockerfile:5`, then the lines around it between two rules. */
const placeLine = /^(\S.*):(\d+)$/
const parseErrorLine = /dockerfile parse error (?:on )?line (\d+)/i
/** How BuildKit, and the one in Docker 20.10, name a RUN that failed. The command itself may hold any words. */
const ranCommand = /(?:process ".*" did not complete successfully|executor failed running \[.*\]): exit code: (\d+)/s

/**
 * The error behind a failed build: what failed, on which platform and line, with the last lines of that step.
 * Pure; the texts it knows are those of BuildKit 0.8 to 0.25.
 */
export function toBuildError(failure: BuildFailure): ActionError {
  const { failed, messages } = failure
  const summary = summaryOf(messages) ?? failed?.error ?? `buildx exited with ${failure.status}`
  const [, exitCode] = ranCommand.exec(summary) ?? []
  // A RUN that failed may have printed anything; only its exit status counts.
  const known =
    exitCode !== undefined && !/exec format error/.test(failed?.output.join('\n') ?? '')
      ? undefined
      : recognise(summary, failed)
  const place = placeOf(messages, failure.dockerfile)
  const platform = failed && (failed.platform ?? failure.platform)
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
      hint: known?.hint ?? hintFor(summary, exitCode, failed),
      ...(place ? { place } : {}),
      ...(platform ? { platform } : {}),
    },
  )
}

function recognise(summary: string, failed: FailedStep | undefined): Recognised | undefined {
  const text = `${summary}\n${failed?.output.join('\n') ?? ''}`
  return recognised.find(({ code, pattern }) => pattern.test(code === 'platform-unsupported' ? text : summary))
}

function hintFor(summary: string, exitCode: string | undefined, failed: FailedStep | undefined): string {
  if (failed?.output.some((line) => line.includes('uncaught target signal'))) {
    return 'The emulator crashed, not your program: build this platform on a native node, or cross-compile.'
  }
  if (exitCode === '139') {
    return 'The command of this step crashed. If the platform is emulated, that is often the emulator: build it on a native node, or cross-compile.'
  }
  if (exitCode !== undefined) return 'The command of this step failed; its own output above says why.'
  if (/failed to calculate checksum|not found$/.test(summary)) {
    return 'A file that the Dockerfile copies is not in the build context: check its path, `context`, and .dockerignore.'
  }
  if (/dockerfile parse error/i.test(summary)) return 'Mend that line: https://docs.docker.com/reference/dockerfile/'
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

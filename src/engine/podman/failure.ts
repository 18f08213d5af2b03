import { excerptOf } from '../../bounds/excerpt.ts'
import { ActionError, type Place } from '../../errors/action-error.ts'
import { type KnownFailure, recognize } from '../../errors/known-failure.ts'
import { plainHttp } from '../../retry/network-faults.ts'
import { emulatedFailures, knownFailures, runFailures } from '../buildkit/known-failures.ts'
import type { PodmanStep } from './progress.ts'

/** What is known of a `podman build` that did not exit with 0. */
export type PodmanFailure = {
  readonly program: string
  readonly status: number
  readonly platform: string
  readonly isEmulated: boolean
  /** What it printed behind `Error: `. */
  readonly error: string | undefined
  readonly step: PodmanStep | undefined
  /** Where the step stands in the Dockerfile. */
  readonly place: Place | undefined
  readonly explainMissing: (path: string) => string | undefined
}

/** How Podman says that the command of a RUN ended with a status. */
const ranCommand = /while running runtime: exit status (\d+)|error while running runtime: exit status (\d+)/

/** Texts of Podman 4.3 to 5.8, besides those that it shares with BuildKit: both print what registries and Go's network code say. */
const podmanFailures: readonly KnownFailure[] = [
  {
    code: 'registry-unreachable',
    pattern: plainHttp,
    hint: 'The registry speaks plain HTTP. Write its address with `http://` in `registry` or `registries`, or set `insecure = true` for it in registries.conf.',
  },
  {
    code: 'image-not-found',
    pattern: /manifest unknown|name unknown|repository name not known to registry/i,
    hint: 'Check the name and the tag in the Dockerfile. If the image is private, log in: registries give the same answer without credentials.',
  },
  {
    code: 'platform-unsupported',
    pattern: /no image found in (?:manifest list|image index) for architecture/,
    hint: 'Remove the platform from `platforms`, or use a base image that has it.',
  },
  {
    code: 'registry-unavailable',
    pattern: /received unexpected HTTP status: (?:408|425|429|5\d\d)|toomanyrequests|too many requests/i,
    hint: 'The registry does not answer, or limits the rate of requests. Run the job again later; with credentials the limits are higher.',
  },
  {
    code: 'registry-denied',
    pattern:
      /unauthorized: |authentication required|requested access to the resource is denied|invalid username\/password/i,
    hint: 'Log in with credentials that are allowed to read the image: `registry`, `username` and `password`, or `registries`.',
  },
  {
    code: 'secret-not-found',
    pattern: /secret required but no secret with id/,
    hint: 'Add the secret to `secrets`.',
  },
  {
    code: 'daemon-unreachable',
    pattern: /Cannot connect to Podman|unable to connect to Podman socket/i,
    hint: 'Start the virtual machine with `podman machine start`.',
  },
  {
    code: 'engine-failed',
    pattern: /newuidmap|newgidmap|no subuid ranges found|insufficient UIDs or GIDs|setting supplemental groups list/i,
    hint: 'Rootless Podman requires `uidmap` and ranges for the user in /etc/subuid and /etc/subgid: `usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER`.',
  },
]

const emulated = [...runFailures, ...emulatedFailures]

/** The error behind a failed build: the operation, the platform, the line, and the last lines of the step. Pure. */
export function toPodmanError(failure: PodmanFailure): ActionError {
  const { program, status, platform, step, place, error } = failure
  const summary = excerptOf(error ?? `${program} exited with ${status}`).trim()
  const reason = summary.replace(/^building at STEP ".*?": /s, '')
  const match = ranCommand.exec(reason)
  const exitCode = match?.[1] ?? match?.[2]
  const known =
    exitCode === undefined
      ? (recognize(podmanFailures, reason) ?? recognize(knownFailures, reason))
      : recognize(
          failure.isEmulated ? emulated : runFailures,
          [...(step?.output ?? []), `exit code: ${exitCode}`].join('\n'),
        )
  const where = [
    `for ${platform}`,
    place && `at ${place.file}:${place.line}`,
    step && `in ${excerptOf(step.text, 300)}`,
  ].filter(Boolean)
  const what = exitCode === undefined ? reason : `the command did not complete successfully: exit code: ${exitCode}`
  const output = exitCode === undefined ? [] : (step?.output ?? [])
  return new ActionError(
    known?.code ?? 'build-failed',
    [
      `Cannot build ${where.join(' ')}: ${what}`,
      ...(output.length > 0 ? ['Last lines of that step:', ...output.map((line) => `  ${line}`)] : []),
    ].join('\n'),
    { hint: known?.hint ?? hintFor(reason, exitCode, failure), platform, ...(place ? { place } : {}) },
  )
}

function hintFor(reason: string, exitCode: string | undefined, { explainMissing }: PodmanFailure): string {
  if (exitCode !== undefined) return 'Read the output of the command above for the cause.'
  const [, missing] = /copier: stat: "\/([^"]+)": no such file/.exec(reason) ?? []
  if (missing !== undefined || /no such file or directory|no items matching glob/.test(reason)) {
    const more = missing === undefined ? undefined : explainMissing(missing)
    return (
      more ??
      'A file that the Dockerfile copies is not in the build context, or not in the stage that --from names: check its path, `context`, and .dockerignore.'
    )
  }
  return 'The log above shows the steps of the build.'
}

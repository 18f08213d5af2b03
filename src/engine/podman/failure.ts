import { excerptOf } from '../../bounds/excerpt.ts'
import { ActionError, type Place } from '../../errors/action-error.ts'
import { type KnownFailure, recognize } from '../../errors/known-failure.ts'
import { plainHttp, unreachable, untrusted } from '../../retry/network-faults.ts'
import { emulatedFailures, knownFailures, runFailures } from '../buildkit/known-failures.ts'
import type { PodmanStep } from './progress.ts'
import { storageChanged } from './retry-table.ts'
import { machineGone, machineHint, needsRanges, rangesHint } from './start-problem.ts'

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
const ranCommand = /while running runtime: exit status (\d+)/

/** How Podman reports that the command of a RUN was not started; it ends as if the command had returned 1. */
const notStarted = /^error running container: from \S+ creating container for \[.*\]: (.+)/

/** Texts of Podman 4.3 to 5.8, besides those that it shares with BuildKit: both print what registries and Go's network code say. */
const podmanFailures: readonly KnownFailure[] = [
  {
    code: 'disk-full',
    // Before all others: Podman reports a full disk while it cleans up after another error.
    pattern: /no space left on device|disk quota exceeded/,
    hint: 'Free disk space for the storage of Podman (`podman system df`, `podman system prune`).',
  },
  {
    code: 'engine-failed',
    pattern: storageChanged,
    hint: 'Run the job again. Another process removed containers or images of this user during the build, such as `podman system prune`.',
  },
  {
    code: 'download-failed',
    // ADD of a URL.
    pattern: /: reading "https?:\/\/|^reading "https?:\/\//,
    hint: 'Check the URL, and the network, certificates and proxy of this machine.',
  },
  {
    code: 'feature-missing',
    pattern: /could not find (?:pasta|slirp4netns)|"(?:pasta|slirp4netns)": executable file not found/,
    hint: 'Install `passt` (Podman 5) or `slirp4netns` (Podman 4): rootless Podman connects containers to the network with it. Or set `network: host`.',
  },
  {
    code: 'registry-unreachable',
    pattern: plainHttp,
    hint: 'The registry speaks plain HTTP. Write its address with `http://` in `registry` or `registries`, or set `insecure = true` for it in registries.conf.',
  },
  {
    code: 'registry-unreachable',
    pattern: untrusted,
    hint: "Write the certificate of the registry's authority to /etc/containers/certs.d/<host>/ca.crt of this machine: Podman does not trust the registry.",
  },
  {
    code: 'registry-unreachable',
    pattern: unreachable,
    hint: 'Check the name of the registry, and the network and proxy settings (HTTPS_PROXY, NO_PROXY) of this machine.',
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
    pattern:
      /(?:received unexpected HTTP status:|invalid status code from registry) (?:408|425|429|5\d\d)|toomanyrequests|too many requests/i,
    hint: 'The registry does not answer, or limits the rate of requests. Run the job again later; with credentials the limits are higher.',
  },
  {
    code: 'registry-denied',
    pattern:
      /unauthorized: |authentication required|requested access to the resource is denied|: denied$|invalid username\/password/im,
    hint: 'Log in with credentials that are allowed to read the image: `registry`, `username` and `password`, or `registries`.',
  },
  {
    code: 'secret-not-found',
    pattern: /secret required but no secret with id/,
    hint: 'Add the secret to `secrets`.',
  },
  {
    code: 'daemon-unreachable',
    pattern: machineGone,
    hint: machineHint,
  },
  {
    code: 'feature-missing',
    pattern: needsRanges,
    hint: rangesHint,
  },
]

const emulated = [...runFailures, ...emulatedFailures]

/** The error behind a failed build: the operation, the platform, the line, and the last lines of the step. Pure. */
export function toPodmanError(failure: PodmanFailure): ActionError {
  const { program, status, platform, step, place, error } = failure
  const summary = excerptOf(error ?? describeExit(program, status)).trim()
  const output = step?.output ?? []
  const runtime = output.map((line) => notStarted.exec(line)?.[1]).find((found) => found !== undefined)
  const reason = runtime ?? summary.replace(/^building at STEP ".*?": /s, '')
  const exitCode = runtime === undefined ? ranCommand.exec(reason)?.[1] : undefined
  const known =
    exitCode === undefined
      ? (recognize(podmanFailures, reason) ?? recognize(knownFailures, reason) ?? ownFailure(failure, runtime))
      : recognize(failure.isEmulated ? emulated : runFailures, [...output, `exit code: ${exitCode}`].join('\n'))
  const where = [
    `for ${platform}`,
    place && `at ${place.file}:${place.line}`,
    step && `in ${excerptOf(step.text, 300)}`,
  ].filter(Boolean)
  const what = exitCode === undefined ? reason : `the command did not complete successfully: exit code: ${exitCode}`
  const shown = exitCode === undefined ? [] : output
  return new ActionError(
    known?.code ?? 'build-failed',
    [
      `Cannot build ${where.join(' ')}: ${what}`,
      ...(shown.length > 0 ? ['Last lines of that step:', ...shown.map((line) => `  ${line}`)] : []),
    ].join('\n'),
    { hint: known?.hint ?? hintFor(reason, exitCode, failure), platform, ...(place ? { place } : {}) },
  )
}

function describeExit(program: string, status: number): string {
  return status > 128 ? `${program} was killed (signal ${status - 128})` : `${program} exited with ${status}`
}

/** A failure that is not in the text of an error: of the container runtime, or of a Podman that was killed. */
function ownFailure(
  { error, status }: PodmanFailure,
  runtime: string | undefined,
): Pick<KnownFailure, 'code' | 'hint'> | undefined {
  if (runtime !== undefined) {
    return {
      code: 'engine-failed',
      hint: 'The container runtime did not start the command. Check it with `podman run`; another one is set as `runtime` in containers.conf.',
    }
  }
  if (error !== undefined || status < 128) return undefined
  return {
    code: 'engine-failed',
    hint: 'Run the job again, on a larger runner if it fails again. Most often, Linux kills a process because memory ran out.',
  }
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

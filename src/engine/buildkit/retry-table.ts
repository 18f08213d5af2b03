import { excerptOf } from '../../bounds/excerpt.ts'
import type { ActionError, ErrorCode } from '../../errors/action-error.ts'
import { attemptsToStart, isMisconfigured, passing, unreachable } from '../../registry/answers/network-faults.ts'
import { doubtfulAttempts } from '../../retry/retry.ts'
import { gitAttempts } from '../../source/git/git-failures.ts'
import { goneHow } from './gone.ts'
import { isInternal } from './internal-failures.ts'

export type BuilderCircumstances = {
  /** The builder has a network of its own, where 127.0.0.1 is not this machine. */
  readonly ownNetwork: boolean
  /** The daemon or builder has answered before, in this run: it is an outage then, and not a wrong address. */
  readonly met: boolean
}

type Row = {
  readonly code: ErrorCode
  /** Undefined: always. */
  readonly when?: (message: string, circumstances: BuilderCircumstances) => boolean
  /** Attempts, apart from the policy; the first one counts. */
  readonly attempts: number | ((message: string) => number)
}

const always = Number.POSITIVE_INFINITY

/** Registries that lag behind themselves right after a push, and gateways whose page stands for an answer. */
const lagging =
  /unknown blob|blob unknown|failed to push .*: unknown: |manifest (?:blob )?unknown|unexpected status from \w+ request.* 404 /

/** How often a build, or the boot of a builder, is worth another attempt. First match wins; no match: it is not. docs/retries.md */
const rows: readonly Row[] = [
  // Learned from registries and token servers behind `test/e2e/faults.test.ts`.
  { code: 'registry-unavailable', attempts: always },
  { code: 'registry-full', attempts: doubtfulAttempts },
  { code: 'registry-unreachable', when: isMisconfigured, attempts: 1 },
  {
    code: 'registry-unreachable',
    when: (message, { ownNetwork }) =>
      /no such host/.test(message) || (ownNetwork && /dial tcp (?:127\.|\[::1\])/.test(message)),
    attempts: doubtfulAttempts,
  },
  { code: 'registry-unreachable', attempts: always },
  // GHCR and others deny those who may, now and then; and preflight has just found what is not there.
  { code: 'registry-denied', attempts: 2 },
  { code: 'image-not-found', when: (message) => !/^Cannot (?:attach an SBOM|boot )/.test(message), attempts: 2 },
  { code: 'build-failed', when: (message) => lagging.test(message), attempts: doubtfulAttempts },
  // Git servers and those of `ADD`: 503, 429, closed connections and unknown names, on Docker 20 to 28 and BuildKit 0.32.
  { code: 'download-failed', when: (message) => /^Cannot fetch /.test(message), attempts: gitAttempts },
  { code: 'download-failed', when: isMisconfigured, attempts: 1 },
  { code: 'download-failed', when: (message) => unreachable.test(message), attempts: doubtfulAttempts },
  { code: 'download-failed', when: (message) => passing.test(message), attempts: always },
  // BuildKit fetches the frontend that reads the Dockerfile from a registry.
  {
    code: 'dockerfile-not-found',
    when: (message) => passing.test(message) && !isMisconfigured(message),
    attempts: always,
  },
  // dockerd, its containerd and buildkitd, killed and started again during builds.
  { code: 'daemon-unreachable', when: isMisconfigured, attempts: 1 },
  { code: 'daemon-unreachable', when: (message, { met }) => met && goneHow(message) !== undefined, attempts: always },
  {
    code: 'daemon-unreachable',
    when: (message) => goneHow(message) !== undefined || passing.test(message),
    attempts: doubtfulAttempts,
  },
  // BuildKit's own races, from its issues.
  { code: 'engine-failed', when: isInternal, attempts: doubtfulAttempts },
  // The boot of a builder, whose image the daemon pulls, or whose machine is not there.
  {
    code: 'engine-failed',
    when: (message, { met }) => met && /Cannot connect to the Docker daemon/.test(message),
    attempts: always,
  },
  { code: 'engine-failed', attempts: attemptsToStart },
]

/** How many attempts an error is worth, apart from the policy. */
export function mostAttempts({ code, message }: ActionError, circumstances: BuilderCircumstances): number {
  // What the command of a RUN printed is part of the message, and may hold any words.
  if (/did not complete successfully: exit code|executor failed running/.test(message)) return 1
  const said = excerptOf(message.split('\nLast lines of that step:', 1)[0] ?? '')
  const row = rows.find((one) => one.code === code && (one.when?.(said, circumstances) ?? true))
  return typeof row?.attempts === 'function' ? row.attempts(said) : (row?.attempts ?? 1)
}

/** Whether the daemon or builder went away in the middle of a build. */
export function isLost({ code, message }: ActionError): boolean {
  return code === 'daemon-unreachable' && goneHow(excerptOf(message)) === 'lost'
}

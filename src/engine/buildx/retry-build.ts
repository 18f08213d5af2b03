import { excerptOf } from '../../bounds/excerpt.ts'
import { ActionError } from '../../errors.ts'
import type { Host } from '../../host/host.ts'
import { attemptsToStart, isMisconfigured, passing } from '../../registry/network-faults.ts'
import { backOff, doubtfulAttempts, type RetryPolicy } from '../../registry/retry.ts'
import { tryAgain } from '../../registry/try-again.ts'

/** How often and when to try again, and whom to tell. */
export type BuildRetries = {
  readonly policy: RetryPolicy
  /** Told the number of each try after the first. */
  readonly onRetry: (attempt: number) => void
  /** The builder has a network of its own, where 127.0.0.1 is not this machine. */
  readonly ownNetwork: boolean
}

/** Registries that lag behind themselves right after a push, and gateways whose page stands for an answer. */
const lagging =
  /unknown blob|blob unknown|failed to push .*: unknown: |manifest (?:blob )?unknown|unexpected status from \w+ request.* 404 /

/**
 * Runs a build, or the boot of a builder, again when it failed for a reason that passes: BuildKit gives up a push after some
 * seconds, and the lookup of a base image after fractions of one. Its cache makes the second time cheap. A failed RUN or a
 * bad input is never tried again, nor is a network that is set up wrong; a denial is, once.
 *
 * @throws what the last try threw
 */
export async function retryBuild<T>(
  once: () => Promise<T>,
  { policy, onRetry, ownNetwork }: BuildRetries,
  { log, clock, signal }: Pick<Host, 'log' | 'clock' | 'signal'>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once()
    } catch (error) {
      if (!(error instanceof ActionError)) throw error
      const worth = mostAttempts(error, ownNetwork)
      const most = Math.min(policy.attempts, worth)
      if (attempt >= most) throw error
      const wait = backOff(policy, attempt, Math.random)
      const how = worth === 2 ? 'perhaps transient' : 'transient'
      const [what = ''] = error.message.split('\n')
      await tryAgain({ what, how, attempt: attempt + 1, most, wait }, { log, clock, signal, onRetry })
    }
  }
}

/** How many tries an error is worth, the policy aside. */
export function mostAttempts({ code, message: whole }: ActionError, ownNetwork: boolean): number {
  // What the command of a RUN printed is part of the message, and may hold any words.
  if (/did not complete successfully: exit code|executor failed running/.test(whole)) return 1
  const message = excerptOf(whole)
  switch (code) {
    case 'registry-unavailable':
    case 'download-failed':
      return Number.POSITIVE_INFINITY
    case 'registry-full':
      return doubtfulAttempts
    case 'registry-unreachable':
      if (isMisconfigured(message)) return 1
      return /no such host/.test(message) || (ownNetwork && /dial tcp (?:127\.|\[::1\])/.test(message))
        ? doubtfulAttempts
        : Number.POSITIVE_INFINITY
    // The boot of a builder, whose image the daemon pulls, or whose machine is not there.
    case 'engine-failed':
      return attemptsToStart(message)
    case 'daemon-unreachable':
      return passing.test(message) ? doubtfulAttempts : 1
    // BuildKit fetches a context, and the frontend that reads the Dockerfile.
    case 'dockerfile-not-found':
      return passing.test(message) && !isMisconfigured(message) ? Number.POSITIVE_INFINITY : 1
    // GHCR and others deny those who may, now and then; and preflight has just found what is not there.
    case 'registry-denied':
    case 'image-not-found':
      return 2
    case 'build-failed':
      return lagging.test(message) ? doubtfulAttempts : 1
    default:
      return 1
  }
}

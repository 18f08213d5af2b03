import { type Context, fewAttempts, type Table } from '../../retry/classify.ts'
import type { Failure } from '../../retry/failure.ts'
import { misconfigured, transientFault, unreachable } from '../../retry/network-faults.ts'

/** Podman's storage changed during a build: containers, layers or images of the build were removed by another process. */
export const storageChanged =
  /identifier is not a container|(?:container|layer|image|identifier) not known|changing to intended-new-root directory/

/** A command that ran and exited with a status of its own. */
const failedRun = /did not complete successfully: exit code/

const answeredBefore = (_: Failure, context: Context): boolean => context.answeredBefore === true

const texts = 'Podman 4.3.1 and 5.8.6: test/golden/podman-failures'

/**
 * Classifies the failure of a build by Podman or Buildah by error code and message. Podman repeats most requests to a registry three times
 * itself, in 6 s. docs/retries.md
 */
export const podmanTable: Table = [
  { pattern: failedRun, verdict: 'permanent', learnedFrom: texts },
  { code: 'registry-unavailable', verdict: 'transient', learnedFrom: texts },
  { code: 'registry-unreachable', pattern: misconfigured, verdict: 'permanent', learnedFrom: texts },
  {
    code: 'registry-unreachable',
    pattern: /no such host/,
    verdict: 'transient',
    attempts: fewAttempts,
    learnedFrom: texts,
  },
  { code: 'registry-unreachable', verdict: 'transient', learnedFrom: texts },
  {
    code: 'registry-denied',
    verdict: 'maybe',
    attempts: 2,
    learnedFrom: 'GHCR and others, which deny access now and then to users who have it',
  },
  // Preflight found the base image.
  { code: 'image-not-found', verdict: 'maybe', attempts: 2, learnedFrom: texts },
  { code: 'download-failed', pattern: misconfigured, verdict: 'permanent', learnedFrom: texts },
  { code: 'download-failed', pattern: unreachable, verdict: 'transient', attempts: fewAttempts, learnedFrom: texts },
  { code: 'download-failed', pattern: transientFault, verdict: 'transient', learnedFrom: texts },
  // The build may have crashed the machine or its service: it is repeated once.
  {
    code: 'daemon-unreachable',
    pattern: /server probably quit/,
    verdict: 'transient',
    attempts: 'one more',
    once: true,
    learnedFrom: texts,
  },
  { code: 'daemon-unreachable', when: answeredBefore, verdict: 'transient', learnedFrom: texts },
  { code: 'daemon-unreachable', verdict: 'transient', attempts: fewAttempts, learnedFrom: texts },
  { code: 'engine-failed', pattern: storageChanged, verdict: 'transient', attempts: fewAttempts, learnedFrom: texts },
  {
    code: 'engine-failed',
    pattern: /: (?:podman|buildah) was killed \(signal (?:9|15)\)|^Stopped the build: /,
    verdict: 'transient',
    attempts: 'one more',
    once: true,
    learnedFrom: [texts, 'a lock of the storage that another process held, and a registry that never responded'],
  },
]

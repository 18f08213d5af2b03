import type { ActionError } from '../../errors/action-error.ts'
import { type Context, fewAttempts, type Table } from '../../retry/classify.ts'
import type { Failure } from '../../retry/failure.ts'
import { misconfigured, startTable, transientFault, unreachable } from '../../retry/network-faults.ts'
import { gitTable } from '../../source/git/git-failures.ts'
import { absent, lost } from './gone.ts'
import { internalRows } from './internal-failures.ts'

/** A RUN that ended with a status of its own. */
const failedRun = /did not complete successfully: exit code|executor failed running/

/** Registries that lag behind right after a push, and gateways whose page stands for an answer. */
const lagging =
  /unknown blob|blob unknown|failed to push .*: unknown: |manifest (?:blob )?unknown|unexpected status from \w+ request.* 404 /

const answeredBefore = (_: Failure, context: Context): boolean => context.answeredBefore === true
const ownNetwork = (_: Failure, context: Context): boolean => context.ownNetwork === true

const faults = 'registries and token servers behind test/e2e/faults.test.ts'
const outages = 'dockerd, its containerd and buildkitd, killed and started again during builds'
const servers = 'Git servers and those of `ADD`, on Docker 20 to 28 and BuildKit 0.32'

/** What a failed build, or boot of a builder, is: by the code of its error and by words. docs/retries.md */
export const buildTable: Table = [
  { pattern: failedRun, verdict: 'permanent', learnedFrom: 'BuildKit, and the one in Docker 20.10' },
  { code: 'registry-unavailable', verdict: 'transient', learnedFrom: faults },
  { code: 'registry-full', verdict: 'transient', attempts: fewAttempts, learnedFrom: faults },
  { code: 'registry-unreachable', pattern: misconfigured, verdict: 'permanent', learnedFrom: faults },
  {
    code: 'registry-unreachable',
    pattern: /no such host/,
    verdict: 'transient',
    attempts: fewAttempts,
    learnedFrom: faults,
  },
  {
    code: 'registry-unreachable',
    pattern: /dial tcp (?:127\.|\[::1\])/,
    when: ownNetwork,
    verdict: 'transient',
    attempts: fewAttempts,
    learnedFrom: 'builders in a container, where this address is the container',
  },
  { code: 'registry-unreachable', verdict: 'transient', learnedFrom: faults },
  {
    code: 'registry-denied',
    verdict: 'maybe',
    attempts: 2,
    learnedFrom: 'GHCR and others, which deny access now and then to users who have it',
  },
  {
    // Preflight has just found the base image.
    code: 'image-not-found',
    unless: /^Cannot (?:attach an SBOM|start a )/,
    verdict: 'maybe',
    attempts: 2,
    learnedFrom: faults,
  },
  { code: 'build-failed', pattern: lagging, verdict: 'transient', attempts: fewAttempts, learnedFrom: faults },
  { code: 'download-failed', pattern: /^Cannot fetch /, table: gitTable },
  { code: 'download-failed', pattern: misconfigured, verdict: 'permanent', learnedFrom: servers },
  {
    code: 'download-failed',
    pattern: unreachable,
    verdict: 'transient',
    attempts: fewAttempts,
    learnedFrom: servers,
  },
  { code: 'download-failed', pattern: transientFault, verdict: 'transient', learnedFrom: servers },
  {
    code: 'dockerfile-not-found',
    pattern: transientFault,
    unless: misconfigured,
    verdict: 'transient',
    learnedFrom: 'BuildKit, which fetches the frontend that reads the Dockerfile from a registry',
  },
  { code: 'daemon-unreachable', pattern: misconfigured, verdict: 'permanent', learnedFrom: outages },
  // The build may be what the daemon did not survive: it is run again once.
  {
    code: 'daemon-unreachable',
    pattern: lost,
    when: answeredBefore,
    verdict: 'transient',
    once: true,
    learnedFrom: outages,
  },
  { code: 'daemon-unreachable', pattern: absent, when: answeredBefore, verdict: 'transient', learnedFrom: outages },
  {
    code: 'daemon-unreachable',
    pattern: lost,
    verdict: 'transient',
    attempts: fewAttempts,
    once: true,
    learnedFrom: outages,
  },
  {
    code: 'daemon-unreachable',
    pattern: [absent, transientFault],
    verdict: 'transient',
    attempts: fewAttempts,
    learnedFrom: outages,
  },
  // Races inside BuildKit, each with its issues.
  ...internalRows,
  {
    code: 'engine-failed',
    pattern: /Cannot connect to the Docker daemon/,
    when: answeredBefore,
    verdict: 'transient',
    learnedFrom: outages,
  },
  {
    code: 'engine-failed',
    pattern: /^Cannot start a kubernetes builder: (?:its|the) pod /,
    verdict: 'permanent',
    learnedFrom: 'Kubernetes 1.36, which has retried when this is reported',
  },
  // The boot of a builder, whose image the daemon pulls, or whose machine is not there.
  { code: 'engine-failed', table: startTable },
]

/** The part of an error that the table reads. */
export function tableText({ message }: ActionError): string {
  // What the command of a RUN printed is part of the message, and may hold any words.
  const [said = ''] = failedRun.exec(message) ?? message.split('\nLast lines of that step:', 1)
  return said
}

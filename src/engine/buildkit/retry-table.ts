import type { ActionError } from '../../errors/action-error.ts'
import { type Context, fewAttempts, type Table } from '../../retry/classify.ts'
import type { Failure } from '../../retry/failure.ts'
import { misconfigured, startTable, transientFault, unreachable } from '../../retry/network-faults.ts'
import { gitTable } from '../../source/git/git-failures.ts'
import { absent, lost } from './gone.ts'
import { internalRows } from './internal-failures.ts'

/** A RUN that exited with a status of its own. */
const failedRun = /did not complete successfully: exit code|executor failed running/

/** Registries that are not consistent right after a push, and gateways that answer with a page of their own. */
const lagging =
  /unknown blob|blob unknown|failed to push .*: unknown: |manifest (?:blob )?unknown|unexpected status from \w+ request.* 404 /

const answeredBefore = (_: Failure, context: Context): boolean => context.answeredBefore === true
const ownNetwork = (_: Failure, context: Context): boolean => context.ownNetwork === true

const faults = 'registries and token servers behind test/e2e/faults.test.ts'
const outages = 'dockerd, its containerd and buildkitd, killed and started again during builds'
const servers = 'Git servers and those of `ADD`, on Docker 20 to 28 and BuildKit 0.32'

/** Classifies the failure of a build, or of booting a builder, by error code and message. docs/retries.md */
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
    // Preflight found the base image.
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
  {
    code: 'daemon-unreachable',
    pattern: /^Cannot build [^:]{0,1000}: no available node of the builder can\b/,
    verdict: 'permanent',
    learnedFrom: 'builders with several nodes, which are waited for before this is reported',
  },
  { code: 'daemon-unreachable', pattern: misconfigured, verdict: 'permanent', learnedFrom: outages },
  // The build may have crashed the daemon: it is repeated once.
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
  // Race conditions inside BuildKit, each with its issues.
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
  // Booting a builder: the daemon pulls its image, or its machine is unreachable.
  { code: 'engine-failed', table: startTable },
]

/** The part of an error that the table matches. */
export function tableText({ message }: ActionError): string {
  // The output of a RUN command is part of the message, and can contain any text.
  const [said = ''] = failedRun.exec(message) ?? message.split('\nLast lines of that step:', 1)
  return said
}

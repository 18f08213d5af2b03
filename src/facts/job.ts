import { randomUUID } from 'node:crypto'
import type { Environment } from '../host/host.ts'
import { trimEnd } from '../text/trim-end.ts'

/** The job that this step belongs to. */
export type Job = {
  /** Identifies the run on all servers: `https://github.com acme/app 1234`. Undefined outside of a workflow. */
  readonly run: string | undefined
  /** The number of the run attempt, from 1. */
  readonly attempt: number
  /** Identifies the job within its attempt, also if the jobs of a matrix have the same name, as far as the runner tells. */
  readonly id: string
  /** Identifies this step among all steps of all runs. */
  readonly nonce: string
  /** When this step started. */
  readonly started: Date
  /** Why the artifact service of the runner is not used by default; undefined if it is available. */
  readonly noArtifacts: { readonly because: string; readonly isOffered: boolean } | undefined
  /** The runner gives every run the same number, as act does. */
  readonly numbersRepeat: boolean
}

/** Reads the job from the runner's variables. https://docs.github.com/actions/reference/variables-reference */
export function readJob(env: Environment, started: Date): Job {
  const server = trimEnd(env['GITHUB_SERVER_URL'] || 'https://github.com', '/')
  const run = env['GITHUB_RUN_ID'] || undefined
  const attempt = Number(env['GITHUB_RUN_ATTEMPT'] || 1)
  return {
    run: run === undefined ? undefined : [server, env['GITHUB_REPOSITORY'] ?? '', run].join(' '),
    attempt: Number.isSafeInteger(attempt) && attempt > 0 ? attempt : 1,
    // The runner sets the first for each job; a self-hosted runner has one name for all jobs.
    id: [env['GITHUB_JOB'], env['RUNNER_TRACKING_ID'] || env['RUNNER_NAME']].filter(Boolean).join(' '),
    nonce: randomUUID(),
    started,
    noArtifacts: whyNoArtifacts(env, server),
    numbersRepeat: env['ACT'] === 'true',
  }
}

/** GitHub Enterprise Server before 3.20 has an older artifact service, and other servers an incomplete one. */
function whyNoArtifacts(env: Environment, server: string): Job['noArtifacts'] {
  const isOffered = Boolean(env['ACTIONS_RUNTIME_TOKEN'] && URL.canParse(env['ACTIONS_RESULTS_URL'] ?? ''))
  if (!isOffered) return { because: 'the runner offers no artifact service to this step', isOffered }
  const host = URL.canParse(server) ? new URL(server).hostname : ''
  if (host === 'github.com' || host.endsWith('.ghe.com')) return undefined
  return { because: 'the server is not github.com', isOffered }
}

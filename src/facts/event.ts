import { member } from '../bounds/json.ts'
import type { TagEvent } from '../inputs/tag-event.ts'
import { trimEnd } from '../text/trim-end.ts'
import { type About, readAbout, readTime } from './about-repository.ts'

/** The parts of the event that tags, labels and the Git context need. Unknown texts are empty. */
export type GitEvent = TagEvent & {
  /** The ref without its `refs/heads/`, `refs/tags/` or `refs/`; for a pull request its head branch. */
  readonly refName: string
  /** Why GitHub gives this run no secrets and a read-only token; undefined if it has them. */
  readonly withoutSecrets?: string
  /** `https://github.com`, without a `/` at its end. */
  readonly serverUrl: string
  /** `owner/name`. */
  readonly repository: string
  /** The repository in the payload; undefined if it is missing. */
  readonly about?: About
  /** The commit date in milliseconds since 1970, if the payload has it. */
  readonly commitTime?: number
  /** The head of the pull request, if DOCKER_METADATA_PR_HEAD_SHA selects it instead of the merge commit. */
  readonly headSha?: string
  /** URL of the run attempt: `https://github.com/owner/name/actions/runs/1/attempts/1`. Undefined outside of a workflow. */
  readonly runUrl?: string
}

/**
 * Reads the event from the runner's variables and the event's JSON (`payload`; invalid values are ignored).
 * https://docs.github.com/actions/reference/variables-reference
 */
export function readEvent(env: Readonly<Record<string, string | undefined>>, payload: unknown): GitEvent {
  const name = env['GITHUB_EVENT_NAME'] ?? ''
  const number = pullRequestNumber(name, env['GITHUB_REF'] ?? '', payload)
  // The ref of pull_request_target is the base branch, but the image is built for the pull request.
  const ref = number === undefined ? (env['GITHUB_REF'] ?? '') : `refs/pull/${number}/merge`
  const head = env['GITHUB_HEAD_REF'] || undefined
  const because = withoutSecrets(env, payload)
  const serverUrl = trimEnd(env['GITHUB_SERVER_URL'] || 'https://github.com', '/')
  const repository = env['GITHUB_REPOSITORY'] ?? ''
  const run = env['GITHUB_RUN_ID'] || undefined
  const defaultBranch = member(member(payload, 'repository'), 'default_branch')
  const sha = env['GITHUB_SHA'] ?? ''
  const baseRef = baseOf(ref, payload)
  const date = commitDate(sha, payload)
  const shortShaLength = env['DOCKER_METADATA_SHORT_SHA_LENGTH'] || undefined
  const about = readAbout(member(payload, 'repository'))
  const commitTime = commitTimeOf(member(payload, 'head_commit'), sha)
  const headSha = isTrue(env['DOCKER_METADATA_PR_HEAD_SHA']) ? headOf(payload) : undefined
  return {
    name,
    ref,
    refName: (number === undefined ? undefined : head) ?? ref.replace(/^refs\/(?:heads\/|tags\/)?/, ''),
    sha,
    ...(baseRef === undefined ? {} : { baseRef }),
    ...(date === undefined ? {} : { commitDate: date }),
    ...(shortShaLength === undefined ? {} : { shortShaLength }),
    ...(number === undefined ? {} : { pullRequest: number }),
    ...(typeof defaultBranch === 'string' && defaultBranch !== '' ? { defaultBranch } : {}),
    ...(because === undefined ? {} : { withoutSecrets: because }),
    serverUrl,
    repository,
    ...(Object.keys(about).length === 0 ? {} : { about }),
    ...(commitTime === undefined ? {} : { commitTime }),
    ...(headSha === undefined ? {} : { headSha }),
    ...(run === undefined || repository === ''
      ? {}
      : { runUrl: `${serverUrl}/${repository}/actions/runs/${run}/attempts/${env['GITHUB_RUN_ATTEMPT'] || '1'}` }),
  }
}

// Longer than any branch name.
const longestName = 512

function baseOf(ref: string, payload: unknown): string | undefined {
  const base = ref.startsWith('refs/pull/')
    ? member(member(member(payload, 'pull_request'), 'base'), 'ref')
    : ref.startsWith('refs/tags/')
      ? member(payload, 'base_ref')
      : undefined
  if (typeof base !== 'string' || base.length > longestName) return undefined
  return base.replace(/^refs\/heads\//, '')
}

/** Returns the commit date in the payload. */
function commitDate(sha: string, payload: unknown): string | undefined {
  const commits = member(payload, 'commits')
  const all: readonly unknown[] = Array.isArray(commits) ? commits : []
  const found = [...all, member(payload, 'head_commit')].find((commit) => member(commit, 'id') === sha)
  const date = member(found, 'timestamp')
  return typeof date === 'string' && date.length < 100 && !Number.isNaN(Date.parse(date)) ? date : undefined
}

function pullRequestNumber(name: string, ref: string, payload: unknown): number | undefined {
  const [, digits] = /^refs\/pull\/(\d+)\//.exec(ref) ?? []
  if (digits !== undefined) return Number(digits)
  if (name !== 'pull_request' && name !== 'pull_request_target') return undefined
  const number = member(payload, 'number') ?? member(member(payload, 'pull_request'), 'number')
  return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : undefined
}

/** https://docs.github.com/actions/reference/events-that-trigger-workflows#workflows-in-forked-repositories */
function withoutSecrets(env: Readonly<Record<string, string | undefined>>, payload: unknown): string | undefined {
  const { GITHUB_EVENT_NAME: name, GITHUB_REPOSITORY: base, GITHUB_ACTOR: actor } = env
  // pull_request_target always runs with the secrets of the base repository.
  if (name !== 'pull_request') return undefined
  const head = member(member(payload, 'pull_request'), 'head')
  const repository = member(head, 'repo')
  const from = member(repository, 'full_name')
  if (typeof from === 'string' && from !== base)
    return `the pull request comes from the fork ${from}, which gets no secrets`
  // The head repository is null if it was deleted, so it was a fork.
  if (head !== undefined && repository === null) return 'the pull request comes from a fork that was deleted'
  return actor === 'dependabot[bot]' ? "the pull request is Dependabot's, which gets no secrets" : undefined
}

/** Returns the time of the pushed commit, if it is the commit of the run. */
function commitTimeOf(commit: unknown, sha: string): number | undefined {
  return member(commit, 'id') === sha ? readTime(member(commit, 'timestamp')) : undefined
}

function headOf(payload: unknown): string | undefined {
  const head = member(member(member(payload, 'pull_request'), 'head'), 'sha')
  return typeof head === 'string' && /^[0-9a-f]{40,64}$/.test(head) ? head : undefined
}

/** Parses a boolean by Go's rules, like metadata-action. */
function isTrue(value: string | undefined): boolean {
  return /^(?:1|t|T|true|True|TRUE)$/.test(value ?? '')
}

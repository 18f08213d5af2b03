import { member } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import { cancelled } from '../errors/cancelled.ts'
import type { Host } from '../host/host.ts'
import { within } from '../host/within.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Secret } from '../inputs/secret.ts'
import { overridesAnnotation } from '../oci/annotations.ts'
import { type About, readAbout, readTime } from './about-repository.ts'
import { type Answer, openApi } from './ask-api.ts'
import type { GitEvent } from './event.ts'

/** The origin of the image: the values of its default labels, except the main tag. */
export type Origin = {
  /** Name of the repository. */
  readonly title: string
  readonly url: string
  /** "" if the repository has no description; undefined if unknown. */
  readonly description: string | undefined
  /** The SPDX identifier; "" and undefined as for `description`. */
  readonly license: string | undefined
  /** The commit. */
  readonly revision: string
  /** The time of SOURCE_DATE_EPOCH, else of the commit, else of this run. */
  readonly created: Date
  /** Why expected values are missing. */
  readonly problems: readonly string[]
}

/** Returns the time of `{{created}}` for an image without default labels. Does not use the API. */
export function findOwnCreated(host: Host, inputs: OriginInputs, event: GitEvent): Promise<Date> {
  return findCreated(host, inputs, event, undefined)
}

/** The inputs that select labels and the sources for them. */
export type OriginInputs = Pick<
  Inputs,
  'defaultLabels' | 'labels' | 'annotations' | 'annotationLevels' | 'buildArgs' | 'expressions' | 'githubToken'
>

/**
 * Finds the origin of the image in the event, and values missing there in Git and GitHub's API, in parallel. Values for
 * labels that are not set are not requested. A missing value is reported as a problem, not thrown. Undefined if no default label is
 * set: they are disabled, or no workflow is running.
 *
 * @throws ActionError `cancelled` when the run is cancelled
 */
export async function findOrigin(host: Host, inputs: OriginInputs, event: GitEvent): Promise<Origin | undefined> {
  const { repository, serverUrl, sha, headSha = sha, about = {} } = event
  if (!inputs.defaultLabels || !/^[\w.-]+\/[\w.-]+$/.test(repository)) return undefined
  const api = openApi(within(host, AbortSignal.timeout(limits.apiTime)), inputs.githubToken)
  const [{ found, problems }, created] = await Promise.all([
    completeAbout(about, inputs, api && (() => api(`/repos/${repository}`))),
    findCreated(host, inputs, event, api && (() => api(`/repos/${repository}/git/commits/${sha}`))),
  ])
  // A cancelled run ends here. An API timeout is only a problem to report.
  if (host.signal.aborted) throw cancelled()
  return {
    title: found.name ?? repository.replace(/^.*\//, ''),
    url: found.url ?? `${serverUrl}/${repository}`,
    description: found.description,
    license: found.license,
    revision: headSha,
    created,
    problems,
  }
}

/** One API request. */
type Ask = (() => Promise<Answer>) | undefined

async function completeAbout(
  about: About,
  inputs: OriginInputs,
  ask: Ask,
): Promise<{ readonly found: About; readonly problems: readonly string[] }> {
  const missing = [
    ...(about.description === undefined && isMade('description', inputs) ? ['description'] : []),
    ...(about.license === undefined && isMade('licenses', inputs) ? ['licenses'] : []),
  ]
  if (missing.length === 0 || ask === undefined) return { found: about, problems: [] }
  const answer = await ask()
  // The event describes the state at the time of the event.
  if ('value' in answer) return { found: { ...readAbout(answer.value), ...about }, problems: [] }
  return { found: about, problems: [`The image has no default label for ${missing.join(' and ')}: ${answer.problem}`] }
}

async function findCreated(host: Host, inputs: OriginInputs, event: GitEvent, ask: Ask): Promise<Date> {
  const now = host.clock.now()
  const { expressions } = inputs
  if (!isMade('created', inputs) && expressions?.uses.has('created') !== true) return now
  const given = inputs.buildArgs['SOURCE_DATE_EPOCH']
  // Its value cannot depend on itself.
  const filled = given == null ? given : (expressions?.fill(given, { version: '', created: '' }) ?? given)
  const epoch = filled ?? host.env['SOURCE_DATE_EPOCH'] ?? ''
  // The builder rejects a value that is not a number or not a date.
  if (/^\d{1,12}$/.test(epoch) && Number(epoch) <= lastSecond) return new Date(Number(epoch) * 1000)
  const time = event.commitTime ?? (await findCommitTime(host, event)) ?? (await askCommitTime(ask))
  return time === undefined ? now : new Date(time)
}

/** The end of the year 9999, the last that RFC 3339 can represent. */
const lastSecond = 253_402_300_799

/** Returns the date of the event's commit from Git in the workspace; undefined if it is not checked out. */
async function findCommitTime({ env, exec }: Host, { sha }: GitEvent): Promise<number | undefined> {
  if (!/^[0-9a-f]{40,64}$/.test(sha)) return undefined
  const args = ['-C', env['GITHUB_WORKSPACE'] || '.', 'log', '-1', '--no-show-signature', '--format=%ct', sha, '--']
  const git = await exec('git', args, { timeout: limits.apiTime })
  return git.ok && /^\d{1,12}\s*$/.test(git.stdout) ? Math.min(Number(git.stdout), lastSecond) * 1000 : undefined
}

/**
 * Returns the event with its commit date for `{{commit_date}}`: from the payload, else from the checked out repository, else from
 * GitHub's API. If it cannot be found, the event is returned unchanged, with a notice that quotes the API.
 *
 * @throws ActionError `cancelled` when the run is cancelled
 */
export async function withCommitDate(host: Host, event: GitEvent, token: Secret | undefined): Promise<GitEvent> {
  const { repository, sha, commitDate } = event
  if (commitDate !== undefined || !/^[0-9a-f]{40,64}$/.test(sha)) return event
  const inGit = await findCommitTime(host, event)
  const api = /^[\w.-]+\/[\w.-]+$/.test(repository)
    ? openApi(within(host, AbortSignal.timeout(limits.apiTime)), token)
    : undefined
  const answer = inGit === undefined ? await api?.(`/repos/${repository}/git/commits/${sha}`) : undefined
  if (host.signal.aborted) throw cancelled()
  if (answer !== undefined && 'problem' in answer) host.runner.notice(`{{commit_date}}: ${answer.problem}`)
  const time = inGit ?? readCommitTime(answer)
  return time === undefined ? event : { ...event, commitDate: new Date(time).toISOString() }
}

/** https://docs.github.com/rest/git/commits#get-a-commit-object */
async function askCommitTime(ask: Ask): Promise<number | undefined> {
  return readCommitTime(await ask?.())
}

function readCommitTime(answer: Answer | undefined): number | undefined {
  if (answer === undefined || !('value' in answer)) return undefined
  return readTime(member(member(answer.value, 'committer'), 'date'))
}

/** Whether a default label or annotation of this name is set because the inputs do not set it. */
function isMade(name: string, { labels, annotations, annotationLevels = ['manifest'] }: OriginInputs): boolean {
  const key = `org.opencontainers.image.${name}`
  const isAnnotated = Object.hasOwn(annotations, key)
  return !(
    Object.hasOwn(labels, key) &&
    annotationLevels.every((level) => isAnnotated || overridesAnnotation(annotations, { level, key }))
  )
}

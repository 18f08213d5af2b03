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

/** Where the image comes from: what its default labels are made of, besides the main tag. */
export type Origin = {
  /** Name of the repository. */
  readonly title: string
  readonly url: string
  /** "" where the repository has none; undefined where it is not known. */
  readonly description: string | undefined
  /** The SPDX identifier, as `description`. */
  readonly license: string | undefined
  /** The commit. */
  readonly revision: string
  /** The time of SOURCE_DATE_EPOCH, else of the commit, else of this run. */
  readonly created: Date
  /** Why something is missing that should be known. */
  readonly problems: readonly string[]
}

/** The time that `{{created}}` says, of an image without default labels. It needs no API. */
export function findOwnCreated(host: Host, inputs: OriginInputs, event: GitEvent): Promise<Date> {
  return findCreated(host, inputs, event, undefined)
}

/** The inputs that say which labels are made, and what may be asked for them. */
export type OriginInputs = Pick<
  Inputs,
  'defaultLabels' | 'labels' | 'annotations' | 'annotationLevels' | 'buildArgs' | 'expressions' | 'githubToken'
>

/**
 * Finds where the image comes from: in the event, and what the event does not say in Git and in GitHub's API, side by side. Nothing is
 * asked for a label that is not made. What cannot be found is a problem to tell of, never an error. Undefined where no default label is
 * made: they are switched off, or no workflow runs.
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
  // A cancelled run ends here. An API that exceeds its time limit is only a problem to report.
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

/** One question to the API. */
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
  // What the event says is of the moment that the workflow runs for.
  if ('value' in answer) return { found: { ...readAbout(answer.value), ...about }, problems: [] }
  return { found: about, problems: [`The image has no default label for ${missing.join(' and ')}: ${answer.problem}`] }
}

async function findCreated(host: Host, inputs: OriginInputs, event: GitEvent, ask: Ask): Promise<Date> {
  const now = host.clock.now()
  const { expressions } = inputs
  if (!isMade('created', inputs) && expressions?.uses.has('created') !== true) return now
  const given = inputs.buildArgs['SOURCE_DATE_EPOCH']
  // Its own value cannot depend on what it decides.
  const filled = given == null ? given : (expressions?.fill(given, { version: '', created: '' }) ?? given)
  const epoch = filled ?? host.env['SOURCE_DATE_EPOCH'] ?? ''
  // One that is no number, or no date, is the builder's to refuse.
  if (/^\d{1,12}$/.test(epoch) && Number(epoch) <= lastSecond) return new Date(Number(epoch) * 1000)
  const time = event.commitTime ?? (await findCommitTime(host, event)) ?? (await askCommitTime(ask))
  return time === undefined ? now : new Date(time)
}

/** Of the year 9999, the last that RFC 3339 can say. */
const lastSecond = 253_402_300_799

/** When the commit of the event was made, as Git says in the workspace; undefined where it was not checked out. */
async function findCommitTime({ env, exec }: Host, { sha }: GitEvent): Promise<number | undefined> {
  if (!/^[0-9a-f]{40,64}$/.test(sha)) return undefined
  const args = ['-C', env['GITHUB_WORKSPACE'] || '.', 'log', '-1', '--no-show-signature', '--format=%ct', sha, '--']
  const git = await exec('git', args, { timeout: limits.apiTime })
  return git.ok && /^\d{1,12}\s*$/.test(git.stdout) ? Math.min(Number(git.stdout), lastSecond) * 1000 : undefined
}

/**
 * The event with the date of its commit, which `{{commit_date}}` needs: where the payload has none, that of the checked out repository, else of
 * GitHub's API. Where neither knows it, the event stays as it is, with a notice of what the API said.
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

/** Whether a default label or annotation of this name is made, which the inputs do not give. */
function isMade(name: string, { labels, annotations, annotationLevels = ['manifest'] }: OriginInputs): boolean {
  const key = `org.opencontainers.image.${name}`
  const isAnnotated = Object.hasOwn(annotations, key)
  return !(
    Object.hasOwn(labels, key) &&
    annotationLevels.every((level) => isAnnotated || overridesAnnotation(annotations, { level, key }))
  )
}

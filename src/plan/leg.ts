import { limits } from '../bounds/limits.ts'
import { ActionError } from '../errors/action-error.ts'
import type { Facts } from '../facts/facts.ts'
import type { Job } from '../facts/job.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { indexAnnotations } from '../oci/annotations.ts'
import { digestOf } from '../oci/digest.ts'
import { formatPlatform, platformEquals } from '../oci/platform.ts'
import { formatRepository, showReference } from '../oci/reference.ts'
import type { Annotations, Platform } from '../oci/types.ts'
import type { References } from './tags.ts'

/** The part of this job in an image whose platforms are built by several jobs. */
export type PlannedLeg = {
  /** All platforms of the image, in the order of its index. */
  readonly platforms: readonly Platform[]
  /** Where the jobs leave their results for each other, and why. */
  readonly ledger: { readonly kind: 'artifacts' | 'registry'; readonly because: string }
  /** Identifies the image and the run: 20 hexadecimal digits. */
  readonly key: string
  /** The parts of the plan that must be equal in all jobs, by name. */
  readonly agreed: Readonly<Record<string, string>>
  /** All planned annotations, with their prefixes. */
  readonly annotations: Annotations
  readonly job: Pick<Job, 'attempt' | 'id' | 'nonce' | 'started' | 'numbersRepeat'>
}

/** Returns the inputs of a job that builds only its part of the platforms. */
export function ofShare(inputs: Inputs): Inputs {
  return inputs.platform.length === 0 ? inputs : { ...inputs, platforms: inputs.platform }
}

/** Whether this job builds only a part of the platforms. */
export function isPart({ platform: share, platforms }: Pick<Inputs, 'platform' | 'platforms'>): boolean {
  return share.length > 0 && share.length < platforms.length
}

/**
 * Returns the part of this job, given the inputs for all platforms; undefined if it builds the whole image or pushes nothing.
 *
 * @throws ActionError `input-invalid` if the step cannot know the other jobs of its run
 */
export function planLeg(
  inputs: Inputs,
  facts: Pick<Facts, 'event' | 'job' | 'origin'>,
  { tags, annotations }: Pick<References, 'tags'> & { readonly annotations: Annotations },
): PlannedLeg | undefined {
  const { platforms, optionalPlatforms, platform: share, push, legSet = '' } = inputs
  const { job, event, origin } = facts
  const [first] = tags
  if (!isPart(inputs) || push !== true || first === undefined) return undefined
  if (job?.run === undefined) {
    throw new ActionError(
      'input-invalid',
      `Cannot build ${share.map(formatPlatform).join(', ')} as a part of the image: GITHUB_RUN_ID is not set`,
      {
        hint: 'Remove `platform` to build all platforms, or set GITHUB_RUN_ID to the same text for all jobs of the image.',
      },
    )
  }
  const created = origin?.created.toISOString()
  const ofIndex = Object.entries(indexAnnotations(annotations)).map(([key, value]) =>
    // Without a date of the commit, each job has its own time.
    [key, value === created ? '{{created}}' : value].join('='),
  )
  const { attempt, id, nonce, started, numbersRepeat } = job
  return {
    platforms,
    ledger: chooseLedger(inputs, job),
    key: digestOf(Buffer.from(JSON.stringify([job.run, formatRepository(first.reference), legSet]))).slice(7, 27),
    agreed: {
      commit: event.sha,
      platforms: comparable(
        platforms.map((one) => {
          const isOptional = optionalPlatforms.some((optional) => platformEquals(optional, one))
          return `${formatPlatform(one)}${isOptional ? '?' : ''}`
        }),
      ),
      tags: comparable(tags.map(({ reference }) => showReference(reference))),
      'if-exists': inputs.ifExists,
      annotations: comparable(ofIndex.toSorted()),
    },
    annotations,
    job: { attempt, id, nonce, started, numbersRepeat },
  }
}

function comparable(texts: readonly string[]): string {
  const text = texts.join(', ')
  return text.length > limits.legText ? digestOf(Buffer.from(text)) : text
}

/** @throws ActionError `input-invalid` if the requested storage is not available */
function chooseLedger({ ledger }: Pick<Inputs, 'ledger'>, { noArtifacts }: Job): PlannedLeg['ledger'] {
  if (ledger === 'registry') return { kind: 'registry', because: 'selected by the `ledger` input' }
  if (ledger === 'artifacts') {
    if (noArtifacts === undefined || noArtifacts.isOffered)
      return { kind: 'artifacts', because: 'selected by the `ledger` input' }
    throw new ActionError('input-invalid', `Cannot use \`ledger: artifacts\`: ${noArtifacts.because}`, {
      hint: 'Set `ledger: registry`, or leave it empty.',
    })
  }
  if (noArtifacts === undefined) return { kind: 'artifacts', because: 'the runner has an artifact service' }
  return { kind: 'registry', because: noArtifacts.because }
}

/** Returns notices about a job that builds a part of the platforms. */
export function legNotices(inputs: Inputs, leg: PlannedLeg | undefined): readonly string[] {
  const { platform: share, cacheTo } = inputs
  if (!isPart(inputs)) return []
  const names = share.map(formatPlatform).join(', ')
  if (leg === undefined && inputs.call === 'build')
    return [`This job builds only ${names} and writes no tag, because nothing is pushed`]
  if (leg === undefined || cacheTo.every(({ type }) => type === 'inline')) return []
  return [
    'Jobs for other platforms that write the same caches of `cache-to` overwrite each other. `cache` keeps one cache per platform',
  ]
}

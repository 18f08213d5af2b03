import { ActionError } from '../errors/action-error.ts'
import type { LegRecord } from '../ledger/leg-record.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { Platform } from '../oci/types.ts'
import type { PlannedLeg } from '../plan/leg.ts'

/** The records of an image, as one of its jobs sees them. */
export type Judged = {
  /** Those that belong to the image, one per platform. */
  readonly records: readonly LegRecord[]
  /** The platforms without such a record. */
  readonly missing: readonly Platform[]
  /** Why records of earlier attempts are not used. */
  readonly notes: readonly string[]
  /** The record of a platform that two jobs of this attempt build. */
  readonly twin: LegRecord | undefined
}

type Circumstances = {
  readonly leg: PlannedLeg
  /** The platforms of this job. */
  readonly share: readonly Platform[]
}

/**
 * Selects the records that belong to the image of this plan.
 *
 * @throws ActionError `legs-differ` if another job of this attempt has a different plan
 */
export function judgeRecords(found: readonly LegRecord[], { leg, share }: Circumstances): Judged {
  const own = share.map(formatPlatform)
  const isOwn = ({ platform }: LegRecord): boolean => own.includes(formatPlatform(platform))
  const notes: string[] = []
  const same = found.filter((record) => {
    const names = differencesOf(record, leg)
    if (names.length === 0) return true
    const isOld = record.attempt < leg.job.attempt || (leg.job.numbersRepeat && names.includes('commit'))
    if (!isOld) throw differ(record, leg, names)
    if (!isOwn(record)) notes.push(describeOld(record, names))
    return false
  })
  const twin = same.find((one) => isTwin(one, leg.job, isOwn(one)))
  const records = same.filter(({ isAmbiguous }) => isAmbiguous !== true)
  const recorded = new Set(records.map(({ platform }) => formatPlatform(platform)))
  const missing = leg.platforms.filter((one) => !recorded.has(formatPlatform(one)))
  return { records, missing, notes, twin }
}

/**
 * Whether a record shows that two jobs of this attempt build its platform. `isOwn`: it is for a platform of this job. Runners whose numbers repeat
 * do not distinguish the jobs of a run from those of an earlier run: only a record that was written while this job ran is of this run. The
 * same holds for runners that give all jobs the same name.
 */
function isTwin(record: LegRecord, { attempt, id, nonce, started, numbersRepeat }: PlannedLeg['job'], isOwn: boolean) {
  if (record.attempt !== attempt || record.nonce === nonce) return false
  const isConcurrent = Date.parse(record.time) >= started.getTime()
  if (!isOwn) return record.isAmbiguous === true && (isConcurrent || !numbersRepeat)
  return isConcurrent || (record.job !== id && !numbersRepeat)
}

function differencesOf({ plan }: LegRecord, { agreed }: PlannedLeg): readonly string[] {
  return [...new Set([...Object.keys(agreed), ...Object.keys(plan)])].filter((name) => agreed[name] !== plan[name])
}

function describeOld({ platform, attempt }: LegRecord, names: readonly string[]): string {
  const differing = names.length === 1 ? `${names[0]} differs` : `${names.join(' and ')} differ`
  return `The image for ${formatPlatform(platform)} of attempt ${attempt} is not used, because its ${differing}. If its job is not running again, run all jobs again`
}

function differ(record: LegRecord, { agreed }: PlannedLeg, names: readonly string[]): ActionError {
  const platform = formatPlatform(record.platform)
  const lines = names.map(
    (name) => `- ${name}: ${shown(agreed[name])} in this job, ${shown(record.plan[name])} in the job for ${platform}`,
  )
  return new ActionError('legs-differ', `Cannot join the image: its jobs have different inputs:\n${lines.join('\n')}`, {
    hint: 'Give all jobs of the image the same inputs except `platform`. If they build several images with the same name, set `leg-set` to another text for each image. No tag was written.',
  })
}

/** Shortens a text of a plan, which another job has written. */
function shown(text: string | undefined): string {
  if (!text) return 'none'
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

/** Returns the error of a platform that two jobs build. */
export function twice({ platform }: Pick<LegRecord, 'platform'>): ActionError {
  const name = formatPlatform(platform)
  return new ActionError('legs-differ', `Cannot join the image: two jobs of this run build ${name}`, {
    platform: name,
    hint: 'Set `platform` to another value in each job of the image. If they build several images with the same name, set `leg-set` to another text for each image. No tag was written.',
  })
}

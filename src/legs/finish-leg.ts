import type { Built } from '../engine/built.ts'
import { ActionError } from '../errors/action-error.ts'
import { combine } from '../errors/gather.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { LegRecord, OmittedRecord } from '../ledger/leg-record.ts'
import type { Image } from '../oci/image-tree.ts'
import { isIndexType } from '../oci/media-type.ts'
import { parseIndex } from '../oci/parse.ts'
import { formatPlatform } from '../oci/platform.ts'
import { showReference } from '../oci/reference.ts'
import type { Digest, Platform } from '../oci/types.ts'
import type { PlannedLeg } from '../plan/leg.ts'
import { type PublishedContent, publish, pushContent } from '../publish/publish.ts'
import type { Run } from '../run-context.ts'
import { type Exchanged, readRecords, usesEarlierAttempts, writeRecords } from './exchange-records.ts'
import { joinLegs, omittedOf } from './join-legs.ts'
import type { LegOutcome } from './leg-outcome.ts'
import { makeRecords } from './make-records.ts'

export type LegOptions = {
  readonly leg: PlannedLeg
  readonly ledger: Ledger
  /** Content that has already been pushed. */
  readonly content: PublishedContent | undefined
  /** The optional platforms of this job that failed. */
  readonly omitted?: readonly OmittedRecord[]
}

/**
 * Pushes the images of this job by digest and records them for the other jobs. If all platforms are recorded, joins the
 * image, pushes its index and writes the tags. Several jobs may do so at the same time: they write the same bytes.
 *
 * @throws ActionError `legs-differ`, `ledger-failed`, `cancelled`, and those of the registry; failures of the joined
 * image's push and tags are in the result
 */
export async function finishLeg(
  run: Run,
  built: Built,
  { leg, ledger, content, omitted = [] }: LegOptions,
): Promise<LegOutcome> {
  const { plan, host } = run
  const share = plan.build.platforms
  const { tree, errors = [] } =
    share.length === 0 ? {} : (content ?? (await host.log.group('Push', () => pushContent(run, built))))
  if (errors.length > 0) throw combine('Publishing', errors)
  const images = tree?.images ?? []
  host.log.info(`The jobs of this image leave their results in ${ledger.title} (${leg.ledger.because})`)
  const records = makeRecords(tree, { leg, share, omitted, time: host.clock.now() })
  const exchange = { leg, share: records.map(({ platform }) => platform), host }
  const explained = (error: unknown): never => {
    throw explainFailure(error, ledger.title)
  }
  await writeRecords(ledger, records, exchange).catch(explained)
  let seen = await readRecords(ledger, records, exchange).catch(explained)
  for (const note of seen.notes) host.log.warning(note)
  if (seen.missing.length > 0) return { images, ...(await explainMissing(run, seen, images)) }

  host.log.info(`${describeComplete(seen, leg)}: this job writes the index and the tags`)
  for (;;) {
    const whole = await joinLegs(run, seen.records, leg.platforms)
    const published = await publish(run, { ...built, content: whole })
    const outcome = { kind: 'published', images, published, omitted: omittedOf(seen.records, leg.platforms) } as const
    const [root] = whole.tree.documents.slice(-1)
    if (published.error !== undefined || root === undefined) return outcome
    // Later attempts need the records of jobs that do not run again.
    if (leg.job.attempt === 1) await ledger.clear(leg.platforms, root)
    else
      host.log.info(
        `The results of the jobs, polyarch-leg-${leg.key}-…, remain in ${ledger.title}: jobs of this attempt may need them`,
      )
    if (!usesEarlierAttempts(seen, leg)) return outcome
    // A job of this attempt may have recorded its image and written the tags before this job did.
    const now = await readRecords(ledger, records, { ...exchange, lag: seen.lag }).catch(explained)
    if (now.missing.length > 0 || isSame(now.records, seen.records)) return outcome
    host.log.info('Another job has recorded a newer image: this job writes the index and the tags again')
    seen = now
  }
}

/** Describes the platforms of a complete image, for the log. */
function describeComplete({ records }: Exchanged, { platforms }: PlannedLeg): string {
  const omitted = omittedOf(records, platforms).map(({ platform, code }) => `${formatPlatform(platform)} (${code})`)
  if (omitted.length === 0) return `All platforms are pushed (${platforms.map(formatPlatform).join(', ')})`
  return `All platforms are pushed, except the optional ${omitted.join(', ')}`
}

/** Whether both are the same records. */
function isSame(some: readonly LegRecord[], others: readonly LegRecord[]): boolean {
  const textOf = (records: readonly LegRecord[]) => records.map((record) => JSON.stringify(record)).toSorted()
  return textOf(some).join() === textOf(others).join()
}

/** Explains why this job does not join the image. */
async function explainMissing(
  run: Run,
  { missing, isOwnHidden }: Exchanged,
  images: readonly Image[],
): Promise<
  | { readonly kind: 'waiting'; readonly missing: readonly Platform[] }
  | { readonly kind: 'joined elsewhere'; readonly digest: Digest }
> {
  const { plan, host } = run
  const own = plan.build.platforms.map(formatPlatform).join(', ')
  const joined = isOwnHidden && images.length > 0 ? await findJoined(run, images) : undefined
  if (joined !== undefined) {
    host.log.info(`Another job has written the index and the tags: ${joined}`)
    return { kind: 'joined elsewhere', digest: joined }
  }
  if (isOwnHidden && images.length === 0) {
    // Without an image of this job, nothing shows whether the tags are of this run.
    host.runner.notice('The job that completes the image writes the tags, or has already written them')
    return { kind: 'waiting', missing: [] }
  }
  const others = missing.map(formatPlatform).join(', ')
  // The image may have been complete before: then its records are deleted, and its other jobs do not run again.
  const again =
    plan.leg !== undefined && plan.leg.job.attempt > 1 ? '. If their jobs do not run again, run all jobs again' : ''
  host.runner.notice(
    `${own === '' ? '' : `Pushed ${own}. `}No tag is written yet: the job that completes the image writes them. Missing: ${others}${again}`,
  )
  return { kind: 'waiting', missing }
}

/** Returns the digest of the first tag if it refers to an index with all images of this job. */
async function findJoined(
  { plan, access, host: { signal } }: Run,
  images: readonly Image[],
): Promise<Digest | undefined> {
  const [reference] = plan.references
  if (reference === undefined) return undefined
  const found = await access.registry.getManifest(reference, reference.tag ?? 'latest', { signal })
  if (found === undefined || !isIndexType(found.descriptor.mediaType)) return undefined
  const { manifests } = parseIndex(found.bytes, `Cannot read ${showReference(reference)}`)
  const digests = new Set(manifests.map(({ digest }) => digest))
  return images.every(({ manifest }) => digests.has(manifest.digest)) ? found.descriptor.digest : undefined
}

/** Adds to an error of the storage what the request was for. */
function explainFailure(error: unknown, title: string): unknown {
  if (!(error instanceof ActionError) || ['cancelled', 'legs-differ', 'ledger-failed'].includes(error.code))
    return error
  if (error.code === 'tag-exists') {
    return new ActionError('tag-exists', error.message, {
      hint: `The tag is one of those in which the jobs of this image leave their results. Exclude \`polyarch-leg-*\` from the rule for immutable tags, or set \`ledger: artifacts\`: see docs/legs.md. No tag was written.`,
      cause: error,
    })
  }
  return error.with({
    hint: `The request was for the results of the jobs of this image, which are in ${title}: see docs/legs.md. No tag was written.`,
  })
}

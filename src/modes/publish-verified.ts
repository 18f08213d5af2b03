import type { Built } from '../engine/built.ts'
import { exportImage } from '../export/export.ts'
import { passGate } from '../gate/pass-gate.ts'
import type { Host } from '../host/host.ts'
import { joinedOf, type LegOutcome } from '../legs/leg-outcome.ts'
import { passLeg } from '../legs/pass-leg.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { Checked } from '../preflight/preflight.ts'
import { type Published, publish } from '../publish/publish.ts'
import type { Result } from '../report/outputs.ts'
import { report } from '../report/report.ts'
import { smokeTest } from '../smoke-test/smoke-test.ts'
import { verifyImage } from '../verify/verify.ts'
import type { Omitted } from './optional-platforms.ts'
import type { LimitedRun } from './with-run.ts'

/**
 * Verifies and tests an image, exports and publishes it, and writes the report. `host` is as in `publishTested`.
 *
 * @throws ActionError errors of the stages; those of publishing after the report
 */
export async function publishVerified(
  limited: LimitedRun,
  built: Built,
  { checked, host }: { readonly checked: Checked; readonly host: Host },
): Promise<void> {
  const verified = await verifyImage(limited.run, built, checked)
  const smoked = await smokeTest(limited.run, built)
  const published = await publishTested(limited, { checked, built, verified, smoked, omitted: [] }, host)
  if (published?.error) throw published.error
}

/**
 * Exports and publishes an image, or the part of it that this job builds, and writes the report. Returns the result of publishing, with its error. `host` has no time limit: it excludes the writing of tags, because complete content is
 * not discarded for one more minute.
 *
 * @throws ActionError errors of the stages before publishing
 */
export async function publishTested(
  { run, limit }: LimitedRun,
  tested: Pick<Result, 'checked' | 'built' | 'verified' | 'smoked' | 'omitted'>,
  host: Host,
): Promise<Published | undefined> {
  const { built } = tested
  // All platforms of this job may have been omitted.
  const isEmpty = run.plan.build.platforms.length === 0
  const gated = isEmpty ? undefined : await passGate(run, built)
  const exported = isEmpty ? { outputs: [], imageId: undefined } : await exportImage(run, built)
  limit.lift()
  const leg = await passLeg({ ...run, host }, built, { content: gated?.content, omitted: tested.omitted })
  const published = leg
    ? joinedOf(leg)
    : run.plan.push && !isEmpty
      ? await publish({ ...run, host }, built, gated?.content)
      : undefined
  const omitted = [...tested.omitted, ...omittedElsewhere(leg, tested.omitted)]
  report({ ...run, host }, { ...tested, omitted, gated, exported, published, leg })
  return published
}

/** Returns the optional platforms that other jobs of a joined image omitted. */
function omittedElsewhere(leg: LegOutcome | undefined, own: readonly Omitted[]): readonly Omitted[] {
  const names = own.map(({ platform }) => formatPlatform(platform))
  return (leg?.kind === 'published' ? leg.omitted : [])
    .filter(({ platform }) => !names.includes(formatPlatform(platform)))
    .map((one) => ({ ...one, message: `its job failed (${one.code})`, place: undefined }))
}

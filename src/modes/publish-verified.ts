import type { Built } from '../engine/built.ts'
import { exportImage } from '../export/export.ts'
import { passGate } from '../gate/pass-gate.ts'
import type { Host } from '../host/host.ts'
import type { Checked } from '../preflight/preflight.ts'
import { publish } from '../publish/publish.ts'
import type { Result } from '../report/outputs.ts'
import { report } from '../report/report.ts'
import { smokeTest } from '../smoke-test/smoke-test.ts'
import { verifyImage } from '../verify/verify.ts'
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
  await publishTested(limited, { checked, built, verified, smoked, omitted: [] }, host)
}

/**
 * Exports and publishes an image, and writes the report. `host` has no time limit: it excludes the writing of tags, because complete content is
 * not discarded for one more minute.
 *
 * @throws ActionError errors of the stages; those of publishing after the report
 */
export async function publishTested(
  { run, limit }: LimitedRun,
  tested: Pick<Result, 'checked' | 'built' | 'verified' | 'smoked' | 'omitted'>,
  host: Host,
): Promise<void> {
  const { built } = tested
  const gated = await passGate(run, built)
  const exported = await exportImage(run, built)
  limit.lift()
  const published = run.plan.push ? await publish({ ...run, host }, built, gated?.content) : undefined
  report({ ...run, host }, { ...tested, gated, exported, published })
  if (published?.error) throw published.error
}

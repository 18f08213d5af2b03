import type { Built } from '../engine/built.ts'
import { exportImage } from '../export/export.ts'
import { passGate } from '../gate/pass-gate.ts'
import type { Host } from '../host/host.ts'
import type { Checked } from '../preflight/preflight.ts'
import { publish } from '../publish/publish.ts'
import { report } from '../report/report.ts'
import { smokeTest } from '../smoke-test/smoke-test.ts'
import { verifyImage } from '../verify/verify.ts'
import type { LimitedRun } from './with-run.ts'

export type VerifiedOptions = {
  readonly checked: Checked
  /** The host without the time limit, which excludes the writing of tags: complete content is not discarded for one more minute. */
  readonly host: Host
  /** Called when the image is verified. */
  readonly onVerified?: () => void
}

/**
 * Verifies and tests an image, exports and publishes it, and writes the report.
 *
 * @throws ActionError errors of the stages; those of publishing after the report
 */
export async function publishVerified(
  { run, limit }: LimitedRun,
  built: Built,
  { checked, host, onVerified }: VerifiedOptions,
): Promise<void> {
  const verified = await verifyImage(run, built, checked)
  onVerified?.()
  const smoked = await smokeTest(run, built)
  const gated = await passGate(run, built)
  const exported = await exportImage(run, built)
  limit.lift()
  const published = run.plan.push ? await publish({ ...run, host }, built, gated?.content) : undefined
  report({ ...run, host }, { checked, built, verified, smoked, gated, exported, published })
  if (published?.error) throw published.error
}

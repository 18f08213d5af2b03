import type { Built } from '../engine/built.ts'
import type { OmittedRecord } from '../ledger/leg-record.ts'
import type { PublishedContent } from '../publish/publish.ts'
import type { Run } from '../run-context.ts'
import type { LegOutcome } from './leg-outcome.ts'

/**
 * Publishes the part of this job in an image that several jobs build; undefined if this job builds all of it. Loads the code on
 * demand. Throws the errors of `finishLeg`.
 */
export async function passLeg(
  run: Run,
  built: Built,
  {
    content,
    omitted = [],
  }: { readonly content?: PublishedContent | undefined; readonly omitted?: readonly OmittedRecord[] },
): Promise<LegOutcome | undefined> {
  const { leg } = run.plan
  if (leg === undefined) return undefined
  const [{ finishLeg }, { openLedger }] = await Promise.all([import('./finish-leg.ts'), import('./open-ledger.ts')])
  return await finishLeg(run, built, { leg, ledger: await openLedger(run, leg), content, omitted })
}

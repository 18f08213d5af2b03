import { setUpEmulators } from './emulate/emulate.ts'
import { refuseFindings } from './engine/answer.ts'
import { askEngine } from './engine/ask.ts'
import { build } from './engine/build.ts'
import { exportImage } from './export/export.ts'
import type { Facts } from './facts/facts.ts'
import { passGate } from './gate/pass-gate.ts'
import type { Host } from './host/host.ts'
import { limitTime } from './host/time-limit.ts'
import type { Inputs } from './inputs/inputs.ts'
import { joinedOf, type LegOutcome } from './legs/leg-outcome.ts'
import { passLeg } from './legs/pass-leg.ts'
import { logIn } from './login/login.ts'
import { makePlan } from './plan/make-plan.ts'
import { preflight } from './preflight/preflight.ts'
import { publish } from './publish/publish.ts'
import { report, reportAnswer, reportDryRun, reportLasting, reportMissingLeg } from './report/report.ts'
import { tellPlan } from './report/tell-plan.ts'
import { smokeTest } from './smoke-test/smoke-test.ts'
import { openSource } from './source/open-source.ts'
import { verifyImage } from './verify/verify.ts'

/** Runs the stages that follow the facts, from the plan to the report. `afterReport` gets work that follows the report of a failure. */
export async function runStages(
  host: Host,
  { inputs, facts }: { readonly inputs: Inputs; readonly facts: Facts },
  afterReport: (work: () => Promise<void>) => void,
): Promise<void> {
  const plan = makePlan(inputs, facts)
  tellPlan({ plan, host })

  // The time limit excludes the writing of tags: complete content is not discarded for one more minute.
  const limit = limitTime(plan.timeout, host)
  const access = await logIn(plan, facts, limit.host).catch((error: unknown) => {
    limit.lift()
    throw limit.toError(error)
  })
  let leg: LegOutcome | undefined
  try {
    const opening = { plan, host: limit.host, access }
    const run = { ...opening, source: openSource(opening) }

    if (plan.call !== 'build' && !plan.dryRun) {
      const answer = await askEngine(run, plan.call)
      reportAnswer(run, answer)
      refuseFindings(answer)
      return
    }
    const checked = await preflight(run)
    if (plan.dryRun) {
      reportDryRun(run, checked)
      return
    }
    await setUpEmulators(run, checked)
    const built = await build(run, checked)
    const verified = await verifyImage(run, built, checked)
    // The cache of a verified build is kept, so that a rerun after a later failure can use it.
    if (built.keepCache) afterReport(built.keepCache)
    const smoked = await smokeTest(run, built)
    const gated = await passGate(run, built)
    const exported = await exportImage(run, built)
    limit.lift()
    leg = await passLeg({ ...run, host }, built, gated?.content)
    const published = leg
      ? joinedOf(leg)
      : plan.push
        ? await publish({ ...run, host }, built, gated?.content)
        : undefined
    report(run, { checked, built, verified, smoked, gated, exported, published, leg })
    if (published?.error) throw published.error
  } catch (error) {
    if (leg === undefined) reportMissingLeg({ plan, host }, error)
    throw limit.toError(error)
  } finally {
    limit.lift()
    reportLasting({ plan, access, host })
  }
}

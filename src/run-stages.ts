import { setUpEmulators } from './emulate/emulate.ts'
import { refuseFindings } from './engine/answer.ts'
import { askEngine } from './engine/ask.ts'
import { build } from './engine/build.ts'
import type { Facts } from './facts/facts.ts'
import type { Host } from './host/host.ts'
import type { Inputs } from './inputs/inputs.ts'
import { publishVerified } from './modes/publish-verified.ts'
import { withRun } from './modes/with-run.ts'
import { makePlan } from './plan/make-plan.ts'
import { preflight } from './preflight/preflight.ts'
import { reportAnswer, reportDryRun } from './report/report.ts'
import { tellPlan } from './report/tell-plan.ts'
import { openSource } from './source/open-source.ts'

/**
 * Builds an image: runs the stages that follow the facts, from the plan to the report. `afterReport` gets work that
 * follows the report of a failure.
 */
export async function runStages(
  host: Host,
  { inputs, facts }: { readonly inputs: Inputs; readonly facts: Facts },
  afterReport: (work: () => Promise<void>) => void,
): Promise<void> {
  const plan = makePlan(inputs, facts)
  tellPlan({ plan, host })
  await withRun(host, { plan, facts, openSource }, async ({ run, limit }) => {
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
    await publishVerified({ run, limit }, built, {
      checked,
      host,
      // The cache of a verified build is kept, so that a rerun after a later failure can use it.
      onVerified: () => built.keepCache && afterReport(built.keepCache),
    })
  })
}

import { setUpEmulators } from './emulate/emulate.ts'
import { refuseFindings } from './engine/answer.ts'
import { askEngine } from './engine/ask.ts'
import { build } from './engine/build.ts'
import { exportImage } from './export/export.ts'
import { probe } from './facts/probe.ts'
import { passGate } from './gate/pass-gate.ts'
import type { Host } from './host/host.ts'
import { limitTime } from './host/time-limit.ts'
import { logIn } from './login/login.ts'
import { makePlan } from './plan/make-plan.ts'
import { preflight } from './preflight/preflight.ts'
import { publish } from './publish/publish.ts'
import { readInputs } from './read-inputs.ts'
import { report, reportAnswer, reportDryRun, reportLasting } from './report/report.ts'
import { tellPlan } from './report/tell-plan.ts'
import { smokeTest } from './smoke-test/smoke-test.ts'
import { openSource } from './source/open-source.ts'
import { verifyImage } from './verify/verify.ts'

/**
 * The whole step. Clean up follows in `main.ts`, whatever happens here, and before it `afterReport` of what is to be done once a failure is reported.
 */
export async function run(
  host: Host,
  readInput: (name: string) => string,
  afterReport: (work: () => Promise<void>) => void = () => undefined,
): Promise<void> {
  const { inputs, event } = await readInputs(host, readInput)
  const facts = await probe(host, inputs, event)
  const plan = makePlan(inputs, facts)
  tellPlan({ plan, host })

  // All but the writing of tags: content that is complete is not thrown away for a minute.
  const limit = limitTime(plan.timeout, host)
  const access = await logIn(plan, facts, limit.host).catch((error: unknown) => {
    limit.lift()
    throw limit.toError(error)
  })
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
    // A build that was verified is worth keeping, also for the run after a failure of what follows.
    if (built.keepCache) afterReport(built.keepCache)
    const smoked = await smokeTest(run, built)
    const gated = await passGate(run, built)
    const exported = await exportImage(run, built)
    limit.lift()
    const published = plan.push ? await publish({ ...run, host }, built, gated?.content) : undefined
    report(run, { checked, built, verified, smoked, gated, exported, published })
    if (published?.error) throw published.error
  } catch (error) {
    throw limit.toError(error)
  } finally {
    limit.lift()
    reportLasting({ plan, access, host })
  }
}

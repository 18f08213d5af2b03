import { setUpEmulators } from './emulate/emulate.ts'
import { refuseFindings } from './engine/answer.ts'
import { askEngine } from './engine/ask.ts'
import { build, prepareBuild } from './engine/build.ts'
import type { Build } from './engine/engine.ts'
import { exportImage } from './export/export.ts'
import type { Facts } from './facts/facts.ts'
import { passGate } from './gate/pass-gate.ts'
import type { Host } from './host/host.ts'
import { limitTime } from './host/time-limit.ts'
import type { Inputs } from './inputs/inputs.ts'
import { logIn } from './login/login.ts'
import { withoutFailedPlatforms } from './optional-platforms.ts'
import { makePlan } from './plan/make-plan.ts'
import { publish } from './publish/publish.ts'
import { report, reportAnswer, reportDryRun, reportLasting } from './report/report.ts'
import { tellPlan } from './report/tell-plan.ts'
import type { Run } from './run-context.ts'
import { smokeTest } from './smoke-test/smoke-test.ts'
import { openSource } from './source/open-source.ts'
import { checkVariants, joinChecked, joinVariants, type Tested } from './variants.ts'
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
  try {
    const opening = { plan, host: limit.host, access }
    const run = { ...opening, source: openSource(opening) }

    if (plan.call !== 'build' && !plan.dryRun) {
      const answer = await askEngine(run, plan.call)
      reportAnswer(run, answer)
      refuseFindings(answer)
      return
    }
    if (plan.dryRun) {
      const { result, omitted, ...ended } = await withoutFailedPlatforms(run, checkVariants)
      reportDryRun(ended.run, joinChecked(result.map(({ checked }) => checked)), omitted)
      return
    }
    const prepared = prepareBuild(run)
    const tested = await withoutFailedPlatforms(run, (narrowed) => buildAndTest(narrowed, prepared, afterReport))
    const { result: image, omitted } = tested
    const gated = await passGate(tested.run, image.built)
    const exported = await exportImage(tested.run, image.built)
    limit.lift()
    const published = plan.push ? await publish({ ...tested.run, host }, image.built, gated?.content) : undefined
    report(tested.run, { ...image, gated, exported, published, omitted })
    if (published?.error) throw published.error
  } catch (error) {
    throw limit.toError(error)
  } finally {
    limit.lift()
    reportLasting({ plan, access, host })
  }
}

/** Runs the stages from preflight to the smoke tests, which repeat without optional platforms that fail. */
async function buildAndTest(
  run: Run,
  prepared: () => Promise<Build>,
  afterReport: (work: () => Promise<void>) => void,
): Promise<Tested> {
  const parts: Tested[] = []
  for (const { run: variant, checked } of await checkVariants(run)) {
    await setUpEmulators(variant, checked)
    const built = await build(variant, checked, prepared)
    const verified = await verifyImage(variant, built, checked)
    // The cache of a verified build is kept, so that a rerun after a later failure can use it.
    if (built.keepCache) afterReport(built.keepCache)
    parts.push({ checked, built, verified, smoked: await smokeTest(variant, built) })
  }
  return joinVariants(run, parts)
}

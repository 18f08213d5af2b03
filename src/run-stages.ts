import { setUpEmulators } from './emulate/emulate.ts'
import { refuseFindings } from './engine/answer.ts'
import { askEngine } from './engine/ask.ts'
import { build, prepareBuild } from './engine/build.ts'
import type { Build } from './engine/engine.ts'
import type { Facts } from './facts/facts.ts'
import type { Host } from './host/host.ts'
import type { Inputs } from './inputs/inputs.ts'
import { besidePreflight, mayStartEarly } from './modes/beside-preflight.ts'
import { withoutFailedPlatforms } from './modes/optional-platforms.ts'
import { publishTested } from './modes/publish-verified.ts'
import {
  checkVariants,
  joinChecked,
  joinVariants,
  nothingTested,
  startVariants,
  type Tested,
} from './modes/variants.ts'
import { withRun } from './modes/with-run.ts'
import { makePlan } from './plan/make-plan.ts'
import { whenFound } from './preflight/preflight.ts'
import { startEarlyPush } from './publish/early-push.ts'
import { lookEarly, readCurrentTags } from './publish/look-early.ts'
import { reportAnswer, reportDryRun, reportMissingLeg } from './report/report.ts'
import { tellPlan } from './report/tell-plan.ts'
import type { Run } from './run-context.ts'
import { smokeTest } from './smoke-test/smoke-test.ts'
import { measureContext } from './source/measure-context.ts'
import { once } from './source/once.ts'
import { openSource } from './source/open-source.ts'
import type { WrittenLayers } from './verify/scan.ts'
import { startVerification, verifyImage } from './verify/verify.ts'

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
    if (plan.dryRun) {
      const { result, omitted, ...ended } = await withoutFailedPlatforms(run, checkVariants)
      const checked = joinChecked((result ?? []).map((one) => one.checked))
      reportDryRun(ended.run, { checked, omitted, context: await measureContext(ended.run) })
      return
    }
    const prepared = prepareBuild()
    const readTags = once(() => readCurrentTags(run))
    const published = await tellMissingLeg({ plan, host }, async () => {
      const tested = await withoutFailedPlatforms(run, (narrowed) =>
        buildAndTest(narrowed, { prepared, readTags, afterReport }),
      )
      const { result, omitted } = tested
      return publishTested({ run: tested.run, limit }, { ...(result ?? nothingTested), omitted }, host)
    }).finally(run.access.registry.cancelBegun)
    if (published?.error) throw published.error
  })
}

/** What all repetitions of the stages share. */
type Shared = {
  readonly prepared: (run: Run) => Promise<Build>
  readonly readTags: () => ReturnType<typeof readCurrentTags>
  readonly afterReport: (work: () => Promise<void>) => void
}

/** Runs the stages from preflight to the smoke tests, which repeat without optional platforms that fail. */
async function buildAndTest(run: Run, { prepared, readTags, afterReport }: Shared): Promise<Tested> {
  const parts: Tested[] = []
  const { variants, passed, end } = await startVariants(run)
  // The last request of preflight delays neither the build nor the tags.
  afterReport(end)
  const early = startEarlyPush(run, passed)
  const { lookFor } = lookEarly(run, passed, readTags)
  let written: WrittenLayers | undefined
  try {
    if (!mayStartEarly(run, variants)) await passed
    for (const { run: variant, ready } of variants) {
      await setUpEmulators(variant, ready)
      // All variants have one builder, which is prepared for the platforms of all.
      written = startVerification(variant)
      const sink = { ...early, ...(written && { archive: written.archive }) }
      const { content, ...image } = await besidePreflight(variant, passed, async (beside) =>
        build(beside, ready, { prepared: await prepared({ ...run, host: beside.host }), sink }),
      )
      // Variants are joined to one image later.
      const built = { ...image, content: content && variants.length === 1 ? lookFor(content) : content }
      early.addAll(built.content)
      const checked = await whenFound(ready)
      const verified = await verifyImage(variant, built, checked, written)
      // The cache of a verified build is kept, so that a rerun after a later failure can use it.
      if (built.keepCache) afterReport(built.keepCache)
      parts.push({ checked, built, verified, smoked: await smokeTest(variant, built) })
    }
  } catch (error) {
    // The clean-up deletes files that the search for secrets reads at its start.
    await Promise.allSettled([end(), written?.searching])
    throw error
  } finally {
    early.stop()
  }
  return joinVariants(run, parts)
}

/** Runs the work of a job; if it fails, says which platforms the image of several jobs lacks. */
async function tellMissingLeg<T>(run: Pick<Run, 'plan' | 'host'>, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    reportMissingLeg(run, error)
    throw error
  }
}

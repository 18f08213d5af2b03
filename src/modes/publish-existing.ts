import { setUpEmulators } from '../emulate/emulate.ts'
import type { Built, Looked } from '../engine/built.ts'
import { gather } from '../errors/gather.ts'
import type { Facts } from '../facts/facts.ts'
import type { Host } from '../host/host.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { ExistingImage } from '../join/existing-image.ts'
import type { Platform } from '../oci/types.ts'
import { cannotLoadSeveral } from '../plan/load.ts'
import { makePlan } from '../plan/make-plan.ts'
import type { Plan } from '../plan/plan.ts'
import { type Checked, preflight } from '../preflight/preflight.ts'
import { readDigestsEarly } from '../publish/look-early.ts'
import { reportDryRun } from '../report/report.ts'
import { tellPlan } from '../report/tell-plan.ts'
import type { Run } from '../run-context.ts'
import type { Source } from '../source/source.ts'
import { publishVerified } from './publish-verified.ts'
import { withRun } from './with-run.ts'

type Given = {
  readonly inputs: Inputs
  readonly facts: Facts
  /** Takes work that follows the report. */
  readonly afterReport: (work: () => Promise<void>) => void
}

/** Finds an image in registries, then checks, verifies and publishes it like one that was built. */
export async function publishExisting(
  host: Host,
  { inputs, facts, afterReport }: Given,
  find: (run: Run) => Promise<ExistingImage>,
): Promise<void> {
  const plan = makePlan(inputs, facts)
  tellPlan({ plan, host })
  await withRun(host, { plan, facts, openSource: () => noSource }, async ({ run: opened, limit }) => {
    const looked = readDigestsEarly(opened, inputs.digests[0]?.digest)
    let end: (() => Promise<void>) | undefined
    const keepEnd = (work: () => Promise<void>): void => {
      end = work
      afterReport(work)
    }
    try {
      const { run, image, checked } = await findAndCheck(opened, { find, afterReport: keepEnd })
      if (plan.dryRun) {
        reportDryRun(run, { checked, omitted: [] })
        return
      }
      await setUpEmulators(run, checked)
      await publishVerified({ run, limit }, withLooked(image.built, looked), { checked, host })
    } catch (error) {
      // Nothing follows the report of a cancelled run.
      await end?.()
      throw error
    }
  })
}

function withLooked({ content, ...built }: Built, looked: Looked | undefined): Built {
  return { ...built, content: content && looked ? { ...content, looked } : content }
}

type Found = { readonly run: Run; readonly image: ExistingImage; readonly checked: Checked }

/** Finds the image and runs preflight: at the same time, unless a smoke test has to be planned for its platforms. */
async function findAndCheck(
  opened: Run,
  { find, afterReport }: Pick<Given, 'afterReport'> & { readonly find: (run: Run) => Promise<ExistingImage> },
): Promise<Found> {
  const complete = (image: ExistingImage): Run => ({ ...opened, plan: planFor(opened.plan, image) })
  if (opened.plan.smokeTest !== undefined) {
    const image = await find(opened)
    const run = complete(image)
    return { run, image, checked: await preflight(run, afterReport) }
  }
  const [image, checked] = await gather('Preflight', [find(opened), preflight(opened, afterReport)])
  return { run: complete(image), image, checked }
}

/** Completes the plan with the properties of the image: its platforms and labels. */
function planFor(plan: Plan, { platforms, labels }: ExistingImage): Plan {
  assertLoadable(plan, platforms)
  return { ...plan, build: { ...plan.build, platforms, labels } }
}

function assertLoadable({ engine }: Plan, platforms: readonly Platform[]): void {
  if (engine.traits.loadsInto?.store === 'classic' && platforms.length > 1) throw cannotLoadSeveral(platforms.length)
}

/** There is no Dockerfile and no context. */
const noSource: Source = {
  dockerfile: async () => undefined,
  reading: async () => undefined,
  own: async () => {
    throw new TypeError('An existing image has no source')
  },
  archive: async () => {
    throw new TypeError('An existing image has no source')
  },
}

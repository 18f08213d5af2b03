import type { Run } from '../run-context.ts'
import type { CheckedSource } from '../source/bases.ts'
import { type Reading, readTriggers, type TriggersOf } from '../source/needed-stages.ts'
import { checkBases } from './check-bases.ts'

/**
 * Looks up every image that the target needs, for every platform. If this program parses the Dockerfile, images in ONBUILD triggers are
 * included, because no builder looks them up.
 * | @throws ActionError those of `checkBases` and `readTriggers`
 */
export async function checkImages(run: Run, given: Reading): Promise<CheckedSource> {
  if (run.plan.engine.traits.readsSource !== 'us') return { reading: given, bases: await checkBases(run, given) }
  const { baseOf } = await run.source.own()
  // An unavailable image has no triggers; the check reports it with all others.
  const ifThere: TriggersOf = (base, platform) =>
    baseOf(base, platform).then(
      (image) => image?.config.config.OnBuild ?? [],
      () => [],
    )
  const reading = await readTriggers(given, run.plan, ifThere)
  return { reading, bases: await checkBases(run, reading) }
}

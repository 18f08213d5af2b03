import type { Source } from '../dockerfile/instructions/source.ts'
import { parseConfig } from '../oci/parse.ts'
import type { Platform } from '../oci/types.ts'
import type { PlannedContext } from '../plan/context.ts'
import type { Plan } from '../plan/plan.ts'
import type { FindImage } from '../registry/pull/find-image.ts'
import { referenceOf } from '../source/bases.ts'
import { type Reading, readTriggers, type TriggersOf } from '../source/needed-stages.ts'
import { checkBases, type FoundBase, type Means } from './check-bases.ts'

/** The Dockerfile with what ONBUILD of its images adds, and all images that it needs. */
export type CheckedImages = { readonly reading: Reading; readonly bases: readonly FoundBase[] }

/**
 * Looks up every image that the target needs, for every platform; with the embedded engine also those that ONBUILD of
 * them names, since nobody else reads it there.
 *
 * @throws ActionError as `checkBases` and `readTriggers` do
 */
export async function checkImages(
  plan: Plan,
  { triggersOf, ...means }: Means & { readonly triggersOf: TriggersOf },
): Promise<CheckedImages> {
  // An image that is not to be had has none; the check says so, with all others.
  const ifThere: TriggersOf = (base, platform) => triggersOf(base, platform).catch(() => [])
  const reading = plan.engine.name === 'embedded' ? await readTriggers(means.reading, plan, ifThere) : means.reading
  return { reading, bases: await checkBases(plan, { ...means, reading }) }
}

/** ONBUILD of the images that are in a registry. */
export function triggersInRegistry(findImage: FindImage, contexts: readonly PlannedContext[]): TriggersOf {
  return async (base: Source, platform: Platform) => {
    const reference = referenceOf(base, contexts)
    if (reference === undefined) return []
    const { config } = await findImage(reference, platform)
    return parseConfig(await config(), `Cannot read the configuration of ${reference}`).config?.OnBuild ?? []
  }
}

import { isInStore } from '../docker/is-in-store.ts'
import { ActionError } from '../errors/action-error.ts'
import { gather } from '../errors/gather.ts'
import type { Run } from '../run-context.ts'
import type { FoundBase } from '../source/bases.ts'
import { type BaseUse, baseUses, findUsedBase } from '../source/bases.ts'
import type { Reading } from '../source/needed-stages.ts'

/**
 * Looks up every image that the target needs, for every platform. If the builder may reach an image through another route, a failed
 * lookup is logged and left to the builder.
 *
 * @throws ActionError `platform-unsupported`, `image-not-found` and others of the registry, one for all
 */
export async function checkBases(run: Run, reading: Reading): Promise<readonly FoundBase[]> {
  const uses = baseUses(reading, run.plan.build.contexts)
  const found = await gather(
    'Preflight',
    uses.map((use) => checkBase(run, use, reading.dockerfile.file)),
  )
  return found.filter((base) => base !== undefined)
}

async function checkBase({ plan, access, host }: Run, use: BaseUse, file: string): Promise<FoundBase | undefined> {
  const { bases, baseStore } = plan.engine.traits
  try {
    return { ...use, image: await findUsedBase(use, file, access.findImage) }
  } catch (error) {
    if (bases === 'must-resolve' || !(error instanceof ActionError) || error.code === 'cancelled') throw error
    // The daemon uses the image in its store, if it has one.
    const stored = baseStore !== undefined && (await isInStore(use, baseStore, host))
    if (stored === true) return undefined
    if (stored === false && certain.has(error.code)) throw error
    // The builder may use a mirror or another network.
    host.log.info(`Preflight could not look at the base image ${use.reference}: ${error.message}`)
    return undefined
  }
}

const certain = new Set(['platform-unsupported', 'image-not-found', 'registry-unauthorized', 'registry-denied'])

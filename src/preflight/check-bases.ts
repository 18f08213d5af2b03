import { ActionError } from '../errors/action-error.ts'
import { gather } from '../errors/gather.ts'
import type { Host } from '../host/host.ts'
import type { Access } from '../login/login.ts'
import type { Plan } from '../plan/plan.ts'
import type { FoundImage } from '../registry/pull/find-image.ts'
import { type BaseUse, baseUses, findBase } from '../source/bases.ts'
import type { Reading } from '../source/needed-stages.ts'
import { isInStore } from './local-image.ts'

/** A base image as it was found. */
export type FoundBase = BaseUse & { readonly image: FoundImage }

/** The Dockerfile, and the way to the registries. */
export type Means = { readonly reading: Reading; readonly login: Access; readonly host: Host }

/**
 * Looks up every image that the target needs, for every platform. With buildx, what could not be looked at is said and
 * left to the builder.
 *
 * @throws ActionError `platform-unsupported`, `image-not-found` and others of the registry, one for all
 */
export async function checkBases(plan: Plan, means: Means): Promise<readonly FoundBase[]> {
  const uses = baseUses(means.reading, plan.build.contexts)
  const found = await gather(
    'Preflight',
    uses.map((use) => checkBase(use, plan, means)),
  )
  return found.filter((base) => base !== undefined)
}

async function checkBase(
  use: BaseUse,
  { engine }: Plan,
  { reading, login, host }: Means,
): Promise<FoundBase | undefined> {
  try {
    return { ...use, image: await findBase(use, reading.dockerfile.file, login.findImage) }
  } catch (error) {
    if (engine.name === 'embedded' || !(error instanceof ActionError) || error.code === 'cancelled') throw error
    // The docker driver begins with what the daemon has, if it has it.
    const stored = engine.builder.driver === 'docker' && (await isInStore(use, { engine, host }))
    if (stored === true) return undefined
    if (stored === false && certain.has(error.code)) throw error
    // The builder may have another way there: a mirror, a network of its own.
    host.log.info(`Preflight could not look at the base image ${use.reference}: ${error.message}`)
    return undefined
  }
}

const certain = new Set(['platform-unsupported', 'image-not-found', 'registry-unauthorized', 'registry-denied'])

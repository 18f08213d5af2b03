import { loadImage } from '../docker/load-image.ts'
import type { Built } from '../engine/built.ts'
import { ActionError } from '../errors/action-error.ts'
import type { FileOutput } from '../inputs/inputs.ts'
import { showReference } from '../oci/reference.ts'
import type { Run } from '../run-context.ts'

export type Exported = {
  /** What was written, each output whole. */
  readonly outputs: readonly FileOutput[]
  /** What the daemon calls the image that was loaded into it here. */
  readonly imageId: string | undefined
}

/**
 * Puts what was built where the plan says besides a registry: into files and folders, and into the daemon's store where the engine has none.
 *
 * @throws ActionError of the file system, the registry that has a base's layers, and the daemon
 */
export async function exportImage({ plan, host }: Run, built: Built): Promise<Exported> {
  const server = plan.engine.traits.loadsInto
  const { content, load } = built
  if (plan.outputs.length === 0 && server === undefined) return { outputs: [], imageId: load && (await loaded(load)) }
  if (content === undefined) throw new ActionError('internal', 'What was built is not here to be written')
  // What writes files and archives is loaded only where something is to be written.
  const { writeOutputs } = await import('./write-outputs.ts')
  const here = await writeOutputs({ plan, host }, content)
  const loadHere = server && (() => loadImage(here, server, { references: plan.references, host }))
  const work = loadHere ?? load
  return { outputs: plan.outputs, imageId: work && (await loaded(work)) }

  async function loaded(work: () => Promise<string>): Promise<string> {
    const imageId = await work()
    host.log.info(`Loaded ${plan.references.map(showReference).join(', ') || imageId} into Docker`)
    return imageId
  }
}

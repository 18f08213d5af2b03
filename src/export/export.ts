import { loadImage } from '../docker/load-image.ts'
import type { Built } from '../engine/built.ts'
import { ActionError } from '../errors/action-error.ts'
import type { FileOutput } from '../inputs/inputs.ts'
import { showReference } from '../oci/reference.ts'
import type { Run } from '../run-context.ts'

export type Exported = {
  /** The written outputs. */
  readonly outputs: readonly FileOutput[]
  /** The daemon's ID of the loaded image. */
  readonly imageId: string | undefined
}

/**
 * Exports the image to the destinations of the plan other than registries: files and directories, and the daemon's
 * store if the engine does not have its own.
 *
 * @throws ActionError of the file system, the registry of a base image's layers, and the daemon
 */
export async function exportImage({ plan, host }: Run, built: Built): Promise<Exported> {
  const server = plan.engine.traits.loadsInto
  const { content, load } = built
  if (plan.outputs.length === 0 && server === undefined) return { outputs: [], imageId: load && (await loaded(load)) }
  if (content === undefined) throw new ActionError('internal', 'The build result is not available for export')
  // The code that writes files and archives is loaded on demand.
  const { writeOutputs } = await import('./write-outputs.ts')
  const here = await writeOutputs({ plan, host }, content)
  const loadHere = server && (() => loadImage(here, server, { references: plan.references, host }))
  const work = loadHere ?? load
  return { outputs: plan.outputs, imageId: work && (await loaded(work)) }

  async function loaded(work: () => Promise<string>): Promise<string> {
    const imageId = await work()
    host.log.info(`Loaded ${plan.references.map(showReference).join(', ') || imageId} into ${built.store ?? 'Docker'}`)
    return imageId
  }
}

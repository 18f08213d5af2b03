import type { PlannedStage } from '../dockerfile/stages.ts'
import { ActionError } from '../errors.ts'
import type { Platform } from '../oci/types.ts'
import type { FindImage, FoundImage } from '../registry/find-image.ts'
import type { PlatformStages, Reading } from './needed-stages.ts'

/** An image that a stage begins with, copies from or mounts, for a platform. */
export type BaseUse = {
  /** As it stands in the Dockerfile, its variables replaced. */
  readonly reference: string
  readonly platform: Platform
  /** Line of the instruction, from 1. */
  readonly line: number
}

/** The images that the target needs, for each platform, each once. */
export function baseUses({ platforms }: Pick<Reading, 'platforms'>): readonly BaseUse[] {
  const uses = platforms.flatMap(usesOf)
  return [...new Map(uses.map((use) => [`${use.reference} ${JSON.stringify(use.platform)}`, use])).values()]
}

function usesOf({ platform: target, stages }: PlatformStages): readonly BaseUse[] {
  return stages.needed.flatMap((index) => {
    const stage = stages.stages[index]
    if (stage === undefined) return []
    const platform = stage.platform ?? target
    const base = stage.base.kind === 'image' ? [{ reference: stage.base.reference, platform, line: stage.line }] : []
    const copied = [...stage.from].flatMap(([name, source]) =>
      source.kind === 'image' ? [{ reference: source.reference, platform, line: lineOf(stage, name) }] : [],
    )
    return [...base, ...copied]
  })
}

function lineOf(stage: PlannedStage, name: string): number {
  const using = stage.instructions.find(
    (one) => (one.kind === 'copy' && one.from === name) || (one.kind === 'run' && one.mountsFrom.includes(name)),
  )
  return using?.line ?? stage.line
}

/**
 * The image of a use.
 *
 * @throws ActionError what `find` throws, at the line of the Dockerfile
 */
export async function findBase(use: BaseUse, file: string, find: FindImage): Promise<FoundImage> {
  try {
    return await find(use.reference, use.platform)
  } catch (error) {
    if (!(error instanceof ActionError)) throw error
    const { code, message, hint, platform } = error
    throw new ActionError(code, `${file}:${use.line}: ${message}`, {
      ...(hint === undefined ? {} : { hint }),
      ...(platform === undefined ? {} : { platform }),
      place: { file, line: use.line },
      cause: error,
    })
  }
}

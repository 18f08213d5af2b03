import type { StageSource } from '../dockerfile/instructions/source.ts'
import type { PlannedStage } from '../dockerfile/stages/stages.ts'
import { ActionError } from '../errors/action-error.ts'
import type { Platform } from '../oci/types.ts'
import type { PlannedContext } from '../plan/context.ts'
import type { FindImage, FoundImage } from '../registry/pull/find-image.ts'
import type { PlatformStages, Reading } from './needed-stages.ts'

/** An image that a stage begins with, copies from or mounts, for a platform. */
export type BaseUse = {
  /** As written in the Dockerfile, with variables replaced. */
  readonly reference: string
  readonly platform: Platform
  /** Line of the instruction, from 1. */
  readonly line: number
}

/** A base image that was found. */
export type FoundBase = BaseUse & { readonly image: FoundImage }

/** The results of checking the source before a build. */
export type CheckedSource = {
  /**
   * The Dockerfile, including ONBUILD instructions of its images if this program reads it; undefined if only the
   * builder reads it.
   */
  readonly reading: Reading | undefined
  /** The images that it needs, as far as they could be found. */
  readonly bases: readonly FoundBase[]
}

/** The source of a build, which may start before its images are found. */
export type SourceOfBuild = Pick<CheckedSource, 'reading'> & {
  /** As in `CheckedSource`. Rejects with the errors of preflight. */
  readonly bases: CheckedSource['bases'] | Promise<CheckedSource['bases']>
}

/** Returns the images that the target needs, for each platform, each once; `contexts` may replace images. */
export function baseUses(
  { platforms }: Pick<Reading, 'platforms'>,
  contexts: readonly PlannedContext[],
): readonly BaseUse[] {
  const uses = platforms.flatMap((platform) => usesOf(platform, contexts))
  return [...new Map(uses.map((use) => [`${use.reference} ${JSON.stringify(use.platform)}`, use])).values()]
}

function usesOf(stages: PlatformStages, contexts: readonly PlannedContext[]): readonly BaseUse[] {
  return sourcesOf(stages).flatMap(({ source, ...use }) => {
    const reference = referenceOf(source, contexts)
    return reference === undefined ? [] : [{ reference, ...use }]
  })
}

/** Returns the instructions that use the named context, for each platform. */
export function contextUses(
  { platforms }: Pick<Reading, 'platforms'>,
  name: string,
): readonly Pick<BaseUse, 'platform' | 'line'>[] {
  const uses = platforms.flatMap(sourcesOf)
  return uses.filter(({ source }) => source.kind === 'context' && source.name === name)
}

/** Returns the sources that the needed stages begin with, copy from and mount. */
function sourcesOf({ platform: target, stages }: PlatformStages) {
  return stages.needed.flatMap((index) => {
    const stage = stages.stages[index]
    if (stage === undefined) return []
    const platform = stage.platform ?? target
    const others = [...stage.from].map(([name, source]) => ({ source, platform, line: lineOf(stage, name) }))
    return [{ source: stage.base, platform, line: stage.line }, ...others]
  })
}

/** Returns the image of a source that refers to a registry; `contexts` may replace it. */
function referenceOf(source: StageSource, contexts: readonly PlannedContext[]): string | undefined {
  if (source.kind === 'image') return source.reference
  const context = source.kind === 'context' ? contexts.find(({ name }) => name === source.name)?.source : undefined
  return context?.kind === 'image' && context.reference !== 'scratch' ? context.reference : undefined
}

function lineOf(stage: PlannedStage, name: string): number {
  const using = stage.instructions.find(
    (one) => (one.kind === 'copy' && one.from === name) || (one.kind === 'run' && one.mountsFrom.includes(name)),
  )
  return using?.line ?? stage.line
}

/**
 * Finds the image of a use.
 *
 * @throws ActionError errors of `find`, placed at the line of the Dockerfile
 */
export async function findUsedBase(use: BaseUse, file: string, find: FindImage): Promise<FoundImage> {
  try {
    return await find(use.reference, use.platform)
  } catch (error) {
    if (!(error instanceof ActionError)) throw error
    const place = { file, line: use.line }
    throw error.with({ message: `${file}:${use.line}: ${error.message}`, place, cause: error })
  }
}

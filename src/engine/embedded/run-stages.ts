import { bottomStage } from '../../dockerfile/stages/stages.ts'
import { ActionError } from '../../errors/action-error.ts'
import type { FindImage } from '../../registry/pull/find-image.ts'
import { findBase } from '../../source/base.ts'
import type { OpenNamed } from '../../source/named-context.ts'
import type { PlatformStages } from '../../source/needed-stages.ts'
import { runStage } from './run-stage.ts'
import type { BuiltStage, StageContext } from './stage.ts'

/** What all stages of all platforms share. */
export type StagesContext = Omit<
  StageContext,
  'platform' | 'globals' | 'stages' | 'stageOf' | 'baseOf' | 'contextOf' | 'dropLayers'
> & {
  readonly findImage: FindImage
  readonly openNamed: OpenNamed
  /** Number of topmost layers to drop from the base image of the target's first stage. */
  readonly dropLayers: number
}

/**
 * Returns the target's stage for a platform. Each stage that it needs is run once, concurrently where possible.
 *
 * @throws the errors of `runStage`
 */
export async function runStages(
  { platform: target, globals, stages: plan }: PlatformStages,
  { findImage, openNamed, dropLayers, ...common }: StagesContext,
): Promise<BuiltStage> {
  const bottom = bottomStage(plan)
  const running = new Map<number, Promise<BuiltStage>>()

  const run = async (index: number): Promise<BuiltStage> => {
    // One turn of the event loop for each stage, so that a chain of thousands does not overflow the stack.
    await undefined
    const stage = plan.stages[index]
    if (stage === undefined) throw new ActionError('internal', `There is no stage ${index}`)
    const platform = stage.platform ?? target
    return runStage(stage, {
      ...common,
      platform,
      stages: plan.stages.length,
      globals,
      stageOf,
      baseOf: (reference) => findBase(findImage, reference, platform),
      contextOf: (name) => openNamed(name, platform),
      // Stages that the target is not based on are copied from.
      treeOf: (base, isCopied) => common.treeOf(base, isCopied || index !== bottom),
      dropLayers: index === bottom ? dropLayers : 0,
    })
  }
  const stageOf = (index: number): Promise<BuiltStage> => {
    const stage = running.get(index) ?? run(index)
    running.set(index, stage)
    return stage
  }
  return stageOf(plan.target)
}

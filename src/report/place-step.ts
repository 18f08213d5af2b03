import type { Instruction } from '../dockerfile/read/instruction.ts'
import { countedSteps } from '../dockerfile/stages/counted-steps.ts'
import type { PlannedStage } from '../dockerfile/stages/stages.ts'
import type { Step } from '../engine/built.ts'
import { formatPlatform, parsePlatform } from '../oci/platform.ts'
import type { Platform } from '../oci/types.ts'
import type { PlatformStages, Reading } from '../source/needed-stages.ts'

/** The instruction that a step executes. */
export type PlacedStep = {
  readonly instruction: Instruction
  readonly stage: PlannedStage
  /** The platform on which it runs. */
  readonly platform: Platform
}

/**
 * Returns the instruction of a step; undefined for the builder's own steps, for FROM, and if the name of the step is
 * ambiguous.
 */
export function placeStep(step: Step, { platforms }: Pick<Reading, 'platforms'>): PlacedStep | undefined {
  const place = readName(step.name)
  if (place === undefined) return undefined
  // With several platforms, the step's name includes its platform, which may be that of a stage and not of the image.
  // Over scratch, BuildKit omits it, so that the platform is not known.
  const known = step.platform !== undefined || platforms.length === 1
  const target = platforms.find(({ platform }) => formatPlatform(platform) === step.platform) ?? platforms[0]
  if (target === undefined || !known) return undefined
  const stage = findStage(target, place.stage)
  const instruction = stage && instructionAt(stage.instructions, place)
  if (stage === undefined || instruction?.kind !== place.kind) return undefined
  const platform = place.platform === undefined ? (stage.platform ?? target.platform) : parsePlatform(place.platform)
  return { instruction, stage, platform }
}

/** `[linux/arm64 builder 2/5] RUN …`: platform and stage are only included if there are several. */
const stepName = /^\[(?:([a-z]+\/[a-z0-9_]+(?:\/v\d+)?)(?:->\S+)? )?(?:(\S+) )? *(\d+)\/(\d+)\] (RUN|COPY|ADD|WORKDIR) /

type PlaceOfStep = {
  readonly platform: string | undefined
  readonly stage: string | undefined
  readonly number: number
  readonly count: number
  readonly kind: string
}

function readName(name: string): PlaceOfStep | undefined {
  const [, platform, stage, number, count, kind] = stepName.exec(name) ?? []
  if (kind === undefined) return undefined
  return { platform, stage, number: Number(number), count: Number(count), kind: kind.toLowerCase() }
}

/** BuildKit counts FROM, if it is an image, then what the image's ONBUILD adds, then these instructions. */
function instructionAt(
  instructions: readonly Instruction[],
  { number, count }: Pick<PlaceOfStep, 'number' | 'count'>,
): Instruction | undefined {
  const own = countedSteps(instructions)
  const before = count - own.count
  return before < 0 ? undefined : own.numbered[number - 1 - before]
}

function findStage({ stages: { stages } }: PlatformStages, name: string | undefined): PlannedStage | undefined {
  if (name === undefined) return stages.length === 1 ? stages[0] : undefined
  return stages.find((stage) => (stage.name ?? `stage-${stage.index}`) === name)
}

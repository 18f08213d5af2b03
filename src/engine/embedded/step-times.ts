import { excerptOf } from '../../bounds/excerpt.ts'
import { limits } from '../../bounds/limits.ts'
import type { Instruction } from '../../dockerfile/read/instruction.ts'
import { countedSteps } from '../../dockerfile/stages/counted-steps.ts'
import type { PlannedStage } from '../../dockerfile/stages/stages.ts'
import type { Host } from '../../host/host.ts'
import { formatPlatform } from '../../oci/platform.ts'
import type { Platform } from '../../oci/types.ts'
import type { Span, Step } from '../built.ts'

/** Runs `work` as the step `name` of a platform's image, and measures it. */
export type TimeStep = <T>(name: string, work: () => Promise<T>) => Promise<T>

/**
 * Measures the steps of a platform's image. Work that several platforms share is a step of each, as long as each waits for it.
 * A step that fails is not recorded. The number of steps is bounded by that of the Dockerfile's instructions.
 */
export function createStepTimes(
  platform: Platform,
  { now }: Host['clock'],
): { readonly timeStep: TimeStep; readonly steps: () => readonly Step[] } {
  const steps: Step[] = []
  return {
    timeStep: async (name, work) => {
      const from = now().getTime()
      const result = await work()
      steps.push(stepOf(name, platform, { from, to: now().getTime() }))
      return result
    },
    steps: () => steps,
  }
}

/**
 * How long an image waited for a layer of its own, the bytes before compression, whether it is that of a previous image,
 * and the instruction that made it.
 */
export type LayerTime = {
  readonly span: Span
  readonly size: number
  readonly isReused: boolean
  readonly instruction: Instruction | undefined
}

/** The steps in which the layers of a platform's image were written. Layers of base images are not among them. */
export function layerSteps(platform: Platform, layers: readonly { readonly written?: LayerTime }[]): readonly Step[] {
  return layers.flatMap(({ written }) => {
    if (written === undefined) return []
    const { span, size, isReused, instruction } = written
    const step = {
      ...stepOf(`writing layer of ${instruction?.text ?? 'FROM'}`, platform, span),
      cached: isReused,
    }
    return [
      isReused || instruction === undefined
        ? step
        : { ...step, wrote: { size, line: instruction.line, text: instruction.text } },
    ]
  })
}

function stepOf(name: string, platform: Platform, span: Span): Step {
  return {
    name: excerptOf(name.split('\n', 1)[0] ?? '', limits.outputLine),
    platform: formatPlatform(platform),
    cached: false,
    milliseconds: span.to - span.from,
    span,
  }
}

/**
 * Names the steps of a stage as BuildKit does: `[linux/arm64 build 2/5] COPY . /app`.
 *
 * @returns functions for FROM and for the instruction at an index; undefined for one that is not a step
 */
export function createStepNames(
  { index, name, base, instructions }: Pick<PlannedStage, 'index' | 'name' | 'base' | 'instructions'>,
  { platform, stages }: { readonly platform: Platform; readonly stages: number },
): { readonly from: (reference: string) => string; readonly at: (instruction: number) => string | undefined } {
  const { numbered, count } = countedSteps(instructions)
  const first = base.kind === 'image' || base.kind === 'context' ? 1 : 0
  const stage = stages === 1 ? '' : ` ${name ?? `stage-${index}`}`
  const named = (number: number, text: string) =>
    `[${formatPlatform(platform)}${stage} ${number}/${first + count}] ${text}`
  // The same instruction object never occurs twice in a stage.
  const numbers = new Map(numbered.map((instruction, at) => [instruction, first + at + 1]))
  return {
    from: (reference) => named(1, `FROM ${reference}`),
    at: (at) => {
      const instruction = instructions[at]
      const number = instruction && numbers.get(instruction)
      return instruction === undefined || number === undefined ? undefined : named(number, instruction.text)
    },
  }
}

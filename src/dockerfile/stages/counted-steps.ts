import type { Instruction } from '../read/instruction.ts'

/**
 * Returns the instructions of a stage that have a number in BuildKit's names of steps, such as `[build 2/5]`, in their order. `count` is what
 * they add to the total: WORKDIR / is counted, but has no number. An image in FROM, and what its ONBUILD adds, is counted before them.
 */
export function countedSteps(instructions: readonly Instruction[]): {
  readonly numbered: readonly Instruction[]
  readonly count: number
} {
  const counted = instructions.filter(({ kind }) => ['add', 'copy', 'run', 'workdir'].includes(kind))
  const numbered = counted.filter((one) => !(one.kind === 'workdir' && /^\/+$/.test(one.path)))
  return { numbered, count: counted.length }
}

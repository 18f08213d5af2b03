import { limits } from '../../bounds/limits.ts'
import { ActionError } from '../../errors/action-error.ts'
import { dockerfileError, ExcessError, isExcess } from '../problem.ts'
import type { Instruction } from '../read/instruction.ts'
import type { Dockerfile } from '../read/parse.ts'
import { createResolver } from '../stages/resolve.ts'
import type { StagePlan } from '../stages/stages.ts'
import { stageValues, type Values } from './arguments.ts'

type Given = { readonly plan: StagePlan; readonly globals: Values; readonly buildArguments: Values }

/** A placeholder for the PATH of a base image, longer than most. */
const usualPath = `PATH=${'x'.repeat(64)}`

/**
 * Rejects a Dockerfile whose variables grow over a limit, such as an ENV that doubles itself on 30 lines: BuildKit has
 * no limit and would exhaust the memory of its machine. Expands all stages in order. A variable that only a base image
 * can define counts as one character. Other errors are left to the engine.
 *
 * @throws ActionError `dockerfile-invalid`, for which `isExcess` holds
 */
export function assertBounded({ file, directives }: Dockerfile, { plan, globals, buildArguments }: Given): void {
  const ends = new Map<number, Values>()
  let total = 0
  for (const { index, base, instructions } of plan.stages) {
    const above = base.kind === 'stage' ? ends.get(base.index) : undefined
    const values = stageValues(above, above === undefined ? [usualPath] : [])
    const surroundings = { escapeMark: directives.escape, values, globals, buildArguments, unset: 'x' }
    const resolver = createResolver(surroundings)
    for (const instruction of instructions) {
      const problem = excessOf(() => {
        total += sizeOf(resolver.resolve(instruction))
      })
      const message =
        problem ??
        (total > limits.expanded ? `the texts up to here have more than ${limits.expanded} characters` : undefined)
      if (message === undefined) continue
      throw dockerfileError(file, [{ line: instruction.line, message, cause: new ExcessError(message) }])
    }
    ends.set(index, resolver.values)
  }
}

/** Returns the message if `work` exceeds a limit. */
function excessOf(work: () => void): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (!(error instanceof ActionError) || error.code !== 'dockerfile-invalid') throw error
    return isExcess(error) ? error.message : undefined
  }
}

/** Returns the number of characters of an expanded instruction. */
function sizeOf(instruction: Instruction): number {
  switch (instruction.kind) {
    case 'env':
    case 'label':
      return sum(instruction.pairs.flatMap(({ key, value }) => [key, value]))
    case 'arg':
      return sum(instruction.arguments.map(({ value = '' }) => value))
    case 'copy':
    case 'add':
      return sum([...instruction.sources, instruction.destination, ...instruction.files.map(({ content }) => content)])
    case 'volume':
      return sum(instruction.paths)
    case 'expose':
      return sum(instruction.ports)
    default:
      return instruction.text.length
  }
}

function sum(texts: readonly string[]): number {
  return texts.reduce((size, text) => size + text.length, 0)
}

import { completeEnvironment, stageValues, type Values } from '../expand/arguments.ts'
import { expandWord } from '../expand/expand.ts'
import { tryReading } from '../problem.ts'
import type { Argument, Instruction } from '../read/instruction.ts'
import type { Dockerfile } from '../read/parse.ts'
import { readStatements } from '../read/statements.ts'
import { createResolver } from '../stages/resolve.ts'
import type { StagePlan } from '../stages/stages.ts'
import { commentOf, type Location, locate } from './comments.ts'

export type OutlineInputs = {
  /** The source text of the Dockerfile. */
  readonly text: string
  /** Result of `globalValues`. */
  readonly globals: Values
  readonly stages: StagePlan
  readonly buildArguments: Values
}

type Row = { readonly name: string; readonly location: Location }

/** The parameters of the target of a build. */
export type Outline = {
  readonly name?: string
  readonly description?: string
  readonly args?: readonly (Row & { readonly value?: string; readonly description?: string })[]
  readonly secrets?: readonly (Row & { readonly required?: true })[]
  readonly ssh?: readonly (Row & { readonly required?: true })[]
}

/**
 * Returns the build arguments, secrets and SSH agents of the target and the stages that it needs, as BuildKit outlines
 * them, sorted by line. Variables of an image in FROM are not known, and count as empty.
 */
export function describeTarget(dockerfile: Dockerfile, inputs: OutlineInputs): Outline {
  const { text, stages: plan } = inputs
  const { statements } = readStatements(text, () => {})
  const declared = declaredIn(dockerfile, inputs)
  const args = [...new Map(declared.map((one) => [`${one.line} ${one.name}`, one])).values()]
    .sort((a, b) => a.line - b.line)
    .map(({ name, value, line, endLine }) => {
      const description = commentOf(statements, line, name)
      return {
        name,
        ...(description === '' ? {} : { description }),
        ...(value === undefined ? {} : { value }),
        location: locate({ line, endLine }),
      }
    })
  const mounts = neededInstructions(inputs).flatMap((instruction) =>
    instruction.kind === 'run' ? instruction.secrets.map((mount) => ({ ...mount, ...placeOf(instruction) })) : [],
  )
  const mountsOf = (kind: 'secret' | 'ssh') => {
    const rows = mounts.filter((mount) => mount.kind === kind)
    return [...new Map(rows.map((mount) => [mount.id, mount])).values()]
      .sort((a, b) => a.line - b.line)
      .map(({ id, required, line, endLine }) => ({
        name: id,
        ...(required ? { required: true as const } : {}),
        location: locate({ line, endLine }),
      }))
  }
  const [secrets, ssh] = [mountsOf('secret'), mountsOf('ssh')]
  const target = plan.stages[plan.target]
  const description = target?.name === undefined ? '' : commentOf(statements, target.line, target.name)
  return {
    ...(target?.name === undefined ? {} : { name: target.name }),
    ...(description === '' ? {} : { description }),
    ...(args.length === 0 ? {} : { args }),
    ...(secrets.length === 0 ? {} : { secrets }),
    ...(ssh.length === 0 ? {} : { ssh }),
  }
}

type Declared = { readonly name: string; readonly value?: string } & Place
type Place = Pick<Instruction, 'line' | 'endLine'>

/**
 * Returns each ARG of the needed stages, and each ARG before the first FROM whose value these stages or their FROM use.
 */
function declaredIn(dockerfile: Dockerfile, inputs: OutlineInputs): readonly Declared[] {
  const { stages: plan, globals, buildArguments } = inputs
  const escapeMark = dockerfile.directives.escape
  const ofFile = new Map(
    dockerfile.globalArguments.flatMap((instruction) =>
      instruction.arguments.map((argument) => [argument.name, { argument, place: placeOf(instruction) }] as const),
    ),
  )
  const found: Declared[] = []
  const seen = new Set<string>()
  const take = (name: string): void => {
    const given = ofFile.get(name)
    if (given === undefined || seen.has(name)) return
    seen.add(name)
    const value = globals.get(name)
    found.push({ name, ...(value === undefined ? {} : { value }), ...given.place })
    lookInto(given.argument.value ?? '')
  }
  const lookInto = (word: string): void => {
    tryReading(() =>
      expandWord(
        word,
        (name) => {
          take(name)
          return globals.get(name)
        },
        { escapeMark },
      ),
    )
  }
  const valuesOf = new Map<number, Values>()
  for (const index of plan.needed) {
    const stage = plan.stages[index]
    if (stage === undefined) continue
    lookInto(dockerfile.stages[index]?.base ?? '')
    const begun = stage.base.kind === 'stage' ? valuesOf.get(stage.base.index) : undefined
    const values = begun ?? stageValues(undefined, completeEnvironment([], 'linux'))
    const resolver = createResolver({ escapeMark, values, globals, buildArguments })
    for (const instruction of stage.instructions) {
      const resolved = tryReading(() => resolver.resolve(instruction)) ?? instruction
      if (instruction.kind !== 'arg' || resolved.kind !== 'arg') continue
      for (const [at, argument] of resolved.arguments.entries()) {
        const written: Argument | undefined = instruction.arguments[at]
        // Without a value of its own, it takes the one before FROM; those of platforms cannot be set.
        if (written?.value === undefined && ofFile.has(argument.name)) take(argument.name)
        else if (written?.value !== undefined || !globals.has(argument.name)) {
          found.push({ ...argument, ...placeOf(instruction) })
        }
      }
    }
    valuesOf.set(index, resolver.values)
  }
  return found
}

function neededInstructions({ stages: { stages, needed } }: OutlineInputs): readonly Instruction[] {
  return needed.flatMap((index) => stages[index]?.instructions ?? [])
}

function placeOf({ line, endLine }: Instruction): Place {
  return { line, endLine }
}

import { limits } from '../../bounds/limits.ts'
import { ActionError } from '../../errors/action-error.ts'
import { parsePlatform } from '../../oci/platform.ts'
import type { Platform } from '../../oci/types.ts'
import { nearest } from '../../text/nearest.ts'
import type { Values } from '../expand/arguments.ts'
import { expandWord } from '../expand/expand.ts'
import { contextName, isContext, readSource, type StageSource } from '../instructions/source.ts'
import { attempt, dockerfileError, ExcessError, type Problem, quoteFound, type Report, textError } from '../problem.ts'
import type { Instruction, Stage } from '../read/instruction.ts'
import { type Dockerfile, parseTrigger } from '../read/parse.ts'

export type PlannedStage = Omit<Stage, 'base' | 'platform'> & {
  readonly index: number
  readonly base: StageSource
  /** Undefined for the target's platform. */
  readonly platform?: Platform
  /** Includes the ONBUILD instructions of the base stage at the beginning. */
  readonly instructions: readonly Instruction[]
  /** The sources that `--from` of COPY and of RUN mounts refers to, by the text of the flag. */
  readonly from: ReadonlyMap<string, StageSource>
}

export type StagePlan = {
  readonly stages: readonly PlannedStage[]
  readonly target: number
  /** The indexes of the stages that the target needs, ending with the target; each depends only on earlier ones. */
  readonly needed: readonly number[]
}

export type Wanted = {
  readonly globals: Values
  /** The name of a stage. Default: the last stage. */
  readonly target?: string
  /** The names of `build-contexts`. */
  readonly contexts: readonly string[]
}

/**
 * Determines the base and the copy sources of each stage, and the stages that the target needs.
 * https://docs.docker.com/reference/dockerfile/#from
 *
 * @throws ActionError `dockerfile-invalid`; `input-invalid` for a target that does not exist
 */
export function planStages(dockerfile: Dockerfile, wanted: Wanted): StagePlan {
  const problems: Problem[] = []
  const report: Report = (line, message, cause) => problems.push({ line, message, cause })
  const excess = dockerfile.stages[limits.stages]
  if (excess !== undefined) {
    throw tooMany(dockerfile.file, excess.line, `${limits.stages} build stages`)
  }
  const names = new Map<string, number>()
  const contexts = new Set(wanted.contexts.map(contextName))
  const stages: PlannedStage[] = []
  let count = 0
  for (const [index, stage] of dockerfile.stages.entries()) {
    const planned = attempt(stage.line, report, () => {
      return planBase(stage, { index, names, contexts, dockerfile, globals: wanted.globals, stages })
    })
    // An invalid stage keeps its index, so that the indexes of the others are correct.
    stages.push(planned ?? { ...withoutBase(stage), index, base: { kind: 'scratch' }, from: new Map() })
    if (stage.name !== undefined) names.set(stage.name, index)
    count += (planned ?? stage).instructions.length
    if (count > limits.instructions) throw tooMany(dockerfile.file, stage.line, `${limits.instructions} instructions`)
  }
  const sourcesOf = createFindSources({ stages, contexts: wanted.contexts, report })
  const complete = stages.map((stage) => ({ ...stage, from: sourcesOf(stage) }))
  if (problems.length > 0) throw dockerfileError(dockerfile.file, problems)
  const target = findTarget(dockerfile, wanted.target, names)
  return { stages: complete, target, needed: findNeeded(dockerfile.file, complete, target) }
}

/**
 * Checks the number of instructions, which ONBUILD multiplies.
 *
 * @throws ActionError `dockerfile-invalid` at the stage that exceeds the limit
 */
export function assertFew(file: string, stages: readonly PlannedStage[]): void {
  let count = 0
  for (const { line, instructions } of stages) {
    count += instructions.length
    if (count > limits.instructions) {
      throw tooMany(file, line, `${limits.instructions} instructions`)
    }
  }
}

function tooMany(file: string, line: number, what: string): ActionError {
  const message = `more than ${what}`
  return dockerfileError(file, [{ line, message, cause: new ExcessError(message) }])
}

/** Returns the first stage of the target's FROM chain, whose base is not a stage. */
export function bottomStage({ stages, target }: StagePlan): number {
  let index = target
  for (let base = stages[index]?.base; base?.kind === 'stage'; base = stages[index]?.base) index = base.index
  return index
}

/** Returns the RUN instructions that the target needs, in order. */
export function findRuns({ stages, needed }: StagePlan): readonly Instruction[] {
  return needed.flatMap((index) => stages[index]?.instructions.filter(({ kind }) => kind === 'run') ?? [])
}

/**
 * Rejects RUN instructions.
 *
 * @throws ActionError `feature-missing` if the target needs RUN, listing each with its line; `why` is the reason for
 * using the engine
 */
export function rejectRuns(file: string, runs: readonly Instruction[], why: string): void {
  const [first] = runs
  if (first === undefined) return
  const lines = runs.map(({ line, text }) => `${file}:${line}: ${text.length > 120 ? `${text.slice(0, 120)}…` : text}`)
  throw new ActionError(
    'feature-missing',
    `Cannot build with the embedded engine, which does not support RUN:\n${lines.join('\n')}`,
    {
      hint: `Use an engine that supports RUN: buildx with Docker or Colima, podman, nerdctl, or \`engine: kubernetes\`. Or build the files in an earlier step and COPY them. ${why}`,
      place: { file, line: first.line },
    },
  )
}

type BaseContext = {
  readonly index: number
  readonly names: ReadonlyMap<string, number>
  readonly contexts: ReadonlySet<string>
  readonly dockerfile: Dockerfile
  readonly globals: Values
  readonly stages: readonly PlannedStage[]
}

function planBase(stage: Stage, { index, names, contexts, dockerfile, globals, stages }: BaseContext): PlannedStage {
  const word = (text: string) =>
    expandWord(text, (name) => globals.get(name), { escapeMark: dockerfile.directives.escape })
  const name = word(stage.base)
  if (name === '') throw textError(`base name (${stage.base}) should not be blank`)
  const platform = stage.platform === undefined ? undefined : readPlatform(stage.platform, word(stage.platform))
  const planned = {
    ...withoutBase(stage),
    index,
    from: new Map<string, StageSource>(),
    ...(platform === undefined ? {} : { platform }),
  }
  // A context with the stage's own name replaces the whole stage.
  if (stage.name !== undefined && isContext(stage.name, contexts)) {
    return { ...planned, instructions: [], base: { kind: 'context', name: stage.name } }
  }
  // Matched as written, while stage names are lowercased: FROM Build is an image.
  const base = names.get(name)
  if (base === undefined) return { ...planned, base: readSource(name, contexts) }
  const triggers = (stages[base]?.instructions ?? [])
    .filter((instruction) => instruction.kind === 'onbuild')
    .map(({ expression }) => parseTrigger(expression, { file: dockerfile.file, line: stage.line }))
  return { ...planned, base: { kind: 'stage', index: base }, instructions: [...triggers, ...stage.instructions] }
}

function withoutBase({ base: _, platform: __, ...rest }: Stage): Omit<Stage, 'base' | 'platform'> {
  return rest
}

function readPlatform(written: string, text: string): Platform {
  if (text === '') throw textError(`empty platform value from expression ${written}`)
  try {
    return parsePlatform(text)
  } catch (thrown) {
    if (!(thrown instanceof ActionError)) throw thrown
    throw textError(`failed to parse platform ${written}: ${thrown.message}`)
  }
}

type SourceContext = {
  readonly stages: readonly PlannedStage[]
  /** The names of `build-contexts`. */
  readonly contexts: readonly string[]
  readonly report: Report
}

/** Creates a function that resolves each `--from` of a stage. Unknown names are reported at their line. */
export function createFindSources({
  stages,
  contexts,
  report,
}: SourceContext): (stage: PlannedStage) => ReadonlyMap<string, StageSource> {
  const names = new Map(stages.flatMap(({ name, index }) => (name === undefined ? [] : [[name, index]])))
  const context = { names, contexts: new Set(contexts.map(contextName)), stages }
  return (stage) => {
    const found = new Map<string, StageSource>()
    for (const instruction of stage.instructions) {
      const given = instruction.kind === 'copy' && instruction.from !== undefined ? [instruction.from] : []
      for (const from of instruction.kind === 'run' ? instruction.mountsFrom : given) {
        const source = attempt(instruction.line, report, () => findSource(from, stage.index, context))
        if (source !== undefined) found.set(from, source)
      }
    }
    return found
  }
}

type Names = Pick<BaseContext, 'names' | 'contexts' | 'stages'>

function findSource(from: string, current: number, { names, contexts, stages }: Names): StageSource {
  if (expandWord(from, () => undefined, { escapeMark: '\\' }) !== from) {
    const hint = 'define a new stage with FROM using ARG from global scope as a workaround'
    throw textError(`variable expansion is not supported for --from, ${hint}`)
  }
  const isNumber = /^[-+]?\d+$/.test(from)
  const index = isNumber ? Number(from) : names.get(from.toLowerCase())
  if (index === undefined) return readSource(from, contexts)
  if (stages[index] === undefined) throw textError(`invalid stage index ${from}`)
  if (index === current) throw textError(`circular dependency: a stage cannot copy from itself (--from=${from})`)
  return { kind: 'stage', index }
}

function findTarget(dockerfile: Dockerfile, target: string | undefined, names: ReadonlyMap<string, number>): number {
  if (!target) return dockerfile.stages.length - 1
  const index = names.get(target.toLowerCase())
  if (index !== undefined) return index
  const near = nearest(target, names.keys())
  const known = names.size === 0 ? 'No stage has a name.' : `Stages with a name: ${[...names.keys()].join(', ')}.`
  throw new ActionError(
    'input-invalid',
    `Target stage ${quoteFound(target)} could not be found in ${dockerfile.file}${near === undefined ? '' : ` (did you mean ${near}?)`}`,
    { hint: `${known} A stage is named by AS, not by its number.` },
  )
}

/**
 * Returns the indexes of the stages that the target needs, in order.
 *
 * @throws ActionError `dockerfile-invalid` if one copies from a later stage
 */
export function findNeeded(file: string, stages: readonly PlannedStage[], target: number): readonly number[] {
  const problems: Problem[] = []
  const needed = new Set([target])
  // Iterating over a set includes values added during the iteration.
  for (const index of needed) {
    const stage = stages[index]
    if (stage === undefined) continue
    for (const source of [stage.base, ...stage.from.values()]) if (source.kind === 'stage') needed.add(source.index)
    for (const instruction of stage.instructions) {
      const from = instruction.kind === 'copy' ? instruction.from : undefined
      const source = from === undefined ? undefined : stage.from.get(from)
      if (source?.kind !== 'stage' || source.index < index) continue
      const message = `cannot copy from stage ${quoteFound(from ?? '')}, it needs to be defined before current stage`
      problems.push({ line: instruction.line, message: `${message} ${quoteFound(stage.name ?? `stage-${index}`)}` })
    }
  }
  if (problems.length > 0) throw dockerfileError(file, problems)
  return [...needed].sort((a, b) => a - b)
}

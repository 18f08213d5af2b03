import { dockerfileError, type Problem } from '../problem.ts'
import { parseTrigger } from '../read/parse.ts'
import { assertFew, createFindSources, findNeeded, type PlannedStage, type StagePlan } from './stages.ts'

type Circumstances = {
  /** The name of the Dockerfile in messages. */
  readonly file: string
  /** The names of `build-contexts`. */
  readonly contexts: readonly string[]
  /** Returns ONBUILD of the stage's base image; empty for other bases. */
  readonly triggersOf: (stage: PlannedStage) => Promise<readonly string[]>
}

/**
 * Adds the ONBUILD instructions of base images at the beginning of each stage. A trigger may copy from a stage that is
 * not needed otherwise, whose image has triggers, too. Names and numbers in it refer to the stages of this Dockerfile,
 * as in BuildKit since Dockerfile syntax 1.11. https://docs.docker.com/reference/dockerfile/#onbuild
 *
 * @throws ActionError `dockerfile-invalid` at the FROM of an invalid trigger, and errors of `triggersOf`
 */
export async function withTriggers(plan: StagePlan, circumstances: Circumstances): Promise<StagePlan> {
  return complete(plan, new Set(), circumstances)
}

async function complete(plan: StagePlan, asked: ReadonlySet<number>, circumstances: Circumstances): Promise<StagePlan> {
  const needed = new Set(plan.needed)
  const fresh = plan.stages.filter(({ index }) => needed.has(index) && !asked.has(index))
  if (fresh.length === 0) return plan
  const triggers = await Promise.all(
    fresh.map(async (stage) => [stage.index, isReplaced(stage) ? [] : await circumstances.triggersOf(stage)] as const),
  )
  return complete(
    addTriggers(plan, new Map(triggers), circumstances),
    new Set([...asked, ...plan.needed]),
    circumstances,
  )
}

/** Whether a context with the stage's own name replaces it. */
function isReplaced({ name, base }: PlannedStage): boolean {
  return base.kind === 'context' && base.name === name
}

function addTriggers(
  plan: StagePlan,
  triggers: ReadonlyMap<number, readonly string[]>,
  { file, contexts }: Circumstances,
): StagePlan {
  const problems: Problem[] = []
  const report = (line: number, message: string) => problems.push({ line, message })
  const sourcesOf = createFindSources({ stages: plan.stages, contexts, report })
  const stages = plan.stages.map((stage) => {
    const given = triggers.get(stage.index) ?? []
    if (given.length === 0) return stage
    const added = given.map((trigger) => parseTrigger(trigger, { file, line: stage.line }))
    const complete = { ...stage, instructions: [...added, ...stage.instructions] }
    return { ...complete, from: sourcesOf(complete) }
  })
  if (problems.length > 0) throw dockerfileError(file, problems)
  assertFew(file, stages)
  return { ...plan, stages, needed: findNeeded(file, stages, plan.target) }
}

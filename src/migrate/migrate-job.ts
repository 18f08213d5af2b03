import { isPolyarch } from './docker-action.ts'
import { type Contribution, lineName, type Note, oneStep, type StepPlan } from './plan.ts'
import { planBuildx, planQemu } from './plan-builder.ts'
import { planLogins } from './plan-login.ts'
import { planMetadata } from './plan-metadata.ts'
import type { Job, Problem, Step } from './read-workflow.ts'
import { missingDefaults, notesOfBuild, removeStep, rewriteBuild, whyNotBuild } from './rewrite-build.ts'
import type { Edit, SourceText } from './source-text.ts'
import { buildsImages, joinsImages, usesBuilder } from './step-needs.ts'

/** A step of Docker's actions, by its line (from 0). */
export type NamedStep = { readonly line: number; readonly action: string }

export type KeptStep = NamedStep & { readonly reason: string }

export type MovedJob = {
  readonly kind: 'moved'
  readonly edits: readonly Edit[]
  /** Lines of the build steps. */
  readonly builds: readonly number[]
  readonly removed: readonly NamedStep[]
  readonly kept: readonly KeptStep[]
  readonly notes: readonly Note[]
}

export type JobMigration =
  | MovedJob
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  /** It uses none of the actions, or has already been migrated. */
  | { readonly kind: 'unrelated' }

/** Plans the migration of one job without changing the file. `others` are all jobs of the file. */
export async function migrateJob(source: SourceText, job: Job, others: readonly Job[]): Promise<JobMigration> {
  const docker = job.steps.filter(({ action }) => action !== undefined)
  if (job.oddity !== undefined && (docker.length > 0 || job.steps.length === 0)) return refused(job.oddity)
  if (docker.length === 0) return { kind: 'unrelated' }
  const builds = docker.filter(({ action }) => action?.kind === 'build')
  if (builds.length === 0) return whyNoBuild(job)
  const problems = builds.flatMap((build): readonly Problem[] => {
    const reason = whyNotBuild(build, source, job)
    return reason === undefined ? [] : [{ line: build.line, message: `docker/build-push-action: ${reason}` }]
  })
  const odd = docker.find(({ oddity, action }) => oddity !== undefined && action?.kind !== 'build')
  if (odd?.oddity !== undefined) problems.push({ line: odd.line, message: `${odd.action?.name}: ${odd.oddity}` })
  const unclear = job.references.find(({ id }) => id === undefined)
  if (unclear !== undefined) {
    problems.push({
      line: unclear.line,
      message: 'an expression refers to all steps, or to a computed step ID, which may be one that is removed',
    })
  }
  const joining = others.find((other) => other.needs.includes(job.name) && other.steps.some(joinsImages))
  if (joining !== undefined && !problems.some(({ message }) => message.includes('by digest'))) {
    problems.push({
      line: job.line,
      message: `the job ${joining.name} (${lineName(joining.line)}) joins the images of this job. ${oneStep}`,
    })
  }
  if (problems.length > 0) return { kind: 'refused', problems }
  return await moveJob(source, job, { docker, builds })
}

function refused(...problems: readonly Problem[]): JobMigration {
  return { kind: 'refused', problems }
}

function whyNoBuild(job: Job): JobMigration {
  if (job.steps.some(({ uses }) => isPolyarch(uses))) return { kind: 'unrelated' }
  const bake = job.steps.find(({ action }) => action?.kind === 'bake')
  if (bake !== undefined)
    return refused({
      line: bake.line,
      message: 'docker/bake-action is not supported; only docker/build-push-action is migrated',
    })
  const joining = job.steps.find(joinsImages)
  if (joining !== undefined) {
    return refused({
      line: joining.line,
      message: `this step joins images of other jobs. ${oneStep}`,
    })
  }
  const building = job.steps.find((step) => step.action === undefined && (buildsImages(step) || usesBuilder(step)))
  if (building === undefined) return { kind: 'unrelated' }
  return refused({
    line: building.line,
    message: 'this step builds with a command; only docker/build-push-action is migrated',
  })
}

async function moveJob(
  source: SourceText,
  job: Job,
  { docker, builds }: { readonly docker: readonly Step[]; readonly builds: readonly Step[] },
): Promise<JobMigration> {
  const planning = { source, job, builds }
  const last = builds.at(-1)?.index ?? 0
  const early = docker.filter(({ index }) => index < last)
  const ofKind = (kind: string) => early.filter(({ action }) => action?.kind === kind)
  const plans = new Map<Step, StepPlan>()
  for (const step of ofKind('metadata')) plans.set(step, await planMetadata(step, planning))
  for (const [step, plan] of await planLogins(ofKind('login'), planning)) plans.set(step, plan)
  for (const step of ofKind('buildx')) plans.set(step, planBuildx(step, planning, ofKind('buildx').length === 1))
  for (const step of ofKind('qemu')) plans.set(step, planQemu(step, planning))
  keepTogether(plans)
  for (const step of docker.filter(({ index }) => index > last))
    plans.set(step, { kind: 'kept', reason: 'it comes after the last build step' })
  for (const step of early.filter(({ action }) => action?.kind === 'bake')) {
    plans.set(step, { kind: 'kept', reason: 'docker/bake-action is not supported' })
  }
  for (const [step, plan] of plans) {
    if (plan.kind === 'removed' && step.dash === undefined)
      return refused({
        line: step.line,
        message: `${step.action?.name}: the step does not begin on a line of its own, so it cannot be removed. Write each step on lines of its own`,
      })
  }

  const defaults = builds.map((build) => missingDefaults(build, job))
  const contributions: readonly Contribution[] = [
    ...defaults.flatMap((one) => one.contributions),
    ...[...plans.values()].flatMap((plan) => plan.contributions ?? []),
  ]
  const ids = new Map([...plans.values()].flatMap((plan) => (plan.kind === 'removed' ? [...(plan.ids ?? [])] : [])))
  const edits: Edit[] = []
  for (const build of builds) {
    const rewritten = rewriteBuild(source, build, { contributions, id: ids.get(build.index) })
    if ('problem' in rewritten)
      return refused({ line: build.line, message: `docker/build-push-action: ${rewritten.problem}` })
    edits.push(...rewritten)
  }
  const removed: NamedStep[] = []
  const kept: KeptStep[] = []
  const notes: Note[] = defaults.flatMap((one) => one.notes)
  for (const [step, plan] of plans) {
    const named = { line: step.line, action: step.action?.name ?? '' }
    edits.push(...(plan.edits ?? []))
    if (plan.kind === 'kept') kept.push({ ...named, reason: plan.reason })
    else {
      edits.push(removeStep(source, step))
      removed.push(named)
      notes.push(...plan.notes)
    }
  }
  notes.push(...builds.flatMap((build) => notesOfBuild(build, source, job)))
  const inOrder = <T extends { readonly line: number }>(all: readonly T[]) => all.toSorted((a, b) => a.line - b.line)
  return {
    kind: 'moved',
    edits,
    builds: builds.map(({ line }) => line),
    removed: inOrder(removed),
    kept: inOrder(kept),
    notes: onePerText(inOrder(notes)),
  }
}

/** Returns the notes without duplicates of the same text. */
function onePerText(notes: readonly Note[]): readonly Note[] {
  return notes.filter((note, at) => notes.findIndex(({ text }) => text === note.text) === at)
}

/** Keeps two docker/metadata-action steps if one build step uses both, since it has one list of images. */
function keepTogether(plans: Map<Step, StepPlan>): void {
  const owners = new Map<string, Step[]>()
  for (const [step, plan] of plans) {
    if (step.action?.kind !== 'metadata' || plan.kind !== 'removed') continue
    for (const { build, place } of plan.contributions) {
      if (typeof place === 'string') continue
      const key = `${build} ${place.replaces}`
      owners.set(key, [...(owners.get(key) ?? []), step])
    }
  }
  for (const steps of owners.values()) {
    if (steps.length < 2) continue
    for (const step of steps)
      plans.set(step, { kind: 'kept', reason: 'a build step joins its outputs with those of another step' })
  }
}

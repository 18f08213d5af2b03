import { driverChoices } from '../engine/drivers.ts'
import { isSameCondition, resolveVariables, wholeExpression } from './expressions.ts'
import { copyInput } from './input-lines.ts'
import { type Contribution, code, lineName, type Note, type StepPlan } from './plan.ts'
import type { Job, Step } from './read-workflow.ts'
import { type Edit, replaceLines, type SourceText } from './source-text.ts'
import { runsImages, usesBuilder, usesEmulators } from './step-needs.ts'

type Planning = { readonly source: SourceText; readonly job: Job; readonly builds: readonly Step[] }

/** Polyarch's names for the inputs of docker/setup-buildx-action; null for inputs that are not needed. */
const buildxInputs: Readonly<Record<string, string | null>> = {
  version: 'buildx-version',
  driver: 'driver',
  'driver-opts': 'driver-opts',
  'buildkitd-flags': 'buildkitd-flags',
  'buildkitd-config': 'buildkitd-config',
  'buildkitd-config-inline': 'buildkitd-config-inline',
  config: 'buildkitd-config',
  'config-inline': 'buildkitd-config-inline',
  endpoint: 'endpoint',
  platforms: 'node-platforms',
  append: 'append',
  'keep-state': 'keep-state',
  name: 'builder',
  use: null,
  install: null,
  cleanup: null,
  'cache-binary': null,
}

const defaults: Readonly<Record<string, string>> = {
  driver: 'docker-container',
  'buildkitd-flags': '--allow-insecure-entitlement security.insecure --allow-insecure-entitlement network.host',
}

/** Plans the migration of a docker/setup-buildx-action step. `isOnly`: it is the only such step of the job. */
export function planBuildx(step: Step, { source, job, builds }: Planning, isOnly: boolean): StepPlan {
  const users = builds.filter(({ index }) => index > step.index)
  const asBuilder = new Set(
    users.filter((build) => isNameOf(build.inputs.get('builder')?.value ?? '', step)).map(({ index }) => index),
  )
  const reason = whyKept(step, { job, users, asBuilder }) ?? (isOnly ? undefined : 'the job sets up several builders')
  if (reason !== undefined) return isOnly ? keepBuilder(step, reason, { source, job, users }) : { kind: 'kept', reason }
  const isBlock = step.withBlock?.isBlock ?? true
  // Polyarch requires a driver for these inputs.
  const isManaged = ['append', 'keep-state', 'endpoint'].some((name) => step.inputs.has(name))
  const lines: string[] = isManaged && !step.inputs.has('driver') ? [`driver: ${defaults['driver']}`] : []
  const notes: Note[] = []
  for (const [name, field] of step.inputs) {
    const key = Object.hasOwn(buildxInputs, name) ? buildxInputs[name] : undefined
    if (key === undefined)
      notes.push({ line: field.line, text: `${code(name)} is dropped: docker/setup-buildx-action does not have it` })
    if (!key || (field.value?.trim() === '' && field.range === undefined)) continue
    // A default of docker/setup-buildx-action; Polyarch selects what the build needs.
    if (!isManaged && defaults[name] === field.value?.trim()) continue
    const copied = copyInput(source, field, { isBlock, key })
    if (copied === undefined)
      return keepBuilder(step, 'its inputs are in braces over several lines', { source, job, users })
    lines.push(...copied)
  }
  const contributions = users.flatMap(({ index }): readonly Contribution[] => [
    ...(asBuilder.has(index) ? [{ build: index, place: { replaces: 'builder' }, lines: [] }] : []),
    ...(lines.length > 0 ? [{ build: index, place: 'last' as const, lines }] : []),
  ])
  return { kind: 'removed', contributions, edits: [], notes }
}

/** Whether a text is `${{ steps.buildx.outputs.name }}`. */
function isNameOf(text: string, { id }: Step): boolean {
  const expression = wholeExpression(text)?.replace(/\s+/g, '').toLowerCase()
  return id !== undefined && expression === `steps.${id.toLowerCase()}.outputs.name`
}

type Use = { readonly job: Job; readonly users: readonly Step[]; readonly asBuilder: ReadonlySet<number> }

function whyKept(step: Step, { job, users, asBuilder }: Use): string | undefined {
  const { fields, inputs, condition, id } = step
  const said = (name: string) => resolveVariables(inputs.get(name)?.value?.trim() ?? '', job.env)
  for (const key of ['env', 'continue-on-error']) if (fields.has(key)) return `it has ${code(key)}`
  const reader = job.steps.find((one) => one.index > step.index && one.action?.kind !== 'build' && usesBuilder(one))
  if (reader !== undefined) return `${lineName(reader.line)} uses the builder`
  const reference = job.references.find(
    (one) =>
      id !== undefined &&
      one.id?.toLowerCase() === id.toLowerCase() &&
      !(one.input === 'builder' && one.step !== undefined && asBuilder.has(one.step)),
  )
  if (reference !== undefined) return `${lineName(reference.line)} reads its outputs`
  const other = users.find((build) => build.inputs.has('builder') && !asBuilder.has(build.index))
  if (other !== undefined) return `the build step in ${lineName(other.line)} names another builder`
  if (said('name') && said('keep-state') !== 'true') return '`name` may be a builder that exists on the machine'
  if (!['', 'true'].includes(said('use'))) return `${code(`use: ${said('use')}`)} leaves the build step another builder`
  if (!['', 'false'].includes(said('install'))) return '`install` changes what `docker build` does in later steps'
  if (!['', 'true'].includes(said('cleanup'))) return '`cleanup: false` leaves the builder on the machine'
  const kind = said('driver')
  if (kind && !kind.includes('${{') && !(driverChoices as readonly string[]).includes(kind)) {
    return `Polyarch cannot create a builder with the driver ${code(kind)}`
  }
  const version = said('version')
  if (!['', 'latest'].includes(version) && !version.includes('${{') && !/^v?\d+\.\d+\.\d+(?:-|$)/.test(version)) {
    return `${code(`version: ${version}`)} is not a release of buildx`
  }
  const differs = inputs.size > 0 && condition !== undefined && users.some((build) => !isSameCondition(step, build))
  if (differs) return 'its `if` is not that of the build step'
  return undefined
}

/** Keeps the step, and adds its builder to the inputs of the build steps. */
function keepBuilder(
  step: Step,
  reason: string,
  { source, job, users }: { readonly source: SourceText; readonly job: Job; readonly users: readonly Step[] },
): StepPlan {
  const without = users.filter((build) => !build.inputs.has('builder'))
  const isUsed = step.inputs.get('use')?.value?.trim().toLowerCase() !== 'false'
  if (without.length === 0 || !isUsed) return { kind: 'kept', reason }
  const id = step.id ?? freeId(job)
  const contributions = without.map(
    ({ index }): Contribution => ({
      build: index,
      place: 'last',
      lines: [`builder: \${{ steps.${id}.outputs.name }}`],
    }),
  )
  const named = step.id === undefined ? idEdit(source, step, id) : undefined
  if (step.id === undefined && named === undefined) return { kind: 'kept', reason }
  return { kind: 'kept', reason, contributions, edits: named === undefined ? [] : [named] }
}

function freeId({ steps }: Job): string {
  const taken = new Set(steps.map(({ id }) => id?.toLowerCase()))
  for (let count = 1; ; count += 1) {
    const id = count === 1 ? 'buildx' : `buildx-${count}`
    if (!taken.has(id)) return id
  }
}

/** Gives a step an ID: after its name, else after `uses`. Returns undefined for a step in a flow mapping. */
export function idEdit(source: SourceText, step: Step, id: string): Edit | undefined {
  const after = step.fields.get('name') ?? step.fields.get('uses')
  if (after === undefined || step.dash === undefined || after.column !== step.column) return undefined
  return replaceLines(source, after.lastLine + 1, after.lastLine + 1, [`${' '.repeat(step.column)}id: ${id}`])
}

/** Plans the migration of a docker/setup-qemu-action step. */
export function planQemu(step: Step, { source, job, builds }: Planning): StepPlan {
  const said = (name: string) => step.inputs.get(name)?.value?.trim() ?? ''
  const { id } = step
  if (!/^(?:false)?$/i.test(said('reset')))
    return { kind: 'kept', reason: '`reset` removes emulators that Polyarch leaves alone' }
  const reference = job.references.find((one) => id !== undefined && one.id?.toLowerCase() === id.toLowerCase())
  if (reference !== undefined) return { kind: 'kept', reason: `${lineName(reference.line)} reads its outputs` }
  const reader = job.steps.find((one) => one.index > step.index && one.action?.kind !== 'build' && usesEmulators(one))
  if (reader !== undefined)
    return { kind: 'kept', reason: `${lineName(reader.line)} may run programs of another platform` }
  const runner = runsForeignImage(job, builds)
  if (runner !== undefined)
    return { kind: 'kept', reason: `${lineName(runner.line)} may run an image of another platform` }
  const image = step.inputs.get('image')
  const lines =
    image === undefined || said('image') === ''
      ? []
      : copyInput(source, image, { isBlock: step.withBlock?.isBlock ?? true, key: 'emulator-image' })
  if (lines === undefined) return { kind: 'kept', reason: 'its inputs are in braces over several lines' }
  const users = lines.length === 0 ? [] : builds.filter(({ index }) => index > step.index)
  return {
    kind: 'removed',
    contributions: users.map(({ index }): Contribution => ({ build: index, place: 'last', lines })),
    edits: [],
    notes: [],
  }
}

/** Returns a step that runs an image loaded by a build step, if the image may be of another platform. */
function runsForeignImage({ steps }: Job, builds: readonly Step[]): Step | undefined {
  const loads = builds.find(({ inputs }) => {
    const platforms = inputs.get('platforms')?.value ?? ''
    return inputs.has('load') && platforms !== '' && !/^(?:linux\/)?amd64$/.test(platforms.trim())
  })
  return steps.find((step) => loads !== undefined && step.index > loads.index && runsImages(step))
}

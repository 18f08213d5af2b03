import { checkInputs } from './check-inputs.ts'
import { escapeBraces } from './escape-braces.ts'
import {
  findExpressions,
  findStepReferences,
  isSameCondition,
  normalizeCondition,
  wholeExpression,
} from './expressions.ts'
import { pushOf } from './image-outputs.ts'
import { copyInput, indentLines } from './input-lines.ts'
import { type Contribution, code, lineName, type Note, type StepPlan } from './plan.ts'
import type { Field, Job, PlacedReference, Step } from './read-workflow.ts'
import { type Edit, replaceLines, type SourceText } from './source-text.ts'

/** The outputs that the Polyarch step provides under the same names. */
const sameOutputs = ['version', 'tags', 'tag-names', 'labels', 'annotations', 'json']

/** The same for the files for docker buildx bake. */
const bakeOutputs = ['bake-file', 'bake-file-tags', 'bake-file-labels', 'bake-file-annotations']

/** The default rules of docker/metadata-action if `tags` is not set. */
const defaultRules = ['type=schedule', 'type=ref,event=branch', 'type=ref,event=tag', 'type=ref,event=pr']

/**
 * Returns Polyarch's expression for one that reads an output of docker/metadata-action, given in lowercase without
 * whitespace.
 */
function ownExpression(expression: string, id: string): string | undefined {
  const outputs = `steps.${id.toLowerCase()}.outputs`
  const label = (name: string) => `fromjson(${outputs}.json).labels['org.opencontainers.image.${name}']`
  const values = new Map([
    [`${outputs}.version`, '{{version}}'],
    [label('version'), '{{version}}'],
    [label('created'), '{{created}}'],
    [label('revision'), `\${{ github.sha }}`],
  ])
  return values.get(expression)
}

type Planning = { readonly source: SourceText; readonly job: Job; readonly builds: readonly Step[] }

/** Plans the migration of a docker/metadata-action step. */
export async function planMetadata(step: Step, planning: Planning): Promise<StepPlan> {
  const { source, job, builds } = planning
  const own = job.references.filter((one) => step.id !== undefined && one.id?.toLowerCase() === step.id.toLowerCase())
  const users = builds.filter(
    (build) => build.index > step.index && own.some((one) => one.step === build.index && one.input !== undefined),
  )
  if (users.length === 0) return kept('no build step has its outputs as inputs')
  const reason = whyKept(step, users) ?? variableReader(planning, step, users)
  if (reason !== undefined) return kept(reason)

  const contributions: Contribution[] = []
  const edits: Edit[] = []
  const notes: Note[] = []
  const handled = new Set<PlacedReference>()
  /** Build steps that create the same tags as the step. */
  const heirs: Step[] = []
  for (const build of users) {
    const taken = takeLists(step, build, { planning, own })
    if ('problem' in taken) return kept(taken.problem)
    contributions.push(...taken.contributions)
    const variables = moveVariables(source, step, build)
    if (variables === undefined) return kept('its `env` cannot be moved to the build step')
    edits.push(...variables)
    for (const reference of taken.handled) handled.add(reference)
    if (taken.hasTags) heirs.push(build)
    if (taken.hasLabels && !taken.hasTags) {
      notes.push({
        line: build.line,
        text: 'the label `org.opencontainers.image.version` is now the main tag of this build step',
      })
    }
    const dropped = (['labels', 'annotations'] as const).filter(
      (name) => step.inputs.has(name) && !taken.inputs.has(name),
    )
    for (const name of dropped) {
      notes.push({
        line: step.inputs.get(name)?.line ?? step.line,
        text: `${code(name)} is dropped, because no build step used it`,
      })
    }
    for (const reference of own.filter((one) => one.step === build.index && !handled.has(one))) {
      const edit = taken.hasTags ? takeValue(source, build, reference) : undefined
      if (edit === undefined) continue
      edits.push(edit)
      handled.add(reference)
    }
  }

  const rest = own.filter((reference) => !handled.has(reference))
  const rewired = rewire(step, rest, { job, heirs })
  if ('problem' in rewired) return kept(rewired.problem)
  if (rest.length > 0 && ['sep-tags', 'sep-labels', 'sep-annotations'].some((name) => step.inputs.has(name))) {
    return kept(`its outputs have separators, and ${lineName(rest[0]?.line ?? 0)} reads them`)
  }
  const [problem] = await checkInputs(
    new Map([...step.inputs].flatMap(([name, { value }]) => (moved.includes(name) ? [[name, value ?? '']] : []))),
  )
  if (problem !== undefined) return kept(`Polyarch does not accept its inputs: ${problem}`)
  const target = step.inputs.get('bake-target')
  if (target !== undefined && rest.some(({ path }) => bakeOutputs.includes(path[1] ?? ''))) {
    const lines = copyInput(source, target, { isBlock: step.withBlock?.isBlock ?? true })
    if (lines === undefined) return kept('its inputs are in braces over several lines')
    contributions.push(...heirs.map(({ index }): Contribution => ({ build: index, place: 'last', lines })))
  }
  notes.push(...notesOf(step, rest, { job, heirs }))
  return { kind: 'removed', contributions, edits: [...edits, ...rewired.edits], notes, ids: rewired.ids }
}

/** Inputs that become inputs of the same name. */
const moved = ['images', 'tags', 'flavor', 'labels', 'annotations']

const known = [...moved, 'context', 'github-token', 'bake-target', 'sep-tags', 'sep-labels', 'sep-annotations']

function kept(reason: string): StepPlan {
  return { kind: 'kept', reason }
}

function whyKept(step: Step, users: readonly Step[]): string | undefined {
  const { fields, inputs, condition } = step
  if (fields.has('continue-on-error')) return 'it has `continue-on-error`'
  const differs = users.find((build) => condition !== undefined && !isSameCondition(step, build))
  if (differs !== undefined) return `its \`if\` is not the one of the build step in ${lineName(differs.line)}`
  const unknown = [...inputs.keys()].find((name) => !known.includes(name))
  if (unknown !== undefined) return `${code(unknown)} is not an input of its current version`
  const context = inputs.get('context')?.value ?? 'workflow'
  if (context.trim() !== 'workflow')
    return `${code(`context: ${context}`)} takes tags from the repository, not from the event`
  if (!inputs.has('images')) return 'it has no images'
  return undefined
}

/** Returns a step that reads the variables of docker/metadata-action before the image is built. */
function variableReader({ source, job }: Planning, step: Step, users: readonly Step[]): string | undefined {
  const last = Math.max(...users.map((build) => build.index))
  const reader = job.steps.find(
    (one) =>
      one.index > step.index &&
      one.index <= last &&
      /DOCKER_METADATA_OUTPUT_/.test(source.text.slice(one.start, one.end)),
  )
  return reader && `${lineName(reader.line)} reads its variables before the image is built`
}

type Taken = {
  readonly contributions: readonly Contribution[]
  readonly handled: readonly PlacedReference[]
  /** The inputs of the step that the build step adopts. */
  readonly inputs: ReadonlySet<string>
  readonly hasTags: boolean
  readonly hasLabels: boolean
}

/** Replaces the lists that a build step has from the outputs of the step: `tags`, `labels` and `annotations`. */
function takeLists(
  step: Step,
  build: Step,
  { planning, own }: { readonly planning: Planning; readonly own: readonly PlacedReference[] },
): Taken | { readonly problem: string } {
  const { source } = planning
  const contributions: Contribution[] = []
  const handled: PlacedReference[] = []
  const inputs = new Set<string>()
  let hasTags = false
  let hasLabels = false
  for (const name of ['tags', 'labels', 'annotations'] as const) {
    const field = build.inputs.get(name)
    const references = own.filter((one) => one.step === build.index && one.input === name)
    const [reference] = references
    if (field === undefined || reference === undefined) continue
    const isWhole = isOutput(field.value ?? '', step, name)
    const lines = (field.value ?? '').split('\n').map((line) => line.trim())
    const at = lines.findIndex((line) => isOutput(line, step, name))
    // If an output is only a part of the tag, an earlier build step may provide it.
    if (!isWhole && at < 0) continue
    if (references.length > 1) return { problem: `${lineName(reference.line)} uses its outputs twice in ${code(name)}` }
    handled.push(reference)
    const isBlock = step.withBlock?.isBlock ?? true
    const copy = (key: string): readonly string[] | undefined => {
      const input = step.inputs.get(key)
      return input === undefined ? [] : copyInput(source, input, { isBlock })
    }
    const others = name === 'tags' ? ['images', 'flavor'] : []
    const moved = [...others, name].filter((key) => step.inputs.has(key))
    for (const key of moved) inputs.add(key)
    let list = copy(name)
    if (!isWhole) {
      if (field.style !== 'literal') return { problem: `${lineName(field.line)} mixes its outputs with other ${name}` }
      const own = (step.inputs.get(name)?.value ?? (name === 'tags' ? defaultRules.join('\n') : '')).trim()
      const added = own === '' ? [] : own.split('\n')
      const escaped = name === 'tags' ? lines : lines.map(escapeBraces)
      list = composed(name, [...escaped.slice(0, at), ...added, ...escaped.slice(at + 1)])
    }
    const before = name === 'tags' ? copy('images') : []
    const after = name === 'tags' ? copy('flavor') : []
    if (list === undefined || before === undefined || after === undefined) {
      return { problem: 'its inputs are in braces over several lines' }
    }
    if (name === 'tags') hasTags = true
    if (name === 'labels') hasLabels = true
    contributions.push({ build: build.index, place: { replaces: name }, lines: [...before, ...list, ...after] })
  }
  return { contributions, handled, inputs, hasTags, hasLabels }
}

function composed(name: string, lines: readonly string[]): readonly string[] {
  const kept = lines.map((line) => line.trim()).filter((line) => line !== '')
  return kept.length === 0 ? [] : [`${name}: |`, ...kept.map((line) => `  ${line}`)]
}

/** Whether a text is exactly the output of the step. */
function isOutput(text: string, step: Step, output: string): boolean {
  const expression = wholeExpression(text)
  if (expression === undefined) return false
  const [only] = findStepReferences(expression)
  return (
    only !== undefined &&
    only.start === 0 &&
    only.end === expression.length &&
    only.id?.toLowerCase() === step.id?.toLowerCase() &&
    only.path.join('.') === `outputs.${output}`
  )
}

/**
 * Copies the variables of the step that Polyarch also reads to a build step. Returns undefined for other variables, and
 * if both steps define one.
 */
function moveVariables(source: SourceText, step: Step, build: Step): readonly Edit[] | undefined {
  if (!step.fields.has('env')) return []
  const names = [...(step.env?.keys() ?? [])]
  if (names.length === 0 || !names.every((name) => name.startsWith('DOCKER_METADATA_'))) return undefined
  const lines = [...(step.env?.values() ?? [])].flatMap((field) => copyInput(source, field, { isBlock: true }) ?? [])
  if (build.fields.has('env')) {
    const own = [...(build.env?.values() ?? [])]
    const [first] = own
    if (first === undefined || names.some((name) => build.env?.has(name))) return undefined
    const after = Math.max(...own.map(({ lastLine }) => lastLine)) + 1
    return [replaceLines(source, after, after, indentLines(lines, first.column))]
  }
  const at = build.fields.get('with')?.line
  // The step's dash precedes the first key.
  if (at === undefined || at === build.line) return undefined
  return [replaceLines(source, at, at, indentLines(['env:', ...indentLines(lines, 2)], build.column))]
}

/** Replaces the expression around a reference in the value of a build argument, label or annotation. */
function takeValue(source: SourceText, build: Step, reference: PlacedReference): Edit | undefined {
  const field = build.inputs.get(reference.input ?? '')
  if (field?.range === undefined || !['build-args', 'labels', 'annotations'].includes(field.key)) return undefined
  const { start, end } = field.range
  const text = source.text.slice(start, end)
  const around = findExpressions(text).find(
    (one) => start + one.start <= reference.start && reference.end <= start + one.end,
  )
  if (around === undefined) return undefined
  const expression = text.slice(around.start, around.end).replace(/\s+/g, '').toLowerCase()
  const becomes = ownExpression(expression, reference.id ?? '')
  // Only values can be replaced: the line must have text before the expression.
  const line = text.slice(text.lastIndexOf('\n', around.start) + 1, around.start - 3)
  if (becomes === undefined || !line.includes('=')) return undefined
  return { start: start + around.start - 3, end: start + around.end + 2, text: becomes }
}

/** Redirects references to the removed step to the build step that replaces it. */
function rewire(
  step: Step,
  references: readonly PlacedReference[],
  { job, heirs }: { readonly job: Job; readonly heirs: readonly Step[] },
): { readonly edits: readonly Edit[]; readonly ids: ReadonlyMap<number, string> } | { readonly problem: string } {
  const edits: Edit[] = []
  const ids = new Map<number, string>()
  for (const reference of references) {
    const { line, path } = reference
    const [outputs, name = ''] = path
    if (outputs !== 'outputs' || path.length < 2 || reference.idRange === undefined) {
      return { problem: `${lineName(line)} reads more of it than one output` }
    }
    if (!sameOutputs.includes(name) && !bakeOutputs.includes(name))
      return { problem: `${lineName(line)} reads its output ${code(name)}, which neither action has` }
    const heir = heirs.findLast((build) => reference.step === undefined || build.index < reference.step)
    if (heir === undefined)
      return { problem: `${lineName(line)} reads its output ${code(name)} before the image is built` }
    const reader = job.steps.find(({ index }) => index === reference.step)
    if (heir.condition !== undefined && (reader === undefined || !isSameCondition(reader, heir))) {
      return { problem: `${lineName(line)} reads its output ${code(name)} also when the build step does not run` }
    }
    if (heir.id === undefined) ids.set(heir.index, step.id ?? '')
    else edits.push({ start: reference.idRange.start, end: reference.idRange.end, text: heir.id })
  }
  if (ids.size > 1) return { problem: `several build steps without an \`id\` would take its place` }
  return { edits, ids }
}

function notesOf(
  step: Step,
  rest: readonly PlacedReference[],
  { job, heirs }: { readonly job: Job; readonly heirs: readonly Step[] },
): readonly Note[] {
  const notes: Note[] = []
  const isPushed = (reference: PlacedReference): boolean => {
    const condition = job.steps.find(({ index }) => index === reference.step)?.condition ?? 'true'
    return heirs.every((build) => {
      const push = pushOf(build, job)
      return push.trim().toLowerCase() === 'true' || normalizeCondition(push) === normalizeCondition(condition)
    })
  }
  const version = rest.find((one) => one.path[1] === 'version')
  if (version !== undefined && /\blatest\b/.test(step.inputs.get('tags')?.value ?? '')) {
    notes.push({ line: version.line, text: '`version` is the first tag that is not `latest`' })
  }
  const reader = rest.find((one) => ['tags', 'json', 'tag-names'].includes(one.path[1] ?? '') && !isPushed(one))
  if (reader !== undefined) {
    notes.push({
      line: reader.line,
      text: `${code(reader.path[1] ?? '')} has only tags that were written: it is empty if the image is neither pushed nor loaded`,
    })
  }
  for (const [name, field] of step.inputs) {
    if (name === 'github-token' && !isJobToken(field))
      notes.push({
        line: field.line,
        text: '`github-token` is dropped: the token of the job reads the description of the repository',
      })
  }
  return notes
}

/** Whether a value is the token of the job. */
export function isJobToken({ value = '' }: Pick<Field, 'value'>): boolean {
  return /^(?:secrets\.github_token|github\.token)$/i.test(wholeExpression(value) ?? '')
}

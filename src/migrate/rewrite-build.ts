import { replacementOf } from './docker-action.ts'
import { escapeEdits } from './escape-braces.ts'
import { pushOf, whyNotOutputs } from './image-outputs.ts'
import { copyInput, indentLines } from './input-lines.ts'
import { type Contribution, code, type Note, oneStep } from './plan.ts'
import { idEdit } from './plan-builder.ts'
import type { Field, Job, Step } from './read-workflow.ts'
import { type Edit, lineText, replaceLines, type SourceText, startOf } from './source-text.ts'

/** The inputs of docker/build-push-action. It ignores others, while Polyarch may not. */
const known: ReadonlySet<string> = new Set(
  [
    'add-hosts allow annotations attests build-args build-contexts builder cache-from cache-to call cgroup-parent context file',
    'github-token labels load network no-cache no-cache-filters outputs platforms provenance pull push sbom secret-envs',
    'secret-files secrets shm-size ssh tags target ulimit',
  ].flatMap((names) => names.split(' ')),
)

/** Returns the reason why a build step cannot be rewritten; undefined if it can. */
export function whyNotBuild(build: Step, source: SourceText, job: Job): string | undefined {
  if (build.oddity !== undefined) return build.oddity
  if (build.dash === undefined || source.text[build.start] === '{') return 'the step is written in braces'
  const unknown = [...build.inputs.keys()].find((name) => !known.has(name))
  if (unknown !== undefined) return `${code(unknown)} is not an input of its current version`
  const outputs = build.inputs.get('outputs')?.value ?? ''
  if (/push-by-digest(?!=(?:false|0)\b)/i.test(outputs)) {
    return `it pushes by digest for a later job that joins the platforms. ${oneStep}`
  }
  return whyNotOutputs(build, job)
}

/** Returns the inputs that the build step gets because the defaults of the two actions differ. */
export function missingDefaults(
  build: Step,
  { runsOn = '' }: Job,
): { readonly contributions: readonly Contribution[]; readonly notes: readonly Note[] } {
  const lines: string[] = []
  const notes: Note[] = []
  if (isEmpty(build.inputs.get('context'))) {
    lines.push("context: '{{defaultContext}}'")
    notes.push({
      line: build.line,
      text: 'the context stays the commit of the event; `context: .` would be the checked out files',
    })
  }
  if (isEmpty(build.inputs.get('platforms'))) {
    // docker/build-push-action defaults to the platform of the runner, Polyarch to linux/amd64.
    if (/-arm(?:64)?$/.test(runsOn)) lines.push('platforms: linux/arm64')
    else if (!/^ubuntu-(?:latest|slim|\d\d\.\d\d)$/.test(runsOn)) {
      lines.push(`platforms: \${{ runner.arch == 'ARM64' && 'linux/arm64' || 'linux/amd64' }}`)
    }
  }
  return { contributions: lines.length === 0 ? [] : [{ build: build.index, place: 'first', lines }], notes }
}

function isEmpty(field: Field | undefined): boolean {
  return field === undefined || field.value?.trim() === ''
}

/** Returns the notes about a build step that is rewritten. */
export function notesOfBuild(build: Step, source: SourceText, job: Job): readonly Note[] {
  const { inputs, line, uses } = build
  const said = (name: string) => inputs.get(name)?.value?.trim() ?? ''
  const push = pushOf(build, job).trim()
  const notes: Note[] = []
  // A whole list from docker/metadata-action has the same labels.
  if (!/outputs\s*(?:\.\s*labels|\[\s*'labels'\s*\])/i.test(said('labels')) && !isOnlyFiles(said('outputs'))) {
    notes.push({
      line,
      text: 'the image also gets the labels of docker/metadata-action; `default-labels: false` disables them',
    })
  }
  if (said('provenance') === '' && said('attests') === '' && !/^(?:false)?$/i.test(push)) {
    notes.push({
      line,
      text: 'docker/build-push-action attaches provenance by default; to keep it, add `provenance: true`',
    })
  }
  const [, version = ''] = uses.split('@')
  if (version.length === 40 && /^[0-9a-f]+$/i.test(version))
    notes.push({ line, text: 'the replaced actions were pinned to commits; pin polyarch/build too' })
  const secrets = ['secrets', 'secret-envs'].some((name) => said(name) !== '')
  if (secrets && push !== '' && /\bpull_request\b/.test(source.text)) {
    notes.push({
      line,
      text: 'an empty build secret is an error, also in pull requests from forks; `push: auto` allows it there',
    })
  }
  return notes
}

/** Whether the result of `outputs` is files, which have no labels. */
function isOnlyFiles(outputs: string): boolean {
  const lines = outputs.split('\n').filter((line) => line.trim() !== '')
  return lines.length > 0 && lines.every((line) => /(?:^|,)\s*type=(?:local|tar)\b|^[^=]*$/.test(line))
}

/** Rewrites one build step: its action, its inputs and its ID. */
export function rewriteBuild(
  source: SourceText,
  build: Step,
  { contributions, id }: { readonly contributions: readonly Contribution[]; readonly id: string | undefined },
): readonly Edit[] | { readonly problem: string } {
  const own = contributions.filter((one) => one.build === build.index)
  const named = id === undefined ? undefined : idEdit(source, build, id)
  if (id !== undefined && named === undefined) return { problem: 'it cannot get an `id`' }
  const inputs = inputEdits(source, build, own)
  if ('problem' in inputs) return inputs
  return [...usesEdits(source, build), ...(named === undefined ? [] : [named]), ...inputs.edits]
}

/** Replaces the action, and deletes a comment that only contains the version of the old one. */
function usesEdits(source: SourceText, build: Step): readonly Edit[] {
  const field = build.fields.get('uses')
  if (field?.range === undefined || build.action === undefined) return []
  const { start, end } = field.range
  const quote = /^['"]/.exec(source.text.slice(start, end))?.[0] ?? ''
  const edits: Edit[] = [{ start, end, text: `${quote}${replacementOf(build.action)}${quote}` }]
  const lineEnd = startOf(source, field.line) + (lineText(source, field.line)?.length ?? 0)
  const comment = source.text.slice(end, lineEnd)
  const said = comment.trim().replace(/^#\s*/, '')
  const isVersion = comment.trim().startsWith('#') && /^(?:pin@|tag=|ratchet:docker\/[\w-]+@)?v?\d[\w.-]*$/.test(said)
  return isVersion ? [...edits, { start: end, end: lineEnd, text: '' }] : edits
}

function inputEdits(
  source: SourceText,
  build: Step,
  own: readonly Contribution[],
): { readonly edits: readonly Edit[] } | { readonly problem: string } {
  const at = (place: 'first' | 'last') => own.filter((one) => one.place === place).flatMap(({ lines }) => lines)
  const replaced = new Map(
    own.flatMap(({ place, lines }) => (typeof place === 'string' ? [] : [[place.replaces, lines] as const])),
  )
  const { withBlock } = build
  if (withBlock === undefined) {
    const field = build.fields.get('with')
    const lines = indentLines([...at('first'), ...at('last')], build.column + 2)
    if (lines.length === 0) return { edits: [] }
    if (field !== undefined) return { edits: [replaceLines(source, field.lastLine + 1, field.lastLine + 1, lines)] }
    const head = `${' '.repeat(build.column)}with:`
    return { edits: [replaceLines(source, build.lastLine + 1, build.lastLine + 1, [head, ...lines])] }
  }
  const { field } = withBlock
  if (!withBlock.isBlock) {
    const copies = [...build.inputs.values()].map(
      (input) => replaced.get(input.key) ?? copyInput(source, input, { isBlock: false }),
    )
    if (copies.includes(undefined)) return { problem: 'its inputs are in braces over several lines' }
    const lines = indentLines([...at('first'), ...copies.flatMap((one) => one ?? []), ...at('last')], build.column + 2)
    return {
      edits: [replaceLines(source, field.line, field.lastLine + 1, [`${' '.repeat(build.column)}with:`, ...lines])],
    }
  }
  const { column } = withBlock
  const last = Math.max(...[...build.inputs.values()].map(({ lastLine }) => lastLine))
  const edits = [...replaced].flatMap(([name, lines]) => {
    const input = build.inputs.get(name)
    return input === undefined ? [] : [replaceLines(source, input.line, input.lastLine + 1, indentLines(lines, column))]
  })
  const first = indentLines(at('first'), column)
  const end = indentLines(at('last'), column)
  if (first.length > 0) edits.push(replaceLines(source, field.line + 1, field.line + 1, first))
  if (end.length > 0) edits.push(replaceLines(source, last + 1, last + 1, end))
  // Escape text that Polyarch would interpret as an expression.
  for (const name of ['build-args', 'labels', 'annotations']) {
    const input = build.inputs.get(name)
    if (input !== undefined && !replaced.has(name)) edits.push(...escapeEdits(source, input))
  }
  return { edits }
}

/** Deletes a step with the comments that belong to it. */
export function removeStep(source: SourceText, step: Step): Edit {
  const dash = step.dash ?? { line: step.line, column: 0 }
  const isBlank = (line: number) => lineText(source, line)?.trim() === ''
  const commentColumn = (line: number) => {
    const text = lineText(source, line) ?? ''
    return /^\s*#/.test(text) ? text.indexOf('#') : -1
  }
  let first = dash.line
  while (commentColumn(first - 1) === dash.column) first -= 1
  const above = Array.from({ length: dash.line - first }, (_, at) => lineText(source, first + at)?.trim() ?? '')
  // A step that is commented out does not belong to this one.
  const isCode = (line: string) =>
    /^#\s*-\s+(?:name|uses|run|id|if)\b/.test(line) || /^#\s*(?:uses|with|run|name|if|id|env):/.test(line)
  if (above.some(isCode)) first = dash.line
  let after = step.lastLine + 1
  while (commentColumn(after) > dash.column) after += 1
  const before = lineText(source, first - 1)?.trim() ?? ''
  if (before === '' || /^steps\s*:/.test(before)) while (isBlank(after)) after += 1
  return replaceLines(source, first, after, [])
}

import { hasAnnotationOf, hasLevel } from '../oci/annotations.ts'
import type { Inputs } from './inputs.ts'
import type { ListItem } from './read/list.ts'
import type { ReportLine } from './read/pairs.ts'
import { quote, type ReportProblem } from './read/problem.ts'
import type { ReadInput } from './read/reader.ts'
import { readChoice } from './read/value.ts'
import { type InputName, inputRows, type PlainFields } from './schema.ts'

export type Mode = PlainFields['mode']

/** The inputs of every mode. */
const always: readonly InputName[] = [
  ...(['mode', 'images', 'tags', 'flavor', 'bake-target', 'sep-tags', 'sep-labels', 'sep-annotations'] as const),
  ...(['registry', 'username', 'password', 'scope', 'ecr', 'registries', 'registry-auth', 'github-token'] as const),
  ...(['retries', 'timeout'] as const),
]

/** The inputs of modes that verify and publish existing images. */
const publishing: readonly InputName[] = [
  ...(['push', 'if-exists', 'preflight', 'dry-run', 'emulators', 'emulator-image', 'mirrors', 'verify'] as const),
  ...(['max-size', 'smoke-test', 'before-tags', 'before-tags-env', 'load', 'outputs'] as const),
  'keep-login',
]

/** The inputs of each mode besides those of all modes. Undefined: every input that is not of another mode only. */
const own: Readonly<Record<Mode, readonly InputName[] | undefined>> = {
  build: undefined,
  plan: ['runners', 'platforms', 'labels', 'annotations', 'default-labels'],
  merge: ['digests', 'platforms', 'annotations', ...publishing],
  promote: ['from', ...publishing],
}

/** The inputs that only one mode has. */
const required: readonly { readonly name: InputName; readonly mode: Mode; readonly optional?: true }[] = [
  { name: 'digests', mode: 'merge' },
  { name: 'from', mode: 'promote' },
  { name: 'runners', mode: 'plan', optional: true },
]

/** Inputs that contradict a mode, which are errors. */
const contradictions: readonly { readonly name: InputName; readonly mode: Mode; readonly because: string }[] = [
  { name: 'annotations', mode: 'promote', because: 'mode: promote keeps the digest, so it cannot add annotations' },
  ...(['plan', 'merge', 'promote'] as const).map((mode) => ({
    name: 'call' as const,
    mode,
    because: `cannot be given together with mode: ${mode}`,
  })),
]

export type ModeInputs = {
  /** Returns the texts of the inputs that the mode uses, and the defaults of the others. */
  readonly read: ReadInput
  /** Which inputs are ignored; undefined if all are used. */
  readonly notice: string | undefined
}

/** Reads the mode; an invalid one, which is reported with its input, is read as `build`. */
export function readMode(text: string): Mode {
  const read = readChoice(text.trim(), inputRows.mode.choices)
  return 'value' in read ? read.value : 'build'
}

/** Selects the inputs of a mode, and reports those that contradict it or are missing. */
export function selectInputs(mode: Mode, read: ReadInput, report: ReportProblem): ModeInputs {
  const isSet = (name: InputName): boolean => {
    const text = read(name).trim()
    return text !== '' && text !== inputRows[name].default
  }
  for (const { name, mode: its, optional } of required) {
    if (its !== mode && isSet(name)) report(name, `requires mode: ${its}, found mode: ${mode}`)
    if (its === mode && optional === undefined && !isSet(name)) report(name, `is required with mode: ${mode}`)
  }
  const wrong = contradictions.filter((one) => one.mode === mode && isSet(one.name))
  for (const { name, because } of wrong) report(name, because)

  const used = own[mode]
  const isUsed = (name: InputName): boolean => used === undefined || always.includes(name) || used.includes(name)
  const reported = [...wrong.map(({ name }) => name), ...required.map(({ name }) => name)]
  const ignored = (Object.keys(inputRows) as InputName[]).filter(
    (name) => !isUsed(name) && isSet(name) && !reported.includes(name),
  )
  return {
    read: (name) => (isUsed(name) ? read(name) : inputRows[name].default),
    notice: ignored.length === 0 ? undefined : `mode: ${mode} ignores ${list(ignored)}${reasonFor(mode, ignored)}`,
  }
}

/** Whether a mode publishes existing images, so that it builds nothing. */
export function isPublishing(mode: Mode): boolean {
  return mode === 'merge' || mode === 'promote'
}

/** Reports annotations of manifests, which exist and do not change. */
export function checkJoinAnnotations(items: readonly ListItem[], report: ReportLine): void {
  for (const { text, line } of items) {
    const [key = ''] = text.split('=', 1)
    if (!hasLevel(key) || !hasAnnotationOf({ [key]: '' }, 'manifest')) continue
    report(
      `mode: merge does not change manifests, found ${quote(key)}; use the level index: or manifest-descriptor:`,
      line,
    )
  }
}

/** Adapts the inputs to their mode: without a build there is no engine, and annotations are those of the index. */
export function ofMode(inputs: Inputs): Inputs {
  const { mode, annotationLevels } = inputs
  if (mode === 'build') return inputs
  const load = inputs.load ?? false
  const bare: Inputs = { ...inputs, engine: 'embedded', engineProduct: undefined, load }
  if (mode === 'plan') return bare
  const levels = annotationLevels?.filter((level) => level !== 'manifest') ?? []
  return {
    ...bare,
    // Labels are in configurations, which do not change; default annotations are only added to a level that is set.
    defaultLabels: mode === 'merge' && levels.length > 0,
    annotationLevels: levels.length > 0 ? levels : ['index'],
  }
}

function reasonFor(mode: Mode, ignored: readonly InputName[]): string {
  if (!isPublishing(mode) || !ignored.includes('labels')) return ''
  return ': the labels of existing images cannot be changed'
}

function list(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}

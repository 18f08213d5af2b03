import {
  type Alias,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseAllDocuments,
  Scalar,
  type YAMLMap,
} from 'yaml'
import { limits } from '../bounds/limits.ts'
import { type DockerAction, readDockerAction } from './docker-action.ts'
import { findExpressions, findStepReferences, type StepReference } from './expressions.ts'
import { columnOf, lineOf, lineText, type SourceText } from './source-text.ts'

/** A key of a mapping with its value. */
export type Field = {
  readonly key: string
  /** The offset of the key, its line and its column. */
  readonly start: number
  /** The length of the key as it is written, with its quotes. */
  readonly keyLength: number
  readonly line: number
  readonly column: number
  readonly lastLine: number
  /**
   * The text of a scalar, or of the scalar that an alias refers to; undefined for lists, mappings and unknown aliases.
   */
  readonly value: string | undefined
  /** The range of the value; undefined for an empty one. */
  readonly range: { readonly start: number; readonly end: number } | undefined
  readonly style: 'literal' | 'flow' | 'other'
}

export type Step = {
  readonly index: number
  /** The line and column of its `-`; undefined if the step is in a list in brackets, or shares its line. */
  readonly dash: { readonly line: number; readonly column: number } | undefined
  readonly line: number
  readonly lastLine: number
  /** The column of its keys. */
  readonly column: number
  readonly start: number
  readonly end: number
  readonly fields: ReadonlyMap<string, Field>
  readonly action: DockerAction | undefined
  readonly uses: string
  readonly id: string | undefined
  readonly condition: string | undefined
  readonly inputs: ReadonlyMap<string, Field>
  /** The variables of `env`; undefined without it, or if it is not a block mapping. */
  readonly env: ReadonlyMap<string, Field> | undefined
  /** Undefined without `with`. */
  readonly withBlock: { readonly isBlock: boolean; readonly column: number; readonly field: Field } | undefined
  /** The reason why its text cannot be edited. */
  readonly oddity: string | undefined
}

/** A reference to the context `steps`, with offsets of the file. */
export type PlacedReference = StepReference & {
  readonly line: number
  /** The step that contains it; undefined for the rest of the job. */
  readonly step: number | undefined
  /** The key of `with` that contains it. */
  readonly input: string | undefined
}

export type Job = {
  readonly name: string
  readonly line: number
  readonly start: number
  readonly end: number
  readonly steps: readonly Step[]
  readonly runsOn: string | undefined
  readonly needs: readonly string[]
  readonly references: readonly PlacedReference[]
  /** Variables of the workflow and the job by their names in lowercase; undefined values are only known at run time. */
  readonly env: ReadonlyMap<string, string | undefined>
  /** The reason why none of its steps can be edited. */
  readonly oddity: Problem | undefined
}

/** Lines count from 0. */
export type Problem = { readonly line: number; readonly message: string }

/** Reads the jobs of a workflow file, or returns the problem that prevents it. Nothing is executed or expanded. */
export function readWorkflow(source: SourceText): { readonly jobs: readonly Job[] } | { readonly problem: Problem } {
  const { text } = source
  if (text.length > limits.workflow) return problemAt(0, `the file is larger than ${limits.workflow / 1024} KiB`)
  try {
    return readDocument(source)
  } catch (error) {
    if (error instanceof CannotMigrate) return problemAt(error.line, error.message)
    // The parser is recursive.
    if (error instanceof RangeError) return problemAt(0, `it is nested deeper than ${limits.yamlDepth} levels`)
    throw error
  }
}

class CannotMigrate extends Error {
  override readonly name = 'CannotMigrate'
  readonly line: number

  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

function problemAt(line: number, message: string): { readonly problem: Problem } {
  return { problem: { line, message } }
}

type Reading = {
  readonly source: SourceText
  readonly anchors: ReadonlyMap<Alias, Node>
}

function readDocument(source: SourceText): ReturnType<typeof readWorkflow> {
  // The parser's own check for duplicate keys takes quadratic time.
  const documents = parseAllDocuments(source.text, { uniqueKeys: false, logLevel: 'error' })
  if (!Array.isArray(documents)) return problemAt(0, 'the file is empty')
  const [document, second] = documents
  if (document === undefined) return problemAt(0, 'the file is empty')
  const [error] = document.errors
  if (error !== undefined) {
    const [message = ''] = error.message.split('\n')
    if (/^Maximum call stack/.test(message)) throw new RangeError(message)
    return problemAt(
      lineOf(source, error.pos[0]),
      `this is not valid YAML: ${message.replace(/ at line \d+, column \d+:?$/, '')}`,
    )
  }
  if (second !== undefined) return problemAt(lineOf(source, second.range[0]), 'the file has several YAML documents')
  const { contents } = document
  if (!isMap(contents)) return problemAt(0, 'the file is not a mapping')
  const anchors = checkNodes(contents, source)
  const reading: Reading = { source, anchors }
  const top = fieldsOf(contents, reading)
  if (top.has('runs')) {
    return problemAt(
      top.get('runs')?.line ?? 0,
      'this is an action, not a workflow. Migrate it by hand, as docs/migrating.md describes: workflows that call it may use its login, builder or emulators in later steps',
    )
  }
  const jobs = pairOf(contents, 'jobs')
  if (jobs === undefined) return problemAt(0, 'the file has no jobs')
  if (!isMap(jobs.value)) return problemAt(top.get('jobs')?.line ?? 0, 'jobs is not a mapping')
  const env = variablesOf(contents, reading)
  return { jobs: jobs.value.items.flatMap((pair) => readJob(pair, env, reading) ?? []) }
}

/**
 * Checks every node once: depth, number, keys. Aliases are resolved, but not traversed.
 *
 * @returns the node of each alias
 */
function checkNodes(root: Node, source: SourceText): ReadonlyMap<Alias, Node> {
  const named = new Map<string, Node>()
  const anchors = new Map<Alias, Node>()
  let count = 0
  const visit = (node: unknown, depth: number): void => {
    if (!isNode(node)) return
    count += 1
    const line = lineOf(source, node.range?.[0] ?? 0)
    if (depth > limits.yamlDepth) throw new CannotMigrate(line, `it is nested deeper than ${limits.yamlDepth} levels`)
    if (count > limits.workflowValues)
      throw new CannotMigrate(line, `the file has more than ${limits.workflowValues} values`)
    if (isAlias(node)) {
      const target = named.get(node.source)
      if (target === undefined) throw new CannotMigrate(line, `the alias *${node.source.slice(0, 80)} has no anchor`)
      anchors.set(node, target)
      return
    }
    if ('anchor' in node && node.anchor !== undefined) named.set(node.anchor, node)
    if (isSeq(node)) for (const item of node.items) visit(item, depth + 1)
    if (!isMap(node)) return
    const seen = new Set<string>()
    for (const { key, value } of node.items) {
      if (isScalar(key)) {
        const name = String(key.value)
        const at = lineOf(source, key.range?.[0] ?? 0)
        if (seen.has(name)) throw new CannotMigrate(at, `the key ${JSON.stringify(name.slice(0, 80))} exists twice`)
        seen.add(name)
      }
      visit(key, depth + 1)
      visit(value, depth + 1)
    }
  }
  visit(root, 0)
  return anchors
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key)
}

function scalarText(node: unknown, anchors: Reading['anchors']): string | undefined {
  const found = isAlias(node) ? anchors.get(node) : node
  if (found === null || found === undefined) return ''
  if (!isScalar(found)) return undefined
  const { value, source } = found
  return typeof value === 'string' ? value : (source ?? String(value ?? ''))
}

function fieldsOf(map: YAMLMap, { source, anchors }: Reading): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>()
  for (const { key, value } of map.items) {
    if (!isScalar(key) || !key.range) continue
    const name = String(key.value)
    const start = key.range[0]
    const range = isNode(value) && value.range && value.range[1] > value.range[0] ? value.range : undefined
    fields.set(name, {
      key: name,
      start,
      keyLength: key.range[1] - start,
      line: lineOf(source, start),
      column: columnOf(source, start),
      lastLine: lineOf(source, Math.max(start, endOf(source, range?.[1] ?? key.range[1]) - 1)),
      value: scalarText(value, anchors),
      range: range && { start: range[0], end: endOf(source, range[1]) },
      style:
        isMap(value) || isSeq(value)
          ? value.flow
            ? 'flow'
            : 'other'
          : isScalar(value) && value.type === Scalar.BLOCK_LITERAL
            ? 'literal'
            : 'other',
    })
  }
  return fields
}

/**
 * Returns the offset after the last non-whitespace character: the range of a block includes the line endings after it.
 */
function endOf({ text }: SourceText, end: number): number {
  let at = end
  while (at > 0 && /\s/.test(text[at - 1] ?? '')) at -= 1
  return at
}

/** Returns the variables of `env` by their names in lowercase; undefined values are only known at run time. */
function variablesOf(map: YAMLMap, { anchors }: Reading): ReadonlyMap<string, string | undefined> {
  const env = pairOf(map, 'env')?.value
  if (!isMap(env)) return new Map()
  return new Map(
    env.items.map(({ key, value }) => {
      const text = scalarText(value, anchors)
      return [String(isScalar(key) ? key.value : '').toLowerCase(), text?.includes('${{') ? undefined : text] as const
    }),
  )
}

function readJob({ key, value }: Pair, workflowEnv: Job['env'], reading: Reading): Job | undefined {
  const { source, anchors } = reading
  if (!isScalar(key) || !key.range) return undefined
  const name = String(key.value)
  const line = lineOf(source, key.range[0])
  const empty = {
    name,
    line,
    start: key.range[0],
    end: key.range[1],
    steps: [],
    needs: [],
    references: [],
    env: new Map(),
  }
  if (isAlias(value)) return { ...empty, runsOn: undefined, oddity: { line, message: 'the job is an alias' } }
  if (!isMap(value) || !value.range) return undefined
  const steps = pairOf(value, 'steps')?.value
  if (isAlias(steps)) return { ...empty, runsOn: undefined, oddity: { line, message: 'the steps are an alias' } }
  if (!isSeq(steps)) return undefined
  const fields = fieldsOf(value, reading)
  const read = steps.items.map((step, index) => readStep(step, index, reading))
  const found = read.flatMap((step) => ('problem' in step ? [] : [step]))
  return {
    name,
    line,
    start: key.range[0],
    end: value.range[1],
    steps: found,
    runsOn: fields.get('runs-on')?.value,
    needs: needsOf(pairOf(value, 'needs')?.value, anchors),
    references: referencesIn(value, steps, reading),
    env: new Map([...workflowEnv, ...variablesOf(value, reading)]),
    oddity: read.flatMap((step) => ('problem' in step ? [step.problem] : []))[0] ?? sharedAnchor(value, found, reading),
  }
}

function needsOf(node: unknown, anchors: Reading['anchors']): readonly string[] {
  if (isSeq(node)) return node.items.flatMap((item) => scalarText(item, anchors) ?? [])
  const text = scalarText(node, anchors)
  return text === undefined || text === '' ? [] : [text]
}

/** Reads a step, or returns the problem that prevents editing the whole job. */
function readStep(node: unknown, index: number, reading: Reading): Step | { readonly problem: Problem } {
  const { source, anchors } = reading
  if (isAlias(node)) {
    const target = anchors.get(node)
    const line = lineOf(source, node.range?.[0] ?? 0)
    if (isMap(target) && readDockerAction(scalarText(pairOf(target, 'uses')?.value, anchors) ?? '') === undefined) {
      const fields = fieldsOf(target, reading)
      return {
        ...emptyStep(index, line, node),
        fields,
        uses: fields.get('uses')?.value ?? '',
        condition: fields.get('if')?.value,
      }
    }
    return {
      problem: {
        line,
        message: `step ${index + 1} is an alias of a step that would change. Replace the alias with a copy`,
      },
    }
  }
  const at = isNode(node) && node.range ? node.range[0] : 0
  if (!isMap(node) || !node.range)
    return { problem: { line: lineOf(source, at), message: `step ${index + 1} is not a mapping` } }
  const fields = fieldsOf(node, reading)
  const uses = fields.get('uses')?.value ?? ''
  const action = readDockerAction(uses)
  const withNode = pairOf(node, 'with')?.value
  // The runner ignores the case of input names.
  const inputs = new Map(
    isMap(withNode)
      ? [...fieldsOf(withNode, reading)].map(([name, field]) => [name.toLowerCase(), field] as const)
      : [],
  )
  const withField = fields.get('with')
  const envNode = pairOf(node, 'env')?.value
  const [firstInput] = [...inputs.values()]
  const lastLine = Math.max(...[...fields.values()].map((field) => field.lastLine), lineOf(source, at))
  return {
    index,
    dash: dashOf(source, node, at),
    line: lineOf(source, at),
    lastLine,
    column: columnOf(source, at),
    start: at,
    end: node.range[1],
    fields,
    action,
    uses,
    id: fields.get('id')?.value,
    condition: fields.get('if')?.value,
    inputs,
    env: isMap(envNode) && !envNode.flow ? fieldsOf(envNode, reading) : undefined,
    withBlock:
      withField === undefined || !isMap(withNode)
        ? undefined
        : { isBlock: !withNode.flow && withNode.items.length > 0, column: firstInput?.column ?? 0, field: withField },
    oddity: action && oddityOf(node, withNode),
  }
}

function emptyStep(index: number, line: number, { range }: Alias): Step {
  const none = new Map<string, Field>()
  const at = { index, line, lastLine: line, column: 0, start: range?.[0] ?? 0, end: range?.[1] ?? 0, dash: undefined }
  return {
    ...at,
    fields: none,
    inputs: none,
    action: undefined,
    uses: '',
    id: undefined,
    condition: undefined,
    env: undefined,
    withBlock: undefined,
    oddity: undefined,
  }
}

function oddityOf(node: YAMLMap, withNode: unknown): string | undefined {
  if (isAlias(withNode)) return 'its inputs are an alias'
  if (isMap(withNode) && pairOf(withNode, '<<') !== undefined) return 'its inputs have a merge key'
  if (pairOf(node, '<<') !== undefined) return 'it has a merge key'
  if (isAlias(pairOf(node, 'uses')?.value)) return '`uses` is an alias'
  return undefined
}

/** Returns the position of the `-` before the first key if only whitespace, comments and an anchor are between them. */
function dashOf(source: SourceText, { flow }: YAMLMap, start: number): Step['dash'] {
  const own = lineOf(source, start)
  const before = (lineText(source, own) ?? '').slice(0, columnOf(source, start))
  if (/^\s*-\s+(?:&\S+\s+)?$/.test(before)) return { line: own, column: before.indexOf('-') }
  if (flow || before.trim() !== '') return undefined
  for (let line = own - 1; line >= 0; line -= 1) {
    const text = lineText(source, line) ?? ''
    if (isBareDash(text)) return { line, column: text.indexOf('-') }
    if (!/^\s*(?:#|$)/.test(text)) return undefined
  }
  return undefined
}

/** Whether a line has only a `-`, and an anchor or a comment after it. */
function isBareDash(text: string): boolean {
  const [dash, ...words] = text.trim().split(/\s+/)
  const [rest] = words[0]?.startsWith('&') ? words.slice(1) : words
  return dash === '-' && (rest === undefined || rest.startsWith('#'))
}

/** Finds an anchor in the steps to be changed that an alias refers to. */
function sharedAnchor({ range }: YAMLMap, steps: readonly Step[], { source, anchors }: Reading): Problem | undefined {
  const docker = steps.filter(({ action }) => action !== undefined)
  if (docker.length === 0 || !range) return undefined
  const known = new Map<Node, boolean>()
  const readsSteps = (target: Node): boolean => {
    const [from = 0, to = 0] = target.range ?? []
    const found = known.get(target) ?? /\bsteps\s*[.[]/i.test(source.text.slice(from, to))
    known.set(target, found)
    return found
  }
  for (const [alias, target] of anchors) {
    const [start, end] = target.range ?? [0, 0]
    const from = alias.range?.[0] ?? 0
    const touched = docker.find(
      (step) => start < step.end && end > step.start && !(from >= step.start && from < step.end),
    )
    if (touched === undefined) {
      const isInside = from >= range[0] && from < range[1]
      const isElsewhere = start < range[0] || start >= range[1]
      if (!isInside || !isElsewhere || !readsSteps(target)) continue
      return {
        line: lineOf(source, from),
        message: `the alias *${alias.source} repeats references to steps from another place`,
      }
    }
    return {
      line: lineOf(source, from),
      message: `the alias *${alias.source} repeats a part of a step that would change (line ${touched.line + 1}). Replace the alias with a copy`,
    }
  }
  return undefined
}

/** Returns all references to the context `steps` in the values of a job, in order. */
function referencesIn(job: YAMLMap, steps: Node, { source }: Reading): readonly PlacedReference[] {
  const found: PlacedReference[] = []
  type Place = { readonly step: number | undefined; readonly input: string | undefined; readonly isCondition: boolean }
  const visit = (node: unknown, place: Place, parent: string): void => {
    if (isSeq(node)) {
      node.items.forEach((item, index) => {
        visit(
          item,
          node === steps ? { ...place, step: index } : { ...place, isCondition: false },
          node === steps ? 'step' : '',
        )
      })
    } else if (isMap(node)) {
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : ''
        const input = parent === 'with' ? name.toLowerCase() : place.input
        visit(value, { ...place, input, isCondition: name === 'if' && parent !== 'with' && parent !== 'env' }, name)
      }
    } else if (isScalar(node) && node.range) {
      found.push(
        ...referencesOf(source, node, place.isCondition).map((one) => ({
          ...one,
          step: place.step,
          input: place.input,
        })),
      )
    }
  }
  visit(job, { step: undefined, input: undefined, isCondition: false }, '')
  return found.toSorted((a, b) => a.start - b.start)
}

function referencesOf(
  source: SourceText,
  node: Scalar,
  isCondition: boolean,
): readonly (StepReference & { readonly line: number })[] {
  const [start = 0, end = 0] = node.range ?? []
  const isSingle = node.type === Scalar.QUOTE_SINGLE
  const raw = source.text.slice(start + (isSingle ? 1 : 0), end - (isSingle ? 1 : 0))
  // Quotes are doubled in a single-quoted text; the replacement keeps the length.
  const text = isSingle ? raw.replaceAll("''", "' ") : raw
  const offset = start + (isSingle ? 1 : 0)
  const expressions = findExpressions(text)
  const ranges = isCondition && expressions.length === 0 ? [{ start: 0, end: text.length }] : expressions
  return ranges.flatMap((range) =>
    findStepReferences(text.slice(range.start, range.end)).map((reference) => {
      const by = offset + range.start
      const { idRange } = reference
      return {
        ...reference,
        start: reference.start + by,
        end: reference.end + by,
        idRange: idRange && { start: idRange.start + by, end: idRange.end + by },
        line: lineOf(source, reference.start + by),
      }
    }),
  )
}

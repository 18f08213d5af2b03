import type { Expression, ExpressionStep } from './expression.ts'

/** What leads away from a place, except single characters. */
type Exits = {
  readonly reads: { readonly test: (character: string) => boolean; readonly to: number }[]
  /** Places that are reached without a character. */
  readonly skips: number[]
  /** Places that are reached without a character if the assertion holds. */
  looks: { readonly holds: (before: string, after: string) => boolean; readonly to: number }[] | undefined
  /** The numbers of the expressions that end at the place. */
  readonly ends: number[]
}

/**
 * The places of all expressions, numbered from 0, the start. Expressions share the places of the steps that they begin
 * with: of a thousand names at any level, only one place looks for directories.
 */
export type Graph = {
  readonly exits: readonly (Exits | undefined)[]
  /** Returns the place that a character leads to if it is written in an expression. */
  readonly literal: (place: number, character: string) => number | undefined
}

/** Any character, also a line feed: what surrounds an expression that is not anchored. */
const anything = { kind: 'read', test: () => true, optional: true, repeats: true, written: 'anything' } as const

/** Creates the graph of expressions that match anywhere in a text, unless they begin with `^` or end with `$`. */
export function createGraph(rows: readonly { readonly number: number; readonly expression: Expression }[]): Graph {
  const exits: (Exits | undefined)[] = [undefined]
  // The characters that lead away from a place are a list: its first target, and from each target the next one. A map
  // for each place would take ten times the memory.
  const firstTarget: number[] = [-1]
  const nextTarget: number[] = [-1]
  const characterTo: string[] = ['']
  const shared = new Map<string, number>()

  const newPlace = (): number => {
    firstTarget.push(-1)
    nextTarget.push(-1)
    characterTo.push('')
    return exits.push(undefined) - 1
  }
  const exitsOf = (place: number): Exits => {
    const known = exits[place]
    if (known !== undefined) return known
    const made: Exits = { reads: [], skips: [], looks: undefined, ends: [] }
    exits[place] = made
    return made
  }
  const literal = (place: number, character: string): number | undefined => {
    let target = firstTarget[place] ?? -1
    while (target !== -1 && characterTo[target] !== character) target = nextTarget[target] ?? -1
    return target === -1 ? undefined : target
  }
  const addLiteral = (place: number, character: string): number => {
    const target = newPlace()
    characterTo[target] = character
    nextTarget[target] = firstTarget[place] ?? -1
    firstTarget[place] = target
    return target
  }
  const addFolders = (place: number): number => {
    const [outside, inside] = [newPlace(), newPlace()]
    exitsOf(place).skips.push(outside)
    for (const from of [outside, inside]) {
      exitsOf(from).reads.push({ test: isSlash, to: outside }, { test: isNoLineFeed, to: inside })
    }
    return outside
  }
  const addRead = (place: number, { test, optional, repeats }: Extract<ExpressionStep, { kind: 'read' }>): number => {
    const target = newPlace()
    if (optional) exitsOf(place).skips.push(target)
    if (repeats) exitsOf(target).reads.push({ test, to: target })
    else exitsOf(place).reads.push({ test, to: target })
    return target
  }
  const addLook = (place: number, { holds }: Extract<ExpressionStep, { kind: 'look' }>): number => {
    const target = newPlace()
    const from = exitsOf(place)
    from.looks ??= []
    from.looks.push({ holds, to: target })
    return target
  }
  const addStep = (place: number, step: ExpressionStep): number => {
    if (step.kind === 'read' && step.literal !== undefined && !step.optional) {
      return literal(place, step.literal) ?? addLiteral(place, step.literal)
    }
    const key = `${place} ${keyOf(step)}`
    const known = shared.get(key)
    if (known !== undefined) return known
    const target =
      step.kind === 'folders' ? addFolders(place) : step.kind === 'read' ? addRead(place, step) : addLook(place, step)
    shared.set(key, target)
    return target
  }

  for (const { number, expression } of rows) {
    for (const steps of expression) {
      let place = 0
      for (const step of anchor(steps)) place = addStep(place, step)
      exitsOf(place).ends.push(number)
    }
  }
  return { exits, literal }
}

/** Returns the steps from the start to the end of a text. */
function anchor(steps: readonly ExpressionStep[]): readonly ExpressionStep[] {
  const isAt = (index: number, written: string): boolean => {
    const step = steps.at(index)
    return step?.kind === 'look' && step.written === written
  }
  const [begins, ends] = [isAt(0, '^'), isAt(-1, '$')]
  return [
    ...(begins ? [] : [anything]),
    ...steps.slice(begins ? 1 : 0, ends ? -1 : undefined),
    ...(ends ? [] : [anything]),
  ]
}

function keyOf(step: ExpressionStep): string {
  if (step.kind === 'folders') return step.kind
  if (step.kind === 'look') return `look ${step.written}`
  return `${step.optional ? 'optional' : 'once'} ${step.repeats ? 'repeated' : ''} ${step.written}`
}

function isSlash(character: string): boolean {
  return character === '/'
}

function isNoLineFeed(character: string): boolean {
  return character !== '\n'
}

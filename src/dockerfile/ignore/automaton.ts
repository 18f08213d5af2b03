import type { ExpressionStep } from './expression.ts'

/** A pattern with its number, and its steps from the start to the end of the path. */
type NumberedSteps = { readonly number: number; readonly steps: readonly ExpressionStep[] }

/** A set of places with the transitions computed so far. */
type State = {
  /** Sorted. Twice the index of a step over all rows, plus one if within the directories of that step. */
  readonly places: Int32Array
  readonly next: Map<string, State>
  /** The rows that end here; computed on demand. */
  accepted?: readonly number[]
}

/** Maximum number of places in memory for all states together: 4 MB. */
const mostPlaces = 1_000_000

/**
 * Creates a function that returns the numbers, ascending, of all rows that match a whole path. A deterministic
 * automaton follows all rows at once. It is built on demand and discarded when it becomes large, so the time for a path
 * depends on its length and hardly on the number of rows.
 */
export function createAutomaton(rows: readonly NumberedSteps[]): (path: string) => readonly number[] {
  // The concatenated steps of all rows, each followed by undefined as its end.
  const steps = rows.flatMap((row) => [...row.steps, undefined])
  const starts: number[] = []
  const owners = new Map<number, number>()
  let first = 0
  for (const row of rows) {
    starts.push(2 * first)
    first += row.steps.length + 1
    owners.set(2 * (first - 1), row.number)
  }

  let states = new Map<string, State>()
  let start: State | undefined
  let held = 0

  const add = (found: Set<number>, from: number): void => {
    for (let place = from; !found.has(place); place += 2) {
      found.add(place)
      const step = steps[place / 2]
      if (step === undefined || !(step.kind === 'folders' || (step.kind === 'read' && step.optional))) return
    }
  }
  const stateOf = (found: ReadonlySet<number>): State => {
    const places = Int32Array.from(found).sort()
    const key = Buffer.from(places.buffer).toString('latin1')
    const known = states.get(key)
    if (known !== undefined) return known
    held += places.length + 16
    if (held > mostPlaces) {
      states = new Map()
      held = places.length
      start = undefined
    }
    const state: State = { places, next: new Map() }
    states.set(key, state)
    return state
  }
  const startState = (): State => {
    if (start !== undefined) return start
    const found = new Set<number>()
    for (const place of starts) add(found, place)
    const made = stateOf(found)
    start = made
    return made
  }

  const advance = ({ places }: State, character: string): State => {
    const found = new Set<number>()
    for (const place of places) {
      const step = steps[place >> 1]
      if (step === undefined) continue
      if (step.kind === 'folders') {
        if (character !== '\n') found.add(place | 1)
        if (character === '/') add(found, (place | 1) + 1)
      } else if (step.kind === 'read' && step.test(character)) add(found, step.repeats ? place : place + 2)
    }
    return stateOf(found)
  }

  return (path) => {
    let state = startState()
    for (const character of path) {
      if (state.places.length === 0) return []
      let next = state.next.get(character)
      if (next === undefined) {
        next = advance(state, character)
        held += 8
        state.next.set(character, next)
      }
      state = next
    }
    state.accepted ??= [...state.places].flatMap((place) => owners.get(place) ?? []).sort((one, other) => one - other)
    return state.accepted
  }
}

import { boundaryKind, type Expression } from './expression.ts'
import { createGraph, type Graph } from './graph.ts'

/** The expression of a pattern with the number of the pattern. */
export type NumberedExpression = { readonly number: number; readonly expression: Expression }

/** A set of places with the transitions computed so far. */
type State = {
  /** Sorted. */
  readonly places: Int32Array
  /** The character before, if a place depends on it; otherwise ''. */
  readonly before: string
  readonly next: Map<string, State>
  /** The numbers of the patterns that end here; computed on demand. */
  accepted?: readonly number[]
}

/** Maximum memory of all states together, and estimates of its parts, in bytes. */
const sizes = { most: 16 * 1024 * 1024, state: 500, place: 8, transition: 50 }

/**
 * Creates a function that returns the numbers, ascending, of all expressions that match a path. One deterministic
 * automaton follows all of them at once. It is built on demand and discarded when it becomes large, so the time for a
 * path depends on its length and hardly on the number of expressions. Only the last name is read of a path in the
 * directory of the path before.
 */
export function createAutomaton(rows: readonly NumberedExpression[]): (path: string) => readonly number[] {
  const graph = createGraph(rows)
  const closure = createClosure(graph)

  let states = new Map<string, State>()
  let held = 0
  let folder: { readonly path: string; readonly state: State } | undefined

  const discard = (): void => {
    states = new Map()
    held = 0
    // It leads to all others.
    folder = undefined
  }
  const stateOf = (places: Int32Array, character: string): State => {
    const before = places.some((place) => graph.exits[place]?.looks) ? character : ''
    const key = `${before === '' ? '' : boundaryKind(before)}${Buffer.from(places.buffer).toString('latin1')}`
    const known = states.get(key)
    if (known !== undefined) return known
    if (held > sizes.most) discard()
    held += sizes.state + sizes.place * places.length
    const state: State = { places, before, next: new Map() }
    states.set(key, state)
    return state
  }
  const advance = (state: State, character: string): State => {
    const places = closure.after(state, character)
    const next = stateOf(places, character)
    held += sizes.transition
    state.next.set(character, next)
    return next
  }
  const run = (from: State, text: string): State => {
    let state = from
    for (const character of text) {
      if (state.places.length === 0) return state
      state = state.next.get(character) ?? advance(state, character)
    }
    return state
  }

  return (path) => {
    const end = path.lastIndexOf('/') + 1
    const parent = path.slice(0, end)
    if (folder?.path !== parent) {
      const state = run(stateOf(closure.first(), ''), parent)
      folder = { path: parent, state }
    }
    const last = run(folder.state, path.slice(end))
    last.accepted ??= closure.accepted(last)
    return last.accepted
  }
}

/** Computes sets of places. A place that was found is marked with the number of the search, so that nothing is cleared. */
function createClosure(graph: Graph) {
  const seen = new Uint32Array(graph.exits.length)
  let search = 0
  let found: number[] = []

  const begin = (): void => {
    search += 1
    found = []
  }
  const add = (place: number): void => {
    if (seen[place] === search) return
    seen[place] = search
    found.push(place)
  }
  /** Adds all places that are reached without a character; those that depend on the next one only if it is known. */
  const close = (before: string, after: string | undefined): void => {
    for (let at = 0; at < found.length; at += 1) {
      const exits = graph.exits[found[at] ?? 0]
      if (exits === undefined) continue
      for (const place of exits.skips) add(place)
      if (after === undefined || exits.looks === undefined) continue
      for (const { holds, to } of exits.looks) if (holds(before, after)) add(to)
    }
  }
  const looked = ({ places, before }: Pick<State, 'places' | 'before'>, after: string): readonly number[] => {
    begin()
    for (const place of places) add(place)
    close(before, after)
    return found
  }

  return {
    first: (): Int32Array => {
      begin()
      add(0)
      close('', undefined)
      return Int32Array.from(found).sort()
    },
    after: (state: State, character: string): Int32Array => {
      const from = looked(state, character)
      begin()
      for (const place of from) {
        const literal = graph.literal(place, character)
        if (literal !== undefined) add(literal)
        for (const { test, to } of graph.exits[place]?.reads ?? []) if (test(character)) add(to)
      }
      close('', undefined)
      return Int32Array.from(found).sort()
    },
    accepted: (state: State): readonly number[] => {
      const numbers = looked(state, '').flatMap((place) => graph.exits[place]?.ends ?? [])
      return [...new Set(numbers)].sort((one, other) => one - other)
    },
  }
}

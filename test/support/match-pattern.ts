import type { ExpressionStep } from '../../src/dockerfile/ignore/expression.ts'
import type { PathPattern } from '../../src/dockerfile/ignore/path-pattern.ts'

/** Whether one pattern matches a path itself, step by step: what the automaton of many patterns is compared with. */
export function matchPattern({ form }: PathPattern, path: string): boolean {
  switch (form.kind) {
    case 'name':
      return path === form.text
    case 'beginning':
      return path.startsWith(form.text)
    case 'ending':
      return path.endsWith(form.text) || `/${path}` === form.text
    case 'expression':
      return form.expression.some((steps) => search(steps, [...path]))
  }
}

function search(steps: readonly ExpressionStep[], characters: readonly string[]): boolean {
  // A number n is the place before step n; n + 0.5 is within the directories of step n.
  let places = new Set<number>()
  for (let at = 0; at <= characters.length; at++) {
    const character = characters[at] ?? ''
    places.add(0)
    // Iterating over a set includes values added during the iteration.
    for (const place of places) {
      const step = steps[place]
      if (step === undefined) continue
      const passes =
        step.kind === 'look'
          ? step.holds(characters[at - 1] ?? '', character)
          : step.kind === 'folders' || step.optional
      if (passes) places.add(place + 1)
    }
    if (places.has(steps.length)) return true
    places = advance(steps, places, character)
  }
  return false
}

function advance(steps: readonly ExpressionStep[], places: ReadonlySet<number>, character: string): Set<number> {
  const next = new Set<number>()
  for (const place of places) {
    const step = steps[Math.floor(place)]
    if (step?.kind === 'folders') {
      if (character !== '\n') next.add(Math.floor(place) + 0.5)
      if (character === '/') next.add(Math.floor(place) + 1)
    } else if (step?.kind === 'read' && character !== '' && step.test(character)) {
      next.add(step.repeats ? place : place + 1)
    }
  }
  return next
}

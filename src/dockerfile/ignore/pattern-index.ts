import { createAutomaton, type NumberedExpression } from './automaton.ts'
import type { PathPattern } from './path-pattern.ts'

/** Returns the numbers, ascending, of the patterns that match a path itself. */
export type PatternIndex = (path: string) => readonly number[]

/**
 * Indexes patterns, so that a path is not compared with each of them: names, prefixes and suffixes are looked up in
 * tables by length, all other patterns are matched by one automaton.
 */
export function indexPatterns(patterns: readonly PathPattern[]): PatternIndex {
  const names = new Map<string, number[]>()
  const beginnings = createTable((path, length) => path.slice(0, length))
  const endings = createTable((path, length) => path.slice(path.length - length))
  const rows: NumberedExpression[] = []
  for (const [number, { form }] of patterns.entries()) {
    switch (form.kind) {
      case 'name':
        push(names, form.text, number)
        break
      case 'beginning':
        beginnings.add(form.text, number)
        break
      case 'ending':
        endings.add(form.text, number)
        if (form.text.startsWith('/')) push(names, form.text.slice(1), number)
        break
      case 'expression':
        rows.push({ number, expression: form.expression })
    }
  }
  const follow = rows.length === 0 ? () => [] : createAutomaton(rows)
  return (path) => {
    const plain = [...(names.get(path) ?? []), ...beginnings.find(path), ...endings.find(path)]
    const others = follow(path)
    if (plain.length === 0) return others
    // Duplicate numbers are harmless, since the numbers are processed in order.
    return [...plain, ...others].sort((one, other) => one - other)
  }
}

/** Creates a table of texts by length, looked up by the part of a path with that length. */
function createTable(part: (path: string, length: number) => string) {
  const byLength = new Map<number, Map<string, number[]>>()
  return {
    add: (text: string, number: number): void => {
      const texts = byLength.get(text.length) ?? new Map<string, number[]>()
      byLength.set(text.length, texts)
      push(texts, text, number)
    },
    find: (path: string): readonly number[] => {
      const found: number[] = []
      for (const [length, texts] of byLength) {
        if (length <= path.length) found.push(...(texts.get(part(path, length)) ?? []))
      }
      return found
    },
  }
}

function push(into: Map<string, number[]>, text: string, number: number): void {
  const numbers = into.get(text)
  if (numbers) numbers.push(number)
  else into.set(text, [number])
}

import { limits } from '../../bounds/limits.ts'
import { formatBytes } from '../../text/bytes.ts'
import { type InputName, inputRows } from '../schema.ts'
import { type ListItem, type ListKind, parseList } from './list.ts'
import type { Read, ReportProblem } from './problem.ts'

/** Returns the text of an input as given, or "" if it is not set. */
export type ReadInput = (name: InputName) => string

/** The inputs with several items. */
export type ListInput = { [N in InputName]: (typeof inputRows)[N]['kind'] extends ListKind ? N : never }[InputName]

/** Reads inputs by kind. An invalid value is reported and read as not set. */
export type Reader = {
  /** The trimmed text. Undefined if not set; an expression with an empty result counts as not set. */
  readonly text: (name: InputName) => string | undefined
  /** The value of the text, or of the input's default. */
  readonly value: <T>(name: InputName, parse: (text: string) => Read<T>) => T | undefined
  readonly items: (name: ListInput) => readonly ListItem[]
}

/** Creates a reader of the inputs that `read` returns. */
export function inputReader(given: ReadInput, report: ReportProblem): Reader {
  const refused = new Set<InputName>()
  const read: ReadInput = (name) => {
    const found = given(name)
    if (found.length <= limits.input) return found
    if (!refused.has(name)) report(name, `it is larger than ${formatBytes(limits.input)}`)
    refused.add(name)
    return ''
  }
  const text = (name: InputName) => read(name).trim() || undefined
  return {
    text,
    value: (name, parse) => {
      const found = text(name) ?? inputRows[name].default
      if (found === '') return undefined
      const result = parse(found)
      if ('value' in result) return result.value
      report(name, result.problem)
      return undefined
    },
    items: (name) => {
      const { kind, default: fallback } = inputRows[name]
      const { items, unclosedQuote, strayQuote } = parseList(kind, read(name))
      if (unclosedQuote !== undefined) report(name, 'a quote is never closed', unclosedQuote)
      if (strayQuote !== undefined) {
        report(
          name,
          'double each quote inside a quoted entry; only whitespace may follow the closing quote',
          strayQuote,
        )
      }
      if (items.length > limits.inputItems) {
        report(name, `it has more than ${limits.inputItems} entries`, items[limits.inputItems]?.line)
        return []
      }
      return items.length > 0 ? items : parseList(kind, fallback).items
    },
  }
}

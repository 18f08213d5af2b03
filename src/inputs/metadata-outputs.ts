import type { Inputs } from './inputs.ts'
import { quote, type Read, type ReportProblem } from './read/problem.ts'
import type { ReadInput } from './read/reader.ts'

const separators = ['sep-tags', 'sep-labels', 'sep-annotations'] as const

/** Maximum length of a separator in characters. */
const longest = 100

/** Whether surrounding whitespace belongs to the value of the input. */
export function isVerbatimInput(name: string): boolean {
  return (separators as readonly string[]).includes(name)
}

/**
 * Reads the separators of the entries in the outputs `tags`, `labels` and `annotations`. Default: a newline, as in
 * docker/metadata-action.
 */
export function readSeparators(read: ReadInput, report: ReportProblem): Inputs['separators'] {
  const [tags, labels, annotations] = separators.map((name) => {
    const text = read(name)
    if (text.length > longest) report(name, `expected at most ${longest} characters, found ${text.length}`)
    return text === '' ? '\n' : text.slice(0, longest)
  }) as [string, string, string]
  return { tags, labels, annotations }
}

/**
 * Reads the name of the target in bake files. https://github.com/docker/buildx/blob/v0.30.1/bake/bake.go
 * (`targetNamePattern`)
 */
export function readBakeTarget(text: string): Read<string> {
  if (/^[A-Za-z0-9_-]{1,256}$/.test(text)) return { value: text }
  return { problem: `expected a name of letters, digits, "_" and "-", found ${quote(text)}` }
}

import { tryReading } from '../problem.ts'
import type { PlacedStatement } from '../read/statements.ts'
import { parseCheckOptions, type Rules } from './check-options.ts'
import type { LintFinding } from './finding.ts'

/** Returns the rules that a comment `check=skip=…` directly above an instruction disables for it, by its line. */
export function skipsOf(statements: readonly PlacedStatement[]): ReadonlyMap<number, Rules> {
  return new Map(statements.flatMap(({ line, comments }) => comments.flatMap(readSkip).map((rules) => [line, rules])))
}

function readSkip(comment: string): readonly Rules[] {
  const [, text] = /^check\s*=\s*(\S+)/i.exec(comment) ?? []
  // An invalid comment has no effect.
  const options = text === undefined ? undefined : tryReading(() => parseCheckOptions(text))
  return options === undefined ? [] : [options.skip]
}

/** Checks the one experimental rule: comments above ARG and FROM should begin with the name. */
export function lintComments(statements: readonly PlacedStatement[]): readonly LintFinding[] {
  return statements.flatMap(({ line, keyword, arguments: given, comments }) => {
    const instruction = keyword.toUpperCase()
    const words = 'words' in given ? given.words : []
    const names = instruction === 'ARG' ? words.map((word) => word.replace(/=.*/s, '')) : nameOf(instruction, words)
    const [first, ...others] = names
    const described = comments.at(-1)?.split(' ')[0]
    if (first === undefined || described === undefined || names.includes(described)) return []
    const name = others.length > 0 ? '<arg_key>' : first
    const message = `Comment for ${instruction} should follow the format: \`# ${name} <description>\``
    return [{ rule: 'InvalidDefinitionDescription', line, message }]
  })
}

function nameOf(instruction: string, words: readonly string[]): readonly string[] {
  const [, , name] = words
  return instruction === 'FROM' && name !== undefined ? [name.toLowerCase()] : []
}

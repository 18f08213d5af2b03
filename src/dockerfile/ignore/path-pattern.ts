import { quoteFound, textError } from '../problem.ts'
import { type Expression, parseExpression } from './expression.ts'
import { parseGlob } from './glob.ts'

/** A pattern of `.dockerignore` and `--exclude`. */
export type PathPattern = {
  /** Cleaned, without the "!". */
  readonly text: string
  /** Begins with "!": re-includes paths that earlier patterns match. */
  readonly exception: boolean
  readonly form: PatternForm
}

/**
 * How a pattern matches a path itself, not one of its parent directories: by plain text if it has no wildcard except
 * `**` at one end. An ending that starts with "/" also matches a path that is the text after this slash.
 */
export type PatternForm =
  | { readonly kind: 'name' | 'beginning' | 'ending'; readonly text: string }
  | { readonly kind: 'expression'; readonly expression: Expression }

/**
 * Compiles a normalized pattern by the rules of moby's patternmatcher: Go's filepath.Match and `**`.
 * https://docs.docker.com/build/concepts/context/#syntax
 *
 * @throws ActionError `dockerfile-invalid`, without a place
 */
export function compilePathPattern(text: string, exception: boolean): PathPattern {
  parseGlob(text)
  const doubled = text.startsWith('**')
  const { expression, kind } = translate(text)
  const of = (form: PatternForm): PathPattern => ({ text, exception, form })
  if (kind === 'exact') return of({ kind: 'name', text })
  if (kind === 'suffix' && doubled) return of({ kind: 'ending', text: text.slice(2) })
  if (kind === 'prefix') return of({ kind: 'beginning', text: text.slice(0, -2) })
  const parsed = parseExpression(`^${expression}$`)
  if (parsed === undefined) throw textError(`syntax error in pattern ${quoteFound(text)}`)
  return of({ kind: 'expression', expression: parsed })
}

type Kind = 'exact' | 'prefix' | 'suffix' | 'expression'

/**
 * Translates a pattern to a regular expression as moby does: character by character, also within a class, with
 * shortcuts for patterns whose only wildcard is `**` at one end. Its quirks are kept, because existing files depend on
 * them: `**foo` matches "afoo" and `**foo*` does not; "|", "{" and "}" are not escaped, so that `file[0-9]{2}` is a
 * repetition and `a*|b` matches any path.
 */
function translate(text: string): { readonly expression: string; readonly kind: Kind } {
  const characters = [...text]
  let expression = ''
  let kind: Kind = 'exact'
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? ''
    if (character === '*' && characters[at + 1] === '*') {
      const first = at === 0
      at += characters[at + 2] === '/' ? 2 : 1
      if (at + 1 < characters.length) {
        expression += '(.*/)?'
        kind = 'expression'
      } else if (kind === 'exact') {
        kind = 'prefix'
      } else {
        expression += '.*'
        kind = 'expression'
      }
      if (first) kind = 'suffix'
    } else if (character === '*' || character === '?') {
      expression += character === '*' ? '[^/]*' : '[^/]'
      kind = 'expression'
    } else if ('.+()$'.includes(character)) {
      expression += `\\${character}`
    } else if (character === '\\') {
      expression += `\\${characters[++at] ?? ''}`
      kind = 'expression'
    } else {
      expression += character
      if (character === '[' || character === ']') kind = 'expression'
    }
  }
  return { expression, kind }
}

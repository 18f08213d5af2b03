import { quoteFound, textError } from '../problem.ts'
import { type ExpressionStep, matchExpression, parseExpression, wholeSteps } from './expression.ts'
import { parseGlob } from './glob.ts'

/** A pattern of `.dockerignore` and `--exclude`. */
export type PathPattern = {
  /** Cleaned, without the "!". */
  readonly text: string
  /** Begins with "!": re-includes paths that earlier patterns match. */
  readonly exception: boolean
  /** Whether it matches the path itself, not one of its parent directories. */
  readonly matches: (path: string) => boolean
  /** The equivalent for an index of many patterns. */
  readonly form: PatternForm
}

/** How a pattern matches paths: by plain text if it has no wildcard except `**` at one end. */
export type PatternForm =
  | { readonly kind: 'name' | 'beginning' | 'ending'; readonly text: string }
  | { readonly kind: 'steps'; readonly steps: readonly ExpressionStep[] }
  | { readonly kind: 'expression' }

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
  const of = (form: PatternForm, matches: PathPattern['matches']): PathPattern => ({ text, exception, matches, form })
  if (kind === 'exact') return of({ kind: 'name', text }, (path) => path === text)
  if (kind === 'suffix' && doubled) {
    const suffix = text.slice(2)
    const form = { kind: 'ending', text: suffix } as const
    return of(form, (path) => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1)))
  }
  if (kind === 'prefix') {
    const beginning = text.slice(0, -2)
    return of({ kind: 'beginning', text: beginning }, (path) => path.startsWith(beginning))
  }
  const parsed = parseExpression(`^${expression}$`)
  if (parsed === undefined) throw textError(`syntax error in pattern ${quoteFound(text)}`)
  const steps = wholeSteps(parsed)
  return of(steps ? { kind: 'steps', steps } : { kind: 'expression' }, (path) => matchExpression(parsed, path))
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

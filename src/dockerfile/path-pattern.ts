import { matchExpression, parseExpression } from './expression.ts'
import { parseGlob } from './glob.ts'
import { quote, textError } from './problem.ts'

/** A pattern of `.dockerignore` and `--exclude`. */
export type PathPattern = {
  /** Cleaned, without the "!". */
  readonly text: string
  /** Begins with "!": takes back what earlier ones match. */
  readonly exception: boolean
  /** Whether it matches this path itself, not one above it. */
  readonly matches: (path: string) => boolean
}

/**
 * Compiles a cleaned pattern by the rules of moby's patternmatcher: Go's filepath.Match and `**`.
 * https://docs.docker.com/build/concepts/context/#syntax
 * @throws ActionError `dockerfile-invalid`, without a place
 */
export function compilePathPattern(text: string, exception: boolean): PathPattern {
  parseGlob(text)
  const doubled = text.startsWith('**')
  const { expression, kind } = translate(text)
  const of = (matches: PathPattern['matches']): PathPattern => ({ text, exception, matches })
  if (kind === 'exact') return of((path) => path === text)
  if (kind === 'suffix' && doubled) {
    const suffix = text.slice(2)
    return of((path) => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1)))
  }
  if (kind === 'prefix') return of((path) => path.startsWith(text.slice(0, -2)))
  const parsed = parseExpression(`^${expression}$`)
  if (parsed === undefined) throw textError(`syntax error in pattern ${quote(text)}`)
  return of((path) => matchExpression(parsed, path))
}

type Kind = 'exact' | 'prefix' | 'suffix' | 'expression'

/**
 * moby makes a regular expression of a pattern, character by character, also within a class, and takes short cuts where
 * there is nothing but `**` at one end. So it is odd, and users' files are written to what it does: `**foo` matches "afoo"
 * and `**foo*` does not; "|", "{" and "}" are not escaped, so that `file[0-9]{2}` counts and `a*|b` matches any path.
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

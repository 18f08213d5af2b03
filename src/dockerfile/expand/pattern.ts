import { limits } from '../../bounds/limits.ts'
import { excessError, textError } from '../problem.ts'

/** A part of a shell pattern: a literal character, any character (`?`), or any number of any characters (`*`). */
type Part = string | typeof any | typeof many
const any = Symbol('?')
const many = Symbol('*')

/** Maximum product of pattern parts and characters of a value: at most one second. */
const mostSteps = 100_000_000

/** A match from `start` to `end` (exclusive), counted in characters. */
type Span = { readonly start: number; readonly end: number }

/** Returns `value` without the matching prefix: the longest if `greedy`, else the shortest. */
export function trimPrefix(value: string, pattern: string, greedy: boolean): string {
  const characters = [...value]
  const end = matchEnds(readPattern(pattern), characters, greedy)[0] ?? -1
  return end < 0 ? value : characters.slice(end).join('')
}

/** Returns `value` without the matching suffix: the longest if `greedy`, else the shortest. */
export function trimSuffix(value: string, pattern: string, greedy: boolean): string {
  const characters = [...value].reverse()
  const end = matchEnds(readPattern(pattern).reverse(), characters, greedy)[0] ?? -1
  return end < 0 ? value : characters.slice(end).reverse().join('')
}

/** Returns `value` with the first match replaced. */
export function replaceFirst(value: string, pattern: string, replacement: string): string {
  const characters = [...value]
  const ends = matchEnds(readPattern(pattern), characters, true)
  const start = ends.findIndex((end) => end >= 0)
  if (start < 0) return value
  return characters.slice(0, start).join('') + replacement + characters.slice(ends[start]).join('')
}

/**
 * Returns `value` with all matches replaced. BuildKit passes the replacement to Go's regexp.ReplaceAllString, so that
 * `$0` expands to the match, `$$` to a dollar sign and other names to nothing. https://pkg.go.dev/regexp#Regexp.Expand
 */
export function replaceAll(value: string, pattern: string, replacement: string): string {
  const characters = [...value]
  const found = findAll(matchEnds(readPattern(pattern), characters, true))
  let result = ''
  let last = 0
  for (const { start, end } of found) {
    result +=
      characters.slice(last, start).join('') + expandTemplate(replacement, characters.slice(start, end).join(''))
    if (result.length > limits.dockerfile) {
      throw excessError(`the result has more than ${limits.dockerfile} characters`)
    }
    last = end
  }
  return result + characters.slice(last).join('')
}

function readPattern(pattern: string): Part[] {
  const characters = [...pattern]
  const parts: Part[] = []
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? ''
    if (character === '*') parts.push(many)
    else if (character === '?') parts.push(any)
    else if (character !== '\\') parts.push(character)
    else {
      const next = characters[at + 1] ?? ''
      // "}" and "/" would end the pattern; their escape is dropped, and they are then parsed like other characters.
      if (next === '}' || next === '/') continue
      if (next !== '*' && next !== '?' && next !== '\\') {
        throw textError(`invalid pattern (${pattern}) in substitution: invalid escape '\\${next}'`)
      }
      parts.push(next)
      at++
    }
  }
  return parts
}

/**
 * Returns the end of the match for each start, or -1. Prefers the same match as a backtracking matcher, but in time
 * bounded by the lengths: a Dockerfile must not be able to hang the build. `*` and `?` do not match a newline, as in
 * BuildKit.
 */
function matchEnds(parts: readonly Part[], characters: readonly string[], greedy: boolean): Int32Array {
  const length = characters.length
  if (parts.length * length > mostSteps) {
    throw excessError(
      `a pattern of ${parts.length} characters is matched with a value of ${length}: that takes too long`,
    )
  }
  let after = Int32Array.from({ length: length + 1 }, (_, at) => at)
  for (const part of [...parts].reverse()) {
    const ends = new Int32Array(length + 1).fill(-1)
    for (let at = length; at >= 0; at--) {
      const character = at < length ? characters[at] : undefined
      const fits = character !== undefined && (typeof part === 'string' ? character === part : character !== '\n')
      const skip = after[at] ?? -1
      if (part === many) {
        const more = fits ? (ends[at + 1] ?? -1) : -1
        const [preferred, other] = greedy ? [more, skip] : [skip, more]
        ends[at] = preferred >= 0 ? preferred : other
      } else if (fits) {
        ends[at] = after[at + 1] ?? -1
      }
    }
    after = ends
  }
  return after
}

function findAll(ends: Int32Array): readonly Span[] {
  const found: Span[] = []
  let last = -1
  for (let start = 0; start < ends.length; ) {
    const end = ends[start] ?? -1
    // An empty match directly after the previous match does not count.
    if (end < 0 || (end === start && start === last)) {
      start++
      continue
    }
    found.push({ start, end })
    last = end
    start = end > start ? end : start + 1
  }
  return found
}

function expandTemplate(template: string, whole: string): string {
  return template.replace(/\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu, (match, bare, braced) => {
    if (match === '$$') return '$'
    return (bare ?? braced) === '0' ? whole : ''
  })
}

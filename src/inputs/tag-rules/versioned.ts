import { limits } from '../../bounds/limits.ts'
import { quote, type Read } from '../read/problem.ts'
import type { GivenRule, RuleContext } from './rule.ts'

/** Returns the text for a version rule: `value`, else the Git tag. Undefined if neither is set; the rule then gives no tag. */
export function readSource({ values }: GivenRule, { event, expand }: RuleContext): Read<string | undefined> {
  if (values.length > 1) return { problem: `expected one value, found ${values.length}` }
  const [value = ''] = values
  if (value !== '') {
    const expanded = expand(value)
    return 'problem' in expanded ? expanded : { value: expanded.value.text }
  }
  return { value: /^refs\/tags\/(.*)$/s.exec(event.ref)?.[1] }
}

/** Parses `pattern` as a regular expression, plain or as `/pattern/flags`. */
export function readPattern(pattern: string): Read<RegExp> {
  if (pattern.length > limits.pattern) return { problem: tooLong('a regular expression', pattern) }
  const [, body = pattern, flags = ''] = /^\/(.+)\/(.*)$/s.exec(pattern) ?? []
  try {
    // Flag d returns the positions of groups; flag g would disable groups.
    return { value: new RegExp(body, `${flags.replace(/[dg]/g, '')}d`) }
  } catch {
    return { problem: `expected a regular expression, found ${quote(pattern)}` }
  }
}

/**
 * Matches `regex`, which comes from the user, against `text`. A text longer than a Git name is a problem: a pattern may
 * take exponential time.
 */
export function matchPattern(regex: RegExp, text: string): Read<RegExpExecArray | null> {
  if (text.length > limits.patternText) return { problem: tooLong('a text to match', text, limits.patternText) }
  return { value: regex.exec(text) }
}

function tooLong(what: string, { length }: string, most: number = limits.pattern): string {
  return `expected ${what} of at most ${most} characters, found ${length}`
}

/** Like `readSource`, but with `/` replaced by `-` and reduced to the first group of `match`. */
export function readVersionText(given: GivenRule, context: RuleContext): Read<string | undefined> {
  const pattern = given.attributes.get('match') ?? ''
  const regex = readPattern(pattern)
  if ('problem' in regex) return { problem: `match: ${regex.problem}` }
  const source = readSource(given, context)
  if ('problem' in source || source.value === undefined) return source
  if (pattern === '') return { value: source.value.replaceAll('/', '-') }
  const matched = matchPattern(regex.value, source.value)
  if ('problem' in matched) return { problem: `match: ${matched.problem}` }
  const found = matched.value
  if (found === null)
    context.warn(`match: ${quote(pattern)} finds nothing in ${quote(source.value)}, which is used as a whole`)
  else if (found.length < 2)
    return { problem: `match: expected a group, such as "match=v(.*)", found ${quote(pattern)}` }
  return { value: (found === null ? source.value : (found[1] ?? '')).replaceAll('/', '-') }
}

/** Whether a later version results in the same tag: the expressions include less than the whole version. */
export function movesWith(uses: ReadonlySet<string>): boolean {
  if (['version', 'raw', 'sha', 'date', 'commit_date'].some((name) => uses.has(name))) return false
  return !(uses.has('major') && uses.has('minor') && uses.has('patch'))
}

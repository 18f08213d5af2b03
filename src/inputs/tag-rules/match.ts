import { quote } from '../read/problem.ts'
import type { TagRule } from './rule.ts'
import { matchPattern, readPattern, readSource } from './versioned.ts'

/** Extracts a match of a regular expression, or one of its groups, from the Git tag. */
export const matchRule: TagRule = {
  attributes: ['pattern', 'group', 'value'],
  priority: 800,
  expand: (given, context) => {
    const pattern = given.attributes.get('pattern')
    if (pattern === undefined || pattern === '') return { problem: 'type=match needs a pattern, such as pattern=v(.*)' }
    const regex = readPattern(pattern)
    if ('problem' in regex) return { problem: `pattern: ${regex.problem}` }
    const group = given.attributes.get('group') ?? '0'
    if (!/^-?\d{1,4}$/.test(group)) return { problem: `group: expected a number, found ${quote(group)}` }
    const source = readSource(given, context)
    if ('problem' in source) return source
    if (source.value === undefined) return { value: [] }
    const text = source.value
    const matched = matchPattern(regex.value, text)
    if ('problem' in matched) return { problem: `pattern: ${matched.problem}` }
    const found = matched.value
    if (found === null) context.warn(`type=match gives no tag: ${quote(pattern)} finds nothing in ${quote(text)}`)
    const tag = found?.[Number(group)]
    if (found !== null && tag === undefined)
      context.warn(`type=match gives no tag: ${quote(pattern)} has no group ${group} in ${quote(text)}`)
    if (tag === undefined || tag === '') return { value: [] }
    const end = found?.indices?.[Number(group)]?.[1] ?? text.length
    return {
      value: [
        {
          tag,
          // The remaining part distinguishes versions: v1.2.3 and v1.2.4 both result in 1.2.
          moving: /[0-9a-z]/i.test(text.slice(end)),
          latest: !isPreRelease(tag),
          because: `found in ${source.value}`,
        },
      ],
    }
  },
}

function isPreRelease(version: string): boolean {
  return /^v?\d[\d.]*[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview|dev|snapshot)(?![a-z])/i.test(version)
}

import { sanitizeTag } from '../../oci/reference.ts'
import { quote } from '../read/problem.ts'
import type { TagRule } from './rule.ts'

/** Uses the value as the tag. Invalid characters are replaced as in docker/metadata-action. */
export const rawRule: TagRule = {
  attributes: ['value'],
  priority: 200,
  expand: ({ values }, { expand }) => {
    const [value = ''] = values
    if (values.length !== 1) {
      return { problem: `type=raw needs one value, such as type=raw,value=stable, and has ${values.length}` }
    }
    const expanded = expand(value)
    if ('problem' in expanded) return expanded
    const { text, uses } = expanded.value
    // An expression with an empty result adds no tag, as in docker/metadata-action.
    if (text === '') return { value: [] }
    const tag = sanitizeTag(text)
    if (tag === '') {
      if (uses.size > 0) return { value: [] }
      return { problem: `expected a value with a letter, a digit or "_", found ${quote(value)}` }
    }
    if (uses.size === 0) return { value: [{ tag }] }
    const moving = uses.has('branch') && !['sha', 'date', 'commit_date'].some((name) => uses.has(name))
    return { value: [{ tag, because: `made of ${value}`, ...(tag === 'latest' ? {} : { moving }) }] }
  },
}

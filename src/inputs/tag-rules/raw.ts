import { sanitizeTag } from '../../oci/reference.ts'
import { quote } from '../read/problem.ts'
import type { TagRule } from './rule.ts'

/** The tag itself. Characters that no tag may have are replaced as docker/metadata-action does. */
export const rawRule: TagRule = {
  attributes: ['value'],
  expand: ({ values }) => {
    const [value = ''] = values
    if (values.length !== 1) {
      return { problem: `type=raw needs one value, such as type=raw,value=stable, and has ${values.length}` }
    }
    // What an expression left empty is no tag, as in docker/metadata-action.
    if (value === '') return { value: [] }
    const tag = sanitizeTag(value)
    return tag === ''
      ? { problem: `expected a value with a letter, a digit or "_", found ${quote(value)}` }
      : { value: [{ tag }] }
  },
}

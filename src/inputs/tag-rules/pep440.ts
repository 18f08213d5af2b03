import { quote } from '../read/problem.ts'
import type { TagRule } from './rule.ts'
import { movesWith, readVersionText } from './versioned.ts'

/**
 * Extracts parts of a Python version by `pattern`. For a pre-, post- or development release, the whole version is the
 * only tag.
 */
export const pep440Rule: TagRule = {
  attributes: ['pattern', 'value', 'match'],
  priority: 900,
  expand: (given, context) => {
    const { pep440 } = context.libraries
    const pattern = given.attributes.get('pattern')
    if (pattern === undefined) return { problem: 'type=pep440 needs a pattern, such as pattern={{version}}' }
    if (pep440 === undefined) return { problem: 'type=pep440 is not supported here' }
    const text = readVersionText(given, context)
    if ('problem' in text) return text
    const isValid = text.value === undefined || pep440.valid(text.value) !== null
    const version = isValid ? (text.value ?? '0') : '0'
    const clean = pep440.clean(version) ?? version
    const names = {
      raw: version,
      version: clean,
      major: String(pep440.major(version)),
      minor: String(pep440.minor(version)),
      patch: String(pep440.patch(version)),
    }
    // A pattern is validated for every event.
    const checked = context.expand(pattern, names)
    if ('problem' in checked) return { problem: `pattern: ${checked.problem}` }
    if (text.value === undefined) return { value: [] }
    if (!isValid) {
      context.warn(
        `type=pep440 gives no tag: ${quote(text.value ?? '')} is not a Python version (https://packaging.python.org/specifications/version-specifiers)`,
      )
      return { value: [] }
    }
    const because = `of the version ${clean}`
    const parts = pep440.explain(version)
    if (parts?.is_prerelease || parts?.is_postrelease || parts?.is_devrelease) {
      const tag = /^\{\{\{?\s*raw\s*\}?\}\}$/.test(pattern) ? version : clean
      return { value: [{ tag, moving: false, latest: false, because }] }
    }
    const { text: tag, uses } = checked.value
    return { value: tag === '' ? [] : [{ tag, moving: movesWith(uses), latest: true, because }] }
  },
}

import parse from 'semver/functions/parse.js'
import { quote } from '../read/problem.ts'
import type { TagRule } from './rule.ts'
import { movesWith, readVersionText } from './versioned.ts'

/** Extracts parts of a semantic version by `pattern`. For a pre-release, the whole version is the only tag. */
export const semverRule: TagRule = {
  attributes: ['pattern', 'value', 'match'],
  priority: 900,
  expand: (given, context) => {
    const pattern = given.attributes.get('pattern')
    if (pattern === undefined) return { problem: 'type=semver needs a pattern, such as pattern={{version}}' }
    const text = readVersionText(given, context)
    if ('problem' in text) return text
    const version = parse(text.value ?? '0.0.0')
    // A pattern is validated for every event.
    const isPre = (version?.prerelease.length ?? 0) > 0
    const whole = /^\{\{\{?\s*raw\s*\}?\}\}$/.test(pattern) ? pattern : '{{version}}'
    const names = {
      raw: version?.raw ?? '',
      version: version?.version ?? '',
      major: String(version?.major ?? ''),
      minor: String(version?.minor ?? ''),
      patch: String(version?.patch ?? ''),
      prerelease: version?.prerelease.join(',') ?? '',
      build: version?.build.join(',') ?? '',
    }
    const checked = context.expand(pattern, names)
    if ('problem' in checked) return { problem: `pattern: ${checked.problem}` }
    if (text.value === undefined) return { value: [] }
    if (version === null) {
      context.warn(`type=semver gives no tag: ${quote(text.value)} is not a semantic version (https://semver.org)`)
      return { value: [] }
    }
    const expanded = isPre ? context.expand(whole, names) : checked
    if ('problem' in expanded) return expanded
    if (expanded.value.text === '') return { value: [] }
    const because = `of the version ${version.version}`
    return { value: [{ tag: expanded.value.text, moving: movesWith(expanded.value.uses), latest: !isPre, because }] }
  },
}

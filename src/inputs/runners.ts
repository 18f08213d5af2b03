import { formatPlatform, parsePlatform } from '../oci/platform.ts'
import type { RunnerRule } from './inputs.ts'
import type { ListItem } from './read/list.ts'
import type { ReportLine } from './read/pairs.ts'
import { quote, type Read, readWith } from './read/problem.ts'

/** Maximum length of a label in characters, as GitHub limits it. */
const longestLabel = 256

/** Reads `runners`: `platform=label`, with several labels joined by `+`, and `*` at the end of the platform. */
export function readRunners(items: readonly ListItem[], report: ReportLine): readonly RunnerRule[] {
  const rules = new Map<string, RunnerRule>()
  for (const { text, line } of items) {
    const read = readRule(text)
    if ('problem' in read) {
      report(read.problem, line)
      continue
    }
    const { platform, isPrefix } = read.value
    const name = `${platform}${isPrefix ? '*' : ''}`
    if (rules.has(name)) report(`there are two lines for ${name}`, line)
    rules.set(name, read.value)
  }
  return [...rules.values()]
}

function readRule(text: string): Read<RunnerRule> {
  const at = text.indexOf('=')
  if (at < 0) return { problem: `expected platform=label, found ${quote(text)}` }
  const [name, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()]
  if (name === '') return { problem: `expected a platform before "=", found ${quote(text)}` }
  const labels = value.split('+').map((label) => label.trim())
  if (labels.some((label) => label === '')) {
    return { problem: `expected a runner label after ${quote(`${name}=`)}, found ${quote(value)}` }
  }
  const long = labels.find((label) => label.length > longestLabel)
  if (long !== undefined)
    return { problem: `expected a label of at most ${longestLabel} characters, found ${quote(long)}` }
  if (name.includes('*')) {
    const platform = name.slice(0, -1).toLowerCase()
    if (/^[a-z0-9/.]*$/.test(platform) && name.endsWith('*')) return { value: { platform, isPrefix: true, labels } }
    return { problem: `expected * only at the end of a platform, found ${quote(name)}` }
  }
  const platform = readWith(name, parsePlatform)
  if ('problem' in platform) return platform
  return { value: { platform: formatPlatform(platform.value), isPrefix: false, labels } }
}

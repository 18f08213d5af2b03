import type { Fresh } from './inputs.ts'
import type { ListItem } from './read/list.ts'
import type { ReportLine } from './read/pairs.ts'
import { didYouMean, quote } from './read/problem.ts'
import { readBoolean, readDuration, splitPair } from './read/value.ts'

// The filters of both `docker container prune` and `docker image prune`, except `dangling`:
// https://docs.docker.com/reference/cli/docker/container/prune/#filter
const keys = ['until', 'label', 'label!']

/** Reads `true`, `false`, or filters for pruning. Undefined: nothing is removed. */
export function readFresh(items: readonly ListItem[], report: ReportLine): Fresh | undefined {
  const [only] = items
  if (only === undefined) return undefined
  if (items.length === 1 && !only.text.includes('=')) {
    const on = readBoolean(only.text)
    if ('value' in on) return on.value ? { filters: [] } : undefined
    report(
      `expected true, false, or filters (until=24h, label=key), found ${quote(only.text)}${didYouMean(only.text, ['true', 'false', 'until', 'label'])}`,
      only.line,
    )
    return undefined
  }
  const untils = items.filter(({ text }) => text.startsWith('until='))
  if (untils[1] !== undefined) report('expected one until, found a second one', untils[1].line)
  for (const { text, line } of items) {
    const problem = filterProblem(text)
    if (problem !== undefined) report(problem, line)
  }
  return { filters: items.map(({ text }) => text) }
}

function filterProblem(text: string): string | undefined {
  const { key, value } = splitPair(text)
  if (value === null || !keys.includes(key)) {
    return `expected a filter of until=time, label=key[=value] or label!=key[=value], found ${quote(text)}${didYouMean(key, keys)}`
  }
  if (key !== 'until') return value === '' ? `expected a label after ${quote(`${key}=`)}` : undefined
  const isDate = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?$/.test(value)
  if (isDate && !Number.isNaN(Date.parse(value))) return undefined
  return 'problem' in readDuration(value)
    ? `expected a time such as 24h or 2026-01-31 after "until=", found ${quote(value)}`
    : undefined
}

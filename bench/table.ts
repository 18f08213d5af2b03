import { comparable, compare, type Entry, keyOf, lastOf, type Machine, toPast } from './history.ts'
import type { Outcome, Spread } from './pairs.ts'

/** An outcome with what its case tells. */
export type Row = Outcome & {
  readonly group: string
  readonly peak: number | undefined
  readonly load?: { readonly series: string; readonly items: number } | undefined
}

/** The table of one group in Markdown, with a column that compares it with the history. Empty without rows. */
export function tableOf(group: string, rows: readonly Row[], history: readonly Entry[], machine: Machine): string {
  const lines = rows
    .filter((row) => row.group === group)
    .map((row) =>
      cells(
        row.name,
        row.rounds,
        seconds(row.ours.clock),
        `${row.rival}: ${seconds(row.theirs.clock)}`,
        spread(row.ratio),
        row.processorRatio === undefined ? '' : spread(row.processorRatio),
        row.ours.requests === undefined ? '' : `${row.ours.requests} / ${row.theirs.requests}`,
        row.peak === undefined ? '' : megabytes(row.peak),
        changeOf(row, history, machine),
      ),
    )
  const head = ['rounds', 'the step', 'against', 'ratio: min / median / max', 'ratio, processor', 'requests']
  return withHead([group, ...head, 'memory', 'since'], lines)
}

/** The cost of each item of the `load` cases: the whole, and for one more item since the next smaller case. */
export function loadTableOf(rows: readonly Row[]): string {
  const measured = rows.filter((row) => row.load !== undefined && row.rival.includes('buildx'))
  const lines = measured.map((row) => {
    const { series = '', items = 1 } = row.load ?? {}
    const smaller = measured.findLast((one) => one.load?.series === series && one.load.items < items)
    const { requests = Number.NaN, processor = Number.NaN, clock } = row.ours
    const more = (value: number, before: number | undefined) =>
      smaller?.load === undefined || before === undefined
        ? ''
        : ` (${perItem(value - before, items - smaller.load.items)})`
    return cells(
      series,
      items,
      `${requests}${more(requests, smaller?.ours.requests)}`,
      `${Math.round(processor)} ms${more(processor, smaller?.ours.processor)}`,
      `${Math.round(clock)} ms${more(clock, smaller?.ours.clock)}`,
      `${megabytes(row.peak ?? Number.NaN)}${more((row.peak ?? Number.NaN) / 1e6, (smaller?.peak ?? Number.NaN) / 1e6)}`,
      `${row.theirs.requests} requests, ${Math.round(row.theirs.processor ?? Number.NaN)} ms, ${Math.round(row.theirs.clock)} ms`,
    )
  })
  return withHead(
    ['load', 'items', 'requests (for one more)', 'processor', 'clock', 'memory (MB for one more)', 'bare buildx'],
    lines,
  )
}

/** The series of the `load` cases of which one more item takes more requests in larger sizes. */
export function growingSeriesOf(rows: readonly Row[]): readonly string[] {
  const measured = rows.filter((row) => row.load !== undefined)
  const series = [...new Set(measured.map((row) => row.load?.series ?? ''))]
  return series.filter((name) =>
    growing(
      measured
        .filter((row) => row.load?.series === name)
        .map((row) => ({ items: row.load?.items ?? 0, cost: row.ours.requests ?? 0 })),
    ),
  )
}

/** Whether the cost of one more item grows from size to size: more than `tolerance` times. Counts are exact; times are not. */
export function growing(points: readonly { readonly items: number; readonly cost: number }[], tolerance = 1): boolean {
  const steps = points.slice(1).map(({ items, cost }, at) => {
    const before = points[at] ?? { items: 0, cost: 0 }
    return (cost - before.cost) / (items - before.items)
  })
  return steps.slice(1).some((step, at) => step > Math.max(0, steps[at] ?? 0) * tolerance)
}

function changeOf(row: Row, history: readonly Entry[], machine: Machine): string {
  const key = keyOf(row)
  const last = lastOf(history, key, machine)
  const before = last?.cases[key]
  if (last === undefined || before === undefined) return 'new'
  const now = toPast(row)
  const change = compare(now, before)
  const [mine, theirs] = comparable(now, before)
  const ratio = `${theirs[1].toFixed(2)} → ${mine[1].toFixed(2)}`
  const requests =
    before.requests === now.requests ? '' : `, ${before.requests ?? 'no'} → ${now.requests ?? 'no'} requests`
  return `${last.date} ${last.commit}: ${ratio}${requests}${change === 'same' ? '' : ` **${change}**`}`
}

function withHead(head: readonly string[], lines: readonly string[]): string {
  if (lines.length === 0) return ''
  return `${[cells(...head), cells(...head.map(() => '---')), ...lines].join('\n')}\n`
}

function cells(...values: readonly (string | number)[]): string {
  return `| ${values.join(' | ')} |`
}

function spread({ min, median, max }: Spread): string {
  return [min, median, max].map((value) => value.toFixed(2)).join(' / ')
}

function perItem(value: number, items: number): string {
  const each = (value / items).toFixed(1)
  return each.startsWith('-') ? each : `+${each}`
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}

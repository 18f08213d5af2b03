import { limits } from '../bounds/limits.ts'
import type { Span, Step } from '../engine/built.ts'
import { formatSeconds } from '../text/duration.ts'
import { mermaidLabel } from '../text/mermaid.ts'

/** A bar of the timeline. */
type Bar = {
  /** Its platform, or `builder`. */
  readonly section: string
  readonly label: string
  readonly span: Span
  readonly kind: 'emulated' | 'executed' | 'other'
}

/** The longest steps of a build. */
export type Timeline = {
  /** From the start of the first step to the end of the last, including omitted steps. */
  readonly total: Span
  readonly bars: readonly Bar[]
  /** The number of executed steps that are omitted. */
  readonly left: number
}

/** Minimum duration in milliseconds of a build with a diagram. */
const shortest = 1000

/**
 * Returns the longest executed steps, in the order of their start; undefined for a build of less than a second and if
 * the engine measured nothing. `only` is the platform of a single-platform build, whose step names omit it.
 */
export function timelineOf(
  steps: readonly Step[],
  { only, isEmulated }: { readonly only: string | undefined; readonly isEmulated: (step: Step) => boolean },
): Timeline | undefined {
  const total = totalSpan(steps)
  if (total === undefined || lengthOf(total) < shortest) return undefined
  const bars = steps.flatMap((step): readonly Bar[] => {
    const { span, name, platform } = step
    if (span === undefined || step.cached || lengthOf(span) < lengthOf(total) / 200) return []
    const isNumbered = /^\[[^\]]*\d\/\d+\] /.test(name)
    const section = platform ?? (isNumbered ? only : undefined) ?? 'builder'
    const kind = isEmulated(step) ? 'emulated' : isNumbered ? 'executed' : 'other'
    return [{ section, label: shortName(name), span, kind }]
  })
  const kept = longestOfEach(bars)
  return { total, bars: kept.sort((a, b) => a.span.from - b.span.from), left: bars.length - kept.length }
}

/**
 * Returns the span from the first start to the last end of the steps; undefined if none was measured. Cached steps take
 * no time.
 */
export function totalSpan(steps: readonly Step[]): Span | undefined {
  return steps.reduce<Span | undefined>((sum, { span, cached }) => {
    if (span === undefined || cached) return sum
    return sum ? { from: Math.min(sum.from, span.from), to: Math.max(sum.to, span.to) } : span
  }, undefined)
}

/** Returns the length of a span in milliseconds. */
export function lengthOf({ from, to }: Span): number {
  return to - from
}

/** Returns the longest steps of each section first, then the second longest, up to the limits of the diagram. */
function longestOfEach(bars: readonly Bar[]): Bar[] {
  const ranks = new Map<string, number>()
  return [...bars]
    .sort((a, b) => lengthOf(b.span) - lengthOf(a.span))
    .map((bar) => {
      const rank = ranks.get(bar.section) ?? 0
      ranks.set(bar.section, rank + 1)
      return { bar, rank }
    })
    .filter(({ rank }) => rank < limits.timelineSteps)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, limits.timelineBars)
    .map(({ bar }) => bar)
}

/** Renders the timeline as a Gantt diagram in Mermaid. The lines are also legible as a plain code block. */
export function ganttOf({ total, bars }: Timeline): readonly string[] {
  const sections = [...new Set(bars.map(({ section }) => section))].sort(builderFirst)
  return [
    // The name of a platform must fit next to the bars.
    '%%{init: {"gantt": {"leftPadding": 110, "barHeight": 22, "barGap": 5}}}%%',
    'gantt',
    '  dateFormat x',
    // Not %M:%S: it would be shown in the time zone of the reader.
    '  axisFormat %s s',
    `  tickInterval ${tickOf(lengthOf(total))}`,
    '  todayMarker off',
    ...sections.flatMap((section) => [
      `  section ${mermaidLabel(section, 20)}`,
      ...bars.filter((bar) => bar.section === section).map((bar) => lineOf(bar, total)),
    ]),
  ]
}

const tags = { emulated: 'crit, ', executed: '', other: 'done, ' } as const

/** The label begins with a bracket, so it cannot be a keyword. */
function lineOf({ label, span, kind }: Bar, total: Span): string {
  const length = lengthOf(span)
  const took = `${formatSeconds(length)}${kind === 'emulated' ? ' emulated' : ''}`
  const start = Math.round(span.from - total.from)
  return `  ${mermaidLabel(label, limits.stepLabel)}, ${took} :${tags[kind]}${start}, ${Math.max(1, Math.round(length))}ms`
}

/**
 * Shortens `[linux/arm64 builder 2/5] RUN make` by its platform, which the section names; the builder's own steps keep
 * brackets.
 */
function shortName(name: string): string {
  const [, inside, rest = ''] = /^\[([^\]]{1,200})\] (.*)$/s.exec(name) ?? []
  if (inside === undefined) return `[${name.split(' ', 1)[0]}]${name.slice(name.split(' ', 1)[0]?.length)}`
  return `[${inside.replace(/^[a-z]+\/[a-z0-9_]+(?:\/v\d+)?(?:->\S+)? +/, '').trim()}] ${rest}`
}

function builderFirst(a: string, b: string): number {
  return Number(b === 'builder') - Number(a === 'builder')
}

/** Returns the interval for at most ten ticks on the axis, from those that do not depend on a time zone. */
function tickOf(milliseconds: number): string {
  const seconds = [1, 2, 5, 10, 15, 30].find((one) => milliseconds / 1000 / one <= 10)
  if (seconds !== undefined) return `${seconds}second`
  const minutes = [1, 2, 5, 10, 15, 30].find((one) => milliseconds / 60_000 / one <= 10)
  return minutes === undefined ? '1hour' : `${minutes}minute`
}

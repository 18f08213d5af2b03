import type { Outcome, Spread } from './pairs.ts'

/** A case in the history: [min, median, max] of step / rival, and the requests of the step if they are counted. */
export type PastCase = {
  readonly clock: readonly [number, number, number]
  readonly processor?: readonly [number, number, number]
  readonly requests?: number
}

/** The machine of a run. Ratios of different machines are not compared. */
export type Machine = { readonly node: string; readonly cores: number }

/** One run of the benchmarks. */
export type Entry = Machine & {
  /** YYYY-MM-DD. */
  readonly date: string
  /** Its first characters; `+` at the end: with changes. */
  readonly commit: string
  /** The load average when the run ended: with other work, only ratios and requests mean anything. */
  readonly load: number
  readonly cases: Readonly<Record<string, PastCase>>
}

/** Entries that are kept. A complete run has about 10 kB. */
const keptEntries = 40
/** A ratio that changed by less is noise, however small the spread. */
const noise = 0.1

/** Parses the history: JSON lines, oldest first. Lines that are not entries are skipped. */
export function parseHistory(text: string): readonly Entry[] {
  return text.split('\n').flatMap((line) => {
    try {
      const entry = JSON.parse(line)
      return typeof entry?.cases === 'object' && entry.cases !== null ? [entry as Entry] : []
    } catch {
      return []
    }
  })
}

/**
 * The history with one more entry; the oldest ones are dropped. Runs of some cases of the same commit, day and machine are one entry, with the
 * newest result of each case.
 */
export function withEntry(history: readonly Entry[], entry: Entry): readonly Entry[] {
  const last = history.at(-1)
  const isSame = (['date', 'commit', 'node', 'cores'] as const).every((key) => last?.[key] === entry[key])
  if (last === undefined || !isSame) return [...history, entry].slice(-keptEntries)
  return [...history.slice(0, -1), { ...entry, cases: { ...last.cases, ...entry.cases } }]
}

export function formatHistory(history: readonly Entry[]): string {
  return history.map((entry) => `${JSON.stringify(entry)}\n`).join('')
}

/** The key of an outcome in an entry. */
export function keyOf({ group, name, rival }: { readonly group: string } & Pick<Outcome, 'name' | 'rival'>): string {
  return `${group}: ${name} / ${rival.replaceAll('`', '')}`
}

export function toPast({ ratio, processorRatio, ours: { requests } }: Outcome): PastCase {
  return {
    clock: rounded(ratio),
    ...(processorRatio === undefined ? {} : { processor: rounded(processorRatio) }),
    ...(requests === undefined ? {} : { requests }),
  }
}

/** The last run with this case on such a machine: the same number of cores and major version of Node.js. */
export function lastOf(history: readonly Entry[], key: string, { node, cores }: Machine): Entry | undefined {
  const major = (version: string) => version.split('.')[0]
  return history.findLast(
    (entry) => entry.cases[key] !== undefined && entry.cores === cores && major(entry.node) === major(node),
  )
}

export type Change = 'worse' | 'better' | 'same'

type Ratios = PastCase['clock']

/** Returns the ratios of both to compare: those of the processor where both have it, because other work on the machine changes them least. */
export function comparable(now: PastCase, before: PastCase): readonly [now: Ratios, before: Ratios] {
  return now.processor !== undefined && before.processor !== undefined
    ? [now.processor, before.processor]
    : [now.clock, before.clock]
}

/**
 * Compares a case with an earlier one. A ratio has changed if each median is outside of the other's spread, and differs by more than a tenth.
 * More requests are always worse.
 */
export function compare(now: PastCase, before: PastCase): Change {
  if (now.requests !== undefined && before.requests !== undefined && now.requests !== before.requests) {
    return now.requests > before.requests ? 'worse' : 'better'
  }
  const [mine, theirs] = comparable(now, before)
  const [low, middle, high] = mine
  const [lowBefore, middleBefore, highBefore] = theirs
  if (middle > highBefore && middleBefore < low && middle > middleBefore * (1 + noise)) return 'worse'
  if (middle < lowBefore && middleBefore > high && middle < middleBefore * (1 - noise)) return 'better'
  return 'same'
}

function rounded({ min, median, max }: Spread): readonly [number, number, number] {
  const round = (value: number) => Math.round(value * 1000) / 1000
  return [round(min), round(median), round(max)]
}

import { readFileSync } from 'node:fs'

export type Rival = { readonly name: string; readonly run: () => Promise<void> }

export type Contest = {
  readonly name: string
  /** Called before each run, outside of the measured time, so that all sides start in the same state. */
  readonly prepare?: () => void | Promise<void>
  readonly ours: () => Promise<void>
  /** Each is compared with the step in every round. */
  readonly rivals: readonly Rival[]
  readonly rounds: number
  /** The number of requests to the registry so far. */
  readonly requests?: () => number
}

/** One run of one side: milliseconds of the clock and of the processor, and requests. */
export type Measured = {
  readonly clock: number
  /** Of the programs that it started, without daemons. Undefined where it cannot be read. */
  readonly processor: number | undefined
  readonly requests: number | undefined
}

/** Ratios of the rounds. */
export type Spread = { readonly min: number; readonly median: number; readonly max: number }

export type Outcome = {
  readonly name: string
  readonly rival: string
  readonly rounds: number
  /** Medians. */
  readonly ours: Measured
  readonly theirs: Measured
  /** Step / rival of each round, by the clock and by the processor. */
  readonly ratio: Spread
  readonly processorRatio: Spread | undefined
}

/** Runs all sides in turn, A B C A B C, so that a slow machine slows all of them down. Returns one outcome for each rival. */
export async function runContest({
  name,
  prepare,
  ours,
  rivals,
  rounds,
  requests,
}: Contest): Promise<readonly Outcome[]> {
  const times: { readonly ours: Measured; readonly theirs: readonly Measured[] }[] = []
  for (let round = 1; round <= rounds; round++) {
    const sides: Measured[] = []
    for (const run of [ours, ...rivals.map((rival) => rival.run)]) {
      await prepare?.()
      sides.push(await measure(run, requests))
    }
    const [first, ...theirs] = sides
    if (first !== undefined) times.push({ ours: first, theirs })
    console.error(
      `${name}: ${sides.map(({ clock }) => `${Math.round(clock)} ms`).join(' against ')} (${round} of ${rounds})`,
    )
  }
  return rivals.map((rival, index) => {
    const pairs = times.flatMap(({ ours: mine, theirs }) => {
      const other = theirs[index]
      return other === undefined ? [] : [{ ours: mine, theirs: other }]
    })
    return { name, rival: rival.name, rounds, ...outcomeOf(pairs) }
  })
}

/** Medians of both sides, and the spread of the ratios of each round. */
export function outcomeOf(
  pairs: readonly { readonly ours: Measured; readonly theirs: Measured }[],
): Pick<Outcome, 'ours' | 'theirs' | 'ratio' | 'processorRatio'> {
  const processorRatios = pairs.flatMap(({ ours, theirs }) =>
    ours.processor === undefined || !theirs.processor ? [] : [ours.processor / theirs.processor],
  )
  return {
    ours: medianOf(pairs.map(({ ours }) => ours)),
    theirs: medianOf(pairs.map(({ theirs }) => theirs)),
    ratio: spreadOf(pairs.map(({ ours, theirs }) => ours.clock / theirs.clock)),
    processorRatio: processorRatios.length === 0 ? undefined : spreadOf(processorRatios),
  }
}

async function measure(run: () => Promise<void>, requests: Contest['requests']): Promise<Measured> {
  const [used, asked, begun] = [processorTime(), requests?.(), performance.now()]
  await run()
  const clock = performance.now() - begun
  const now = processorTime()
  return {
    clock,
    // Zero: the program has not ended. What it has used until now is not known.
    processor: now === undefined || used === undefined ? undefined : now - used || undefined,
    requests: requests === undefined || asked === undefined ? undefined : requests() - asked,
  }
}

/** Milliseconds of the processor, in steps of 10, that ended child processes and their children have used. Only Linux tells. */
function processorTime(): number | undefined {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? []
    // cutime and cstime of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, in hundredths of a second.
    return (Number(fields[13]) + Number(fields[14])) * 10
  } catch {
    return undefined
  }
}

function medianOf(all: readonly Measured[]): Measured {
  const of = (values: readonly (number | undefined)[]) => {
    const known = values.filter((value) => value !== undefined)
    return known.length === 0 ? undefined : median(known)
  }
  return {
    clock: median(all.map(({ clock }) => clock)),
    processor: of(all.map(({ processor }) => processor)),
    requests: of(all.map(({ requests }) => requests)),
  }
}

function spreadOf(values: readonly number[]): Spread {
  return { min: Math.min(...values), median: median(values), max: Math.max(...values) }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
  return (lower + upper) / 2
}

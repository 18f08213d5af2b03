export type Rival = { readonly name: string; readonly run: () => Promise<void> }

export type Contest = {
  readonly name: string
  /** Called before each run, outside of the measured time, so that all sides start in the same state. */
  readonly prepare?: () => void | Promise<void>
  readonly ours: () => Promise<void>
  /** Each is compared with the step in every round. */
  readonly rivals: readonly Rival[]
  readonly rounds: number
}

export type Outcome = {
  readonly name: string
  readonly rival: string
  readonly rounds: number
  /** Medians, in milliseconds. */
  readonly ours: number
  readonly theirs: number
  /** Step / rival of each round. */
  readonly ratio: { readonly min: number; readonly median: number; readonly max: number }
}

/** Runs all sides in turn, A B C A B C, so that a slow machine slows all of them down. Returns one outcome for each rival. */
export async function runContest({ name, prepare, ours, rivals, rounds }: Contest): Promise<readonly Outcome[]> {
  const times: { readonly ours: number; readonly theirs: readonly number[] }[] = []
  for (let round = 1; round <= rounds; round++) {
    const durations: number[] = []
    for (const run of [ours, ...rivals.map((rival) => rival.run)]) {
      await prepare?.()
      durations.push(await timed(run))
    }
    const [first = Number.NaN, ...theirs] = durations
    times.push({ ours: first, theirs })
    console.error(
      `${name}: ${durations.map((duration) => `${Math.round(duration)} ms`).join(' against ')} (${round} of ${rounds})`,
    )
  }
  return rivals.map((rival, index) => {
    const pairs = times.map((time) => ({ ours: time.ours, theirs: time.theirs[index] ?? Number.NaN }))
    const ratios = pairs.map((pair) => pair.ours / pair.theirs)
    return {
      name,
      rival: rival.name,
      rounds,
      ours: median(pairs.map((pair) => pair.ours)),
      theirs: median(pairs.map((pair) => pair.theirs)),
      ratio: { min: Math.min(...ratios), median: median(ratios), max: Math.max(...ratios) },
    }
  })
}

async function timed(run: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await run()
  return performance.now() - begun
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
  return (lower + upper) / 2
}

export type Contest = {
  readonly name: string
  /** Called before each run, outside of the time, so that both sides meet the same state. */
  readonly prepare?: () => void
  readonly first: () => Promise<void>
  readonly second: () => Promise<void>
  readonly pairs: number
}

export type Outcome = {
  readonly name: string
  readonly pairs: number
  /** Medians, in milliseconds. */
  readonly first: number
  readonly second: number
  /** first / second of each pair. */
  readonly ratio: { readonly min: number; readonly median: number; readonly max: number }
}

/** Runs first and second in turn, A B A B: what slows the machine down meanwhile slows both. */
export async function runPairs({ name, prepare, first, second, pairs }: Contest): Promise<Outcome> {
  const times: { readonly first: number; readonly second: number }[] = []
  for (let pair = 1; pair <= pairs; pair++) {
    prepare?.()
    const one = await timed(first)
    prepare?.()
    const two = await timed(second)
    times.push({ first: one, second: two })
    console.error(`${name}: ${Math.round(one)} ms against ${Math.round(two)} ms (${pair} of ${pairs})`)
  }
  const ratios = times.map((time) => time.first / time.second)
  return {
    name,
    pairs,
    first: median(times.map((time) => time.first)),
    second: median(times.map((time) => time.second)),
    ratio: { min: Math.min(...ratios), median: median(ratios), max: Math.max(...ratios) },
  }
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

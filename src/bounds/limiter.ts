/** Runs calls, at most `limit` at a time, in the order in which they were made. */
export type Limiter = <R>(work: () => Promise<R>) => Promise<R>

/** Creates a limiter. Unlike with `parallel`, a failure does not stop the other calls. */
export function createLimiter(limit: number): Limiter {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running < limit) running++
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      // The place is handed over, so that no later call takes it.
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
}

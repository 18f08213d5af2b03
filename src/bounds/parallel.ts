import { cancelled } from '../errors/cancelled.ts'

/**
 * Runs `work` on every item, at most `limit` at a time, and returns the results in the order of the items. At the first failure
 * it aborts the signal of the other calls, starts no further ones, and throws the failure once all calls have settled.
 */
export async function parallel<T, R>(
  limit: number,
  items: readonly T[],
  work: (item: T, signal: AbortSignal) => Promise<R>,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<readonly R[]> {
  const stop = new AbortController()
  const combined = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  const results: R[] = []
  const failures: unknown[] = []
  const queue = items.entries()
  async function worker(): Promise<void> {
    for (const [index, item] of queue) {
      if (combined.aborted) return
      try {
        results[index] = await work(item, combined)
      } catch (error) {
        failures.push(error)
        stop.abort()
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
  if (failures.length > 0) throw failures[0]
  if (combined.aborted) throw cancelled()
  return results
}

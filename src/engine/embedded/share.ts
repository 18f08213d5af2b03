/**
 * Runs `work` once for all callers with the same key and the same objects, and returns the shared result. The objects
 * are compared by identity: anything that depends on the platform is a different object for each.
 */
export type Share = <T>(objects: readonly object[], words: readonly unknown[], work: () => Promise<T>) => Promise<T>

/** For one build: results are kept as long as the share itself. */
export function createShare(): Share {
  const numbers = new WeakMap<object, number>()
  const done = new Map<string, Promise<unknown>>()
  let next = 0
  const numberOf = (object: object): number => {
    const known = numbers.get(object)
    if (known !== undefined) return known
    numbers.set(object, next)
    next += 1
    return next - 1
  }
  return <T>(objects: readonly object[], words: readonly unknown[], work: () => Promise<T>): Promise<T> => {
    const key = JSON.stringify([objects.map(numberOf), words])
    const known = done.get(key)
    if (known !== undefined) return known as Promise<T>
    const begun = work()
    done.set(key, begun)
    return begun
  }
}

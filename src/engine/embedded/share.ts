/**
 * Does `work` once for all who ask with the same words about the same objects, and gives all of them its one result. The
 * objects are told apart by identity: what depends on the platform is another object for each.
 */
export type Share = <T>(objects: readonly object[], words: readonly unknown[], work: () => Promise<T>) => Promise<T>

/** For one build: what was done is kept as long as the share itself. */
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

/** A map from paths to integers that does not store the paths. */
export type PathTable = {
  readonly get: (path: string) => number | undefined
  readonly set: (path: string, number: number) => void
  readonly delete: (path: string) => void
  /** Returns the paths and their numbers, unordered. The table must not change meanwhile. */
  readonly entries: () => Iterable<readonly [path: string, number: number]>
  /** Returns the numbers alone, under the same conditions. */
  readonly numbers: () => Iterable<number>
}

const [free, deleted] = [0, -(2 ** 31)]
/** Paths that would need more steps are stored in a map: names in an image can be made to have equal hashes. */
const mostSteps = 64

/**
 * Creates an empty table. `pathOf` returns the path of a number, which `set` was called with. For a path it takes 16 to
 * 32 bytes outside of V8's heap: strings and a map for a hundred thousand paths take 10 MB in it.
 */
export function createPathTable(pathOf: (number: number) => string): PathTable {
  let hashes = new Int32Array(256)
  let slots = new Int32Array(256)
  let used = 0
  const overflow = new Map<string, number>()

  /** Returns the slot of a path, or that of a free one where it can be stored; -1 if there is neither. */
  const find = (path: string, hash: number): number => {
    const mask = slots.length - 1
    for (let step = 0; step < mostSteps; step += 1) {
      const at = (hash + step) & mask
      const slot = slots[at] as number
      if (slot === free) return at
      if (slot !== deleted && hashes[at] === hash && pathOf(numberOf(slot)) === path) return at
    }
    return -1
  }
  const insert = (path: string, hash: number, number: number): void => {
    const at = find(path, hash)
    if (at < 0) {
      overflow.set(path, number)
      return
    }
    if (slots[at] === free) used += 1
    slots[at] = number < 0 ? number : number + 1
    hashes[at] = hash
  }
  const grow = (): void => {
    const [oldSlots, oldHashes] = [slots, hashes]
    slots = new Int32Array(oldSlots.length * 2)
    hashes = new Int32Array(oldSlots.length * 2)
    used = 0
    const mask = slots.length - 1
    for (const [index, slot] of oldSlots.entries()) {
      if (slot === free || slot === deleted) continue
      const hash = oldHashes[index] as number
      // All paths differ, so none is compared.
      let at = hash & mask
      let steps = 0
      while (slots[at] !== free && steps < mostSteps) {
        at = (at + 1) & mask
        steps += 1
      }
      if (steps === mostSteps) {
        overflow.set(pathOf(numberOf(slot)), numberOf(slot))
        continue
      }
      slots[at] = slot
      hashes[at] = hash
      used += 1
    }
  }

  return {
    get: (path) => {
      const at = find(path, hashOf(path))
      const slot = at < 0 ? free : (slots[at] as number)
      if (slot !== free) return numberOf(slot)
      return overflow.size === 0 ? undefined : overflow.get(path)
    },
    set: (path, number) => {
      if (overflow.has(path)) {
        overflow.set(path, number)
        return
      }
      if (used * 2 > slots.length) grow()
      insert(path, hashOf(path), number)
    },
    delete: (path) => {
      if (overflow.delete(path)) return
      const at = find(path, hashOf(path))
      if (at >= 0 && slots[at] !== free) slots[at] = deleted
    },
    entries: function* () {
      for (const slot of slots)
        if (slot !== free && slot !== deleted) yield [pathOf(numberOf(slot)), numberOf(slot)] as const
      yield* overflow
    },
    numbers: function* () {
      for (const slot of slots) if (slot !== free && slot !== deleted) yield numberOf(slot)
      yield* overflow.values()
    },
  }
}

function numberOf(slot: number): number {
  return slot < 0 ? slot : slot - 1
}

/** FNV-1a over UTF-16 units, then mixed, because slots use its lowest bits. */
function hashOf(path: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < path.length; at += 1) hash = Math.imul(hash ^ path.charCodeAt(at), 0x01000193)
  return hash ^ (hash >>> 15)
}

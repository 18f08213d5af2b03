import type { Clock } from '../../src/host/host.ts'

/** A clock that advances only by the time of sleeps, which return immediately. `slept` lists the waits in milliseconds. */
export type FakeClock = Clock & { readonly slept: readonly number[]; readonly advance: (milliseconds: number) => void }

export function createFakeClock(start = new Date('2026-01-02T03:04:05Z')): FakeClock {
  const slept: number[] = []
  let now = start.getTime()
  return {
    slept,
    advance: (milliseconds) => {
      now += milliseconds
    },
    now: () => new Date(now),
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted()
      slept.push(milliseconds)
      now += milliseconds
    },
  }
}

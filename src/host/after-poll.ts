import { setImmediate } from 'node:timers/promises'

/** Resolves after the event loop has connected and sent what is ready, so that work that blocks it can follow. */
export async function afterPoll(): Promise<void> {
  // Called while the loop polls, the first one resolves before it polls again.
  await setImmediate()
  await setImmediate()
}

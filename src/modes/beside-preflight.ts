import { limits } from '../bounds/limits.ts'
import { isLater } from '../engine/write-cache-later.ts'
import { holdLog } from '../host/print/hold-log.ts'
import { within } from '../host/within.ts'
import type { Run } from '../run-context.ts'
import type { ReadyVariant } from './variants.ts'

/**
 * Whether a build may start while registries still have to answer preflight: it changes nothing that a failed preflight
 * would have to prevent. It pushes neither the image nor a cache, prunes nothing and needs no further emulator.
 */
export function mayStartEarly({ plan }: Run, variants: readonly ReadyVariant[]): boolean {
  return (
    plan.engine.traits.startsEarly === true &&
    plan.fresh === undefined &&
    plan.build.cacheTo.every(isLater) &&
    variants.every(({ ready }) => ready.emulations.every(({ missing }) => missing.length === 0))
  )
}

/**
 * Runs a build while preflight ends. Its log lines follow those of preflight. If preflight fails, the build is stopped and its output and
 * result are discarded.
 *
 * @throws ActionError of preflight, else of the build
 */
export async function besidePreflight<T>(run: Run, passed: Promise<void>, build: (run: Run) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const held = holdLog(run.host.log, limits.heldLines)
  let failure: { readonly error: unknown } | undefined
  const settled = passed.then(held.release, (error: unknown) => {
    failure = { error }
    stop.abort(error)
  })
  const { host } = run
  const result = await Promise.allSettled([
    build({ ...run, host: { ...within(host, stop.signal), log: held.log } }),
    settled,
  ])
  if (failure !== undefined) throw failure.error
  const [built] = result
  if (built.status === 'rejected') throw built.reason
  return built.value
}

import { messageOf } from '../../errors/action-error.ts'
import type { Host } from '../../host/host.ts'
import type { BuildSpec } from '../../plan/plan.ts'
import { isCacheFailure } from './cache-failure.ts'

/** Returns the build; once a cache that it read may be the cause of a failure, without such caches and from scratch. */
export function sparingBadCache<T>(
  call: (build: BuildSpec) => Promise<T>,
  build: BuildSpec,
  { log, signal }: Pick<Host, 'log' | 'signal'>,
): () => Promise<T> {
  let current = build
  return async () => {
    try {
      return await call(current)
    } catch (error) {
      if (current.cacheFrom.length === 0 || signal.aborted || !isCacheFailure(error)) throw error
      log.warning(`Building again without the build cache, which may be damaged: ${messageOf(error)}`)
      // From scratch, because what the builder has learned about the steps leads to the same content.
      current = { ...build, cacheFrom: [], noCache: true }
      return await call(current)
    }
  }
}

import type { CacheTarget } from '../../plan/cache.ts'
import type { Reading } from '../../source/needed-stages.ts'

/** The mode of a cache, and the reason if this step chose it. */
export type CacheMode = { readonly mode: string; readonly because?: string }

/**
 * Returns the mode of a cache that is written: that of its attributes, otherwise BuildKit's default, `min`. For `cache:
 * WORD` it is `max`, unless the target is a single stage: then every step belongs to the image, and `max` adds nothing
 * (measured with BuildKit 0.32: the same layers). `reading` is undefined if only the builder reads the Dockerfile.
 */
export function cacheModeOf(
  { attributes, byWord }: Pick<CacheTarget, 'attributes' | 'byWord'>,
  reading: Pick<Reading, 'platforms'> | undefined,
): CacheMode {
  const given = attributes['mode']
  if (given !== undefined || byWord === undefined) return { mode: given ?? 'min' }
  if (reading === undefined) return { mode: 'max', because: 'the builder reads the Dockerfile' }
  const stages = Math.max(...reading.platforms.map((one) => one.stages.needed.length))
  return stages === 1
    ? { mode: 'min', because: 'the target is one stage' }
    : { mode: 'max', because: `the target needs ${stages} stages` }
}

/** Returns the cache with its mode among the attributes, if this step chooses the mode. */
export function withCacheMode(target: CacheTarget, reading: Pick<Reading, 'platforms'> | undefined): CacheTarget {
  if (target.byWord === undefined || target.attributes['mode'] !== undefined) return target
  return { ...target, attributes: { ...target.attributes, mode: cacheModeOf(target, reading).mode } }
}

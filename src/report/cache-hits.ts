import type { Step } from '../engine/built.ts'
import type { Plan } from '../plan/plan.ts'
import { formatBytes } from '../text/bytes.ts'

/**
 * Describes how many of the Dockerfile's steps were cached, in total and by platform, and the bytes from the cache;
 * undefined if the builder reported no steps. FROM and the builder's own steps are not counted.
 */
export function describeCacheHits(steps: readonly Step[]): string | undefined {
  const counted = ofDockerfile(steps)
  if (counted.length === 0) return undefined
  const platforms = [...new Set(counted.flatMap(({ platform }) => (platform === undefined ? [] : [platform])))]
  const each = platforms.map((name) => `${name} ${share(counted.filter(({ platform }) => platform === name))}`)
  const bytes = steps.reduce((sum, { fetched = 0 }) => sum + fetched, 0)
  return [
    `Cache: ${share(counted)} ${counted.length === 1 ? 'step' : 'steps'} reused`,
    ...(each.length > 1 ? [` (${each.join(', ')})`] : []),
    ...(bytes > 0 ? [`, ${formatBytes(bytes)} read`] : []),
  ].join('')
}

/** Returns how many of the Dockerfile's steps were cached, as `2 of 5`; undefined if the builder reported no steps. */
export function cacheShare(steps: readonly Step[]): string | undefined {
  const counted = ofDockerfile(steps)
  return counted.length === 0 ? undefined : share(counted)
}

/**
 * Returns the steps of the Dockerfile other than FROM. With several platforms, the builder's own steps are
 * `[linux/amd64 internal] …`.
 */
function ofDockerfile(steps: readonly Step[]): readonly Step[] {
  return steps.filter(({ name }) => {
    const [, place] = /^\[([^\]]+)\] (?!FROM )/.exec(name) ?? []
    return place !== undefined && place !== 'internal' && !place.endsWith(' internal')
  })
}

function share(steps: readonly Step[]): string {
  return `${steps.filter(({ cached }) => cached).length} of ${steps.length}`
}

/** Whether a cache of steps other than that of the builder is read or written. */
export function usesCache({ build: { cacheFrom, cacheTo }, engine }: Plan): boolean {
  return engine.traits.caches !== 'images' && cacheFrom.length + cacheTo.length > 0
}

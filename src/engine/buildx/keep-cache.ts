import type { CacheTarget } from '../../plan/cache.ts'
import { retryPolicy } from '../../retry/backoff.ts'
import type { Reading } from '../../source/needed-stages.ts'
import { cacheModeOf, withCacheMode } from '../buildkit/cache-mode.ts'
import { buildCacheWording, isLater, writeCacheLater } from '../write-cache-later.ts'
import type { Buildx } from './buildx.ts'
import { hasCache, replacingFolders } from './cache-folder.ts'
import { callBuildx } from './call.ts'
import { fromCache } from './load.ts'

/**
 * Returns the build without the caches that are written after the tags. BuildKit completes a build only when its caches
 * are written, and a stalled cache would delay the image. An inline cache, and one whose failure fails the step
 * (`ignore-error=false`), are part of the build.
 */
export function withoutLaterCaches(buildx: Buildx): Buildx {
  return { ...buildx, build: { ...buildx.build, cacheTo: buildx.build.cacheTo.filter((entry) => !isLater(entry)) } }
}

/** Returns the build without cache directories that have no cache yet, because buildx warns about them. */
export function withoutMissingCaches(buildx: Buildx): Buildx {
  const cacheFrom = buildx.build.cacheFrom.filter(({ type, attributes: { src = '' } }) => {
    const isThere = type !== 'local' || hasCache(src)
    if (!isThere) buildx.run.host.log.info(`No build cache found at ${src}`)
    return isThere
  })
  return { ...buildx, build: { ...buildx.build, cacheFrom } }
}

/**
 * Writes the planned caches that the build left out: with a second call, which the builder answers from its own cache,
 * or one for each platform that has its own cache. Undefined if no cache is left. An error, a time-out of `cache-timeout`
 * and a cancellation are warnings, because the image is published by then.
 */
export function keepCache(buildx: Buildx, reading: Reading | undefined): (() => Promise<void>) | undefined {
  const later = buildx.build.cacheTo.filter(isLater)
  if (later.length === 0) return undefined
  return writeCacheLater(buildx.run, buildCacheWording(describeCaches(later, reading)), async (run) => {
    const errors: string[] = []
    for (const targets of callsFor(later)) {
      const withModes = targets.map((target) => withCacheMode(target, reading))
      errors.push(...(await writeCaches({ ...buildx, run }, withModes)))
    }
    return errors
  })
}

/** Writes caches with one call of the builder; returns the errors. */
async function writeCaches(buildx: Buildx, targets: readonly CacheTarget[]): Promise<readonly string[]> {
  return replacingFolders(targets, buildx.run.host, async (cacheTo) => {
    const build = { ...fromCache(buildx).build, cacheTo }
    const only = targets[0]?.platform
    const { cacheErrors } = await callBuildx(
      { ...buildx, build, retries: { ...buildx.retries, policy: retryPolicy(0) } },
      { platforms: only === undefined ? build.platforms : [only], outputs: [{ kind: 'cache' }], quiet: true },
    )
    return cacheErrors
  })
}

/** The caches that one call of the builder writes together: those of all platforms, then those of each one. */
function callsFor(later: readonly CacheTarget[]): readonly (readonly CacheTarget[])[] {
  const whole = later.filter(({ platform }) => platform === undefined)
  const single = later.filter(({ platform }) => platform !== undefined)
  return [...(whole.length === 0 ? [] : [whole]), ...single.map((target) => [target])]
}

/** Types and modes, without duplicates. */
function describeCaches(targets: readonly CacheTarget[], reading: Reading | undefined): string {
  const texts = targets.map((target) => {
    const { mode, because } = cacheModeOf(target, reading)
    return `${target.type}, mode=${mode}${because === undefined ? '' : `: ${because}`}`
  })
  return [...new Set(texts)].join('; ')
}

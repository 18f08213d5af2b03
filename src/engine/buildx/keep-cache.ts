import { messageOf } from '../../errors/action-error.ts'
import { within } from '../../host/within.ts'
import type { CacheTarget } from '../../plan/cache.ts'
import { retryPolicy } from '../../retry/backoff.ts'
import type { Reading } from '../../source/needed-stages.ts'
import { formatDuration } from '../../text/duration.ts'
import { cacheModeOf, withCacheMode } from '../buildkit/cache-mode.ts'
import type { Buildx } from './buildx.ts'
import { type CacheReplacement, hasCache, replaceCacheFolder } from './cache-folder.ts'
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
  return async () => {
    const { host, plan } = buildx.run
    // At its time limit the step ends, as after a cancellation.
    if (host.signal.aborted) return host.log.info('Build cache not written: the step was stopped')
    const over = new AbortController()
    const timer = setTimeout(() => over.abort(), plan.cacheTimeout)
    const begun = host.clock.now().getTime()
    const limited = { ...buildx, run: { ...buildx.run, host: within(host, over.signal) } }
    const warn = (reason: string): void =>
      host.log.warning(
        `Cannot write the build cache: ${reason}. The image is not affected; the next build may be slower.`,
      )
    try {
      const errors: string[] = []
      for (const targets of callsFor(later)) {
        errors.push(
          ...(await writeCaches(
            limited,
            targets.map((target) => withCacheMode(target, reading)),
          )),
        )
      }
      const taken = formatDuration(host.clock.now().getTime() - begun)
      if (errors.length > 0) warn([...new Set(errors)].join('; '))
      else host.log.info(`Build cache written after the image, in ${taken} (${describeCaches(later, reading)})`)
    } catch (error) {
      warn(
        host.signal.aborted
          ? 'the run was cancelled while it was written'
          : over.signal.aborted
            ? `stopped at ${formatDuration(plan.cacheTimeout)}, the limit of \`cache-timeout\``
            : messageOf(error).replace(/^Cannot build: /, ''),
      )
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Writes caches with one call of the builder; returns the errors. */
async function writeCaches(buildx: Buildx, targets: readonly CacheTarget[]): Promise<readonly string[]> {
  const replaced: CacheReplacement[] = []
  const cacheTo: CacheTarget[] = []
  for (const target of targets) {
    const { dest } = target.attributes
    if (target.type !== 'local' || target.byWord === undefined || dest === undefined) {
      cacheTo.push(target)
      continue
    }
    const replacement = await replaceCacheFolder(dest, buildx.run.host)
    replaced.push(replacement)
    cacheTo.push({ ...target, attributes: { ...target.attributes, dest: replacement.path } })
  }
  const build = { ...fromCache(buildx).build, cacheTo }
  const only = targets[0]?.platform
  const { cacheErrors } = await callBuildx(
    { ...buildx, build, retries: { ...buildx.retries, policy: retryPolicy(0) } },
    { platforms: only === undefined ? build.platforms : [only], outputs: [{ kind: 'cache' }], quiet: true },
  )
  for (const { path, swap } of replaced) if (hasCache(path)) await swap()
  return cacheErrors
}

/** The caches that one call of the builder writes together: those of all platforms, then those of each one. */
function callsFor(later: readonly CacheTarget[]): readonly (readonly CacheTarget[])[] {
  const whole = later.filter(({ platform }) => platform === undefined)
  const single = later.filter(({ platform }) => platform !== undefined)
  return [...(whole.length === 0 ? [] : [whole]), ...single.map((target) => [target])]
}

function isLater({ type, attributes }: CacheTarget): boolean {
  return type !== 'inline' && attributes['ignore-error'] !== 'false'
}

/** Types and modes, without duplicates. */
function describeCaches(targets: readonly CacheTarget[], reading: Reading | undefined): string {
  const texts = targets.map((target) => {
    const { mode, because } = cacheModeOf(target, reading)
    return `${target.type}, mode=${mode}${because === undefined ? '' : `: ${because}`}`
  })
  return [...new Set(texts)].join('; ')
}

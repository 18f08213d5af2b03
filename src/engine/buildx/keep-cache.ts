import { messageOf } from '../../errors/action-error.ts'
import { within } from '../../host/within.ts'
import type { CacheEntry } from '../../inputs/inputs.ts'
import { retryPolicy } from '../../retry/backoff.ts'
import { formatDuration } from '../../text/duration.ts'
import type { Buildx } from './buildx.ts'
import { callBuildx } from './call.ts'
import { fromCache } from './load.ts'

/**
 * The build without the caches that are written after the tags. BuildKit answers a build only when its caches are written too, and a cache
 * that stalls would hold the image up. A cache inside the image, and one whose failure is to fail the step (`ignore-error=false`), are part
 * of the build.
 */
export function withoutLaterCaches(buildx: Buildx): Buildx {
  return { ...buildx, build: { ...buildx.build, cacheTo: buildx.build.cacheTo.filter((entry) => !isLater(entry)) } }
}

/**
 * Writes the caches of the plan that the build has left: by a second call, which the builder answers from its own cache. Undefined where
 * there are none. What goes wrong, what takes longer than `cache-timeout`, and a cancel is a warning: the image is
 * published by then.
 */
export function keepCache(buildx: Buildx): (() => Promise<void>) | undefined {
  const later = buildx.build.cacheTo.filter(isLater)
  if (later.length === 0) return undefined
  return async () => {
    const { host, plan } = buildx.run
    const over = new AbortController()
    const timer = setTimeout(() => over.abort(), plan.cacheTimeout)
    const begun = host.clock.now().getTime()
    const build = { ...fromCache(buildx).build, cacheTo: later }
    const run = { ...buildx.run, host: within(host, over.signal) }
    const retries = { ...buildx.retries, policy: retryPolicy(0) }
    const warn = (reason: string): void =>
      host.log.warning(
        `Cannot write the build cache: ${reason}. The image is not affected; the next build may be slower.`,
      )
    try {
      const outputs = [{ kind: 'cache' }] as const
      const { cacheErrors } = await callBuildx(
        { ...buildx, run, build, retries },
        { platforms: build.platforms, outputs, quiet: true },
      )
      const taken = formatDuration(host.clock.now().getTime() - begun)
      if (cacheErrors.length > 0) warn(cacheErrors.join('; '))
      else host.log.info(`Build cache written after the image, in ${taken} (${later.map(describeCache).join('; ')})`)
    } catch (error) {
      warn(
        host.signal.aborted
          ? 'the run was cancelled while it was written'
          : over.signal.aborted
            ? `stopped at ${formatDuration(plan.cacheTimeout)}, the limit of \`cache-timeout\``
            : messageOf(error),
      )
    } finally {
      clearTimeout(timer)
    }
  }
}

function isLater({ type, attributes }: CacheEntry): boolean {
  return type !== 'inline' && attributes['ignore-error'] !== 'false'
}

/** BuildKit's own mode is min: the layers of the image alone. */
function describeCache({ type, attributes }: CacheEntry): string {
  return `${type}, mode=${attributes['mode'] ?? 'min'}`
}

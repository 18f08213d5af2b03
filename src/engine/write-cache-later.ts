import { messageOf } from '../errors/action-error.ts'
import { within } from '../host/within.ts'
import type { CacheTarget } from '../plan/cache.ts'
import type { Run } from '../run-context.ts'
import { formatDuration } from '../text/duration.ts'

/** Whether a cache is written after the tags: an inline cache, and one whose failure fails the step (`ignore-error=false`), are part of the build. */
export function isLater({ type, attributes }: CacheTarget): boolean {
  return type !== 'inline' && attributes['ignore-error'] !== 'false'
}

/** What is written, for the log. */
export type CacheWording = {
  /** Such as "build cache". */
  readonly what: string
  /** Returns the line of a success that took `taken`. */
  readonly done: (taken: string) => string
}

/** Returns the words for the build cache; `caches` describes the caches. */
export function buildCacheWording(caches: string): CacheWording {
  return { what: 'build cache', done: (taken) => `Build cache written after the image, in ${taken} (${caches})` }
}

/**
 * Returns a function that writes caches with `write`, which receives the run with the time limit of `cache-timeout`, and returns errors. They, a
 * time-out and a cancellation are warnings, because the image is published by then.
 */
export function writeCacheLater<R extends Pick<Run, 'host' | 'plan'>>(
  run: R,
  { what, done }: CacheWording,
  write: (limited: R) => Promise<readonly string[]>,
): () => Promise<void> {
  return async () => {
    const { host, plan } = run
    // At its time limit the step ends, as after a cancellation.
    if (host.signal.aborted) return host.log.info(`The ${what} is not written: the step was stopped`)
    const over = new AbortController()
    const timer = setTimeout(() => over.abort(), plan.cacheTimeout)
    const begun = host.clock.now().getTime()
    const warn = (reason: string): void =>
      host.log.warning(`Cannot write the ${what}: ${reason}. The image is not affected; the next build may be slower.`)
    try {
      const errors = await write({ ...run, host: within(host, over.signal) })
      const taken = formatDuration(host.clock.now().getTime() - begun)
      if (errors.length > 0) warn([...new Set(errors)].join('; '))
      else host.log.info(done(taken))
    } catch (error) {
      warn(
        host.signal.aborted
          ? 'the run was canceled while it was written'
          : over.signal.aborted
            ? `stopped at ${formatDuration(plan.cacheTimeout)}, the limit of \`cache-timeout\``
            : messageOf(error).replace(/^Cannot build: /, ''),
      )
    } finally {
      clearTimeout(timer)
    }
  }
}

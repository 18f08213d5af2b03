import { messageOf } from '../../errors/action-error.ts'
import { formatRepository, parseReference } from '../../oci/reference.ts'
import type { CacheTarget } from '../../plan/cache.ts'
import { retryPolicy } from '../../retry/backoff.ts'
import type { SourceOfBuild } from '../../source/bases.ts'
import { buildCacheWording, isLater, writeCacheLater } from '../write-cache-later.ts'
import { buildImage, imageName } from './build-image.ts'
import type { PodmanWork } from './work.ts'

/** Returns the build without the caches that are written after the tags, and those: in a build, an error of a cache fails the build. */
export function splitCaches(work: PodmanWork): { readonly work: PodmanWork; readonly later: readonly CacheTarget[] } {
  const { cacheTo } = work.build
  const now = cacheTo.filter((entry) => !isLater(entry))
  return { work: { ...work, build: { ...work.build, cacheTo: now } }, later: cacheTo.filter(isLater) }
}

/**
 * Writes the caches that the build left out: each platform is built again, which takes all steps from Podman's store and pushes them. Each
 * cache has builds of its own, so that one that fails does not affect the others.
 */
export function keepCache(
  work: PodmanWork,
  { later, checked }: { readonly later: readonly CacheTarget[]; readonly checked: SourceOfBuild },
): () => Promise<void> {
  const caches = later.map(nameOf).join(', ')
  return writeCacheLater(work.run, buildCacheWording(caches), async (run) => {
    const errors: string[] = []
    for (const target of later) {
      try {
        await writeCache({ ...work, run }, { target, checked })
      } catch (error) {
        if (run.host.signal.aborted) throw error
        errors.push(`${nameOf(target)}: ${pushError(messageOf(error))}`)
      }
    }
    return errors
  })
}

type OneCache = { readonly target: CacheTarget; readonly checked: SourceOfBuild }

async function writeCache(work: PodmanWork, { target, checked }: OneCache): Promise<void> {
  // `no-cache` would execute the steps again.
  const build = { ...work.build, cacheFrom: [], cacheTo: [target], noCache: false }
  const again = { ...work, build, retries: { ...work.retries, policy: retryPolicy(0) } }
  for (const platform of build.platforms) {
    await buildImage(again, { name: imageName(work, platform), platform, checked, isRepeated: true })
  }
}

/** The repository of a cache: Podman writes a tag for each step there. */
function nameOf({ attributes }: CacheTarget): string {
  return formatRepository(parseReference(attributes['ref'] ?? ''))
}

/** The reason of `failed pushing cache to {{{"host" "path"} "tag"}}: …`. */
function pushError(message: string): string {
  const [first = ''] = message.split('\n', 1)
  const [, pushed] = first.split('failed pushing cache to ', 2)
  return pushed?.split('}: ').slice(1).join('}: ') || first
}

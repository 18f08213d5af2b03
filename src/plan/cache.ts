import { join } from 'node:path'
import type { Traits } from '../engine/traits.ts'
import type { GitEvent } from '../facts/event.ts'
import type { CacheEntry, CacheType, Inputs } from '../inputs/inputs.ts'
import { formatPlatform } from '../oci/platform.ts'
import { formatRepository, type Reference, sanitizeTag } from '../oci/reference.ts'
import type { Platform } from '../oci/types.ts'

/** A cache that is written. */
export type CacheTarget = CacheEntry & {
  /** Derived from the input `cache`: its mode depends on the stages of the Dockerfile, and a directory is replaced as a whole. */
  readonly byWord?: true
  /** The only platform whose steps it contains; undefined for all platforms. */
  readonly platform?: Platform
}

export type PlannedCache = {
  readonly from: readonly CacheEntry[]
  readonly to: readonly CacheTarget[]
  /** Notices about the cache. */
  readonly notices: readonly string[]
}

type CacheInputs = Pick<Inputs, 'cache' | 'cacheFrom' | 'cacheTo' | 'target' | 'platforms'>

/** The facts that determine the location of the cache. */
export type CachePlaces = {
  readonly event: GitEvent
  /** The names of the image: the registry cache is stored next to the first. */
  readonly references: readonly Reference[]
  /** How the engine keeps its builder's cache. */
  readonly caches: Traits['caches']
  /** Whether the runner's cache service is available to this step. */
  readonly hasCacheService: boolean
  /** The default directory of `cache: local`. */
  readonly folder: string | undefined
}

/** The prefix of cache directories: no other directories are ever removed to free space. */
export const cacheFolderPrefix = 'polyarch-cache-'

/**
 * Returns the caches that the build reads and writes: those of `cache-from` and `cache-to`, and those of `cache`. A cache only affects build
 * time, so a failed export does not fail the build (`ignore-error`) unless the input sets otherwise. A pull request from a fork writes no
 * cache, because anyone can open one.
 */
export function planCache(inputs: CacheInputs, places: CachePlaces): PlannedCache {
  const word = byWord(inputs, places)
  const from = [...inputs.cacheFrom, ...word.from]
  const to = [...inputs.cacheTo, ...word.to]
  if (from.length + to.length === 0) return { from, to, notices: word.notices }
  if (places.caches === 'none' || places.caches === 'images') {
    const notice = 'Caches are not used: this engine runs no steps, so there is nothing to cache'
    const images = places.caches === 'none' ? [] : inputs.cacheFrom.filter(({ type }) => type === 'registry')
    return { from: images, to: [], notices: images.length === from.length + to.length ? [] : [notice] }
  }
  const isThere = ({ type }: CacheEntry) => type !== 'gha' || places.hasCacheService
  const { withoutSecrets } = places.event
  const written = withoutSecrets === undefined ? to.filter(isThere).map(withIgnoredErrors) : []
  const isShared = written.some(({ type, byWord }) => byWord === undefined && type !== 'inline')
  return {
    from: from.filter(isThere),
    to: written,
    notices: [
      ...word.notices,
      ...([...from, ...to].every(isThere)
        ? []
        : ['The cache type=gha is not used: the runner offers no cache service to this step']),
      ...(withoutSecrets !== undefined && to.length > 0 ? [`The cache is not written: ${withoutSecrets}`] : []),
      ...(isShared && isSplit(inputs, places)
        ? [
            'The builder has several nodes, and each writes the caches of `cache-to`: the last one overwrites the others. `cache` keeps one cache per platform',
          ]
        : []),
    ],
  }
}

/** Whether each platform has its own cache: a node exports only its own steps and overwrites the cache of another node with the same name. */
function isSplit({ platforms }: Pick<CacheInputs, 'platforms'>, { caches }: Pick<CachePlaces, 'caches'>): boolean {
  return caches === 'by-platform' && platforms.length > 1
}

/** Returns the caches of one value of `cache`: read from the branch and the default branch, written to the branch. */
function byWord(inputs: CacheInputs, places: CachePlaces): PlannedCache {
  const { cache, target, platforms } = inputs
  const { event, references } = places
  const [first] = references
  const place = placeOf(cache, first, places.folder)
  if ('notice' in place) return { from: [], to: [], notices: place.notice === undefined ? [] : [place.notice] }
  const branch = sanitizeTag(event.refName) || 'none'
  const branches = [...new Set([branch, sanitizeTag(event.defaultBranch ?? 'main')])]
  const nameOf = (built: readonly Platform[], ofBranch: string) =>
    [target, ...built.map(formatPlatform), ofBranch].filter((part) => part !== undefined).join('-')
  const parts = isSplit(inputs, places) ? platforms.map((platform) => [platform]) : [platforms]
  const isWhole = parts.length === 1
  return {
    from: parts.flatMap((part) => branches.map((name) => place.from(nameOf(part, name)))),
    to: parts.map((part) => ({
      ...place.to(nameOf(part, branch)),
      byWord: true,
      ...(isWhole || part[0] === undefined ? {} : { platform: part[0] }),
    })),
    notices: [],
  }
}

/** Returns how a cache with a given name is read from and written to one location. */
type CachePlace = { readonly from: (name: string) => CacheEntry; readonly to: (name: string) => CacheEntry }

function placeOf(
  cache: Inputs['cache'],
  first: Reference | undefined,
  usual: string | undefined,
): CachePlace | { readonly notice: string | undefined } {
  // The image name is part of the cache name, so that a runner or a repository can keep several caches.
  const named = (name: string) => [first ? first.repository : 'image', name].join('-').replaceAll('/', '-')
  switch (cache.kind) {
    case 'off':
      return { notice: undefined }
    case 'gha': {
      const entry = (name: string) => entryOf('gha', { scope: named(name) })
      return { from: entry, to: entry }
    }
    case 'registry': {
      if (first === undefined) return { notice: 'The cache is not used: cache=registry needs a name in images' }
      const ref = (name: string) => `${formatRepository(first)}:${sanitizeTag(`cache-${name}`.replaceAll('/', '-'))}`
      const form = { 'image-manifest': 'true', 'oci-mediatypes': 'true' }
      return {
        from: (name) => entryOf('registry', { ref: ref(name) }),
        to: (name) => entryOf('registry', { ref: ref(name), ...form }),
      }
    }
    case 'local': {
      const folder = cache.folder ?? usual
      if (folder === undefined) {
        return {
          notice: 'The cache is not used: RUNNER_TOOL_CACHE is not set. Set a directory: `cache: local:FOLDER`',
        }
      }
      const path = (name: string) => join(folder, `${cacheFolderPrefix}${named(name)}`)
      return {
        from: (name) => entryOf('local', { src: path(name) }),
        to: (name) => entryOf('local', { dest: path(name) }),
      }
    }
  }
}

function entryOf(type: CacheType, attributes: Readonly<Record<string, string>>): CacheEntry {
  return { type, attributes: { type, ...attributes } }
}

/** The cache types that support the attribute: https://docs.docker.com/build/cache/backends/ */
function withIgnoredErrors(entry: CacheTarget): CacheTarget {
  if (entry.type === 'inline' || 'ignore-error' in entry.attributes) return entry
  return { ...entry, attributes: { ...entry.attributes, 'ignore-error': 'true' } }
}

import { join } from 'node:path'
import type { Traits } from '../engine/traits.ts'
import type { GitEvent } from '../facts/event.ts'
import type { CacheEntry, CacheType, Inputs } from '../inputs/inputs.ts'
import { formatPlatform } from '../oci/platform.ts'
import { formatRepository, type Reference, sanitizeTag } from '../oci/reference.ts'
import type { Platform } from '../oci/types.ts'

/** A cache that is written. */
export type CacheTarget = CacheEntry & {
  /** Made from the word `cache`: its mode depends on the stages of the Dockerfile, and a folder is replaced as a whole. */
  readonly byWord?: true
  /** The only platform whose steps it holds. Undefined: those of all. */
  readonly platform?: Platform
}

export type PlannedCache = {
  readonly from: readonly CacheEntry[]
  readonly to: readonly CacheTarget[]
  /** What the user should know of it. */
  readonly notices: readonly string[]
}

type CacheInputs = Pick<Inputs, 'cache' | 'cacheFrom' | 'cacheTo' | 'target' | 'platforms'>

/** What is known of where the cache is. */
export type CachePlaces = {
  readonly event: GitEvent
  /** The names of the image: the registry cache is beside the first. */
  readonly references: readonly Reference[]
  /** What the engine keeps of its builder's cache. */
  readonly caches: Traits['caches']
  /** The cache service of the runner answers to this step. */
  readonly hasCacheService: boolean
  /** Where `cache: local` is kept unless a folder is given. */
  readonly folder: string | undefined
}

/** What the names of folders with a cache begin with: no others are ever removed to make room. */
export const cacheFolderPrefix = 'polyarch-cache-'

/**
 * The caches that the build reads and writes: those of `cache-from` and `cache-to`, and those that the word `cache` stands for. A cache costs
 * or saves time only, so whatever is wrong with writing it does not fail the build (`ignore-error`), unless the input says otherwise; and a
 * pull request of a fork, which anybody may open, writes none.
 */
export function planCache(inputs: CacheInputs, places: CachePlaces): PlannedCache {
  const word = byWord(inputs, places)
  const from = [...inputs.cacheFrom, ...word.from]
  const to = [...inputs.cacheTo, ...word.to]
  if (from.length + to.length === 0) return { from, to, notices: word.notices }
  if (places.caches === 'none') {
    const notice = 'Caches are not used: this engine runs no steps, so there is nothing to cache'
    return { from: [], to: [], notices: [notice] }
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

/** Whether each platform has a cache of its own: a node writes what it has itself, over what another has written under the same name. */
function isSplit({ platforms }: Pick<CacheInputs, 'platforms'>, { caches }: Pick<CachePlaces, 'caches'>): boolean {
  return caches === 'by-platform' && platforms.length > 1
}

/** The cache of one word: read from the branch and from the default branch, written to the branch. */
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

/** How a cache of some name is read and written in one place. */
type CachePlace = { readonly from: (name: string) => CacheEntry; readonly to: (name: string) => CacheEntry }

function placeOf(
  cache: Inputs['cache'],
  first: Reference | undefined,
  usual: string | undefined,
): CachePlace | { readonly notice: string | undefined } {
  // Under a name of the image, so that a runner or a repository can keep the caches of several.
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
          notice: 'The cache is not used: RUNNER_TOOL_CACHE is not set. Name a folder: `cache: local:FOLDER`',
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

/** Those that know the attribute: https://docs.docker.com/build/cache/backends/ */
function withIgnoredErrors(entry: CacheTarget): CacheTarget {
  if (entry.type === 'inline' || 'ignore-error' in entry.attributes) return entry
  return { ...entry, attributes: { ...entry.attributes, 'ignore-error': 'true' } }
}

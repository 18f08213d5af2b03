import type { GitEvent } from '../facts/event.ts'
import type { CacheEntry, CacheType, Inputs } from '../inputs/inputs.ts'
import { formatPlatform } from '../oci/platform.ts'
import { formatRepository, type Reference, sanitizeTag } from '../oci/reference.ts'

export type PlannedCache = {
  readonly from: readonly CacheEntry[]
  readonly to: readonly CacheEntry[]
  /** What the user should know of it. */
  readonly notices: readonly string[]
}

type CacheInputs = Pick<Inputs, 'cache' | 'cacheFrom' | 'cacheTo' | 'target' | 'platforms'>

/** What is known of where the cache is. */
export type CachePlaces = {
  readonly event: GitEvent
  /** The names of the image: the registry cache is beside the first. */
  readonly references: readonly Reference[]
  /** The engine uses a cache of its builder. */
  readonly caches: boolean
  /** The cache service of the runner answers to this step. */
  readonly hasCacheService: boolean
}

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
  if (!places.caches) {
    const notice = 'Caches are not used: this engine runs no steps, so there is nothing to cache'
    return { from: [], to: [], notices: [notice] }
  }
  const isThere = ({ type }: CacheEntry) => type !== 'gha' || places.hasCacheService
  const { withoutSecrets } = places.event
  return {
    from: from.filter(isThere),
    to: withoutSecrets === undefined ? to.filter(isThere).map(withIgnoredErrors) : [],
    notices: [
      ...word.notices,
      ...([...from, ...to].every(isThere)
        ? []
        : ['The cache type=gha is not used: the runner offers no cache service to this step']),
      ...(withoutSecrets !== undefined && to.length > 0 ? [`The cache is not written: ${withoutSecrets}`] : []),
    ],
  }
}

/** The cache of one word: read from the branch and from the default branch, written to the branch. */
function byWord({ cache, target, platforms }: CacheInputs, { event, references }: CachePlaces): PlannedCache {
  if (cache === 'off') return { from: [], to: [], notices: [] }
  const branch = sanitizeTag(event.refName) || 'none'
  const branches = [...new Set([branch, sanitizeTag(event.defaultBranch ?? 'main')])]
  const [first] = references
  const build = [target, ...platforms.map(formatPlatform)].filter((part) => part !== undefined).join('-')
  if (cache === 'gha') {
    const scope = (name: string) => [first ? first.repository : 'image', build, name].join('-').replaceAll('/', '-')
    return {
      from: branches.map((name) => entryOf('gha', { scope: scope(name) })),
      to: [entryOf('gha', { scope: scope(branch), mode: 'max' })],
      notices: [],
    }
  }
  if (first === undefined)
    return { from: [], to: [], notices: ['The cache is not used: cache=registry needs a name in images'] }
  const ref = (name: string) =>
    `${formatRepository(first)}:${sanitizeTag(`cache-${build}-${name}`.replaceAll('/', '-'))}`
  const form = { mode: 'max', 'image-manifest': 'true', 'oci-mediatypes': 'true' }
  return {
    from: branches.map((name) => entryOf('registry', { ref: ref(name) })),
    to: [entryOf('registry', { ref: ref(branch), ...form })],
    notices: [],
  }
}

function entryOf(type: CacheType, attributes: Readonly<Record<string, string>>): CacheEntry {
  return { type, attributes: { type, ...attributes } }
}

/** Those that know the attribute: https://docs.docker.com/build/cache/backends/ */
function withIgnoredErrors(entry: CacheEntry): CacheEntry {
  if (entry.type === 'inline' || 'ignore-error' in entry.attributes) return entry
  return { ...entry, attributes: { ...entry.attributes, 'ignore-error': 'true' } }
}

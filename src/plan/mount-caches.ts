import { basename, join } from 'node:path'
import type { Traits } from '../engine/traits.ts'
import type { Attributes, CacheEntry, Inputs } from '../inputs/inputs.ts'
import { formatReference, parseReference } from '../oci/reference.ts'
import { type CacheTarget, cacheFolderPrefix, type PlannedCache } from './cache.ts'

/** The caches that hold the content of cache mounts between runs. */
export type MountCaches = {
  /** Maximum size of all mounts before compression (bytes). */
  readonly limit: number
  readonly from: readonly MountCache<CacheEntry>[]
  readonly to: readonly MountCache<CacheTarget>[]
}

/** Two caches of BuildKit, beside one that holds steps: one has the content, the other has its name. */
export type MountCache<Entry> = { readonly content: Entry; readonly pointer: Entry }

export type PlannedMountCaches = { readonly caches: MountCaches | undefined; readonly notices: readonly string[] }

/** Returns the caches for the input `cache-mounts`: beside each cache that the build reads or writes, except in images. */
export function planMountCaches(
  { cacheMounts: limit }: Pick<Inputs, 'cacheMounts'>,
  { from, to }: Pick<PlannedCache, 'from' | 'to'>,
  { keepsMounts }: Pick<Traits, 'keepsMounts'>,
): PlannedMountCaches {
  if (limit === undefined) return { caches: undefined, notices: [] }
  const reason = keepsMounts ? undefined : 'the engine does not support it'
  const caches = {
    limit,
    from: from.flatMap((entry) => besideCache(entry, false)),
    to: to.flatMap((entry) => besideCache(entry, true)),
  }
  const isEmpty = caches.from.length + caches.to.length === 0
  const why = reason ?? (isEmpty ? 'it needs a cache. Set `cache`' : undefined)
  if (why === undefined) return { caches, notices: [] }
  return { caches: undefined, notices: [`cache-mounts has no effect: ${why}`] }
}

/** Attributes of a cache that is written, unless it has others. */
const usual = { compression: 'zstd' }

/** Otherwise the intermediate steps would store the content twice. */
const always = { mode: 'min' }

/** Returns the caches beside `entry`; none for a cache inside of an image, or one that a digest selects. */
function besideCache<Entry extends CacheEntry>(entry: Entry, isWritten: boolean): readonly MountCache<Entry>[] {
  const content = renamed(entry, 'mounts', isWritten)
  const pointer = renamed(entry, 'mounts-pointer', isWritten)
  return content === undefined || pointer === undefined ? [] : [{ content, pointer }]
}

/** Returns the cache with a suffix to its name. Without `ignore-error`: the step reports errors. */
function renamed<Entry extends CacheEntry>(entry: Entry, suffix: string, isWritten: boolean): Entry | undefined {
  const { 'ignore-error': _, ...attributes } = entry.attributes
  const name = nameOf(entry, suffix)
  return name === undefined
    ? undefined
    : { ...entry, attributes: { ...(isWritten ? usual : {}), ...attributes, ...name, ...(isWritten ? always : {}) } }
}

/** Returns the attributes that name the cache. https://docs.docker.com/build/cache/backends/ */
function nameOf({ type, attributes }: CacheEntry, suffix: string): Attributes | undefined {
  switch (type) {
    case 'gha':
      return { scope: `${attributes['scope'] ?? 'buildkit'}-${suffix}` }
    case 's3':
    case 'azblob':
      return { name: `${(attributes['name'] ?? 'buildkit').split(';')[0]}-${suffix}` }
    case 'registry':
      return withTagSuffix(attributes['ref'] ?? '', suffix)
    case 'local': {
      const { src, dest, digest } = attributes
      if (digest !== undefined) return undefined
      return {
        ...(src === undefined ? {} : { src: besideFolder(src, suffix) }),
        ...(dest === undefined ? {} : { dest: besideFolder(dest, suffix) }),
      }
    }
    case 'inline':
      return undefined
  }
}

/** Undefined for a reference with a digest, and one that only BuildKit reports as invalid. */
function withTagSuffix(ref: string, suffix: string): Attributes | undefined {
  try {
    const { tag = 'latest', ...reference } = parseReference(ref)
    if (reference.digest !== undefined) return undefined
    return { ref: formatReference({ ...reference, tag: `${tag.slice(0, 127 - suffix.length)}-${suffix}` }) }
  } catch {
    return undefined
  }
}

/** A directory of `cache: local` is replaced as a whole; that of another cache is kept by an action that knows only its name. */
function besideFolder(folder: string, suffix: string): string {
  return basename(folder).startsWith(cacheFolderPrefix) ? `${folder}-${suffix}` : join(folder, suffix)
}

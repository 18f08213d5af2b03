import { existsSync } from 'node:fs'
import { lstat, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { limits } from '../../bounds/limits.ts'
import { recordTask } from '../../cleanup/cleanup.ts'
import { sessionName } from '../../cleanup/session-name.ts'
import type { Host } from '../../host/host.ts'
import { type CacheTarget, cacheFolderPrefix } from '../../plan/cache.ts'
import { makeFolders } from '../../tree/make-folders.ts'

/** A cache directory that is being replaced. */
type CacheReplacement = {
  /** The directory, beside the old one, to which the new cache is written. */
  readonly path: string
  /** Replaces the old cache with the new one. Until then, the old one can be read. */
  readonly swap: () => Promise<void>
}

/** Writes caches with `write`. It receives other directories for those of `cache: local`, which replace the old ones afterwards. */
export async function replacingFolders<T>(
  targets: readonly CacheTarget[],
  host: Pick<Host, 'tempDir' | 'clock'>,
  write: (targets: readonly CacheTarget[]) => Promise<T>,
): Promise<T> {
  const replaced: CacheReplacement[] = []
  const written: CacheTarget[] = []
  for (const target of targets) {
    const { dest } = target.attributes
    if (target.type !== 'local' || target.byWord === undefined || dest === undefined) {
      written.push(target)
      continue
    }
    const replacement = await replaceCacheFolder(dest, host)
    replaced.push(replacement)
    written.push({ ...target, attributes: { ...target.attributes, dest: replacement.path } })
  }
  const result = await write(written)
  for (const { path, swap } of replaced) if (hasCache(path)) await swap()
  return result
}

/**
 * Starts to replace the cache in `folder`. BuildKit adds to a directory and never removes from it, so one that is
 * reused grows without limit. The new cache is written to a directory of this run beside it, which clean-up removes.
 */
export async function replaceCacheFolder(
  folder: string,
  { tempDir, clock }: Pick<Host, 'tempDir' | 'clock'>,
): Promise<CacheReplacement> {
  const place = resolve(folder)
  const own = join(dirname(place), sessionName(tempDir))
  recordTask(tempDir, { kind: 'folder', path: own })
  const path = join(own, 'new', basename(place))
  makeFolders(path)
  const swap = async (): Promise<void> => {
    const old = join(own, 'old', basename(place))
    makeFolders(dirname(old))
    await rename(place, old).catch(ignore('ENOENT'))
    // Another job on this machine may have replaced the cache in the meantime; either cache is valid.
    await rename(path, place).catch(ignore('ENOTEMPTY', 'EEXIST'))
    await rm(own, { recursive: true, force: true })
    await makeRoom(dirname(place), basename(place), clock)
  }
  return { path, swap }
}

/** Whether the directory contains a cache. */
export function hasCache(folder: string): boolean {
  return existsSync(join(folder, 'index.json'))
}

/**
 * Removes caches of this program from a directory until they are within the limit, least recently used first, and the
 * leftovers of crashed runs.
 */
async function makeRoom(parent: string, kept: string, clock: Host['clock']): Promise<void> {
  const found = await Promise.all(
    (await readdir(parent)).map(async (name) => ({ name, ...(await timeOf(join(parent, name))) })),
  )
  const isOld = (used: number): boolean => clock.now().getTime() - used > staleAfter
  for (const { name, used } of found) {
    if (/^polyarch-[a-z0-9-]{6}$/.test(name) && used !== undefined && isOld(used)) await remove(join(parent, name))
  }
  const caches = found.flatMap(({ name, used }) =>
    name.startsWith(cacheFolderPrefix) && used !== undefined && name !== kept ? [{ name, used }] : [],
  )
  let bytes = await sizeOf(join(parent, kept))
  for (const { name } of caches.sort((a, b) => b.used - a.used)) {
    bytes += await sizeOf(join(parent, name))
    if (bytes > limits.cacheFolder) await remove(join(parent, name))
  }
}

/**
 * Milliseconds after which a run's directory is a leftover of a crash: jobs on GitHub's runners are shorter, and
 * `cache-timeout` is too.
 */
const staleAfter = 7 * 24 * 3600 * 1000

/**
 * Returns when a directory was last changed. BuildKit also changes it when it reads a cache, because it locks the
 * index. Undefined for a path that is not a directory.
 */
async function timeOf(path: string): Promise<{ readonly used?: number }> {
  const found = await lstat(path).catch(() => undefined)
  return found?.isDirectory() ? { used: found.mtimeMs } : {}
}

/** Returns the total size of the blobs in a cache directory (bytes). */
async function sizeOf(folder: string): Promise<number> {
  const blobs = join(folder, 'blobs', 'sha256')
  const names = await readdir(blobs).catch(() => [])
  let sum = 0
  for (const name of names) sum += (await stat(join(blobs, name)).catch(() => undefined))?.size ?? 0
  return sum
}

async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true })
}

function ignore(...codes: readonly string[]): (error: unknown) => void {
  return (error) => {
    if (!codes.includes(String(Object(error).code))) throw error
  }
}

import { existsSync } from 'node:fs'
import { lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { limits } from '../../bounds/limits.ts'
import { recordTask } from '../../cleanup/cleanup.ts'
import { sessionName } from '../../cleanup/session-name.ts'
import type { Host } from '../../host/host.ts'
import { cacheFolderPrefix } from '../../plan/cache.ts'

/** A folder with a cache that is being replaced. */
export type CacheReplacement = {
  /** Where the new cache is written: a folder beside the old one. */
  readonly path: string
  /** Puts the new cache in the place of the old one, which readers have until then. */
  readonly swap: () => Promise<void>
}

/**
 * Begins to replace the cache in `folder`. BuildKit adds to a folder and removes nothing from it, so one that is written again and again
 * grows without end. What is written stands in a folder of this run beside it, which clean-up removes.
 */
export async function replaceCacheFolder(
  folder: string,
  { tempDir, clock }: Pick<Host, 'tempDir' | 'clock'>,
): Promise<CacheReplacement> {
  const place = resolve(folder)
  const own = join(dirname(place), sessionName(tempDir))
  recordTask(tempDir, { kind: 'folder', path: own })
  const path = join(own, 'new', basename(place))
  await mkdir(path, { recursive: true })
  const swap = async (): Promise<void> => {
    const old = join(own, 'old', basename(place))
    await mkdir(dirname(old), { recursive: true })
    await rename(place, old).catch(ignore('ENOENT'))
    // Another job on this machine may have put its own there meanwhile, which is as good.
    await rename(path, place).catch(ignore('ENOTEMPTY', 'EEXIST'))
    await rm(own, { recursive: true, force: true })
    await makeRoom(dirname(place), basename(place), clock)
  }
  return { path, swap }
}

/** Whether a cache has been written to the folder. */
export function hasCache(folder: string): boolean {
  return existsSync(join(folder, 'index.json'))
}

/** Removes caches of this program from a folder until they are within the limit, those first that were used the longest time ago; and what crashed runs left. */
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

/** Milliseconds after which a folder of a run is one that crashed: no job takes longer on a runner of GitHub, and `cache-timeout` is shorter. */
const staleAfter = 7 * 24 * 3600 * 1000

/** When a folder was last changed, which BuildKit does by reading it too: it locks the index. Undefined for what is not a folder. */
async function timeOf(path: string): Promise<{ readonly used?: number }> {
  const found = await lstat(path).catch(() => undefined)
  return found?.isDirectory() ? { used: found.mtimeMs } : {}
}

/** The bytes of the blobs in a folder with a cache. */
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

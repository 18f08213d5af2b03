import { mkdirSync, readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { limits } from '../../../src/bounds/limits.ts'
import { decodeTasks } from '../../../src/cleanup/task.ts'
import { hasCache, replaceCacheFolder } from '../../../src/engine/buildx/cache-folder.ts'
import { systemClock } from '../../../src/host/clock.ts'
import { tempFolder } from '../../support/temp.ts'

/** A directory with a cache of `bytes`, last used `days` ago. */
function addCache(path: string, bytes = 1, days = 0): void {
  const blobs = join(path, 'blobs/sha256')
  mkdirSync(blobs, { recursive: true })
  writeFileSync(join(path, 'index.json'), '{}')
  writeFileSync(join(blobs, 'a'), '')
  truncateSync(join(blobs, 'a'), bytes)
  const then = new Date(Date.now() - days * 24 * 3600 * 1000)
  utimesSync(path, then, then)
}

/** The directory of a step, in which it records its effects. */
function stepFolder(): string {
  const tempDir = join(tempFolder(), 'polyarch-abc123')
  mkdirSync(tempDir)
  return tempDir
}

test('the new cache replaces the old one, and until then is in a directory that clean-up removes', async () => {
  const [kept, tempDir] = [tempFolder(), stepFolder()]
  const place = join(kept, 'polyarch-cache-app-main')
  addCache(place)
  writeFileSync(join(place, 'blobs/sha256/of-an-older-build'), '')
  const { path, swap } = await replaceCacheFolder(place, { tempDir, clock: systemClock })
  const rules = {
    session: 'polyarch-abc123',
    isBuildx: () => false,
    isPodman: () => false,
    isApple: () => true,
    emulatorImages: [],
    maySet: () => false,
  }
  const { tasks } = decodeTasks(readFileSync(join(tempDir, 'clean-up.jsonl'), 'utf8'), rules)
  expect(tasks).toEqual([{ kind: 'folder', path: join(kept, 'polyarch-abc123') }])
  addCache(path)
  expect(readdirSync(join(place, 'blobs/sha256'))).toHaveLength(2)
  await swap()
  expect(readdirSync(kept)).toEqual(['polyarch-cache-app-main'])
  expect([hasCache(place), readdirSync(join(place, 'blobs/sha256'))]).toEqual([true, ['a']])
})

test('the directory does not exceed its limit: the least recently used caches are removed, but no other files', async () => {
  const [kept, tempDir] = [tempFolder(), stepFolder()]
  const part = limits.cacheFolder / 2 - 1
  addCache(join(kept, 'polyarch-cache-new'), part, 1)
  addCache(join(kept, 'polyarch-cache-old'), part, 9)
  addCache(join(kept, 'polyarch-zzz999'), 1, 9)
  addCache(join(kept, 'polyarch-yyy999'), 1, 1)
  addCache(join(kept, 'other'), part, 99)
  writeFileSync(join(kept, 'polyarch-cache-file'), '')
  const { path, swap } = await replaceCacheFolder(join(kept, 'polyarch-cache-now'), { tempDir, clock: systemClock })
  addCache(path, part)
  await swap()
  expect(readdirSync(kept).sort()).toEqual([
    ...['other', 'polyarch-cache-file', 'polyarch-cache-new', 'polyarch-cache-now', 'polyarch-yyy999'],
  ])
})

import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { streamToFile } from '../../src/tree/stream-to-file.ts'
import { tempFolder } from '../support/temp.ts'

test('streamToFile() leaves nothing behind that is removed after a failure', async () => {
  const folder = tempFolder()
  for (let round = 0; round < 50; round++) {
    const path = join(folder, `${round}.part`)
    // It fails while the file is being opened.
    const writing = streamToFile(path, { flags: 'wx' }, () => Promise.reject(new Error('broken')))
    await expect(writing).rejects.toThrow('broken')
    rmSync(path, { force: true })
  }
  await setTimeout(50)
  expect(readdirSync(folder)).toEqual([])
})

test('streamToFile() returns when the file is complete, and fails if it exists', async () => {
  const path = join(tempFolder({ old: '' }), 'new')
  await streamToFile(path, { mode: 0o600 }, (file) => pipeline([Buffer.from('hello')], file))
  expect(readFileSync(path, 'utf8')).toBe('hello')
  await expect(streamToFile(path, { flags: 'wx' }, (file) => pipeline(['a'], file))).rejects.toThrow('EEXIST')
})

import { execFileSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import {
  LimitError,
  readBeginning,
  readFileLimited,
  readFileLimitedSync,
  readLimited,
} from '../../../src/bounds/read-limited.ts'
import { tempFolder } from '../../support/temp.ts'

it('readBeginning() returns the first bytes, and closes an endless source', async () => {
  let isClosed = false
  async function* endless() {
    try {
      for (;;) yield Buffer.from('abc')
    } finally {
      isClosed = true
    }
  }
  expect((await readBeginning(endless(), 4)).toString()).toBe('abca')
  expect(isClosed).toBe(true)
  expect((await readBeginning(Readable.from([Buffer.from('12')]), 4)).toString()).toBe('12')
})

it('readLimited() returns as many bytes as the limit, and closes the source at the next one', async () => {
  expect((await readLimited(Readable.from([Buffer.from('12'), Buffer.from('34')]), 4)).toString()).toBe('1234')
  let read = 0
  let closed = false
  async function* endless() {
    try {
      for (;;) {
        read += 1
        yield Buffer.alloc(1024)
      }
    } finally {
      closed = true
    }
  }
  await expect(readLimited(endless(), 4096)).rejects.toThrow(new LimitError('it is larger than 4.1 kB'))
  expect({ read, closed }).toEqual({ read: 5, closed: true })
})

it('readFileLimited() accepts regular files up to the limit', async () => {
  const folder = tempFolder()
  writeFileSync(join(folder, 'a'), '1234')
  expect(await readFileLimited(join(folder, 'a'), 4)).toBe('1234')
  await expect(readFileLimited(join(folder, 'a'), 3)).rejects.toThrow(LimitError)
  await expect(readFileLimited(join(folder, 'b'), 3)).rejects.toThrow(/ENOENT/)
  expect(readFileLimitedSync(join(folder, 'a'), 4)).toBe('1234')
  expect(() => readFileLimitedSync(join(folder, 'a'), 3)).toThrow(LimitError)
  expect(() => readFileLimitedSync(join(folder, 'b'), 3)).toThrow(/ENOENT/)
})

it.runIf(process.platform === 'linux')(
  'readFileLimited() reads files of any size, also one that reports none',
  async () => {
    const folder = tempFolder()
    for (const size of [0, 1, 100_000, 1_500_000]) {
      writeFileSync(join(folder, 'a'), 'é'.repeat(size))
      expect(await readFileLimited(join(folder, 'a'), 3_000_000)).toBe('é'.repeat(size))
    }
    expect(statSync('/proc/self/environ').size).toBe(0)
    const environment = await readFileLimited('/proc/self/environ', 10_000_000)
    expect(environment).toBe(readFileSync('/proc/self/environ', 'utf8'))
    await expect(readFileLimited('/proc/self/environ', environment.length - 1)).rejects.toThrow(LimitError)
  },
)

it.runIf(process.platform === 'linux')('readFileLimited() rejects devices, pipes and directories', async () => {
  const folder = tempFolder()
  execFileSync('mkfifo', [join(folder, 'pipe')])
  for (const path of ['/dev/zero', join(folder, 'pipe'), folder]) {
    await expect(readFileLimited(path, 10)).rejects.toThrow('it is not a regular file')
    expect(() => readFileLimitedSync(path, 10)).toThrow('it is not a regular file')
  }
})

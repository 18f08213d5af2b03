import { mkdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFolders } from '../../src/tree/make-folders.ts'
import { tempFolder } from '../support/temp.ts'

test('makes a directory and its missing parents, through links, and accepts existing ones', () => {
  const folder = tempFolder()
  mkdirSync(join(folder, 'real'))
  symlinkSync('real', join(folder, 'link'))
  for (let time = 0; time < 2; time += 1) makeFolders(join(folder, 'link/a/b'))
  expect(statSync(join(folder, 'real/a/b')).isDirectory()).toBe(true)
})

test.each(['file', 'file/a', 'dangling', 'dangling/a/b'])('reports that %s cannot be a directory', (path) => {
  const folder = tempFolder({ file: '' })
  symlinkSync('nowhere', join(folder, 'dangling'))
  expect(() => makeFolders(join(folder, path))).toThrow('ENOTDIR: not a directory')
})

test('ends for a parent in which no directory can be made', () => {
  expect(() => makeFolders('/proc/self/polyarch/a')).toThrow(/ENOENT|EACCES|EROFS|EPERM/)
})

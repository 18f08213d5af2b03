import { describe, expect, test } from 'vitest'
import { ancestorsOf, cleanPath, compareBytes, nameOf, parentOf } from '../../../src/tree/path.ts'

describe('cleanPath()', () => {
  test.for([
    ['the root', '/', ''],
    ['slashes and dots', '//a/./b//', 'a/b'],
    ['parents', 'a/../b', 'b'],
    ['parents above the root', '../../etc/passwd', 'etc/passwd'],
    ['backslashes are part of names', '..\\a', '..\\a'],
  ])('%s', ([, text, path]) => {
    expect(cleanPath(text ?? '')).toBe(path)
  })
  test.for([
    ['a NUL character', 'a\0b'],
    ['a name of 256 bytes', `${'ä'.repeat(128)}/b`],
    ['a path of 4096 bytes', 'abc/'.repeat(1024)],
  ])('rejects %s', ([, text]) => {
    expect(() => cleanPath(`${text}x`)).toThrow(expect.objectContaining({ code: 'path-invalid' }))
  })
})

test('compareBytes() orders as UTF-8 bytes do', () => {
  const names = ['b', 'a/b', 'a-b', 'a', '\u{1f600}', '\uffee', 'ä', 'Z', '\u{1f600}a']
  const bytes = names.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
  expect(names.toSorted(compareBytes)).toEqual(bytes)
})

test('parentOf(), nameOf() and ancestorsOf() take a path apart', () => {
  expect([parentOf('a/b/c'), parentOf('a'), parentOf('')]).toEqual(['a/b', '', ''])
  expect([nameOf('a/b/c'), nameOf('a')]).toEqual(['c', 'a'])
  expect(ancestorsOf('a/b/c')).toEqual(['a', 'a/b'])
})

import { describe, expect, test } from 'vitest'
import { parseMode } from '../../../../src/dockerfile/instructions/chmod.ts'

describe('parseMode()', () => {
  test.for([
    { text: '644', before: 0o755, after: 0o644 },
    { text: '04755', before: 0, after: 0o4755 },
    { text: 'u=rwX,go=rX', before: 0o600, after: 0o644 },
    { text: 'u=rwX,go=rX', before: 0o700, after: 0o755 },
    { text: 'a+X', before: 0o644, after: 0o644 },
    { text: '+x', before: 0o644, after: 0o755 },
    { text: 'go-rwx', before: 0o4755, after: 0o4700 },
    { text: 'g=u', before: 0o750, after: 0o770 },
    { text: 'u+s,g+s,+t', before: 0o755, after: 0o7755 },
    { text: 'u=', before: 0o4755, after: 0o055 },
    { text: 'u+r-w', before: 0o200, after: 0o400 },
  ])('$text changes $before to $after', ({ text, before, after }) => {
    expect(parseMode(text).apply(before, false).toString(8)).toBe(after.toString(8))
  })
  test('returns the octal mode, and none for symbols', () => {
    expect([parseMode('0640').octal, parseMode('u=rw').octal]).toEqual([0o640, undefined])
  })
  test('X adds x to directories', () => {
    expect(parseMode('a=rX').apply(0o600, true)).toBe(0o555)
  })
  test.for(['', '888', '17777', 'u', 'x=r', 'u+q', 'u=r,', '-1', '0x7'])('rejects "%s"', (text) => {
    expect(() => parseMode(text)).toThrow(expect.objectContaining({ code: 'dockerfile-invalid' }))
  })
})

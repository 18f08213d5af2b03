import { describe, expect, it } from 'vitest'
import { createDoor } from '../../../../src/host/print/door.ts'

const bounds = { line: 100, lines: 5, total: 300 }

describe('createDoor()', () => {
  it.each([
    { name: 'a text that fits', text: 'a\nb', is: ['a', 'b'] },
    { name: 'no text', text: '', is: [''] },
    { name: 'a long line', text: 'x'.repeat(150), is: [`${'x'.repeat(100)}… (cut, 150 characters)`] },
    { name: 'many lines', text: 'a\nb\nc\nd\ne\nf\ng', is: ['a', 'b', 'c', 'd', 'e', '… (2 more lines)'] },
    { name: 'one line too many', text: 'a\nb\nc\nd\ne\nf', is: ['a', 'b', 'c', 'd', 'e', '… (1 more line)'] },
  ])('limits $name', ({ text, is }) => {
    expect(createDoor().lines(text, bounds)).toEqual(is)
  })

  it('limits all lines together, and splits no character', () => {
    const found = createDoor().lines(`${'x'.repeat(90)}\n`.repeat(100), bounds)
    expect(found.join('').length).toBeLessThan(400)
    const [line = ''] = createDoor().lines(`${'x'.repeat(99)}😀y`, bounds)
    expect(line.startsWith(`${'x'.repeat(99)}…`)).toBe(true)
  })

  it('limits an endless text without a line break', () => {
    const [line = ''] = createDoor().lines('x'.repeat(10_000_000), bounds)
    expect(line.length).toBeLessThan(150)
  })

  it('shows no part of a secret at the end of a truncated text', () => {
    const door = createDoor()
    const secret = 'abcdefghijklmnopqrstuvwxyz0123456789'
    door.hide(secret)
    for (let at = 0; at < 500; at += 1) {
      const text = `${'.'.repeat(at)}${secret}${'.'.repeat(500)}`
      expect(door.lines(text, bounds).join('')).not.toMatch(/abcd|klmn|6789/)
    }
  })

  it('shows a text that slightly exceeds the limit, whatever the length of the longest secret', () => {
    const door = createDoor()
    door.hide('s'.repeat(10_000))
    expect(door.lines(`${'x'.repeat(90)}\n`.repeat(10), bounds)[0]).toBe('x'.repeat(90))
  })

  it('redacts a secret that becomes complete only on a terminal', () => {
    const door = createDoor()
    door.hide('s3cret-word')
    expect(door.lines('a s3cret\u001b[2K-word b', bounds)).toEqual(['a *** b'])
  })

  it('neutralizes every line', () => {
    expect(createDoor().lines('a\n::error::b\rc ##[d]', bounds)).toEqual(['a', ': :error::b', 'c ## [d]'])
  })

  it('creates no command by redacting', () => {
    const door = createDoor()
    door.hide('s3cret')
    expect(door.lines('##s3cret[error]', bounds)).toEqual(['##***[error]'])
  })
})

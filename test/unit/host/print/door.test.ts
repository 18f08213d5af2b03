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
  ])('bounds $name', ({ text, is }) => {
    expect(createDoor().lines(text, bounds)).toEqual(is)
  })

  it('bounds all lines together, and halves no character', () => {
    const found = createDoor().lines(`${'x'.repeat(90)}\n`.repeat(100), bounds)
    expect(found.join('').length).toBeLessThan(400)
    const [line = ''] = createDoor().lines(`${'x'.repeat(99)}😀y`, bounds)
    expect(line.startsWith(`${'x'.repeat(99)}…`)).toBe(true)
  })

  it('bounds an endless text without a line break', () => {
    const [line = ''] = createDoor().lines('x'.repeat(10_000_000), bounds)
    expect(line.length).toBeLessThan(150)
  })

  it('shows no part of a secret where a text is cut', () => {
    const door = createDoor()
    const secret = 'abcdefghijklmnopqrstuvwxyz0123456789'
    door.hide(secret)
    for (let at = 0; at < 500; at += 1) {
      const text = `${'.'.repeat(at)}${secret}${'.'.repeat(500)}`
      expect(door.lines(text, bounds).join('')).not.toMatch(/abcd|klmn|6789/)
    }
  })

  it('shows a text that is a little too long, however long the longest secret is', () => {
    const door = createDoor()
    door.hide('s'.repeat(10_000))
    expect(door.lines(`${'x'.repeat(90)}\n`.repeat(10), bounds)[0]).toBe('x'.repeat(90))
  })

  it('hides a secret that only looks whole once a terminal has shown it', () => {
    const door = createDoor()
    door.hide('s3cret-word')
    expect(door.lines('a s3cret\u001b[2K-word b', bounds)).toEqual(['a *** b'])
  })

  it('makes every line harmless', () => {
    expect(createDoor().lines('a\n::error::b\rc ##[d]', bounds)).toEqual(['a', ': :error::b', 'c ## [d]'])
  })

  it('makes no command of a text by hiding', () => {
    const door = createDoor()
    door.hide('s3cret')
    expect(door.lines('##s3cret[error]', bounds)).toEqual(['##***[error]'])
  })
})

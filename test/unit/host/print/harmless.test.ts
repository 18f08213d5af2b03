import { describe, expect, it } from 'vitest'
import { harmless, splitLines } from '../../../../src/host/print/harmless.ts'
import { foreignCommands, hostile, hostileLine } from '../../../support/hostile.ts'
import { readAsRunner } from '../../../support/runner-commands.ts'
import { seededPart } from '../../../support/seeded-part.ts'

describe('harmless()', () => {
  it.each([
    { name: 'a plain line', text: 'a::b # c [d]: 100 %', is: 'a::b # c [d]: 100 %' },
    { name: 'a command', text: '::set-output name=a::b', is: ': :set-output name=a::b' },
    { name: 'a command after white space', text: ' \t\u00a0\u2003\u3000::x', is: ' \t\u00a0\u2003\u3000: :x' },
    { name: 'a command after a next line', text: '\u0085::x', is: '\\x85::x' },
    { name: 'a command after invisible characters', text: '\u200b\ufeff::x', is: '\u200b\ufeff: :x' },
    { name: 'a command with a soft hyphen in it', text: ':\u00ad:x', is: ':\u00ad :x' },
    { name: 'an old command', text: '##[x]', is: '## [x]' },
    { name: 'an old command in the line', text: 'a ##[x] ###[y]', is: 'a ## [x] ### [y]' },
    { name: 'an old command with a zero-width space in it', text: '#\u200b#\u200d[x]', is: '#\u200b#\u200d [x]' },
    { name: 'an old command with an accent in it', text: '#\u0301#[x]', is: '#\u0301# [x]' },
    { name: 'colors', text: '\u001b[1;31mred\u001b[0m', is: '\u001b[1;31mred\u001b[0m' },
    { name: 'a color between the parts', text: '#\u001b[31m#[x]', is: '#\u001b[31m# [x]' },
    { name: 'a command after a color', text: '\u001b[31m::x', is: '\u001b[31m: :x' },
    { name: 'a cursor movement', text: '#\u001b[2K#[x]', is: '## [x]' },
    { name: "a terminal's title", text: 'a\u001b]0;title\u0007b', is: 'ab' },
    { name: 'control characters', text: 'a\u0000b\u0007c\u001bd\u007f', is: 'a\\x00b\\x07c\\x1bd\\x7f' },
    { name: 'bidirectional controls', text: 'a\u202eb\u2066c', is: 'a\\u202eb\\u2066c' },
    { name: 'letters beyond ASCII', text: 'größer 好 👩‍💻 ❤️', is: 'größer 好 👩‍💻 ❤️' },
  ])('keeps the harmless part of $name', ({ text, is }) => {
    expect(harmless(text)).toBe(is)
    expect(harmless(is)).toBe(is)
  })

  it.each([
    { name: 'number signs', unit: '#' },
    { name: 'number signs with invisible characters between them', unit: '#\u200b' },
    { name: 'invisible characters', unit: '\u200b' },
    { name: 'white space', unit: ' ' },
    { name: 'colons', unit: ':' },
    { name: 'escapes', unit: '\u001b' },
    { name: 'open sequences', unit: '\u001b[1' },
    { name: 'open titles', unit: '\u001b]a' },
    { name: 'colors', unit: '\u001b[1m' },
  ])('handles a megabyte of $name in bounded time', ({ unit }) => {
    const text = unit.repeat(1_000_000 / unit.length)
    expect(foreignCommands(`${harmless(`${text}:x`)}\n`)).toEqual([])
    expect(harmless(text).length).toBeGreaterThan(0)
  })

  it('leaves no command of any kind, wherever the text is cut', () => {
    for (const text of [hostile, hostileLine]) {
      expect(foreignCommands(text)).not.toEqual([])
      for (const start of seededPart([...text.split('').keys()], 21)) {
        const output = splitLines(text.slice(start)).map(harmless).join('\n')
        expect(readAsRunner(`${output}\n`).commands).toEqual([])
        expect(foreignCommands(`${output}\n`)).toEqual([])
      }
    }
  })
})

it('splitLines() splits at every character that any reader treats as a line end', () => {
  expect(splitLines('a\nb\rc\r\nd\u2028e\u0085f\vg\fh\u2029i')).toEqual([...'abcdefghi'])
  expect(splitLines('a\n')).toEqual(['a'])
  expect(splitLines('a\n\n')).toEqual(['a', ''])
  expect(splitLines('')).toEqual([''])
})

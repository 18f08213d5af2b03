import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../../src/host/redact.ts'

function redactorOf(...secrets: readonly string[]) {
  const redactor = createRedactor()
  for (const secret of secrets) redactor.hide(secret)
  return redactor
}

describe('createRedactor()', () => {
  const value = 'p4ss/w+rd&ü"'
  it.each([
    { name: 'as it is', text: `a ${value} b ${value}`, is: 'a *** b ***' },
    { name: 'URL-encoded', text: `a?b=${encodeURIComponent(value)}`, is: 'a?b=***' },
    { name: 'as a JSON string', text: JSON.stringify({ a: value }), is: '{"a":"***"}' },
    { name: 'in base64', text: Buffer.from(value).toString('base64'), is: /^.?\*\*\*.{0,3}$/ },
    { name: 'in base64url', text: Buffer.from(value).toString('base64url'), is: /^.?\*\*\*.{0,3}$/ },
    { name: 'in other words', text: 'p4ss w+rd', is: 'p4ss w+rd' },
  ])('hides a secret $name', ({ text, is }) => {
    const found = redactorOf(value).redact(text)
    if (typeof is === 'string') expect(found).toBe(is)
    else expect(found).toMatch(is)
  })

  it.each(['u', 'me', 'bot', 'user', 'someone'])('hides the password in the Authorization header of %s', (user) => {
    const header = `Basic ${Buffer.from(`${user}:hunter2-secret`).toString('base64')}`
    const found = redactorOf('hunter2-secret').redact(header)
    expect(found).toContain('***')
    expect(Buffer.from(found.replace('Basic ', '').split('***')[0] ?? '', 'base64').toString()).not.toContain('hunter')
  })

  it('hides each line of a secret, and the whole', () => {
    const { redact } = redactorOf('first line\r\nsecond line\n')
    expect(redact('a first line b')).toBe('a *** b')
    expect(redact('#5 second line')).toBe('#5 ***')
    expect(redact(JSON.stringify('first line\r\nsecond line\n'))).toBe('"***\\n"')
  })

  it('hides secrets that overlap or hold each other', () => {
    expect(redactorOf('abcdef', 'defghi').redact('x abcdefghi y')).toBe('x *** y')
    expect(redactorOf('abcd', 'abcdefgh').redact('x abcdefgh abcd y')).toBe('x *** *** y')
    expect(redactorOf('aaaa').redact('aaaaaaaaa')).toBe('***')
  })

  it('takes no part of a secret for a pattern', () => {
    expect(redactorOf('a.*(b|c)[d]$^\\-').redact('axyz a.*(b|c)[d]$^\\-')).toBe('axyz ***')
  })

  it('leaves a log readable where a secret is shorter than four characters', () => {
    const redactor = createRedactor()
    expect([redactor.hide('abc'), redactor.hide('{\n1\n}'), redactor.hide('  1 ')]).toEqual([[], ['{\n1\n}'], []])
    expect(redactor.redact('abc { } 1')).toBe('abc { } 1')
  })

  it('gives each value for the runner once', () => {
    const { hide } = createRedactor()
    expect(hide('first\nsecond')).toEqual(['first\nsecond', 'first', 'second'])
    expect(hide('second')).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../../../src/host/print/redact.ts'

function redactorOf(...secrets: readonly string[]) {
  const redactor = createRedactor()
  for (const secret of secrets) redactor.hide(secret)
  return redactor
}

describe('createRedactor()', () => {
  const value = 'p4ss/w+rd&ü"'
  it.each([
    { name: 'unchanged', text: `a ${value} b ${value}`, is: 'a *** b ***' },
    { name: 'URL-encoded', text: `a?b=${encodeURIComponent(value)}`, is: 'a?b=***' },
    { name: 'as a JSON string', text: JSON.stringify({ a: value }), is: '{"a":"***"}' },
    { name: 'in base64', text: Buffer.from(value).toString('base64'), is: /^.?\*\*\*.{0,3}$/ },
    { name: 'in base64url', text: Buffer.from(value).toString('base64url'), is: /^.?\*\*\*.{0,3}$/ },
    { name: 'in other encodings', text: 'p4ss w+rd', is: 'p4ss w+rd' },
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

  it('redacts secrets that overlap or contain each other', () => {
    expect(redactorOf('abcdef', 'defghi').redact('x abcdefghi y')).toBe('x *** y')
    expect(redactorOf('abcd', 'abcdefgh').redact('x abcdefgh abcd y')).toBe('x *** *** y')
    expect(redactorOf('aaaa').redact('aaaaaaaaa')).toBe('***')
  })

  it('does not interpret a secret as a pattern', () => {
    expect(redactorOf('a.*(b|c)[d]$^\\-').redact('axyz a.*(b|c)[d]$^\\-')).toBe('axyz ***')
  })

  it('keeps a log readable if a secret is shorter than four characters', () => {
    const redactor = createRedactor()
    expect([redactor.hide('abc'), redactor.hide('{\n1\n}'), redactor.hide('  1 ')]).toEqual([[], ['{\n1\n}'], []])
    expect(redactor.redact('abc { } 1')).toBe('abc { } 1')
  })

  it('redacts a secret of 300 kB, and any number of secrets', () => {
    const big = Array.from({ length: 30_000 }, (_, index) => `${index * 7919}/`).join('')
    const many = Array.from({ length: 20_000 }, (_, index) => `    line ${index} of it`)
    const { hide, redact } = createRedactor()
    hide(big)
    hide(many.join('\n'))
    expect(redact(`a ${big} b`)).toBe('a *** b')
    expect(redact('a line 19999 of it b')).toBe('a *** b')
    expect(redact('an innocent line')).toBe('an innocent line')
  })

  it.each([
    { by: "Go's net/url in front of a host", form: 'p%40ss%21w%3Co%3Erd%2F&x' },
    { by: 'RFC 3986', form: 'p%40ss%21w%3Co%3Erd%2F%26x' },
    { by: 'lower-case digits', form: 'p%40ss!w%3co%3erd%2f%26x' },
    { by: "Go's JSON", form: 'p@ss!w\\u003co\\u003erd/\\u0026x' },
  ])('redacts a secret as $by encodes it', ({ form }) => {
    expect(redactorOf('p@ss!w<o>rd/&x').redact(`a ${form} b`)).toBe('a *** b')
  })

  it.each(['http', 'ssh', 'git+https', 'postgres', 'docker-image'])(
    'redacts user and password in a URL of %s',
    (scheme) => {
      const { redact } = createRedactor()
      expect(redact(`a ${scheme}://me:word@host/x.git b`)).toBe(`a ${scheme}://***@host/x.git b`)
      expect(redact(`a ${scheme}://me@host/x.git ${scheme}://host:1/a@b`)).toBe(
        `a ${scheme}://me@host/x.git ${scheme}://host:1/a@b`,
      )
    },
  )

  it('returns each value for the runner once', () => {
    const { hide } = createRedactor()
    expect(hide('first\nsecond')).toEqual(['first\nsecond', 'first', 'second'])
    expect(hide('second')).toEqual([])
  })
})

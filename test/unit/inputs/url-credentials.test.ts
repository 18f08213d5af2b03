import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { cutCredentials, namedCredentials } from '../../../src/inputs/url-credentials.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('cutCredentials()', () => {
  test.each([
    ['https://me:pw@example.com/a.git', 'https://example.com/a.git', 'me', 'pw', 'git'],
    ['http://me:pw@example.com:8080/a.git#main:sub', 'http://example.com:8080/a.git#main:sub', 'me', 'pw', 'git'],
    ['HTTPS://me:pw@Example.com/a.git?ref=x', 'HTTPS://Example.com/a.git?ref=x', 'me', 'pw', 'git'],
    ['https://me:p%40w%2f@example.com/a.tar.gz', 'https://example.com/a.tar.gz', 'me', 'p@w/', 'http'],
    ['https://me:p@w:x@example.com/a', 'https://example.com/a', 'me', 'p@w:x', 'http'],
    ['https://token@example.com/a.git', 'https://example.com/a.git', 'token', '', 'git'],
    ['https://:pw@example.com/a.git', 'https://example.com/a.git', '', 'pw', 'git'],
    ['https://me:100%@example.com/a.git', 'https://example.com/a.git', 'me', '100%', 'git'],
    ['https://me:pw@[::1]:8080/a.git', 'https://[::1]:8080/a.git', 'me', 'pw', 'git'],
  ])('removes user and password from %s', (text, url, username, password, kind) => {
    const cut = cutCredentials(text)
    expect(cut).toMatchObject({ url, credentials: { kind } })
    expect([cut.credentials?.username.reveal(), cut.credentials?.password.reveal()]).toEqual([username, password])
    expect(cut.credentials?.host).toBe(/\/\/([^/]+)/.exec(url)?.[1])
    expect(cut.credentials?.origin).toBe(new URL(url).origin)
  })

  test.each([
    'https://example.com/a.git#ref@{1}',
    'https://example.com/a@b/c?d=e@f',
    'git@github.com:acme/app.git',
    'ssh://git@example.com/a.git',
    './folder@1',
    'github.com/acme/app',
    'https://me:pw@',
    '',
  ])('keeps %j unchanged', (text) => {
    expect(cutCredentials(text)).toEqual({ url: text, credentials: undefined })
  })

  test('recognizes every form that reveals the password', () => {
    const forms = (text: string) => cutCredentials(text).credentials?.forms.map((form) => form.reveal())
    expect(forms('https://me:p%40w@a.example/x')).toEqual(['p@w', 'p%40w', base64('me:p@w'), 'p%40w'])
    expect(forms('https://ghp_token@a.example/x')).toEqual(['ghp_token', base64('ghp_token:'), 'ghp_token', ''])
    expect(forms('https://token:x-oauth-basic@a.example/x')).toContain('token')
    expect(forms(`https://${'t'.repeat(20)}:pw@a.example/x`)).toContain('t'.repeat(20))
    expect(forms('https://me:pw@a.example/x')).not.toContain('me')
  })

  test('shows no part of it', () => {
    const shown = cutCredentials('https://hunter1:hunter2@a.example/x')
    for (const text of [JSON.stringify(shown), inspect(shown, { depth: null, showHidden: true }), String(shown)]) {
      expect(text).not.toContain('hunter')
      expect(text).not.toContain(base64('hunter1:hunter2'))
    }
  })

  test('takes no longer for a long text of @', () => {
    expect(cutCredentials(`https://${'@'.repeat(1_000_000)}`).credentials).toBeUndefined()
    expect(cutCredentials(`https://${'a:'.repeat(500_000)}`).credentials).toBeUndefined()
  })
})

test('namedCredentials() returns the same for a user and a password', () => {
  expect(namedCredentials('me', 'p w').forms.map((form) => form.reveal())).toEqual(['p w', 'p%20w', base64('me:p w')])
})

import { describe, expect, test } from 'vitest'
import { inputsOf } from '../../support/plan.ts'

const from = (text: string) => inputsOf({ 'cache-from': text }).cacheFrom
const to = (text: string) => inputsOf({ 'cache-to': text }).cacheTo

describe('cache-from and cache-to', () => {
  test('are one per line, with the attributes of buildx', () => {
    expect(from('type=gha,scope=a\n\ntype=local,src=/tmp/c\ntype=registry,"ref=a.example/b:c"')).toEqual([
      { type: 'gha', attributes: { type: 'gha', scope: 'a' } },
      { type: 'local', attributes: { type: 'local', src: '/tmp/c' } },
      { type: 'registry', attributes: { type: 'registry', ref: 'a.example/b:c' } },
    ])
    expect(to('type=inline')).toEqual([{ type: 'inline', attributes: { type: 'inline' } }])
    expect(to('type=s3,region=eu-west-1,bucket=b,mode=max')).toMatchObject([{ type: 's3' }])
    expect(from('type=azblob,account_url=https://a.example,name=n')).toMatchObject([{ type: 'azblob' }])
  })

  test('treat a lone reference as a registry', () => {
    expect(from('acme/app:cache')).toEqual([
      { type: 'registry', attributes: { type: 'registry', ref: 'acme/app:cache' } },
    ])
  })

  test.each([
    { name: 'an unknown type', text: 'type=registy,ref=a', says: 'found "registy"; did you mean registry?' },
    { name: 'no type', text: 'scope=a', says: 'expected one of gha' },
    { name: 'an inline cache to read', text: 'type=inline', says: 'is read with type=registry' },
    { name: 'a registry without ref', text: 'type=registry,mode=max', says: 'type=registry needs ref' },
    { name: 'a directory to read without src', text: 'type=local,dest=/tmp/c', says: 'type=local needs src' },
    { name: 'a field without a value', text: 'type=gha,scope', says: 'expected key=value, found "scope"' },
    { name: 'quotes that do not close', text: 'type=gha,"scope=a', says: 'a quote is never closed' },
  ])('reject $name, with its line', ({ text, says }) => {
    expect(() => from(`type=gha\n${text}`)).toThrow(says)
    expect(() => from(`type=gha\n${text}`)).toThrow(/cache-from.*line 2/)
  })

  test.each(['token', 'ghtoken', 'access_key_id', 'secret_access_key', 'session_token'])(
    'reject %s, which would appear in arguments, without its value',
    (name) => {
      const attempt = () => to(`type=s3,region=a,bucket=b,${name}=hunter2`)
      expect(attempt).toThrow(`${name} is not supported: `)
      expect(attempt).not.toThrow('hunter2')
    },
  )
})

describe('cache', () => {
  const word = (text: string) => inputsOf({ cache: text }).cache

  test('is a single keyword; local may be followed by a directory', () => {
    expect(['off', 'gha', 'registry'].map(word)).toEqual([{ kind: 'off' }, { kind: 'gha' }, { kind: 'registry' }])
    expect(word('local')).toEqual({ kind: 'local', folder: undefined })
    expect(word('local: C:\\kept ')).toEqual({ kind: 'local', folder: 'C:\\kept' })
  })

  test.each([
    ['locl', 'cache: expected one of off, gha, registry, local, found "locl"; did you mean local?'],
    ['local:', 'cache: expected a directory after local:, found "local:"'],
  ])('rejects %s', (text, says) => {
    expect(() => word(text)).toThrow(says)
  })
})

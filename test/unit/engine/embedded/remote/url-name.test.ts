import { describe, expect, it } from 'vitest'
import { urlName } from '../../../../../src/engine/embedded/remote/url-name.ts'

describe('urlName()', () => {
  it.each([
    ['the last part of the path', 'https://example.com/a/b.txt', 'b.txt'],
    ['no query and no fragment', 'https://example.com/a?b=/c#/d', 'a'],
    ['nothing of a query behind the host', 'https://example.com?x=/y', '__unnamed__'],
    ['a name for none', 'https://example.com/', '__unnamed__'],
    ['the part before a slash at the end', 'https://example.com/a/b/', 'b'],
    ['escapes read first', 'https://example.com/a%2Fb%20c', 'b c'],
    ['the path as it is written', 'https://example.com/a/..', '..'],
  ])('accepts %s', (_, url, name) => {
    expect(urlName(url)).toBe(name)
  })

  it.each([
    ['an escape that is none', 'https://example.com/%zz'],
    ['bytes that are no UTF-8', 'https://example.com/%ff'],
    ['a NUL', 'https://example.com/a%00b'],
  ])('rejects %s', (_, url) => {
    expect(() => urlName(url)).toThrow(expect.objectContaining({ code: 'dockerfile-invalid' }))
  })
})

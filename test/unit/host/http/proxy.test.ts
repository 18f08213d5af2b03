import { describe, expect, it } from 'vitest'
import { proxyAuthorization, proxyFor } from '../../../../src/host/http/proxy.ts'

const proxies = { HTTPS_PROXY: 'http://secure:1', HTTP_PROXY: 'http://plain:2' }

describe('proxyFor()', () => {
  it.each([
    ['takes HTTPS_PROXY for https', 'https://ghcr.io/', proxies, 'http://secure:1/'],
    ['takes HTTP_PROXY for http', 'http://ghcr.io/', proxies, 'http://plain:2/'],
    ['prefers lower case', 'https://ghcr.io/', { ...proxies, https_proxy: 'http://lower:3' }, 'http://lower:3/'],
    ['falls back to ALL_PROXY', 'https://ghcr.io/', { ALL_PROXY: 'http://all:4' }, 'http://all:4/'],
    ['adds a scheme', 'https://ghcr.io/', { HTTPS_PROXY: 'proxy:3128' }, 'http://proxy:3128/'],
    ['takes none when there is none', 'https://ghcr.io/', { HTTP_PROXY: 'http://plain:2' }, undefined],
    ['takes none for an empty one', 'https://ghcr.io/', { HTTPS_PROXY: '' }, undefined],
    ['passes over what is no address', 'https://ghcr.io/', { HTTPS_PROXY: 'http://:::' }, undefined],
    ['leaves localhost alone', 'http://localhost:5000/', proxies, undefined],
    ['leaves 127.0.0.0/8 alone', 'http://127.1.2.3:5000/', proxies, undefined],
    ['leaves [::1] alone', 'http://[::1]:5000/', proxies, undefined],
    ['heeds NO_PROXY', 'https://ghcr.io/', { ...proxies, NO_PROXY: 'a.b, ghcr.io' }, undefined],
    ['heeds no_proxy for subdomains', 'https://x.ghcr.io/', { ...proxies, no_proxy: 'ghcr.io' }, undefined],
    ['heeds NO_PROXY with a dot', 'https://x.ghcr.io/', { ...proxies, NO_PROXY: '.ghcr.io' }, undefined],
    ['heeds NO_PROXY with a star', 'https://x.ghcr.io/', { ...proxies, NO_PROXY: '*.ghcr.io' }, undefined],
    ['heeds NO_PROXY=*', 'https://x.ghcr.io/', { ...proxies, NO_PROXY: '*' }, undefined],
    ['heeds the port in NO_PROXY', 'https://ghcr.io:444/', { ...proxies, NO_PROXY: 'ghcr.io:444' }, undefined],
    [
      'heeds the port in NO_PROXY, and only that',
      'https://ghcr.io/',
      { ...proxies, NO_PROXY: 'ghcr.io:444' },
      'http://secure:1/',
    ],
    [
      'does not take a longer name for a subdomain',
      'https://myghcr.io/',
      { ...proxies, NO_PROXY: 'ghcr.io' },
      'http://secure:1/',
    ],
  ])('%s', (_, url, env, expected) => {
    expect(proxyFor(new URL(url), env)?.href).toBe(expected)
  })

  it.each([
    ['10.0.0.0/8', 'https://10.1.2.3/'],
    ['10.0.0.0/8', 'http://10.1.2.3:5000/'],
    ['10.0.0.0/8:5000', 'http://10.1.2.3:5000/'],
    ['192.168.1.5', 'http://192.168.1.5:5000/'],
    ['192.168.1.5:5000', 'http://192.168.1.5:5000/'],
    ['fd00::/8', 'https://[fd12::1]:5000/'],
    ['[fd00::/8]:5000', 'https://[fd12::1]:5000/'],
    ['[fd00::]/8', 'https://[fd12::1]/'],
    ['fd12:0:0::1', 'https://[fd12::1]/'],
    ['[fd12::1]:5000', 'https://[fd12::1]:5000/'],
    ['0.0.0.0/0', 'https://8.8.8.8/'],
    ['.corp.example', 'https://r.corp.example/'],
    ['corp.example.', 'https://r.corp.example/'],
    ['*.corp.example:5000', 'https://r.corp.example:5000/'],
    ['CORP.example', 'https://r.corp.example/'],
    ['a b,\tcorp.example\n', 'https://corp.example/'],
  ])('uses none with NO_PROXY=%j for %s', (list, url) => {
    expect(proxyFor(new URL(url), { ...proxies, NO_PROXY: list })).toBeUndefined()
  })

  it.each([
    ['10.0.0.0/8', 'https://11.1.2.3/'],
    ['10.0.0.0/8', 'https://10.example.com/'],
    ['10.0.0.0/33', 'https://10.1.2.3/'],
    ['10.0.0.0/x', 'https://10.1.2.3/'],
    ['fd00::/8', 'https://[fe80::1]/'],
    ['fd00::/129', 'https://[fd12::1]/'],
    ['[fd12::1]:5000', 'https://[fd12::1]/'],
    ['10.0.0.0/8:5000', 'https://10.1.2.3/'],
    ['2.3', 'https://10.1.2.3/'],
    ['.', 'https://ghcr.io/'],
    ['*.', 'https://ghcr.io/'],
  ])('uses one despite NO_PROXY=%j for %s', (list, url) => {
    expect(proxyFor(new URL(url), { ...proxies, NO_PROXY: list })?.href).toBe('http://secure:1/')
  })
})

describe('proxyAuthorization()', () => {
  it('decodes user and password', () => {
    const expected = `Basic ${Buffer.from('u@x:p:/').toString('base64')}`
    expect(proxyAuthorization(new URL('http://u%40x:p%3A%2F@proxy:1'))).toBe(expected)
  })

  it('returns none without them', () => {
    expect(proxyAuthorization(new URL('http://proxy:1'))).toBeUndefined()
  })
})

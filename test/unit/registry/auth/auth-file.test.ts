import { describe, expect, it } from 'vitest'
import { credentialOf, matchingCredential, parseAuthFile } from '../../../../src/registry/auth/auth-file.ts'
import { revealed } from '../../../support/credential.ts'

const auth = (text: string) => Buffer.from(text).toString('base64')
const basic = (username: string, password: string) => ({ kind: 'basic', username, password })

function find(auths: Readonly<Record<string, unknown>>, registry: string, repository = 'acme/app') {
  return revealed(matchingCredential(parseAuthFile(JSON.stringify({ auths })), { registry, repository }))
}

describe('parseAuthFile()', () => {
  it('reads helpers and the store, by host', () => {
    const text = '{"credsStore":"desktop","credHelpers":{"https://gcr.io":"gcloud","index.docker.io":"x","bad":1}}'
    expect(parseAuthFile(text)).toEqual({
      auths: [],
      credsStore: 'desktop',
      credHelpers: { 'gcr.io': 'gcloud', 'docker.io': 'x' },
    })
  })

  it('reads the old .dockercfg', () => {
    const file = parseAuthFile(JSON.stringify({ 'reg.example.com': { auth: auth('u:p') } }))
    expect(revealed(matchingCredential(file, { registry: 'reg.example.com', repository: 'a' }))).toEqual(
      basic('u', 'p'),
    )
  })

  it.each(['', '{', '{"auths":{"a":{"auth":"c2VjcmV0"}}'])(
    'reports that "%s" is not JSON, and quotes no part of it',
    (text) => {
      expect(() => parseAuthFile(text)).toThrow(/^it is (?:empty|not valid JSON)$/)
    },
  )

  it.each(['null', '[]', '{"auths":null}', '{"auths":[1]}', '{"auths":{"ghcr.io":null}}'])(
    'finds nothing in %s',
    (text) => {
      expect(matchingCredential(parseAuthFile(text), { registry: 'ghcr.io', repository: 'a' })).toBeUndefined()
    },
  )
})

describe('matchingCredential()', () => {
  it.each([
    ['a host', 'ghcr.io', 'ghcr.io'],
    ['a host with a port', 'localhost:5000', 'localhost:5000'],
    ['an https address', 'https://ghcr.io', 'ghcr.io'],
    ['an address with a path', 'https://ghcr.io/v2/', 'ghcr.io'],
    ["Docker Hub's key", 'https://index.docker.io/v1/', 'docker.io'],
    ["Docker Hub's name", 'docker.io', 'docker.io'],
    ["Docker Hub's key without a scheme", 'index.docker.io/v1/', 'docker.io'],
    ["a key of podman's for a namespace", 'quay.io/acme', 'quay.io'],
    ["a key of podman's for a repository", 'quay.io/acme/app', 'quay.io'],
  ])('accepts %s', (_, key, registry) => {
    expect(find({ [key]: { auth: auth('u:p') } }, registry)).toEqual(basic('u', 'p'))
  })

  it.each([
    ['another host', 'ghcr.io.evil.com'],
    ['another port', 'ghcr.io:444'],
    ['another namespace', 'ghcr.io/acm'],
    ['a longer name', 'ghcr.io/acme/app2'],
  ])('skips %s', (_, key) => {
    expect(find({ [key]: { auth: auth('u:p') } }, 'ghcr.io')).toBeUndefined()
  })

  it('uses the longest key', () => {
    const auths = {
      'quay.io': { auth: auth('a:a') },
      'quay.io/acme/app': { auth: auth('c:c') },
      'quay.io/acme': { auth: auth('b:b') },
    }
    expect(find(auths, 'quay.io')).toEqual(basic('c', 'c'))
    expect(find(auths, 'quay.io', 'acme/other')).toEqual(basic('b', 'b'))
    expect(find(auths, 'quay.io', 'x')).toEqual(basic('a', 'a'))
  })

  it('skips an empty entry', () => {
    expect(find({ 'quay.io/acme': {}, 'quay.io': { auth: auth('a:a') } }, 'quay.io')).toEqual(basic('a', 'a'))
  })
})

describe('credentialOf()', () => {
  it.each([
    ['user and password', { auth: auth('u:p') }, basic('u', 'p')],
    ['a password with colons', { auth: auth('u:p:q') }, basic('u', 'p:q')],
    ['an auth padded with zeros', { auth: auth('u:p\0\0') }, basic('u', 'p')],
    ['fields of their own', { username: 'u', password: 'p' }, basic('u', 'p')],
    ['letters of all kinds', { auth: auth('ü:pä') }, basic('ü', 'pä')],
    ['an identity token', { auth: auth('u:p'), identitytoken: 't' }, { kind: 'identity-token', token: 't' }],
    ['an identity token in place of a password', { auth: auth('<token>:t') }, { kind: 'identity-token', token: 't' }],
    ['a registry token', { registrytoken: 't' }, { kind: 'registry-token', token: 't' }],
    ['nothing', {}, undefined],
    ['an empty auth', { auth: '' }, undefined],
    ['a user without a password', { auth: auth('u:') }, undefined],
    ['no Base64', { auth: '%%%' }, undefined],
  ])('reads %s', (_, entry, expected) => {
    expect(revealed(credentialOf(entry))).toEqual(expected)
  })
})

import { describe, expect, it, test } from 'vitest'
import { ActionError } from '../../../src/errors/action-error.ts'
import { formatReference, formatRepository, isTag, parseReference, sanitizeTag } from '../../../src/oci/reference.ts'
import { createRandom } from '../../support/random.ts'
import { seededPart } from '../../support/seeded-part.ts'

const hex = 'a'.repeat(64)
const digest = `sha256:${hex}`

describe('parseReference()', () => {
  it.each([
    ['completes a bare name', 'alpine', { registry: 'docker.io', repository: 'library/alpine' }],
    ['reads a tag', 'alpine:3.20', { registry: 'docker.io', repository: 'library/alpine', tag: '3.20' }],
    ['takes a first part without dot for a user', 'acme/app', { registry: 'docker.io', repository: 'acme/app' }],
    ['takes a dot for a host', 'ghcr.io/acme/app', { registry: 'ghcr.io', repository: 'acme/app' }],
    ['takes localhost for a host', 'localhost/app', { registry: 'localhost', repository: 'app' }],
    ['keeps the port when there is no tag', 'localhost:5000/app', { registry: 'localhost:5000', repository: 'app' }],
    ['reads port and tag', 'reg:5000/a/b:c', { registry: 'reg:5000', repository: 'a/b', tag: 'c' }],
    [
      'takes a colon without a slash for a tag',
      'app:5000',
      { registry: 'docker.io', repository: 'library/app', tag: '5000' },
    ],
    ['reads an IPv6 host', '[::1]:5000/app:1', { registry: '[::1]:5000', repository: 'app', tag: '1' }],
    ['reads a digest', `ghcr.io/a/b@${digest}`, { registry: 'ghcr.io', repository: 'a/b', digest }],
    ['reads tag and digest', `a/b:1@${digest}`, { registry: 'docker.io', repository: 'a/b', tag: '1', digest }],
    [
      'knows the old name of Docker Hub',
      'index.docker.io/alpine',
      { registry: 'docker.io', repository: 'library/alpine' },
    ],
    ['adds library only on Docker Hub', 'quay.io/app', { registry: 'quay.io', repository: 'app' }],
    ['allows all separators', 'x/a.b_c__d---e/f', { registry: 'docker.io', repository: 'x/a.b_c__d---e/f' }],
    ['allows capitals in hosts', 'Reg.Example.com/a', { registry: 'Reg.Example.com', repository: 'a' }],
    ['allows capitals in tags', 'a/b:V1.0_RC-1', { registry: 'docker.io', repository: 'a/b', tag: 'V1.0_RC-1' }],
    [
      'allows a tag of 128 characters',
      `a/b:${'t'.repeat(128)}`,
      { registry: 'docker.io', repository: 'a/b', tag: 't'.repeat(128) },
    ],
    [
      'reads a sha512 digest',
      `a/b@sha512:${hex}${hex}`,
      { registry: 'docker.io', repository: 'a/b', digest: `sha512:${hex}${hex}` },
    ],
  ])('%s', (_, text, expected) => {
    expect(parseReference(text)).toEqual(expected)
  })

  it.each([
    ['an empty text', '', 'it is empty'],
    ['a scheme', 'https://ghcr.io/a/b', 'it begins with a scheme'],
    ['a host without a name', 'ghcr.io/', 'the name has an empty part'],
    ['two slashes', 'ghcr.io/a//b', 'the name has an empty part'],
    ['a slash at the end', 'ghcr.io/a/', 'the name has an empty part'],
    ['a slash at the beginning', '/a', 'the name has an empty part'],
    ['capitals in the name', 'ghcr.io/Acme/App', '"Acme" has uppercase letters'],
    ['capitals in a first part that is no host', 'Acme/app', '"Acme" has uppercase letters'],
    ['a space', 'ghcr.io/a b', '"a b" is not a part of a name'],
    ['a part that begins with a dash', 'ghcr.io/-a', '"-a" is not a part of a name'],
    ['three underscores', 'ghcr.io/a___b', '"a___b" is not a part of a name'],
    ['an empty tag', 'ghcr.io/a:', 'the tag "" is not valid'],
    ['a tag that begins with a dot', 'ghcr.io/a:.b', 'the tag ".b" is not valid'],
    ['a tag of 129 characters', `a:${'t'.repeat(129)}`, 'is not valid'],
    ['a tag with a plus', 'a:1.0+x', 'the tag "1.0+x" is not valid'],
    ['an empty digest', 'a@', 'the digest "" is not valid'],
    ['a short digest', 'a@sha256:abc', 'the digest "sha256:abc" is not valid'],
    ['a digest in capitals', `a@sha256:${'A'.repeat(64)}`, 'is not valid'],
    ['an algorithm that is not registered', `a@md5:${'a'.repeat(32)}`, 'is not valid'],
    ['two digests', `a@${digest}@${digest}`, 'is not valid'],
    ['a port that is no number', 'host:port/a', 'the registry "host:port" is not a host name'],
    ['a port that is too high', 'host:70000/a', 'the registry "host:70000" is not a host name'],
    ['an address that is none', '1.2.3.400/a', 'the registry "1.2.3.400" is not a host name'],
    ['a host that begins with a dash', '-a.b/c', 'the registry "-a.b" is not a host name'],
    ['64 hex digits', hex, 'would be taken for an image ID'],
    ['a name of 256 characters', `ghcr.io/${'a'.repeat(248)}`, 'more than 255 characters'],
  ])('rejects %s', (_, text, found) => {
    expect(() => parseReference(text)).toThrow(found)
    expect(() => parseReference(text)).toThrow(ActionError)
  })

  it('suggests the lowercase spelling of a name with uppercase letters', () => {
    expect(() => parseReference('ghcr.io/Acme/App:V1')).toThrow(
      expect.objectContaining({ code: 'input-invalid', hint: 'Use lowercase letters: ghcr.io/acme/app:V1.' }),
    )
  })

  it('throws only ActionError, and every accepted text survives formatting', () => {
    const pieces = [
      'a',
      'B',
      '0',
      'docker.io',
      'localhost',
      ':',
      '/',
      '@',
      '.',
      '_',
      '-',
      digest,
      '[::1]',
      ' ',
      'é',
      '\0',
      'tag',
      ':5000',
    ]
    const outcomes = seededPart([...Array(20_000).keys()], 5).map((round) => {
      const random = createRandom(17 + round)
      const count = 1 + Math.floor(random() * 8)
      const text = Array.from({ length: count }, () => pieces[Math.floor(random() * pieces.length)]).join('')
      try {
        const reference = parseReference(text)
        expect(parseReference(formatReference(reference))).toEqual(reference)
        return 'taken'
      } catch (error) {
        expect(error).toBeInstanceOf(ActionError)
        return 'refused'
      }
    })
    expect(outcomes.filter((outcome) => outcome === 'taken').length).toBeGreaterThan(100)
    expect(outcomes.filter((outcome) => outcome === 'refused').length).toBeGreaterThan(100)
  })
})

describe('formatRepository()', () => {
  it('formats the complete name', () => {
    expect(formatRepository(parseReference('alpine'))).toBe('docker.io/library/alpine')
  })
})

describe('isTag()', () => {
  it.each([
    ['latest', true],
    ['_x', true],
    ['-x', false],
    ['a/b', false],
    ['', false],
  ])('evaluates "%s" %s', (text, expected) => {
    expect(isTag(text)).toBe(expected)
  })
})

test.each([
  { name: 'replaces runs of other characters', text: "feat/it's&a=b", expected: 'feat-it-s-a-b' },
  { name: 'keeps case, dots and underlines', text: 'V1.2_X-y', expected: 'V1.2_X-y' },
  { name: 'removes characters with which a tag must not start', text: '.-/x.', expected: 'x.' },
  { name: 'keeps 128 characters', text: `/${'x'.repeat(200)}`, expected: 'x'.repeat(128) },
  { name: 'returns nothing for an empty text', text: '//', expected: '' },
])('sanitizeTag() $name', ({ text, expected }) => {
  expect(sanitizeTag(text)).toBe(expected)
})

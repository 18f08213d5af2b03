import { describe, expect, it } from 'vitest'
import { findChallenge, parseChallenges, scopesOf } from '../../../../src/registry/auth/challenge.ts'
import { createRandom } from '../../../support/random.ts'

describe('parseChallenges()', () => {
  it.each([
    ['nothing', '', []],
    ['a scheme alone', 'Negotiate', [{ scheme: 'negotiate', parameters: {} }]],
    ['a quoted realm', 'Basic realm="a b"', [{ scheme: 'basic', parameters: { realm: 'a b' } }]],
    [
      "Docker Hub's",
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
      [
        {
          scheme: 'bearer',
          parameters: {
            realm: 'https://auth.docker.io/token',
            service: 'registry.docker.io',
            scope: 'repository:a/b:pull,push',
          },
        },
      ],
    ],
    [
      'several in one header',
      'Negotiate, Basic realm="x", Bearer realm="https://t", service=s',
      [
        { scheme: 'negotiate', parameters: {} },
        { scheme: 'basic', parameters: { realm: 'x' } },
        { scheme: 'bearer', parameters: { realm: 'https://t', service: 's' } },
      ],
    ],
    [
      'escaped quotes',
      String.raw`Basic realm="a \"b\" c\\"`,
      [{ scheme: 'basic', parameters: { realm: 'a "b" c\\' } }],
    ],
    [
      'spaces around everything',
      ' Bearer  realm = "r" , service = s ',
      [{ scheme: 'bearer', parameters: { realm: 'r', service: 's' } }],
    ],
    [
      'a scope without quotes, comma and all',
      'Bearer realm=https://t/token,scope=repository:a/b:pull,push,service=s',
      [{ scheme: 'bearer', parameters: { realm: 'https://t/token', scope: 'repository:a/b:pull,push', service: 's' } }],
    ],
    [
      'a realm that has a scope of its own',
      'Bearer realm="https://t/token?scope=repository:a/b:pull",service="s"',
      [{ scheme: 'bearer', parameters: { realm: 'https://t/token?scope=repository:a/b:pull', service: 's' } }],
    ],
    ['single quotes', "Bearer realm='https://t'", [{ scheme: 'bearer', parameters: { realm: 'https://t' } }]],
    ['names in capitals', 'BEARER Realm="R"', [{ scheme: 'bearer', parameters: { realm: 'R' } }]],
    [
      'a name of every object',
      'Basic __proto__="x"',
      [{ scheme: 'basic', parameters: JSON.parse('{"__proto__":"x"}') }],
    ],
  ])('reads %s', (_, header, expected) => {
    expect(parseChallenges(header)).toEqual(expected)
  })

  it('never throws for any header', () => {
    const random = createRandom(3)
    const pieces = ['Bearer', 'Basic', ' ', ',', '=', '"', '\\', 'realm', '\t', 'é', '\0', 'a=b', '""']
    for (let i = 0; i < 20_000; i++) {
      const header = Array.from(
        { length: Math.floor(random() * 12) },
        () => pieces[Math.floor(random() * pieces.length)],
      ).join('')
      expect(Array.isArray(parseChallenges(header))).toBe(true)
    }
  })

  it('reads a long header of quotes in linear time', () => {
    expect(parseChallenges(`Bearer realm="${'\\"'.repeat(50_000)}`)).toContainEqual(
      expect.objectContaining({ scheme: 'bearer' }),
    )
  })
})

describe('findChallenge()', () => {
  it('finds the first of a scheme', () => {
    const found = findChallenge(parseChallenges('Basic realm="a", Basic realm="b"'), 'basic')
    expect(found?.parameters['realm']).toBe('a')
  })
})

describe('scopesOf()', () => {
  const scopes = (scope?: string) => scopesOf({ scheme: 'bearer', parameters: scope === undefined ? {} : { scope } })

  it('returns the well-formed scopes', () => {
    expect(scopes('repository:a/b:pull,push repository(plugin):c:* registry:catalog:*')).toEqual([
      'repository:a/b:pull,push',
      'repository(plugin):c:*',
      'registry:catalog:*',
    ])
    expect(scopes('repository:localhost:5000/a:pull')).toEqual(['repository:localhost:5000/a:pull'])
  })

  it.each([undefined, '', 'repository::pull', 'repository:a', 'x', 'repository:<a>:pull', 'repository:a:pull;x'])(
    'skips %j',
    (scope) => expect(scopes(scope)).toEqual([]),
  )

  it('returns a limited number of many', () => {
    expect(scopes(Array.from({ length: 1000 }, (_, at) => `repository:r${at}:pull`).join(' '))).toHaveLength(8)
  })
})

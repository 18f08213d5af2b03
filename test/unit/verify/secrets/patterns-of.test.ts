import { describe, expect, test } from 'vitest'
import { longestPattern } from '../../../../src/verify/secrets/find-patterns.ts'
import { isOrdinary, looksRandom, patternsOf } from '../../../../src/verify/secrets/patterns-of.ts'
import { needlesIn, prepareSearch } from '../../../../src/verify/secrets/secret-search.ts'
import { createRandom, randomBytes } from '../../../support/random.ts'

const token = 'ghs_16C7e42F292c6912E7710c838347Ae178B4a'

/** Whether a search for `secret` finds it in `text`. */
function isFound(secret: string, text: string): boolean {
  const search = prepareSearch([{ role: 'x', text: secret }])
  return search !== undefined && needlesIn(search, text).size > 0
}

describe('patternsOf()', () => {
  test.each([0, 1, 2, 3, 4, 5])('finds the Base64 of a text after %i other bytes, whatever follows', (before) => {
    for (let after = 0; after < 4; after += 1) {
      const whole = Buffer.from(`${'>'.repeat(before)}${token}${'?'.repeat(after)}`)
      expect(isFound(token, whole.toString('base64'))).toBe(true)
      expect(isFound(token, whole.toString('base64url'))).toBe(true)
    }
  })

  test('finds any text of 8 characters or more in Base64, in both alphabets', () => {
    const random = createRandom(8)
    for (let round = 0; round < 300; round += 1) {
      const text = randomBytes(random, 8 + (round % 40))
        .toString('latin1')
        .replaceAll(/[^!-~]/g, '9~?>')
      const around = Buffer.from(`${'a'.repeat(round % 5)}${text}${'z'.repeat(round % 7)}`)
      if (isOrdinary(text)) continue
      expect(isFound(text, around.toString('base64'))).toBe(true)
      expect(isFound(text, around.toString('base64url'))).toBe(true)
    }
  })

  test('finds a text as encoded in JSON by JavaScript and Go', () => {
    const text = 'a"b\\c&d<e>f-0123'
    expect(isFound(text, JSON.stringify({ text }))).toBe(true)
    expect(isFound(text, '{"text":"a\\"b\\\\c\\u0026d\\u003ce\\u003ef-0123"}')).toBe(true)
  })

  test('searches for a value without the white space around it', () => {
    expect(isFound(`  ${token}\n`, `x=${token};`)).toBe(true)
  })

  test('finds a key of several lines as a whole, and each of its lines', () => {
    const random = createRandom(1)
    const body = Array.from({ length: 20 }, () => randomBytes(random, 48).toString('base64'))
    const key = ['-----BEGIN PRIVATE KEY-----', ...body, '-----END PRIVATE KEY-----', ''].join('\n')
    expect(isFound(key, `some text\n${key}`)).toBe(true)
    expect(isFound(key, Buffer.from(key).toString('base64'))).toBe(true)
    expect(isFound(key, `"${key.replaceAll('\n', '\\n')}"`)).toBe(true)
    expect(isFound(key, `only ${body[7]} of it`)).toBe(true)
    expect(isFound(key, '-----BEGIN PRIVATE KEY-----\nMIIx another\n-----END PRIVATE KEY-----')).toBe(false)
  })

  test('finds the token of a configuration file, and none of its other lines', () => {
    const file = `# The registry of the company, and who we are there\n//npm.example.org/:_authToken=npm_${token}\nalways-auth=true\n`
    expect(isFound(file, `{"token":"npm_${token}"}`)).toBe(true)
    expect(isFound(file, 'COPY from //npm.example.org/ with always-auth=true')).toBe(false)
    expect(isFound(file, file)).toBe(true)
  })

  test('returns no pattern longer than the limit of the search', () => {
    for (const pattern of patternsOf(`${token.repeat(400)}\n${token}`))
      expect(pattern.length).toBeLessThanOrEqual(longestPattern)
  })
})

describe('isOrdinary()', () => {
  test.each([
    ...[
      '',
      'short',
      'production',
      'us-east-1',
      'my-app-name',
      'Production',
      'Jane Doe',
      'true',
      '1234567890',
      '2024-01-31',
    ],
    ...[
      '1.2.3-rc.1',
      '127.0.0.1:5000',
      'registry.example.com',
      'registry.example.com:5000/team/app',
      '/usr/local/bin/app',
    ],
    ...[
      'https://proxy.example.org',
      'https://sum.golang.org/lookup?module=example.com',
      'admin@example.com',
      './config/app.json',
    ],
    ...['localhost:8080', 'postgres://db.example.com:5432/app'],
  ])('omits %j', (text) => {
    expect(isOrdinary(text)).toBe(true)
    expect(patternsOf(text)).toEqual([])
  })

  test.each([
    ...[token, 'hunter2!hunter2', 'Passw0rd', 'correct horse battery staple', 'https://user:password@example.com/x'],
    ...[
      'https://hooks.example.com/services/T00000000/B00000000/XXXXabcdXXXX1234efghXXXX',
      'k9#mQ2$x',
      'abcdefghijklmnopqrstuvwxyz',
    ],
    ...['6fb75e43a3878f95ff2159bb', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
  ])('searches for %j', (text) => {
    expect(isOrdinary(text)).toBe(false)
    expect(patternsOf(text)).not.toEqual([])
  })
})

test.each([
  ['npm_16C7e42F292c6912E7710c838347Ae178B4a', true],
  ['0123456789abcdef0123456789abcdef01234567', true],
  ['my-service-account@my-project-123456', false],
  ['my-project-123456', false],
  ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', false],
  ['www.googleapis.com/oauth2/v1/certs', false],
  ['NODE_ENV_PRODUCTION_SETTINGS', false],
])('looksRandom(%j) is %j', (word, is) => {
  expect(looksRandom(word)).toBe(is)
})

test('random patterns are not found by chance in 20 MB of text and of random bytes', () => {
  const random = createRandom(5)
  const secrets = Array.from({ length: 50 }, () => randomBytes(random, 9).toString('base64'))
  const search = prepareSearch(secrets.map((text) => ({ role: 'x', text })))
  const block = randomBytes(random, 1_000_000)
  const text = `${block.toString('base64')}${block.toString('hex')}${block.toString('latin1')}`.repeat(4)
  expect(search && needlesIn(search, text).size).toBe(0)
})

import { expect, it } from 'vitest'
import { JsonError, parseJson } from '../../../src/bounds/json.ts'
import { limits } from '../../../src/bounds/limits.ts'

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)

it('parseJson() returns the value, even after a byte order mark', () => {
  expect(parseJson('\uFEFF{"a":["[[",{"b":"\\"{"}]}')).toEqual({ a: ['[[', { b: '"{' }] })
})

it('parseJson() accepts as many levels as the limit, and no more', () => {
  expect(() => parseJson(nested(limits.jsonDepth))).not.toThrow()
  expect(() => parseJson(nested(limits.jsonDepth + 1))).toThrow('it is nested deeper than 512 levels')
  expect(() => parseJson('{"a":'.repeat(30_000))).toThrow(JsonError)
})

it('parseJson() does not count brackets in strings', () => {
  const text = JSON.stringify({ a: '['.repeat(5_000), b: `\\"${'{'.repeat(5_000)}` })
  expect(parseJson(text)).toEqual(JSON.parse(text))
})

it.each([
  ['{"auths":{"r":{"auth":"c2VjcmV0"', 'it is not valid JSON'],
  ['{"password": secret-text}', 'it is not valid JSON'],
  [' \n', 'it is empty'],
])('parseJson() quotes nothing of invalid text: %s', (text, message) => {
  expect(() => parseJson(text)).toThrow(new JsonError(message))
})

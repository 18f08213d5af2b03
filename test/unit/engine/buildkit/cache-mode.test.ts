import { expect, test } from 'vitest'
import { parseDockerfile } from '../../../../src/dockerfile/read/parse.ts'
import { cacheModeOf, withCacheMode } from '../../../../src/engine/buildkit/cache-mode.ts'
import { makePlan } from '../../../../src/plan/make-plan.ts'
import { planPlatforms } from '../../../../src/source/needed-stages.ts'
import { factsOf, inputsOf } from '../../../support/plan.ts'

const ofWord = { type: 'registry', attributes: { type: 'registry', ref: 'a' }, byWord: true } as const

function readingOf(text: string, target: string) {
  const { build } = makePlan(inputsOf({ target }), factsOf())
  const buildPlatform = { os: 'linux', architecture: 'amd64' }
  return planPlatforms(parseDockerfile(text, 'Dockerfile'), build, { buildPlatform, env: {} })
}

const two = 'FROM a AS one\nRUN x\nFROM b AS two\nCOPY --from=one /x /x\nFROM c AS three\n'

test.each([
  { target: 'two', mode: 'max', because: 'the target needs 2 stages' },
  { target: 'one', mode: 'min', because: 'the target is one stage' },
  { target: 'three', mode: 'min', because: 'the target is one stage' },
])('cacheModeOf() is $mode for $target', ({ target, ...chosen }) => {
  expect(cacheModeOf(ofWord, readingOf(two, target))).toEqual(chosen)
  expect(withCacheMode(ofWord, readingOf(two, target)).attributes).toMatchObject({ mode: chosen.mode })
})

test('cacheModeOf() keeps every stage of a Dockerfile that only the builder reads', () => {
  expect(cacheModeOf(ofWord, undefined).mode).toBe('max')
})

test.each([
  { given: { mode: 'max' }, mode: 'max' },
  { given: {}, mode: 'min' },
])("cacheModeOf() is the user's, or BuildKit's own: $mode", ({ given, mode }) => {
  const target = { type: 'registry', attributes: { type: 'registry', ref: 'a', ...given } } as const
  expect(cacheModeOf(target, readingOf(two, 'two'))).toEqual({ mode })
  expect(withCacheMode(target, readingOf(two, 'two'))).toBe(target)
})

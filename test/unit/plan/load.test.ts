import { describe, expect, test } from 'vitest'
import { loadNotices, wantsLoad } from '../../../src/plan/load.ts'
import { inputsOf, serverOf } from '../../support/plan.ts'

const silent = { kind: 'unreachable', reason: 'connect ENOENT', endpoint: serverOf().endpoint } as const

describe('wantsLoad()', () => {
  test.each([
    { name: 'one platform without a destination', given: {}, is: true },
    { name: 'a push', given: { images: 'a', push: 'true' }, is: false },
    { name: 'several platforms', given: { platforms: 'amd64, arm64' }, is: false },
    { name: 'an output', given: { outputs: 'out' }, is: false },
    { name: 'a build for the cache', given: { outputs: 'type=cacheonly' }, is: false },
    { name: 'an output and load: true', given: { outputs: 'out', load: 'true' }, is: true },
    { name: 'load: false', given: { load: 'false' }, is: false },
  ])('is $is for $name', ({ given, is }) => {
    expect(wantsLoad(inputsOf(given), serverOf())).toBe(is)
  })

  test('is false without a daemon, unless requested', () => {
    expect([wantsLoad(inputsOf(), undefined), wantsLoad(inputsOf({ load: 'true' }), undefined)]).toEqual([false, true])
  })
})

describe('loadNotices()', () => {
  test('suggests outputs if no daemon is running and no destination is set', () => {
    expect(loadNotices(inputsOf(), silent)).toEqual([expect.stringContaining('outputs')])
  })

  test.each([
    { name: 'a push', given: { images: 'a', push: 'true' } },
    { name: 'an output', given: { outputs: 'out' } },
    { name: 'several platforms', given: { platforms: 'amd64, arm64' } },
    { name: 'load: false', given: { load: 'false' } },
  ])('is silent with $name', ({ given }) => {
    expect(loadNotices(inputsOf(given), silent)).toEqual([])
  })

  test('is silent with a daemon', () => {
    expect(loadNotices(inputsOf(), serverOf())).toEqual([])
  })
})

import { expect, test } from 'vitest'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'

// Each of these would be an error, a warning or an effect in a build.
const given = {
  push: 'true',
  load: 'true',
  outputs: 'type=oci,dest=image.tar',
  'smoke-test': 'true',
  'before-tags': 'scan',
  cache: 'registry',
  provenance: 'max',
  fresh: 'true',
  username: 'me',
  secrets: 'a=b',
}

test.each(['check', 'outline', 'targets'])('a plan with call: %s has no effects, with every engine', (call) => {
  for (const engine of ['buildx', 'embedded']) {
    const plan = makePlan(inputsOf({ ...given, call, engine }), factsOf())
    expect(plan).toMatchObject({
      call,
      push: false,
      load: false,
      outputs: [],
      smokeTest: undefined,
      beforeTags: undefined,
      fresh: undefined,
      build: { cacheFrom: [], cacheTo: [], provenance: undefined },
      notices: [],
      warnings: [],
    })
  }
})

test('an unknown call is an error with the nearest name', () => {
  expect(() => inputsOf({ call: 'chek' })).toThrow(/call.*check/)
})

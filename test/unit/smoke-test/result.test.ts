import { expect, test } from 'vitest'
import { ActionError } from '../../../src/errors/action-error.ts'
import { smokeSection } from '../../../src/smoke-test/result.ts'

test('smokeSection() folds the end of each log below its result', () => {
  const log = Array.from({ length: 31 }, (_, index) => `line ${index}`)
  const problem = new ActionError('smoke-failed', 'x')
  const found = smokeSection([
    { platform: 'linux/amd64', emulated: false, milliseconds: 1234, log: [], problem: undefined },
    { platform: 'linux/arm64', emulated: true, milliseconds: 2000, log, problem },
  ])
  expect(found.slice(0, 2)).toEqual(['Smoke test of `linux/amd64`: passed (1.2 s)', ''])
  expect(found[2]).toBe('<details><summary>Smoke test of <code>linux/arm64</code>: failed (2.0 s, emulated)</summary>')
  expect(found.slice(4, 7)).toEqual(['```text', 'line 1', 'line 2'])
  expect(found.slice(-4)).toEqual(['```', '', '</details>', ''])
})

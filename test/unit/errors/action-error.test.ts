import { expect, test } from 'vitest'
import { ActionError } from '../../../src/errors/action-error.ts'

const place = { file: 'Dockerfile', line: 3 }
const cause = new Error('reset')
const error = new ActionError('build-failed', 'it failed', { hint: 'Look.', place, platform: 'linux/arm64', cause })

test('with() replaces the given fields, and appends a hint to the existing one', () => {
  const changed = error.with({
    code: 'out-of-memory',
    message: 'it was killed',
    hint: 'Add memory.',
    platform: 'linux/386',
  })
  expect(changed).toBeInstanceOf(ActionError)
  expect({ ...changed, message: changed.message, cause: changed.cause }).toMatchObject({
    code: 'out-of-memory',
    message: 'it was killed',
    hint: 'Look. Add memory.',
    place,
    platform: 'linux/386',
    cause,
  })
})

test('with() keeps the other fields, and does not change the error', () => {
  const changed = error.with({ hint: undefined, place: { file: 'Dockerfile', line: 9 } })
  expect(changed).toMatchObject({ code: 'build-failed', hint: 'Look.', place: { line: 9 }, platform: 'linux/arm64' })
  expect(error.place).toBe(place)
  expect(new ActionError('internal', 'x').with({ hint: 'Ask.' })).toMatchObject({ hint: 'Ask.', place: undefined })
})

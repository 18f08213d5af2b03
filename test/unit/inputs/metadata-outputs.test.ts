import { expect, it } from 'vitest'
import { inputsOf } from '../../support/plan.ts'

it('reads separators unchanged, with a newline as the default', () => {
  expect(inputsOf({}).separators).toEqual({ tags: '\n', labels: '\n', annotations: '\n' })
  expect(inputsOf({ 'sep-tags': ' ', 'sep-labels': ', ', 'sep-annotations': '|' }).separators).toEqual({
    tags: ' ',
    labels: ', ',
    annotations: '|',
  })
})

it('rejects an invalid separator', () => {
  expect(() => inputsOf({ 'sep-labels': 'x'.repeat(101) })).toThrow(
    'sep-labels: expected at most 100 characters, found 101',
  )
})

it('reads the target of bake files, and rejects targets that bake rejects', () => {
  expect(inputsOf({}).bakeTarget).toBe('docker-metadata-action')
  expect(inputsOf({ 'bake-target': 'my_app-1' }).bakeTarget).toBe('my_app-1')
  expect(() => inputsOf({ 'bake-target': 'my app' })).toThrow('bake-target: expected a name of letters, digits')
})

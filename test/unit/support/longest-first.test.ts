import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { longestFirst } from '../../support/longest-first.ts'

const root = resolve(import.meta.dirname, '../../..')

it('longestFirst() keeps projects together, and starts long files first', () => {
  const specs = [
    { project: 'second', path: 'long' },
    { project: 'rest', path: 'short' },
    { project: 'rest', path: 'a' },
    { project: 'rest', path: 'long' },
  ]
  expect(longestFirst(specs, { long: 60, short: 1 })).toEqual([
    { project: 'rest', path: 'long' },
    { project: 'rest', path: 'short' },
    { project: 'rest', path: 'a' },
    { project: 'second', path: 'long' },
  ])
})

it('the durations are those of existing files', () => {
  const durations = JSON.parse(readFileSync(join(root, 'test/support/durations.json'), 'utf8'))
  expect(Object.keys(durations).length).toBeGreaterThan(0)
  expect(Object.keys(durations).filter((path) => !existsSync(join(root, path)))).toEqual([])
})

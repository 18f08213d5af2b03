import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const src = resolve(import.meta.dirname, '../../../src')
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, text: readFileSync(join(src, path), 'utf8') }))

/** The files whose text matches. */
function filesWith(pattern: RegExp): readonly string[] {
  return sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path)
}

it('one loop makes attempts', () => {
  expect(filesWith(/for \(let attempt|attempt\s*(?:\+\+|\+= 1)|\bbackoff\((?!\{)/)).toEqual(['retry/retry.ts'])
})

it('one place creates the error of a cancelled run', () => {
  expect(filesWith(/new ActionError\(\s*'cancelled'/)).toEqual(['errors/cancelled.ts'])
})

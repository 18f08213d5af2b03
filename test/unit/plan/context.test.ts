import { expect, test } from 'vitest'
import { defaultGitContext } from '../../../src/plan/context.ts'

const event = { serverUrl: 'https://github.com', repository: 'acme/app', sha: 'abc' }

test('defaultGitContext() names the commit', () => {
  expect(defaultGitContext(event)).toBe('https://github.com/acme/app.git#abc')
})

test('defaultGitContext() appends the subdirectory', () => {
  expect(defaultGitContext(event, 'sub/dir')).toBe('https://github.com/acme/app.git#abc:sub/dir')
})

test.each([{ repository: '' }, { sha: '' }])('defaultGitContext() rejects an event with %j', (missing) => {
  expect(() => defaultGitContext({ ...event, ...missing })).toThrow(
    expect.objectContaining({ code: 'context-not-found' }),
  )
})

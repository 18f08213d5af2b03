import { expect, it } from 'vitest'
import { gitEnvironment } from '../../../../../src/engine/embedded/git/git-environment.ts'

const tokenHeader = `Authorization: Basic ${Buffer.from('x-access-token:job-token').toString('base64')}`

it.each([
  ['github.com', 'https://github.com/acme/app.git', [tokenHeader]],
  ['a name that only begins like it', 'https://github.com.evil.example/app.git', []],
  ['plain HTTP', 'http://github.com/acme/app.git', []],
  ['another server', 'https://example.com/app.git', []],
  ['ssh', 'git@github.com:acme/app.git', []],
])('gitEnvironment() shows the token of the job to github.com alone: %s', (_, remote, shown) => {
  const env = gitEnvironment({ remote, credentials: undefined, token: 'job-token' }, {})
  expect(Object.values(env).filter((value) => value?.startsWith('Authorization'))).toEqual(shown)
})

it("gitEnvironment() goes on counting after the user's settings, and forgets the repository of a hook", () => {
  const given = { GIT_CONFIG_COUNT: '2', GIT_DIR: '/elsewhere' }
  const env = gitEnvironment({ remote: 'https://example.com/a.git', credentials: 'me:pw', token: undefined }, given)
  expect(env['GIT_CONFIG_KEY_2']).toBe('core.autocrlf')
  expect(env['GIT_CONFIG_COUNT']).toBe('9')
  expect(env['GIT_CONFIG_KEY_8']).toBe('http.https://example.com/a.git.extraheader')
  expect(env['GIT_DIR']).toBeUndefined()
  expect(env['GIT_CONFIG_KEY_0']).toBeUndefined()
})

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { gitEnvironment } from '../../../../src/source/git/git-environment.ts'
import { tempFolder } from '../../../support/temp.ts'

it("gitEnvironment() numbers its settings after the user's, and removes the repository of a hook", () => {
  const given = { GIT_CONFIG_COUNT: '2', GIT_DIR: '/elsewhere' }
  const env = gitEnvironment([{ origin: 'https://example.com', path: '/t/file' }], given)
  expect(env['GIT_CONFIG_KEY_2']).toBe('core.autocrlf')
  expect(env['GIT_CONFIG_COUNT']).toBe('10')
  expect(env['GIT_CONFIG_KEY_8']).toBe('credential.https://example.com.helper')
  expect(env['GIT_CONFIG_VALUE_8']).toBe('')
  expect(env['GIT_CONFIG_VALUE_9']).toBe(`!f() { test "$1" = get && cat '/t/file'; }; f`)
  expect(env['GIT_DIR']).toBeUndefined()
  expect(env['GIT_CONFIG_KEY_0']).toBeUndefined()
})

it.each([
  ['the server itself', 'https://example.com/a/b.git', true],
  ['its other repositories', 'https://example.com/c.git', true],
  ['a name that only begins like it', 'https://example.com.evil.example/a.git', false],
  ['a name below it', 'https://sub.example.com/a.git', false],
  ['plain HTTP', 'http://example.com/a.git', false],
  ['another port', 'https://example.com:444/a.git', false],
  ['another server', 'https://other.example/a.git', false],
])('Git has the credentials of a server for %s: %s %s', (_, url, has) => {
  const root = tempFolder({ '.gitconfig': '[credential]\n\thelper = "!echo password=of-the-user;:"\n' })
  const path = join(root, 'it\'s a "file"')
  writeFileSync(path, 'username=me\npassword=hunter2\n')
  const env = gitEnvironment([{ origin: 'https://example.com', path }], {})
  const given = { PATH: process.env['PATH'] ?? '', HOME: root, GIT_CONFIG_NOSYSTEM: '1' }
  const set = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
  const options = { env: { ...given, ...set, GIT_ASKPASS: 'true' }, input: `url=${url}\n\n`, encoding: 'utf8' } as const
  const answer = execFileSync('git', ['credential', 'fill'], options)
  expect(answer.includes('password=hunter2\n')).toBe(has)
  // For other servers, Git asks the user's helpers.
  expect(answer.includes('password=of-the-user\n')).toBe(!has)
  expect(JSON.stringify(env)).not.toContain('hunter2')
})

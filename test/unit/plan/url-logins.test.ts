import { describe, expect, test } from 'vitest'
import { describePlan } from '../../../src/plan/describe-plan.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { builderOf, factsOf, inputsOf } from '../../support/plan.ts'

type Given = Parameters<typeof inputsOf>[0]

function loginsOf(given: Given, serverUrl = 'https://github.com'): readonly string[] {
  const facts = factsOf({ event: { ...factsOf().event, serverUrl }, builder: builderOf() })
  const { urlLogins } = makePlan(inputsOf({ 'github-token': 'tok', ...given }), facts).build
  return urlLogins.map(
    ({ kind, host, username, password }) => `${kind} ${username.reveal()}:${password.reveal()}@${host}`,
  )
}

const job = 'git x-access-token:tok@github.com'

describe('planUrlLogins()', () => {
  test.each<{ name: string; given: Given; is: readonly string[]; server?: string }>([
    { name: 'nothing for a directory', given: {}, is: [] },
    { name: 'the token for the commit of the event', given: { context: '{{defaultContext}}' }, is: [job] },
    { name: 'the token for its own server', given: { context: 'https://github.com/a/b.git' }, is: [job] },
    { name: 'the token for the short form', given: { context: 'github.com/a/b' }, is: [job] },
    { name: 'the token for a named context', given: { 'build-contexts': 'x=https://github.com/a/b.git' }, is: [job] },
    { name: 'no token for another server', given: { context: 'https://gitlab.com/a/b.git' }, is: [] },
    {
      name: 'no token for a name with the same prefix',
      given: { context: 'https://github.com.evil.com/a.git' },
      is: [],
    },
    { name: 'no token for plain HTTP', given: { context: 'http://github.com/a/b.git' }, is: [] },
    { name: 'no token for ssh', given: { context: 'git@github.com:a/b.git' }, is: [] },
    {
      name: 'the token for an enterprise server',
      given: { context: '{{defaultContext}}' },
      server: 'https://ghe.example:8443',
      is: ['git x-access-token:tok@ghe.example:8443'],
    },
    {
      name: 'no token for github.com on it',
      given: { context: 'https://github.com/a/b.git' },
      server: 'https://ghe.example',
      is: [],
    },
    { name: 'no token if none is set', given: { context: '{{defaultContext}}', 'github-token': '' }, is: [] },
    {
      name: 'the password of a URL instead of the token',
      given: { context: 'https://me:pw@github.com/a/b.git' },
      is: ['git me:pw@github.com'],
    },
    {
      name: 'one for each host',
      given: {
        context: 'https://me:p%20w@a.example:81/b.git',
        'build-contexts': 'x=https://you:pw@b.example/c.tar.gz\ny=https://me:p%20w@a.example:81/d.git',
      },
      is: ['git me:p w@a.example:81', 'http you:pw@b.example'],
    },
    { name: 'the token for ADD with the embedded engine', given: { engine: 'embedded' }, is: [job] },
  ])('has $name', ({ given, is, server }) => {
    expect(loginsOf(given, server)).toEqual(is)
  })

  test('rejects two passwords for one host', () => {
    const given = { context: 'https://me:pw@a.example/b.git', 'build-contexts': 'x=https://me:other@a.example/c.git' }
    expect(() => loginsOf(given)).toThrow(
      expect.objectContaining({ code: 'input-invalid', message: 'Cannot use two users or passwords for a.example' }),
    )
  })
})

test('a plan contains no password of a URL, an option or a text', () => {
  const plan = makePlan(
    inputsOf({
      context: 'https://me:hunter1@a.example/b.git#main',
      'build-contexts': 'x=https://me:hunter2@b.example/c.git',
      'dockerfile-inline': 'FROM scratch\nADD https://me:hunter3@c.example/x /\n',
      driver: 'docker-container',
      'driver-opts': 'env.HTTP_PROXY=http://me:hunter4@proxy:1',
      'buildkitd-config-inline': 'x = "hunter5"',
    }),
    factsOf(),
  )
  expect(plan.build.context).toBe('https://a.example/b.git#main')
  expect(describePlan(plan)).not.toContain('hunter')
  expect(describePlan(plan)).toContain('"git a.example"')
})

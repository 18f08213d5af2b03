import { describe, expect, test } from 'vitest'
import { parseReference } from '../../../src/oci/reference.ts'
import { planLogins } from '../../../src/plan/logins.ts'
import { inputsOf } from '../../support/plan.ts'

const user = { username: 'rig', password: 's3cret' }

function loginsOf(given: Parameters<typeof inputsOf>[0], ...references: readonly string[]) {
  const logins = planLogins(inputsOf(given), references.map(parseReference), 'octocat')
  return logins.map(({ registry, username, password, unlessKnown = false }) => {
    return `${username}:${password.reveal()}@${registry}${unlessKnown ? ' unless known' : ''}`
  })
}

describe('planLogins()', () => {
  test.each([
    {
      name: 'the only registry',
      given: user,
      at: ['reg.example/a:1', 'reg.example/b:1'],
      is: ['rig:s3cret@reg.example'],
    },
    { name: 'Docker Hub without names', given: user, at: [], is: ['rig:s3cret@docker.io'] },
    { name: 'Docker Hub among several', given: user, at: ['reg.example/a:1', 'a:1'], is: ['rig:s3cret@docker.io'] },
    {
      name: 'the registry input',
      given: { ...user, registry: 'x.example/ns' },
      at: ['a.example/a:1'],
      is: ['rig:s3cret@x.example'],
    },
    { name: 'nothing', given: {}, at: ['reg.example/a:1'], is: [] },
    {
      name: 'nothing for another registry than ghcr.io',
      given: { 'github-token': 'tok' },
      at: ['reg.example/a:1'],
      is: [],
    },
    {
      name: 'ghcr.io by the token',
      given: { 'github-token': 'tok' },
      at: ['ghcr.io/a/b:1'],
      is: ['octocat:tok@ghcr.io unless known'],
    },
    {
      name: 'ghcr.io by the user rather than the token',
      given: { ...user, 'github-token': 'tok' },
      at: ['ghcr.io/a/b:1'],
      is: ['rig:s3cret@ghcr.io'],
    },
    {
      name: 'Docker Hub by the user and ghcr.io by the token',
      given: { ...user, 'github-token': 'tok' },
      at: ['ghcr.io/a/b:1', 'a/b:1'],
      is: ['rig:s3cret@docker.io', 'octocat:tok@ghcr.io unless known'],
    },
  ])('logs in to $name', ({ given, at, is }) => {
    expect(loginsOf(given, ...at)).toEqual(is)
  })

  test('refuses credentials for one of several registries', () => {
    expect(() => loginsOf(user, 'a.example/a:1', 'b.example/a:1')).toThrow(
      expect.objectContaining({
        code: 'input-invalid',
        message:
          'Cannot tell which registry username and password are for: the image names are on a.example and b.example',
      }),
    )
  })
})

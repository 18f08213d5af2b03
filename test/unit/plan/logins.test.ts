import { describe, expect, test } from 'vitest'
import { parseReference } from '../../../src/oci/reference.ts'
import { needsHubBase, planLogins } from '../../../src/plan/logins.ts'
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
      name: 'Docker Hub if the names belong to other registries',
      given: user,
      at: ['reg.example/a:1', 'b.example/b:1'],
      is: ['rig:s3cret@docker.io'],
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
      name: 'nothing for a registry other than ghcr.io',
      given: { 'github-token': 'tok' },
      at: ['reg.example/a:1'],
      is: [],
    },
    {
      name: 'ghcr.io with the token',
      given: { 'github-token': 'tok' },
      at: ['ghcr.io/a/b:1'],
      is: ['octocat:tok@ghcr.io unless known'],
    },
    {
      name: 'ghcr.io as the user instead of with the token',
      given: { ...user, registry: 'ghcr.io', 'github-token': 'tok' },
      at: ['ghcr.io/a/b:1'],
      is: ['rig:s3cret@ghcr.io'],
    },
    {
      name: 'Docker Hub as the user and ghcr.io with the token',
      given: { ...user, 'github-token': 'tok' },
      at: ['ghcr.io/a/b:1', 'a/b:1'],
      is: ['rig:s3cret@docker.io', 'octocat:tok@ghcr.io unless known'],
    },
  ])('logs in to $name', ({ given, at, is }) => {
    expect(loginsOf(given, ...at)).toEqual(is)
  })
})

describe('needsHubBase()', () => {
  test.each([
    { name: 'with a name in another registry', given: user, at: ['ghcr.io/a/b:1'], is: true },
    { name: 'without names', given: user, at: [], is: true },
    { name: 'with a name on Docker Hub', given: user, at: ['ghcr.io/a/b:1', 'a/b:1'], is: false },
    { name: 'with a registry', given: { ...user, registry: 'ghcr.io' }, at: ['ghcr.io/a/b:1'], is: false },
    { name: 'with Docker Hub as registry', given: { ...user, registry: 'docker.io' }, at: [], is: false },
    { name: 'without credentials', given: {}, at: ['ghcr.io/a/b:1'], is: false },
  ])('is $is $name', ({ given, at, is }) => {
    expect(needsHubBase(inputsOf(given), at.map(parseReference))).toBe(is)
  })
})

import { expect, test } from 'vitest'
import { secret } from '../../../src/inputs/secret.ts'
import { composeConfig, neededLogins } from '../../../src/login/docker-config.ts'

const password = secret('s3cret')
const auth = Buffer.from('rig:s3cret').toString('base64')
const ghcr = { registry: 'ghcr.io', username: 'rig', password }
const fallback = { ...ghcr, unlessKnown: true }
const hub = { ...ghcr, registry: 'docker.io' }
const hubKey = 'https://index.docker.io/v1/'

test.each([
  { name: 'no login', user: {}, logins: [], is: { auths: {} } },
  { name: 'a login', user: {}, logins: [ghcr], is: { auths: { 'ghcr.io': { auth } } } },
  { name: 'Docker Hub under its old key', user: {}, logins: [hub], is: { auths: { [hubKey]: { auth } } } },
  {
    name: "a login that overrides the user's",
    user: { auths: { 'ghcr.io': { auth: 'old' }, 'a.example': { auth: 'a' } } },
    logins: [ghcr],
    is: { auths: { 'ghcr.io': { auth }, 'a.example': { auth: 'a' } } },
  },
  {
    name: 'an empty helper if there is a store',
    user: { credsStore: 'desktop' },
    logins: [ghcr, hub],
    is: {
      credsStore: 'desktop',
      auths: { 'ghcr.io': { auth }, [hubKey]: { auth } },
      credHelpers: { 'ghcr.io': '', [hubKey]: '' },
    },
  },
  {
    name: 'an empty helper if there are helpers',
    user: { credHelpers: { 'a.example': 'ecr-login', 'ghcr.io': 'pass' } },
    logins: [ghcr],
    is: { auths: { 'ghcr.io': { auth } }, credHelpers: { 'a.example': 'ecr-login', 'ghcr.io': '' } },
  },
  {
    name: 'the helpers of other registries without a login',
    user: { credHelpers: { 'a.example': 'ecr-login' } },
    logins: [],
    is: { auths: {}, credHelpers: { 'a.example': 'ecr-login' } },
  },
  {
    name: 'a fallback if no credentials are known',
    user: {},
    logins: [fallback],
    is: { auths: { 'ghcr.io': { auth } } },
  },
  {
    name: "no fallback over the user's login",
    user: { auths: { 'ghcr.io': { auth: 'own' } } },
    logins: [fallback],
    is: { auths: { 'ghcr.io': { auth: 'own' } } },
  },
  {
    name: "no fallback over the user's login by its address",
    user: { auths: { 'https://ghcr.io/v2/': { auth: 'own' } } },
    logins: [fallback],
    is: { auths: { 'https://ghcr.io/v2/': { auth: 'own' } } },
  },
  {
    name: "no fallback over the user's helper",
    user: { credHelpers: { 'ghcr.io': 'pass' } },
    logins: [fallback],
    is: { auths: {}, credHelpers: { 'ghcr.io': 'pass' } },
  },
  {
    name: 'other settings unchanged',
    user: { currentContext: 'far', proxies: { default: { httpProxy: 'http://p' } }, HttpHeaders: { a: 'b' } },
    logins: [],
    is: {
      currentContext: 'far',
      proxies: { default: { httpProxy: 'http://p' } },
      HttpHeaders: { a: 'b' },
      auths: {},
    },
  },
])('composeConfig() has $name', ({ user, logins, is }) => {
  expect(composeConfig(user, '/home/.docker', neededLogins(user, logins))).toEqual({
    ...is,
    cliPluginsExtraDirs: ['/home/.docker/cli-plugins'],
  })
})

test("composeConfig() lists the user's plugin directories before the user's own", () => {
  expect(composeConfig({ cliPluginsExtraDirs: ['/a'] }, '/u', []).cliPluginsExtraDirs).toEqual(['/a', '/u/cli-plugins'])
})

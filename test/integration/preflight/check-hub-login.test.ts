import { expect, onTestFinished, test } from 'vitest'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { checkHubLogin } from '../../../src/preflight/check-hub-login.ts'
import { preflight } from '../../../src/preflight/preflight.ts'
import { createTestHost } from '../../support/host.ts'
import { loginOf } from '../../support/login.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { startRegistry } from '../../support/registry.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder } from '../../support/temp.ts'

const user = { username: 'rig', password: 's3cret' }
const ghcr = 'FROM ghcr.io/acme/base:1\nCOPY --from=ghcr.io/acme/tool:1 / /\n'

function setUp(dockerfile: string | undefined, given: Parameters<typeof inputsOf>[0]) {
  const context = tempFolder(dockerfile === undefined ? { './': '' } : { Dockerfile: dockerfile })
  const host = createTestHost()
  onTestFinished(host.close)
  return { plan: makePlan(inputsOf({ ...user, context, ...given }), factsOf()), host }
}

test.each([
  { name: 'the one registry of the names', given: { images: 'ghcr.io/acme/app' }, hint: 'Set `registry: ghcr.io`.' },
  {
    name: 'the registries of the names',
    given: { images: 'ghcr.io/acme/app, quay.io/acme/app' },
    hint: 'Set `registry` to the one that they are for: ghcr.io, quay.io.',
  },
  { name: 'the registry of the bases', given: {}, hint: 'Set `registry: ghcr.io`.' },
  {
    name: 'no registry',
    given: { 'dockerfile-inline': 'FROM scratch' },
    hint: 'Set `registry` to the registry that they are for.',
  },
])('credentials for Docker Hub without an image on it are an input error that names $name', async ({ given, hint }) => {
  const { plan, host } = setUp(ghcr, given)
  await expect(checkHubLogin(await runOf(plan, host))).rejects.toMatchObject({
    code: 'input-invalid',
    message:
      'Cannot use `username` and `password`: without `registry` they are for Docker Hub, but this step uses no image from Docker Hub',
    hint,
  })
})

test.each([
  { name: 'a name is on Docker Hub', dockerfile: ghcr, given: { images: 'acme/app' } },
  { name: 'a base is on Docker Hub', dockerfile: 'FROM alpine:3\n', given: { images: 'ghcr.io/acme/app' } },
  { name: 'a stage copies from an image on it', dockerfile: `FROM scratch\nCOPY --from=alpine / /\n`, given: {} },
  {
    name: 'a named context is an image on it',
    dockerfile: 'FROM base\n',
    given: { 'build-contexts': 'base=docker-image://alpine:3' },
  },
  { name: 'the registry input names it', dockerfile: ghcr, given: { registry: 'docker.io' } },
  {
    name: 'the Dockerfile is fetched by the builder',
    dockerfile: undefined,
    given: { context: 'https://a.example/x.git' },
  },
  { name: 'the Dockerfile cannot be read', dockerfile: 'FROM\n', given: {} },
])('they are used if $name', async ({ dockerfile, given }) => {
  const { plan, host } = setUp(dockerfile, given)
  await expect(checkHubLogin(await runOf(plan, host))).resolves.toBeUndefined()
  expect(plan.logins).toEqual([expect.objectContaining({ registry: 'docker.io', username: 'rig' })])
})

test('it is reported if only a base image is on Docker Hub', async () => {
  const { plan, host } = setUp('FROM alpine:3\n', { images: 'ghcr.io/acme/app' })
  await checkHubLogin(await runOf(plan, host))
  const notice =
    'username and password are used for Docker Hub, where a base image is, and not for ghcr.io: registry is empty'
  expect(host.told).toEqual([{ notice, place: { file: expect.stringMatching(/Dockerfile$/), line: 1 } }])
})

test('preflight() sends no request before', async () => {
  const registry = await startRegistry()
  onTestFinished(registry.close)
  const { plan, host } = setUp('FROM scratch\n', { images: `${registry.host}/app`, tags: '1', push: 'true' })
  const client = createTestClient()
  onTestFinished(client.close)
  await expect(preflight(await runOf(plan, host, loginOf(client)))).rejects.toMatchObject({ code: 'input-invalid' })
  expect(registry.kinds()).toEqual([])
})

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { HttpRequest } from '../../../src/host/host.ts'
import { createGetIdToken } from '../../../src/login/identity/id-token.ts'
import { logIn } from '../../../src/login/login.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { startAws } from '../../support/aws.ts'
import { createTestHost } from '../../support/host.ts'
import { startIdTokens } from '../../support/id-tokens.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { tempFolder } from '../../support/temp.ts'

const ecr = '123456789012.dkr.ecr.eu-central-1.amazonaws.com'

/** Logs in, and returns the identities: `user:password` by the key in `auths`. Requests to `services` are answered by functions of the test. */
async function identify(
  given: Parameters<typeof inputsOf>[0],
  env: Readonly<Record<string, string>> = {},
  services: Readonly<Record<string, (request: HttpRequest) => unknown>> = {},
) {
  const root = tempFolder({ 'home/.docker/': '', 'step/': '' })
  const host = createTestHost({ env: { HOME: join(root, 'home'), ...env }, tempDir: join(root, 'step') })
  onTestFinished(host.close)
  const server = createServer((request, response) => {
    const found = answers.get(request.url ?? '')
    const answer = found?.() as { readonly status?: number } | undefined
    response.writeHead(answer?.status ?? 200).end(JSON.stringify(answer))
  })
  const answers = new Map<string, () => unknown>()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const http = async (request: HttpRequest) => {
    const service = services[request.url]
    if (service === undefined) return await host.http(request)
    const path = `/${answers.size}`
    answers.set(path, () => service(request))
    return await host.http({ ...request, url: `http://127.0.0.1:${port}${path}` })
  }
  const facts = factsOf({ dockerConfigDir: join(root, 'home/.docker'), buildxConfigDir: join(root, 'home/buildx') })
  const plan = makePlan(inputsOf({ retries: '0', ...given }), facts)
  await logIn(plan, facts, { ...host, http })
  const { auths } = JSON.parse(readFileSync(join(root, 'step/docker/config.json'), 'utf8'))
  const users = Object.entries(auths as Record<string, { readonly auth: string }>).map(([key, { auth }]) => [
    key,
    Buffer.from(auth, 'base64').toString(),
  ])
  return { users: Object.fromEntries(users) as Readonly<Record<string, string>>, host }
}

const keys = {
  AKIAGOOD: { key: 'secret/key+1' },
  ASIAROLE: { key: 'role-key', session: 'role+session/==' },
  ASIAOLD: { key: 'old-key', session: 'expired' },
}

async function aws(options: Partial<Parameters<typeof startAws>[0]> = {}) {
  const clock = createTestHost().clock
  const fake = await startAws({ keys, password: 'hunter-ecr', now: () => clock.now(), ...options })
  onTestFinished(fake.close)
  return fake
}

/** GitHub's service for OIDC tokens: the token names its audience. Set in the process, where @actions/core reads it. */
async function idTokens(): Promise<Readonly<Record<string, string>>> {
  const { env, close } = await startIdTokens()
  onTestFinished(close)
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
  // @actions/core writes commands to standard output.
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  onTestFinished(() => written.mockRestore())
  return env
}

const pushing = { images: `${ecr}/acme/app`, tags: '1', push: 'true' }

test('ECR: access keys as username and password, also for the accounts of AWS_ACCOUNT_IDS', async () => {
  const fake = await aws()
  const given = { ...pushing, registry: ecr, username: 'AKIAGOOD', password: 'secret/key+1' }
  const { users, host } = await identify(given, { AWS_ENDPOINT_URL_ECR: fake.url, AWS_ACCOUNT_IDS: '111111111111' })
  expect(users).toEqual({ [ecr]: 'AWS:hunter-ecr', [ecr.replace('123456789012', '111111111111')]: 'AWS:hunter-ecr' })
  expect(fake.calls).toEqual(['ecr GetAuthorizationToken {"registryIds":["123456789012","111111111111"]}'])
  for (const text of ['hunter-ecr', 'secret/key+1']) expect(host.told).toContainEqual({ mask: text })
})

test('ECR: the environment is sufficient without any entry', async () => {
  const fake = await aws()
  const env = { AWS_ACCESS_KEY_ID: 'ASIAROLE', AWS_SECRET_ACCESS_KEY: 'role-key', AWS_SESSION_TOKEN: 'role+session/==' }
  const { users } = await identify(pushing, { AWS_ENDPOINT_URL: fake.url, ...env })
  expect(users).toEqual({ [ecr]: 'AWS:hunter-ecr' })
  expect((await identify({ registry: ecr }, { AWS_ENDPOINT_URL: fake.url, ...env })).users).toEqual(users)
  expect((await identify(pushing, { AWS_ENDPOINT_URL: fake.url })).users).toEqual({})
  const refused = await identify(pushing, { AWS_ENDPOINT_URL: fake.url, ...env, AWS_SECRET_ACCESS_KEY: 'of another' })
  expect(refused.host.log.lines).toEqual([expect.stringMatching(/^warning: .*The step continues without/)])
})

test('ECR: a role is assumed with the OIDC token, and a missing repository is created', async () => {
  const fake = await aws({ tokens: ['jwt for sts.amazonaws.com'] })
  const env = { ...(await idTokens()), AWS_ENDPOINT_URL: fake.url, GITHUB_RUN_ID: '42' }
  const role = 'role-to-assume: arn:aws:iam::123456789012:role/ci'
  const registries = `- registry: ${ecr}\n  ${role}\n  create-repository: true`
  const { users } = await identify({ ...pushing, registries }, env)
  expect(users).toEqual({ [ecr]: 'AWS:hunter-ecr' })
  expect(fake.calls.map((call) => call.split(' {', 1)[0])).toEqual([
    'sts arn:aws:iam::123456789012:role/ci polyarch-42',
    'ecr DescribeRepositories',
    'ecr CreateRepository',
    'ecr GetAuthorizationToken',
  ])
  expect([...fake.repositories]).toEqual(['acme/app'])
  await identify({ ...pushing, push: 'false', registries }, env)
  expect(fake.calls.filter((call) => call.includes('Repositor'))).toHaveLength(2)
})

test('ECR Public: another service in us-east-1 for any region, and repositories without the alias', async () => {
  const fake = await aws()
  const env = { AWS_ACCESS_KEY_ID: 'AKIAGOOD', AWS_SECRET_ACCESS_KEY: 'secret/key+1', AWS_REGION: 'eu-west-1' }
  const registries = '- registry: public.ecr.aws\n  create-repository: true'
  const given = { images: 'public.ecr.aws/alias/team/app', tags: '1', push: 'true', registries }
  const { users } = await identify(given, { AWS_ENDPOINT_URL_ECR_PUBLIC: fake.url, ...env })
  expect(users).toEqual({ 'public.ecr.aws': 'AWS:hunter-ecr' })
  expect([...fake.repositories]).toEqual(['team/app'])
})

test('ECR: requests that AWS throttles are retried', async () => {
  const fake = await aws()
  fake.faults.push('ThrottlingException', 'com.amazonaws#ThrottlingException')
  const given = { ...pushing, registry: ecr, username: 'AKIAGOOD', password: 'secret/key+1', retries: '3' }
  const { users } = await identify(given, { AWS_ENDPOINT_URL: fake.url })
  expect(users).toEqual({ [ecr]: 'AWS:hunter-ecr' })
})

test.each([
  { name: 'a wrong key', user: 'AKIAGOOD', is: /InvalidSignatureException/, hint: /secret access key/ },
  {
    name: 'an unknown key',
    user: 'AKIAOTHER',
    is: /UnrecognizedClientException/,
    hint: /does not know the access key/,
  },
  { name: 'an expired token', user: 'ASIAOLD', is: /ExpiredTokenException/, hint: /have expired/ },
])('ECR: $name is explained', async ({ user, is, hint }) => {
  const fake = await aws()
  const given = { ...pushing, registry: ecr, username: user, password: 'hunter-wrong' }
  const error = await identify(given, { AWS_ENDPOINT_URL: fake.url }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    code: 'registry-unauthorized',
    message: expect.stringMatching(is),
    hint: expect.stringMatching(hint),
  })
  expect(String(error)).not.toContain('hunter')
})

test('ECR: a role that does not trust the job, a registry without a region, and no credentials at all', async () => {
  const fake = await aws()
  const env = { ...(await idTokens()), AWS_ENDPOINT_URL: fake.url }
  const fails = (registries: string) =>
    expect(identify({ images: 'a/b', tags: '1', push: 'true', registries }, env)).rejects
  await fails(`- {registry: "${ecr}", role-to-assume: "arn:aws:iam::123456789012:role/ci"}`).toMatchObject({
    hint: expect.stringMatching(/trust policy/),
  })
  await fails('- {registry: images.example.com, ecr: true}').toMatchObject({
    hint: expect.stringMatching(/AWS_REGION/),
  })
  await fails(`- {registry: "${ecr}"}`).toMatchObject({ hint: expect.stringMatching(/role-to-assume/) })
})

test('a cancellation ends the wait for an OIDC token', async () => {
  const server = createServer(() => undefined)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const env = { ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/?x=y`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't' }
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
  const cancel = new AbortController()
  server.once('request', () => cancel.abort())
  const getIdToken = createGetIdToken({ env, signal: cancel.signal, mask: () => undefined })
  await expect(getIdToken('x', 'Cannot log in')).rejects.toMatchObject({ code: 'cancelled' })
})

const google = '- registry: europe-docker.pkg.dev\n  workload-identity-provider: projects/1/providers/gh\n'

test('without `id-token: write` the error names the permission to add; if nothing is pushed it is a warning', async () => {
  const given = { images: 'europe-docker.pkg.dev/a/b', tags: '1', registries: google }
  await expect(identify({ ...given, push: 'true' })).rejects.toMatchObject({
    code: 'registry-unauthorized',
    hint: expect.stringMatching(/`id-token: write`/),
  })
  const { host } = await identify(given)
  expect(host.log.lines).toEqual([expect.stringMatching(/^warning: .*no permission to request an OIDC token/)])
})

const sts = 'https://sts.googleapis.com/v1/token'
const impersonate =
  'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/ci%40acme.iam:generateAccessToken'

function fakeGoogle() {
  return {
    [sts]: ({ body }: HttpRequest) => {
      const { subjectToken, audience } = JSON.parse(String(body))
      const isRight = subjectToken === `jwt for https:${audience}`
      return isRight ? { access_token: 'hunter-federated' } : { status: 400, error: 'invalid_grant' }
    },
    [impersonate]: ({ headers }: HttpRequest) =>
      headers?.['authorization'] === 'Bearer hunter-federated' ? { accessToken: 'hunter-google' } : { status: 403 },
  }
}

test('Google: the OIDC token is exchanged for an access token, as the service account if one is named', async () => {
  const env = await idTokens()
  const { users, host } = await identify({ registries: google }, env, fakeGoogle())
  expect(users).toEqual({ 'europe-docker.pkg.dev': 'oauth2accesstoken:hunter-federated' })
  expect(host.told).toContainEqual({ mask: 'hunter-federated' })
  const registries = `${google}  service-account: ci@acme.iam`
  expect((await identify({ registries }, env, fakeGoogle())).users).toEqual({
    'europe-docker.pkg.dev': 'oauth2accesstoken:hunter-google',
  })
})

test('Google: the files of google-github-actions/auth are used, but no address in them', async () => {
  const key = { type: 'service_account', private_key: 'hunter-key' }
  const federation = {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/providers/gh',
    token_url: 'http://evil.example/',
    service_account_impersonation_url: impersonate.replace('%40', '@'),
  }
  const folder = tempFolder({ 'key.json': JSON.stringify(key), 'federation.json': JSON.stringify(federation) })
  const env = await idTokens()
  const found = async (name: string) => {
    const given = { registries: '- registry: europe-docker.pkg.dev' }
    const file = { GOOGLE_APPLICATION_CREDENTIALS: join(folder, name) }
    return (await identify(given, { ...env, ...file }, fakeGoogle())).users['europe-docker.pkg.dev']
  }
  expect(await found('key.json')).toBe(`_json_key:${JSON.stringify(key)}`)
  expect(await found('federation.json')).toBe('oauth2accesstoken:hunter-google')
})

test('Azure: the OIDC token is exchanged for a refresh token of the registry', async () => {
  const services = {
    'https://login.microsoftonline.com/t/oauth2/v2.0/token': ({ body }: HttpRequest) => {
      const form = new URLSearchParams(String(body))
      const isRight =
        form.get('client_assertion') === 'jwt for api://AzureADTokenExchange' && form.get('client_id') === 'c'
      return isRight ? { access_token: 'hunter-entra' } : { status: 401, error_description: 'AADSTS70021' }
    },
    'https://acme.azurecr.io/oauth2/exchange': ({ body }: HttpRequest) => {
      const form = new URLSearchParams(String(body))
      return form.get('access_token') === 'hunter-entra' && form.get('service') === 'acme.azurecr.io'
        ? { refresh_token: 'hunter-azure' }
        : { status: 401 }
    },
  }
  const env = await idTokens()
  const users = { 'acme.azurecr.io': '00000000-0000-0000-0000-000000000000:hunter-azure' }
  const registries = '- {registry: acme.azurecr.io, client-id: c, tenant-id: t}'
  expect((await identify({ registries }, env, services)).users).toEqual(users)
  const ofEnvironment = { ...env, AZURE_CLIENT_ID: 'c', AZURE_TENANT_ID: 't' }
  expect((await identify({ registries: '- registry: acme.azurecr.io' }, ofEnvironment, services)).users).toEqual(users)
  const given = {
    images: 'a/b',
    tags: '1',
    push: 'true',
    registries: registries.replace('client-id: c', 'client-id: x'),
  }
  await expect(identify(given, env, services)).rejects.toMatchObject({
    hint: expect.stringMatching(/federated credential/),
  })
})

test('Docker Hub: the OIDC token is exchanged for a token of the organization with a lifetime of one hour', async () => {
  const connection = '123e4567-e89b-42d3-a456-426614174000'
  const services = {
    'https://identity.docker.com/oauth/token': ({ body }: HttpRequest) => {
      const form = new URLSearchParams(String(body))
      const isRight =
        form.get('subject_token') === 'jwt for https://identity.docker.com' && form.get('connection_id') === connection
      return isRight ? { access_token: `hunter-hub-${form.get('expires_in')}` } : { status: 401 }
    },
  }
  const env = await idTokens()
  const registries = `- {username: acme, connection-id: ${connection}}`
  const { users } = await identify({ registries }, env, services)
  expect(users).toEqual({ 'https://index.docker.io/v1/': 'acme:hunter-hub-3600' })
  const given = { images: 'a/b', tags: '1', push: 'true', registries: '- {username: acme, connection-id: nonsense}' }
  await expect(identify(given, env, services)).rejects.toMatchObject({ code: 'input-invalid' })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { logIn } from '../../../src/login/login.ts'
import { describePlan } from '../../../src/plan/describe-plan.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { createTestHost } from '../../support/host.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { startRegistry } from '../../support/registry.ts'
import { tempFolder } from '../../support/temp.ts'

async function setUp(given: Parameters<typeof inputsOf>[0], files: Readonly<Record<string, string>> = {}) {
  const root = tempFolder({ 'home/.docker/': '', 'step/': '', ...files })
  const host = createTestHost({
    env: { HOME: join(root, 'home'), TOKEN: 'hunter-variable', https_proxy: 'http://me:hunter-proxy@proxy:1' },
    tempDir: join(root, 'step'),
  })
  onTestFinished(host.close)
  const facts = factsOf({ dockerConfigDir: join(root, 'home/.docker'), buildxConfigDir: join(root, 'home/buildx') })
  const inputs = inputsOf(given)
  const plan = makePlan(inputs, facts)
  return { root, host, inputs, plan, session: await logIn(plan, facts, host) }
}

const everything = {
  images: 'ghcr.io/acme/app, registry.example/app',
  registry: 'registry.example',
  username: 'rig',
  password: 'hunter-password',
  'github-token': 'hunter-token',
  context: 'https://me:hunter-git@git.example/app.git',
  'build-contexts': 'x=https://hunter-user@other.example/app.tar.gz\ny={{defaultContext}}',
  secrets: 'value=hunter-value',
  'secret-envs': 'variable=TOKEN',
  driver: 'docker-container',
  'driver-opts': 'env.HTTP_PROXY=http://me:hunter-option@proxy:1',
}

test('no method of printing the inputs, the plan or the session shows a secret', async () => {
  const { inputs, plan, session, host } = await setUp(everything)
  const { driverOpts, ...rest } = inputs
  const { engine, ...planned } = plan
  expect([driverOpts, engine]).toHaveLength(2)
  for (const value of [rest, planned, session]) {
    const shown = [
      JSON.stringify(value),
      String(value),
      inspect(value, { depth: Infinity, showHidden: true, getters: true, maxStringLength: Infinity }),
      JSON.stringify(Object.entries(value)),
    ]
    expect(shown.join('\n')).not.toMatch(/hunter|aHVudGVy|bWU6aHVudGVy/)
  }
  expect(describePlan(plan)).not.toMatch(/hunter/)
  expect(host.log.lines).toEqual([])
})

test('each secret is redacted in the log from then on, in every form in which it is sent', async () => {
  const { host } = await setUp(everything)
  const masks = host.told.map((one) => (one as { readonly mask?: string }).mask)
  const names = ['password', 'git', 'user', 'value', 'variable', 'option', 'proxy', 'token']
  for (const name of names) expect(masks).toContain(`hunter-${name}`)
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  for (const text of ['rig:hunter-password', 'me:hunter-git', 'octocat:hunter-token', 'x-access-token:hunter-token']) {
    expect(masks).toContain(base64(text))
  }
})

test("the client has the input's password without reading it back, and the user's own for other registries", async () => {
  const registry = await startRegistry({ auth: { kind: 'basic', username: 'rig', password: 'hunter-password' } })
  onTestFinished(registry.close)
  const given = {
    images: `${registry.host}/app`,
    registry: registry.host,
    username: 'rig',
    password: 'hunter-password',
  }
  const { root, session } = await setUp(given)
  const config = JSON.parse(readFileSync(join(root, 'step/docker/config.json'), 'utf8'))
  expect(Object.keys(config.auths)).toEqual([registry.host])
  await expect(session.registry.probePush({ registry: registry.host, repository: 'app' })).resolves.toBe(true)
})

test('a scope limits credentials to its repository and actions, in the registry client and for buildx', async () => {
  const permissions = (user: string | undefined) =>
    user === undefined ? (['pull'] as const) : (['pull', 'push'] as const)
  const auth = { kind: 'token', username: 'rig', password: 'hunter-scoped', permissions, strict: true } as const
  const registry = await startRegistry({ auth })
  onTestFinished(registry.close)
  const entry = (scope: string, password: string) =>
    `- registry: ${registry.host}\n  username: rig\n  password: ${password}\n  scope: "${scope}"\n`
  const { root, session, host } = await setUp({
    images: `${registry.host}/acme/app`,
    registries: entry('acme/app@push', 'hunter-scoped') + entry('acme/app', 'hunter-wrong'),
  })
  const probe = (repository: string) => session.registry.probePush({ registry: registry.host, repository })
  await expect(probe('acme/app')).resolves.toBe(true)
  await expect(probe('acme/other')).rejects.toMatchObject({ code: 'registry-denied' })
  const read = (path: string) => JSON.parse(readFileSync(join(root, 'step/docker', path), 'utf8'))
  expect(read('config.json').auths).toEqual({})
  const auths = { [registry.host]: { auth: Buffer.from('rig:hunter-scoped').toString('base64') } }
  expect(read(`buildx/config/${registry.host}/acme/app@push/config.json`)).toEqual({ auths })
  expect(host.told).toContainEqual({ mask: 'hunter-scoped' })
})

test('each of several registries gets its own credentials', async () => {
  const start = async (password: string) => {
    const registry = await startRegistry({ auth: { kind: 'basic', username: 'rig', password } })
    onTestFinished(registry.close)
    return registry.host
  }
  const hosts = [await start('hunter-1'), await start('hunter-2')]
  const entries = hosts.map((host, index) => `- {registry: "${host}", username: rig, password: hunter-${index + 1}}`)
  const { session, root } = await setUp({ 'registry-auth': entries.join('\n') })
  for (const host of hosts) {
    await expect(session.registry.probePush({ registry: host, repository: 'app' })).resolves.toBe(true)
  }
  const { auths } = JSON.parse(readFileSync(join(root, 'step/docker/config.json'), 'utf8'))
  expect(Object.keys(auths)).toEqual(hosts)
})

test('a login of .dockercfg is used by the client too', async () => {
  const registry = await startRegistry({ auth: { kind: 'basic', username: 'old', password: 'hunter-old' } })
  onTestFinished(registry.close)
  const auth = Buffer.from('old:hunter-old').toString('base64')
  const { session, host } = await setUp(
    { images: `${registry.host}/app` },
    { 'home/.dockercfg': JSON.stringify({ [registry.host]: { auth, email: 'a@b' } }) },
  )
  await expect(session.registry.probePush({ registry: registry.host, repository: 'app' })).resolves.toBe(true)
  expect(host.told).toContainEqual({ mask: 'hunter-old' })
})

test('an unreadable configuration is reported once, and the job token still logs in', async () => {
  const { session, host, plan } = await setUp(
    { images: 'ghcr.io/acme/app', 'github-token': 'hunter-token' },
    { 'home/.docker/config.json': '{"auths": hunter' },
  )
  expect(plan.logins).toHaveLength(1)
  expect(host.log.lines).toEqual([
    expect.stringMatching(/^warning: Cannot read .*config.json: it is not valid JSON. It is ignored$/),
  ])
  expect(session.env['DOCKER_CONFIG']).toBe(join(host.tempDir, 'docker'))
})

import { execFileSync } from 'node:child_process'
import { lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { secret } from '../../../src/inputs/secret.ts'
import { makeDockerConfig } from '../../../src/login/docker-config.ts'
import { readDockerConfig } from '../../../src/registry/auth/docker-config-file.ts'
import { tempFolder } from '../../support/temp.ts'

const user = {
  '.docker/config.json': '{"auths":{"reg.example":{"auth":"b2xkOm9sZA=="}},"currentContext":"far"}\n',
  '.docker/contexts/meta/abc/meta.json': '{"Name":"far"}',
  '.docker/cli-plugins/docker-buildx': 'plugin',
  '.docker/buildx/instances/mine': '{"Name":"mine"}',
  '.docker/buildx/current': '{"Key":"","Name":"mine"}',
  '.docker/buildx/activity/mine': 'not copied',
}
const logins = [{ registry: 'ghcr.io', username: 'rig', password: secret('s3cret') }]

function make(files: Readonly<Record<string, string>> = user) {
  const root = tempFolder({ ...files, 'temp/': '' })
  const folder = join(root, '.docker')
  const made = () => {
    const { config, problems } = readDockerConfig(folder)
    const options = { config, logins, buildxConfigDir: join(folder, 'buildx') }
    const own = makeDockerConfig(join(root, 'temp'), folder, options)
    return { ...own, problems: [...problems, ...own.problems] }
  }
  return { folder, made, env: () => made().env }
}

/** Every file with its mode and content, every link with its target. */
function snapshot(folder: string): string {
  return execFileSync('sh', ['-c', 'find . -printf "%p %M %T@ %l\\n" -type f -exec sha256sum {} \\; | sort'], {
    cwd: folder,
    encoding: 'utf8',
  })
}

test("makeDockerConfig() keeps the user's directory unchanged, even if something is written through it", () => {
  const { folder, env } = make()
  const before = snapshot(folder)
  const { BUILDX_CONFIG } = env()
  execFileSync('sh', ['-c', 'echo x > current; rm -r instances; echo x > defaults'], { cwd: BUILDX_CONFIG })
  expect(snapshot(folder)).toBe(before)
})

test('makeDockerConfig() makes it readable for this user only', () => {
  const { DOCKER_CONFIG, BUILDX_CONFIG } = make().env()
  const modes = [DOCKER_CONFIG, BUILDX_CONFIG, join(DOCKER_CONFIG, 'config.json')].map((path) => statSync(path).mode)
  expect(modes.map((mode) => (mode & 0o777).toString(8))).toEqual(['700', '700', '600'])
})

test("makeDockerConfig() has the user's contexts and builders, and both logins", () => {
  const { DOCKER_CONFIG, BUILDX_CONFIG } = make().env()
  expect(JSON.parse(readFileSync(join(DOCKER_CONFIG, 'config.json'), 'utf8'))).toMatchObject({
    currentContext: 'far',
    auths: { 'reg.example': { auth: 'b2xkOm9sZA==' }, 'ghcr.io': { auth: 'cmlnOnMzY3JldA==' } },
  })
  expect(readFileSync(join(DOCKER_CONFIG, 'contexts/meta/abc/meta.json'), 'utf8')).toContain('far')
  expect(readFileSync(join(BUILDX_CONFIG, 'instances/mine'), 'utf8')).toContain('mine')
  expect(readdirSync(BUILDX_CONFIG).toSorted()).toEqual(['.buildNodeID', 'current', 'instances'])
  expect(lstatSync(join(BUILDX_CONFIG, 'instances')).isSymbolicLink()).toBe(false)
})

test("makeDockerConfig() keeps BuildKit's identity of the user, or creates a permanent one", () => {
  const idOf = (files?: Readonly<Record<string, string>>, folder = make(files)) => [
    ...new Set([1, 2].map(() => readFileSync(join(folder.env().BUILDX_CONFIG, '.buildNodeID'), 'utf8'))),
  ]
  expect(idOf({ '.docker/buildx/.buildNodeID': '8628a9f3262af009' })).toEqual(['8628a9f3262af009'])
  const [made, ...others] = idOf({})
  expect(made).toMatch(/^[0-9a-f]{16}$/)
  expect(others).toEqual([])
})

test('makeDockerConfig() requires nothing of the user', () => {
  const { DOCKER_CONFIG } = make({}).env()
  expect(readdirSync(DOCKER_CONFIG).toSorted()).toEqual(['buildx', 'config.json'])
})

const ghcr = { 'ghcr.io': { auth: 'cmlnOnMzY3JldA==' } }
const auths = { ...ghcr, 'reg.example': { auth: 'b2xkOm9sZA==' } }
const reg = '"reg.example":{"auth":"b2xkOm9sZA=="}'

test.each([
  { name: 'truncated', text: '{"auths":{"reg.example":{"auth":"aHVudGVyMg', problem: 'it is not valid JSON' },
  { name: 'empty', text: '', problem: 'it is empty' },
  { name: 'only white space', text: ' \n', problem: 'it is empty' },
  { name: 'a list', text: '[]', problem: 'it is not a JSON object' },
  { name: 'null', text: 'null', problem: 'it is not a JSON object' },
  { name: 'a password', text: 'hunter2', problem: 'it is not valid JSON' },
  { name: 'endlessly nested', text: '['.repeat(100_000), problem: 'it is nested deeper than 512 levels' },
])('a config.json that is $name is reported and ignored, and no part of it is quoted', ({ text, problem }) => {
  const { made, folder } = make({ '.docker/config.json': text })
  const { env, problems } = made()
  expect(problems).toEqual([`Cannot read ${folder}/config.json: ${problem}. It is ignored`])
  expect(configOf(env)).toMatchObject({ auths: ghcr })
})

test('a config.json with a byte order mark is read', () => {
  const { env, problems } = make({ '.docker/config.json': `\uFEFF{"auths":{${reg}}}` }).made()
  expect(problems).toEqual([])
  expect(configOf(env)).toMatchObject({ auths })
})

test.each([
  { name: 'a directory', files: { '.docker/config.json/': '' } },
  { name: 'a link to a device', files: { '.docker/': '' }, link: '/dev/zero' },
])('$name in place of config.json is reported and ignored', ({ files, link }) => {
  const { folder, made } = make(files)
  if (link !== undefined) symlinkSync(link, join(folder, 'config.json'))
  const { env, problems } = made()
  expect(problems).toEqual([`Cannot read ${folder}/config.json: it is not a regular file. It is ignored`])
  expect(configOf(env)).toMatchObject({ auths: ghcr })
})

test.each([
  { name: 'auths is a list', member: '"auths":["hunter2"]', of: 'auths' },
  { name: 'auths is a text', member: '"auths":"hunter2"', of: 'auths' },
  { name: 'credHelpers is a number', member: '"credHelpers":5', of: 'credHelpers' },
  { name: 'a helper is a list', member: '"credHelpers":{"a":["hunter2"]}', of: 'credHelpers' },
  { name: 'credsStore is an object', member: '"credsStore":{"hunter2":1}', of: 'credsStore' },
  { name: 'proxies is a text', member: '"proxies":"http://u:hunter2@p"', of: 'proxies' },
  { name: 'a proxy is a text', member: '"proxies":{"default":"http://u:hunter2@p"}', of: 'proxies' },
  { name: 'HttpHeaders has a list', member: '"HttpHeaders":{"x":["hunter2"]}', of: 'HttpHeaders' },
  { name: 'currentContext is a number', member: '"currentContext":1', of: 'currentContext' },
  { name: 'cliPluginsExtraDirs is a text', member: '"cliPluginsExtraDirs":"/x"', of: 'cliPluginsExtraDirs' },
  { name: 'plugins is a list', member: '"plugins":[]', of: 'plugins' },
])('keeps the other settings if $name', ({ member, of }) => {
  const { folder, made } = make({ '.docker/config.json': `{"psFormat":"kept",${member}}` })
  const { env, problems } = made()
  expect(problems).toEqual([
    expect.stringMatching(new RegExp(`^Cannot use ${of} of ${folder}/config.json: it is not `)),
  ])
  expect(problems.join()).not.toContain('hunter2')
  const { [of]: left, ...config } = configOf(env)
  expect(config).toMatchObject({ psFormat: 'kept' })
  expect(JSON.stringify([left, config])).not.toContain('hunter2')
})

test.each(['5', 'null', '["hunter2"]', '{"auth":5}', '{"auth":"aHVudGVyMg=="}', '{"username":["hunter2"]}'])(
  'omits an entry of auths that is %s, for which Docker rejects the file',
  (entry) => {
    const { folder, made } = make({ '.docker/config.json': `{"auths":{"bad.example":${entry},${reg}}}` })
    const { env, problems } = made()
    expect(problems).toEqual([
      `Cannot use 1 of the entries in auths of ${folder}/config.json: they do not have Docker's format`,
    ])
    expect(configOf(env)['auths']).toEqual(auths)
  },
)

test('a .dockercfg is used without a config.json', () => {
  const { env, problems } = make({ '.docker/': '', '.dockercfg': `{${reg.replace('}', ',"email":"a@b"}')}}` }).made()
  expect(problems).toEqual([])
  expect(configOf(env)['auths']).toEqual({ ...auths, 'reg.example': { ...auths['reg.example'], email: 'a@b' } })
})

test('a .dockercfg is ignored if a config.json exists', () => {
  const { env } = make({ '.docker/config.json': '{}', '.dockercfg': `{${reg}}` }).made()
  expect(configOf(env)['auths']).toEqual(ghcr)
})

test('a .dockercfg that is not JSON is reported and ignored', () => {
  const { made, folder } = make({ '.docker/': '', '.dockercfg': 'auth = aHVudGVyMg==\n' })
  const { env, problems } = made()
  expect(problems).toEqual([`Cannot read ${join(folder, '..')}/.dockercfg: it is not valid JSON. It is ignored`])
  expect(configOf(env)['auths']).toEqual(ghcr)
})

function configOf({ DOCKER_CONFIG }: { readonly DOCKER_CONFIG: string }): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(join(DOCKER_CONFIG, 'config.json'), 'utf8'))
}

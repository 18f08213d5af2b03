import { execFileSync } from 'node:child_process'
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { secret } from '../../../src/inputs/secret.ts'
import { makeDockerConfig } from '../../../src/login/docker-config.ts'
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
  const options = { logins, buildxConfigDir: join(folder, 'buildx') }
  return { folder, env: () => makeDockerConfig(join(root, 'temp'), folder, options) }
}

/** Every file with its mode and content, every link with its target. */
function snapshot(folder: string): string {
  return execFileSync('sh', ['-c', 'find . -printf "%p %M %T@ %l\\n" -type f -exec sha256sum {} \\; | sort'], {
    cwd: folder,
    encoding: 'utf8',
  })
}

test("makeDockerConfig() leaves the user's folder as it was, also when something is written through it", () => {
  const { folder, env } = make()
  const before = snapshot(folder)
  const { BUILDX_CONFIG } = env()
  execFileSync('sh', ['-c', 'echo x > current; rm -r instances; echo x > defaults'], { cwd: BUILDX_CONFIG })
  expect(snapshot(folder)).toBe(before)
})

test('makeDockerConfig() lets nobody else read it', () => {
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

test('makeDockerConfig() keeps the identity that BuildKit knows the user by, or makes one that lasts', () => {
  const idOf = (files?: Readonly<Record<string, string>>, folder = make(files)) => [
    ...new Set([1, 2].map(() => readFileSync(join(folder.env().BUILDX_CONFIG, '.buildNodeID'), 'utf8'))),
  ]
  expect(idOf({ '.docker/buildx/.buildNodeID': '8628a9f3262af009' })).toEqual(['8628a9f3262af009'])
  const [made, ...others] = idOf({})
  expect(made).toMatch(/^[0-9a-f]{16}$/)
  expect(others).toEqual([])
})

test('makeDockerConfig() needs nothing of the user', () => {
  const { DOCKER_CONFIG } = make({}).env()
  expect(readdirSync(DOCKER_CONFIG).toSorted()).toEqual(['buildx', 'config.json'])
})

test.each([
  { name: 'no JSON', text: '{"auths":' },
  { name: 'a list', text: '[]' },
  { name: 'null', text: 'null' },
])('makeDockerConfig() refuses a config.json that is $name', ({ text }) => {
  const { env } = make({ '.docker/config.json': text })
  expect(env).toThrow(
    expect.objectContaining({ code: 'input-invalid', message: expect.stringMatching(/^Cannot read .*config\.json: /) }),
  )
})

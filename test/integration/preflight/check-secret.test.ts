import { spawnSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type ActionError, exitStatus } from '../../../src/errors/action-error.ts'
import { problemsOf } from '../../../src/errors/gather.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { preflight } from '../../../src/preflight/preflight.ts'
import { createTestHost, type TestHost } from '../../support/host.ts'
import { loginOf } from '../../support/login.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder } from '../../support/temp.ts'

function hostOf(env: Readonly<Record<string, string>> = {}): TestHost {
  const host = createTestHost({ env })
  onTestFinished(host.close)
  return host
}

async function check(given: Parameters<typeof inputsOf>[0], host = hostOf()): Promise<void> {
  const client = createTestClient()
  onTestFinished(client.close)
  const context = given?.context ?? tempFolder({ Dockerfile: 'FROM scratch\n' })
  await preflight(await runOf(makePlan(inputsOf({ ...given, context }), factsOf()), host, loginOf(client)))
}

/** The error of preflight, one problem per line with code and place. */
async function refusal(given: Parameters<typeof inputsOf>[0], host = hostOf()): Promise<readonly string[]> {
  const error = await check(given, host).catch((thrown: unknown) => thrown)
  return problemsOf(error).map(
    ({ code, message, place }: ActionError) => `${code} ${message}${place ? ` @${place.line}` : ''}`,
  )
}

describe('preflight() of secret-envs and secret-files', () => {
  test('accepts existing variables and files', async () => {
    const file = join(tempFolder({ npmrc: '' }), 'npmrc')
    await check({ secrets: 'a=1', 'secret-envs': 'b=TOKEN', 'secret-files': `c=${file}` }, hostOf({ TOKEN: '2' }))
  })

  test('reports all missing ones at once, and shows only the id', async () => {
    const folder = tempFolder({ 'hunter-folder/': '' })
    const given = {
      'secret-envs': 'a=hunter1,b=HUNTER_EMPTY',
      'secret-files': `c=hunter2\n\nd=${folder}/hunter-folder\nhttps://me:hunter3@x=./hunter4`,
      preflight: 'false',
    }
    expect(await refusal(given, hostOf({ HUNTER_EMPTY: '' }))).toEqual([
      'secret-not-found Cannot pass the secret a to the build (secret-envs, line 1): the environment variable is not set',
      'secret-not-found Cannot pass the secret b to the build (secret-envs, line 1): the environment variable is empty',
      'secret-not-found Cannot pass the secret c to the build (secret-files, line 1): the file does not exist',
      'secret-not-found Cannot pass the secret d to the build (secret-files, line 3): the file is a directory',
      'secret-not-found Cannot pass a secret to the build (secret-files, line 4): the file does not exist',
    ])
    expect(exitStatus('secret-not-found')).toBe(66)
  })

  test("rejects a file above BuildKit's limit", async () => {
    const file = join(tempFolder({ big: 'x'.repeat(512_001) }), 'big')
    const given = { 'secret-envs': 'a=BIG', 'secret-files': `b=${file}` }
    expect(await refusal(given, hostOf({ BIG: 'é'.repeat(256_001) }))).toEqual([
      expect.stringMatching(/^input-invalid .*secret a .*exceeds BuildKit's limit of 500 KiB/),
      expect.stringMatching(/^input-invalid .*secret b .*exceeds BuildKit's limit of 500 KiB/),
    ])
  })

  test('rejects a file that this user cannot read', () => {
    const root = tempFolder()
    const file = join(root, 'key')
    writeFileSync(file, 'x', { mode: 0 })
    chmodSync(root, 0o755)
    const module = new URL('../../../src/preflight/check-secret.ts', import.meta.url).href
    const secret = { id: 'key', line: 1, source: { kind: 'file', path: file } }
    const code = `import { checkSecret } from ${JSON.stringify(module)}
await checkSecret({ host: { env: {} } }, ${JSON.stringify(secret)})`
    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      encoding: 'utf8',
      ...(process.getuid?.() === 0 ? { uid: 65_534 } : {}),
    })
    expect(stderr).toContain("code: 'secret-not-found'")
    expect(stderr).toContain('the secret key to the build (secret-files, line 1): the file cannot be read by this user')
  })
})

describe('preflight() of ssh', () => {
  test('accepts an agent and keys that exist', async () => {
    const folder = tempFolder({ socket: '', key: '' })
    await check({ ssh: `default,a=${folder}/key` }, hostOf({ SSH_AUTH_SOCK: join(folder, 'socket') }))
  })

  test('reports all missing ones at once, and shows only the id', async () => {
    const folder = tempFolder({ 'hunter/': '' })
    expect(await refusal({ ssh: `default,a=hunter1,b=${folder}/hunter,hunter/+2`, preflight: 'false' })).toEqual([
      'secret-not-found Cannot pass the SSH agent default to the build (ssh, line 1): SSH_AUTH_SOCK is not set',
      'secret-not-found Cannot pass the SSH agent a to the build (ssh, line 1): the socket or key does not exist',
      'secret-not-found Cannot pass the SSH agent b to the build (ssh, line 1): the socket or key is a directory',
      'secret-not-found Cannot pass an SSH agent to the build (ssh, line 1): SSH_AUTH_SOCK is not set',
    ])
    expect(await refusal({ ssh: 'default' }, hostOf({ SSH_AUTH_SOCK: '/nowhere/agent' }))).toEqual([
      'secret-not-found Cannot pass the SSH agent default to the build (ssh, line 1): the socket that SSH_AUTH_SOCK names does not exist',
    ])
  })

  test('rejects a RUN that requires a missing one, even if a secret has its name', async () => {
    const context = tempFolder({
      Dockerfile:
        'FROM scratch\nRUN --mount=type=ssh,required make\nRUN --mount=type=ssh,id=mine make\nRUN --mount=type=ssh,id=a make\n',
    })
    const host = hostOf()
    const key = join(tempFolder({ key: '' }), 'key')
    expect(await refusal({ context, secrets: 'default=1', ssh: `a=${key}` }, host)).toEqual([
      `secret-not-found ${context}/Dockerfile:2: Cannot run this: the SSH agent default is not given @2`,
    ])
    expect(host.told).toEqual([
      {
        notice: `${context}/Dockerfile:3: the SSH agent mine is not given, and RUN goes without it`,
        place: { file: `${context}/Dockerfile`, line: 3 },
      },
    ])
  })
})

describe('preflight() of the secrets that the Dockerfile mounts', () => {
  const dockerfile = `FROM scratch AS unused
RUN --mount=type=secret,id=unused,required make
FROM scratch AS lib
RUN --mount=type=secret,id=maybe make
RUN --mount=type=secret,id=maybe --mount=type=secret,id=npm_token,required=true make
FROM scratch
COPY --from=lib /x /
RUN --mount=type=secret,target=/root/.netrc,required make
RUN --mount=type=secret,id=$ID,required make
RUN --mount=type=secret,id=.netrc make
`
  const files = { Dockerfile: dockerfile }

  test('rejects each that a needed stage requires, with its line, together with other problems', async () => {
    const context = tempFolder(files)
    const given = { context, platforms: 'amd64,arm64', 'secret-envs': 'other=NONE', emulators: 'off' }
    expect(await refusal(given)).toEqual([
      `secret-not-found ${context}/Dockerfile:5: Cannot run this: the build secret npm_token is not given @5`,
      `secret-not-found ${context}/Dockerfile:8: Cannot run this: the build secret .netrc is not given @8`,
      expect.stringContaining('the secret other to the build (secret-envs, line 1)'),
    ])
  })

  test('suggests how to set it, and the nearest id', async () => {
    const context = tempFolder(files)
    const secrets = 'npm-token=hunter2\n.netrc=hunter3'
    await expect(check({ context, secrets })).rejects.toMatchObject({
      code: 'secret-not-found',
      place: { line: 5 },
      hint: 'npm-token is given: its id must be the same, letter for letter. Give it with `secrets` (npm_token=value), `secret-envs` (npm_token=NAME) or `secret-files` (npm_token=path); without `required` in the mount, RUN would go without it.',
    })
  })

  test.each([
    { name: 'in an existing file', inline: false },
    { name: 'in the workflow, without a file', inline: true },
  ])('reports unused ones in one notice, $name', async ({ inline }) => {
    const host = hostOf()
    const context = tempFolder(files)
    const given = { context, secrets: 'npm_token=1\n.netrc=2', ...(inline ? { 'dockerfile-inline': dockerfile } : {}) }
    await check(given, host)
    const file = inline ? 'dockerfile-inline' : join(context, 'Dockerfile')
    const place = inline ? {} : { place: { file, line: 4 } }
    expect(host.told).toEqual([
      { notice: `${file}:4: the build secret maybe is not given, and RUN goes without it`, ...place },
    ])
  })

  test.each([
    { name: 'with preflight: false', given: { preflight: 'false' }, syntax: 'docker/dockerfile:1' },
    { name: 'for another frontend', given: {}, syntax: 'a.example/frontend:1' },
    { name: 'for a frontend of build-args', given: { 'build-args': 'BUILDKIT_SYNTAX' }, syntax: 'docker/dockerfile:1' },
  ])('leaves it to BuildKit $name', async ({ given, syntax }) => {
    const host = hostOf()
    await check({ context: tempFolder({ Dockerfile: `# syntax=${syntax}\n${dockerfile}` }), ...given }, host)
    expect(host.told).toEqual([])
  })

  test("treats Docker's own frontends as such", async () => {
    const context = tempFolder({ Dockerfile: `# syntax=docker.io/docker/dockerfile:1.7\n${dockerfile}` })
    expect(await refusal({ context, secrets: '.netrc=1' })).toHaveLength(1)
  })
})

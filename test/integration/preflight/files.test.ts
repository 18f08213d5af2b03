import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { checkBuildkitdConfig } from '../../../src/engine/buildx/check-buildkitd-config.ts'
import type { BuildxSpec } from '../../../src/engine/buildx/plan.ts'
import { findEvent } from '../../../src/facts/find-event.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { checkSecret } from '../../../src/preflight/check-secret.ts'
import { createTestHost } from '../../support/host.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder } from '../../support/temp.ts'

// Files that are endless or block: they are rejected instead of read.

const odd = {
  'a device': (path: string) => symlinkSync('/dev/zero', path),
  'a pipe': (path: string) => void execFileSync('mkfifo', [path]),
  'a file that is too large': (path: string) => writeFileSync(path, `#${'x'.repeat(5 * 2 ** 20)}\nFROM scratch\n`),
}
const cases = Object.entries(odd).map(([name, make]) => ({ name, make }))

function hostOf() {
  const host = createTestHost()
  onTestFinished(host.close)
  return host
}

async function read(context: string) {
  const run = await runOf(makePlan(inputsOf({ context }), factsOf()), hostOf())
  return run.source.reading()
}

test.each(cases.slice(1))('reading() rejects $name as .dockerignore, also with buildx', async ({ make }) => {
  const context = tempFolder({ Dockerfile: 'FROM scratch\nCOPY . /\n' })
  make(join(context, '.dockerignore'))
  await expect(read(context)).rejects.toMatchObject({ code: 'context-unreadable' })
})

test('reading() skips a directory called .dockerignore, as BuildKit does', async () => {
  const context = tempFolder({ Dockerfile: 'FROM scratch\nCOPY . /\n' })
  mkdirSync(join(context, '.dockerignore'))
  await expect(read(context)).resolves.toBeDefined()
})

test('reading() rejects a Dockerfile that is too large, also with buildx', async () => {
  const context = tempFolder({ Dockerfile: '' })
  rmSync(join(context, 'Dockerfile'))
  odd['a file that is too large'](join(context, 'Dockerfile'))
  await expect(read(context)).rejects.toMatchObject({ code: 'dockerfile-invalid' })
})

test.each(cases.slice(0, 2))('findEvent() does not accept $name as a payload', ({ make }) => {
  const path = join(tempFolder(), 'event.json')
  make(path)
  expect(findEvent({ GITHUB_EVENT_PATH: path, GITHUB_EVENT_NAME: 'push' }).name).toBe('push')
})

test.each(cases.slice(0, 2))('checkSecret() rejects $name', async ({ make }) => {
  const path = join(tempFolder(), 'secret')
  make(path)
  const secret = { id: 'a', line: 1, source: { kind: 'file', path } } as const
  await expect((async () => checkSecret({ host: hostOf() }, secret))()).rejects.toMatchObject({
    code: 'secret-not-found',
  })
})

const missing = { name: 'a file that does not exist', make: () => undefined }
test.each([...cases, missing])('checkBuildkitdConfig() rejects $name', async ({ make }) => {
  const path = join(tempFolder(), 'buildkitd.toml')
  make(path)
  const plan = makePlan(inputsOf({ driver: 'docker-container', 'buildkitd-config': path }), factsOf())
  await expect(checkBuildkitdConfig(plan.engine.spec as BuildxSpec)).rejects.toMatchObject({
    code: 'input-invalid',
    message: expect.stringMatching(
      /^Cannot read buildkitd-config .*: it (?:does not exist|is not a regular file|is larger than 4.2 MB)$/,
    ),
  })
})

test('checkBuildkitdConfig() accepts a regular file', async () => {
  const path = join(tempFolder({ 'buildkitd.toml': 'debug = true\n' }), 'buildkitd.toml')
  const plan = makePlan(inputsOf({ driver: 'docker-container', 'buildkitd-config': path }), factsOf())
  await expect(checkBuildkitdConfig(plan.engine.spec as BuildxSpec)).resolves.toBeUndefined()
})

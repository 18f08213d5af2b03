import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findApple, isAppleProgram } from '../../../src/facts/apple.ts'
import { probe } from '../../../src/facts/probe.ts'
import { createTestHost } from '../../support/host.ts'
import { inputsOf } from '../../support/plan.ts'
import { tempFolder, writeProgram } from '../../support/temp.ts'

test('finds the program on PATH, and not another one with its name', async () => {
  const folder = tempFolder({ 'other/': '', 'bin/': '' })
  writeProgram(join(folder, 'other/container'), 'echo "container: a box"')
  writeProgram(join(folder, 'bin/container'), 'echo "container CLI version 1.2.2 (build: release, commit: 0190097)"')
  const env = { PATH: `${join(folder, 'other')}:${join(folder, 'bin')}` }
  const host = createTestHost({ os: 'darwin', env })
  expect(await findApple(host)).toEqual({ kind: 'apple', path: join(folder, 'bin/container'), version: '1.2.2' })
  expect(await findApple({ ...host, os: 'linux' })).toEqual({
    kind: 'missing',
    reason: 'it requires macOS 26 or newer',
  })
  expect(isAppleProgram(join(folder, 'bin/container'), { env })).toBe(true)
  expect(isAppleProgram('/opt/homebrew/bin/container', { env })).toBe(true)
  expect(isAppleProgram('/tmp/container', { env })).toBe(false)
  host.close()
})

test('says why the program is missing or does not start', async () => {
  const folder = tempFolder({ 'bin/': '' })
  const host = createTestHost({ os: 'darwin', env: { PATH: join(folder, 'bin') } })
  expect(await findApple(host)).toMatchObject({ reason: '`container` is not on PATH and not installed with Homebrew' })
  writeProgram(join(folder, 'bin/container'), 'echo "bad CPU type" >&2; exit 86')
  expect(await findApple(host)).toMatchObject({
    reason: `${join(folder, 'bin/container')} does not start: bad CPU type`,
  })
  host.close()
})

test.each([
  { engine: 'apple', os: 'linux', isSearched: true },
  { engine: 'auto', os: 'darwin', isSearched: true },
  { engine: 'auto', os: 'linux', isSearched: false },
  { engine: 'embedded', os: 'darwin', isSearched: false },
] as const)(
  'is searched with engine: $engine on $os without Docker: $isSearched',
  async ({ engine, os, isSearched }) => {
    const home = tempFolder()
    const host = createTestHost({ os, env: { HOME: home, PATH: '', DOCKER_HOST: `unix://${home}/none.sock` } })
    const facts = await probe(host, inputsOf({ engine }), {
      name: 'push',
      ref: '',
      refName: '',
      sha: '',
      serverUrl: '',
      repository: '',
    })
    expect('apple' in facts).toBe(isSearched)
    host.close()
  },
)

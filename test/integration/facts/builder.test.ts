import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { DockerEndpoint } from '../../../src/docker/server.ts'
import { builderAnswers, declaredBuilders, probeBuilder } from '../../../src/facts/builder.ts'
import type { Exec, Host, Http } from '../../../src/host/host.ts'
import { tempFolder } from '../../support/temp.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const endpoint: DockerEndpoint = { host: 'unix:///d.sock', context: 'default', because: 'the default socket', env: {} }

/** The result of `probeBuilder` with these files in buildx's directory, and how often it started buildx. */
async function probeWith(files: Readonly<Record<string, string>>, asked = '') {
  const configDir = mkdtempSync(join(tmpdir(), 'builder-'))
  folders.push(configDir)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(configDir, 'buildx', name)), { recursive: true })
    writeFileSync(join(configDir, 'buildx', name), text)
  }
  const calls: (readonly string[])[] = []
  const exec: Exec = async (_, args) => {
    calls.push(args)
    return {
      ok: true,
      status: 0,
      stdout: 'Name:   mine\nDriver: remote\n\nNodes:\nName: mine0\nPlatforms: linux/arm64*\n',
      stderr: '',
    }
  }
  const host = { env: {}, exec } as unknown as Host
  const builder = await probeBuilder(host, { asked, buildx: { path: 'docker-buildx' }, endpoint, configDir })
  return { builder, calls }
}

test.each([
  { name: 'buildx was never used', files: {} },
  {
    name: 'buildx was used and nothing selected',
    files: { current: '{"Key":"unix:///d.sock","Name":"","Global":false}' },
  },
  { name: 'a default is empty', files: { 'defaults/abc': '' } },
])("probeBuilder() selects the daemon's own builder without starting a process when $name", async ({ files }) => {
  const { builder, calls } = await probeWith(files)
  expect(builder).toMatchObject({ kind: 'builder', name: 'default', driver: 'docker' })
  expect(calls).toEqual([])
})

test.each([
  { name: 'one is selected', files: { current: '{"Key":"unix:///d.sock","Name":"mine","Global":false}' }, asked: '' },
  { name: 'one is the default of an endpoint', files: { 'defaults/abc': 'mine' }, asked: '' },
  { name: 'one is requested', files: {}, asked: 'mine' },
])('probeBuilder() runs buildx when $name', async ({ files, asked }) => {
  const { builder, calls } = await probeWith(files, asked)
  expect(builder).toMatchObject({ name: 'mine', driver: 'remote', platforms: ['linux/arm64'] })
  expect(calls).toEqual([['inspect', ...(asked === '' ? [] : [asked])]])
})

test('probeBuilder() asks the nodes of a stored builder one by one, and notes one that does not respond', async () => {
  const configDir = tempFolder({
    'buildx/current': '{"Key":"unix:///d.sock","Name":"mine","Global":false}',
    'buildx/instances/mine': JSON.stringify({
      Name: 'mine',
      Driver: 'remote',
      Nodes: [
        { Name: 'a', Endpoint: 'tcp://a:1', Platforms: [{ os: 'linux', architecture: 'arm64' }] },
        { Name: 'b', Endpoint: 'tcp://hangs:1', Platforms: [{ os: 'linux', architecture: 's390x' }] },
      ],
    }),
  })
  const exec: Exec = async (_, args, { env, signal } = {}) => {
    const view = join(String(env?.['BUILDX_CONFIG']), 'instances', String(args.at(-1)))
    const hangs = readFileSync(view, 'utf8').includes('hangs')
    if (hangs) await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    const stdout = 'Nodes:\nName: a\nStatus: running\nPlatforms: linux/amd64, linux/amd64/v2, linux/arm64\n'
    return { ok: true, status: 0, stdout, stderr: '' }
  }
  const http: Http = async ({ url }) => {
    throw new Error(url.includes('hangs') ? 'no answer from hangs:1 for 3 s' : 'Parse Error: Expected HTTP/')
  }
  const tempDir = tempFolder()
  const host = { env: {}, exec, http, tempDir } as unknown as Host
  const found = await probeBuilder(host, { asked: '', buildx: { path: 'docker-buildx' }, endpoint, configDir })
  expect(found).toMatchObject({
    ...{ name: 'mine', driver: 'remote', because: 'current builder' },
    platforms: ['linux/arm64', 'linux/amd64', 'linux/amd64/v2', 'linux/s390x'],
    natives: ['linux/amd64', 'linux/s390x'],
    nodes: [
      { name: 'a', status: 'running', declared: ['linux/arm64'], native: 'linux/amd64' },
      { name: 'b', status: 'inactive', reported: [], silence: 'it did not respond within 3 s' },
    ],
  })
  expect(readdirSync(tempDir)).toEqual([])
})

test.each([
  {
    name: 'a running node',
    stdout: 'Name: own\n\nNodes:\nName:     own0\nStatus:           running\n',
    answers: true,
  },
  { name: 'one node of two', stdout: 'Nodes:\nStatus:   inactive\n\nStatus:   running\n', answers: true },
  { name: 'a node that hangs', stdout: 'Nodes:\nName:     own0\nStatus:   inactive\n', answers: false },
  {
    name: 'a daemon that hangs',
    stdout:
      'Name:   default\nDriver: \nError:  Get "http://%2Fvar%2Frun%2Fdocker.sock/_ping": context deadline exceeded\n',
    answers: false,
  },
])('builderAnswers() of $name is $answers', async ({ stdout, answers }) => {
  const exec: Exec = async () => ({ ok: true, status: 0, stdout, stderr: '' })
  expect(await builderAnswers({ exec }, { buildx: 'docker-buildx', builder: 'own', env: {} })).toBe(answers)
})

test('declaredBuilders() reads the platforms that users declared, and ignores files of another format', () => {
  const arm64 = { architecture: 'arm64', os: 'linux' }
  const folder = tempFolder({
    'instances/farm': JSON.stringify({ Name: 'farm', Nodes: [{ Platforms: null }, { Platforms: [arm64, { os: 1 }] }] }),
    'instances/none': JSON.stringify({ Name: 'none', Nodes: [{ Platforms: [] }] }),
    'instances/broken': '{',
    'instances/other': '[]',
  })
  expect(declaredBuilders(folder)).toEqual([{ name: 'farm', platforms: ['linux/arm64'] }])
  expect(declaredBuilders(`${folder}/missing`)).toEqual([])
})

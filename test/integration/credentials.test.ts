import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { secret } from '../../src/inputs/secret.ts'
import { toAuthFile } from '../../src/registry/auth/auth-file.ts'
import { type CredentialOptions, createCredentialLookup, podmanFilePaths } from '../../src/registry/auth/credentials.ts'
import { readDockerConfig } from '../../src/registry/auth/docker-config-file.ts'
import { revealed } from '../support/credential.ts'
import { createTestExec } from '../support/exec.ts'
import { createRecordingLog } from '../support/log.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'credentials-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

const basic = (username: string, password: string) => ({ kind: 'basic', username, password })
const auths = (registry: string, user: string) => ({
  auths: { [registry]: { auth: Buffer.from(`${user}:p`).toString('base64') } },
})

function write(name: string, content: unknown): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

/** A credential helper on PATH that records its input, and runs `script` with the input in `$server`. */
function helper(name: string, script: string): void {
  const path = write(
    `bin/docker-credential-${name}`,
    `#!/bin/sh\nserver=$(cat)\necho "$1 $server" >> ${folder}/asked\n${script}\n`,
  )
  chmodSync(path, 0o755)
}

function setUp(options: Partial<CredentialOptions> = {}) {
  const log = createRecordingLog()
  const masked: string[] = []
  const exec = createTestExec(join(folder, 'bin'))
  const lookUp = createCredentialLookup({
    env: { HOME: folder },
    exec,
    log,
    mask: (form) => masked.push(form),
    docker: toAuthFile(readDockerConfig(join(folder, '.docker')).config),
    ...options,
  })
  const find = async (registry: string, repository = 'acme/app') =>
    revealed(await lookUp({ registry, repository }, 'pull'))
  return { find, log, masked }
}

describe('createCredentialLookup()', () => {
  it('reads auths for a registry with an empty helper, whatever the store contains', async () => {
    helper('store', `echo '{"Username":"stored","Secret":"p"}'`)
    write('.docker/config.json', { ...auths('ghcr.io', 'file'), credHelpers: { 'ghcr.io': '' }, credsStore: 'store' })
    const { find } = setUp()
    expect(await find('ghcr.io')).toEqual(basic('file', 'p'))
    expect(await find('quay.io')).toEqual(basic('stored', 'p'))
  })

  it('prefers the inputs to all files', async () => {
    write('.docker/config.json', auths('ghcr.io', 'file'))
    const { find, masked } = setUp({ given: [{ registry: 'ghcr.io', username: 'input', password: secret('secret') }] })
    expect(await find('ghcr.io')).toEqual(basic('input', 'secret'))
    expect(masked).toEqual(['secret', Buffer.from('input:secret').toString('base64')])
  })

  it('uses an input with a namespace only for that namespace', async () => {
    const { find } = setUp({ given: [{ registry: 'ghcr.io/acme', username: 'u', password: secret('p') }] })
    expect(await find('ghcr.io')).toEqual(basic('u', 'p'))
    expect(await find('ghcr.io', 'other/app')).toBeUndefined()
  })

  it("prefers docker's file to podman's, and falls back to podman's", async () => {
    write('.docker/config.json', auths('ghcr.io', 'docker'))
    write('.config/containers/auth.json', {
      auths: { ...auths('ghcr.io', 'podman').auths, ...auths('quay.io/acme', 'podman').auths },
    })
    const { find } = setUp()
    expect(await find('ghcr.io')).toEqual(basic('docker', 'p'))
    expect(await find('quay.io')).toEqual(basic('podman', 'p'))
    expect(await find('quay.io', 'other/app')).toBeUndefined()
  })

  it('accepts that there is no file', async () => {
    const { find, log } = setUp()
    expect(await find('ghcr.io')).toBeUndefined()
    expect(log.lines).toEqual([])
  })

  it('warns about a file that it cannot read, and continues', async () => {
    const file = write('auth.json', '{"auths":{"ghcr.io":{"auth":"c2Vj')
    write('.config/containers/auth.json', auths('ghcr.io', 'podman'))
    const { find, log } = setUp({ env: { HOME: folder, REGISTRY_AUTH_FILE: file } })
    expect(await find('ghcr.io')).toEqual(basic('podman', 'p'))
    expect(log.lines).toEqual([`warning: Cannot read credentials in ${file}: it is not valid JSON`])
  })

  it.each(['', '{"auths":', 'hunter2', '[', 'null', '{"auths":[1],"credHelpers":5,"credsStore":{}}'])(
    'shows no part of a file that has %j',
    async (text) => {
      const file = write('auth.json', text)
      const { find, log } = setUp({ env: { HOME: folder, REGISTRY_AUTH_FILE: file } })
      expect(await find('ghcr.io')).toBeUndefined()
      expect(log.lines.join()).not.toMatch(/hunter2|auths/)
    },
  )

  it('skips a directory and a device in place of a file', async () => {
    mkdirSync(join(folder, '.config/containers/auth.json'), { recursive: true })
    const { find, log } = setUp({ env: { HOME: folder, REGISTRY_AUTH_FILE: '/dev/zero' } })
    expect(await find('ghcr.io')).toBeUndefined()
    expect(log.lines).toHaveLength(2)
    for (const line of log.lines) expect(line).toContain('it is not a regular file')
  })

  it('queries the helper of a registry first, then the store, then the entries', async () => {
    write('.docker/config.json', {
      ...auths('third.io', 'file'),
      credsStore: 'store',
      credHelpers: { 'first.io': 'own' },
    })
    helper('own', `echo '{"ServerURL":"x","Username":"own","Secret":"p"}'`)
    helper(
      'store',
      `case $server in second.io) echo '{"Username":"store","Secret":"p"}';; *) echo 'credentials not found in native keychain'; exit 1;; esac`,
    )
    const { find, log } = setUp()
    expect(await find('first.io')).toEqual(basic('own', 'p'))
    expect(await find('second.io')).toEqual(basic('store', 'p'))
    expect(await find('third.io')).toEqual(basic('file', 'p'))
    expect(await find('third.io')).toEqual(basic('file', 'p'))
    expect(log.lines).toEqual([])
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe('get first.io\nget second.io\nget third.io\n')
  })

  it("queries Docker Hub by docker's key, and recognizes its tokens", async () => {
    write('.docker/config.json', { credsStore: 'store' })
    helper('store', `echo '{"Username":"<token>","Secret":"t"}'`)
    expect(await setUp().find('docker.io')).toEqual({ kind: 'identity-token', token: 't' })
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe('get https://index.docker.io/v1/\n')
  })

  it.each([
    ['is not there', undefined, 'Cannot get credentials for a.io from docker-credential-x'],
    ['fails', 'echo broken >&2; exit 3', 'Cannot get credentials for a.io from docker-credential-x: broken'],
    ['fails and shows a secret', `echo '{"Secret":"hunter2"}'; exit 3`, 'docker-credential-x: it exited with 3'],
    ['answers nonsense', 'echo hello', 'Cannot use credentials from docker-credential-x: its answer is not JSON'],
  ])('warns about a helper that %s, and continues', async (_, script, warning) => {
    write('.docker/config.json', { ...auths('a.io', 'file'), credHelpers: { 'a.io': 'x' } })
    if (script !== undefined) helper('x', script)
    const { find, log } = setUp()
    expect(await find('a.io')).toEqual(basic('file', 'p'))
    expect(log.lines.join()).toContain(warning)
    expect(log.lines.join()).not.toContain('hunter2')
  })
})

describe('podmanFilePaths()', () => {
  it('follows REGISTRY_AUTH_FILE and XDG_RUNTIME_DIR', () => {
    const env = { HOME: '/h', REGISTRY_AUTH_FILE: '/r.json', XDG_RUNTIME_DIR: '/x' }
    const expected = [['/r.json'], ['/x', 'containers', 'auth.json'], ['/h', '.config', 'containers', 'auth.json']]
    expect(podmanFilePaths(env)).toEqual(expected.map((parts) => join(...parts)))
  })
})

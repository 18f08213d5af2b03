import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cleanUpStep } from '../../../src/clean-up-step.ts'
import { secret } from '../../../src/inputs/secret.ts'
import { keepLogins } from '../../../src/login/keep-logins.ts'
import { createTestHost } from '../../support/host.ts'
import { tempFolder } from '../../support/temp.ts'

const logins = [
  { registry: 'ghcr.io', username: 'rig', password: secret('hunter2') },
  { registry: 'docker.io', username: 'rig', password: secret('hunter3') },
]
const hub = 'https://index.docker.io/v1/'
const entry = (password: string) => ({ auth: Buffer.from(`rig:${password}`).toString('base64') })

/** A step in a home with `files`: it keeps logins, main ends, other steps do something, the post step runs. */
function home(files: Readonly<Record<string, string>> = {}) {
  const root = tempFolder({ 'temp/polyarch-Ab12Cd/docker/config.json': '{}', ...files })
  const [folder, docker, path] = [
    join(root, 'temp/polyarch-Ab12Cd'),
    join(root, '.docker'),
    join(root, '.docker/config.json'),
  ]
  chmodSync(folder, 0o700)
  const env = { RUNNER_TEMP: join(root, 'temp'), HOME: root }
  const host = createTestHost({ tempDir: folder, env })
  const read = () => JSON.parse(readFileSync(path, 'utf8'))
  return {
    root,
    folder,
    path,
    host,
    read,
    keep: (given: Parameters<typeof keepLogins>[0] = logins) => keepLogins(given, docker, host),
    main: () => cleanUpStep(folder, { env, os: 'linux' }, { forLaterSteps: true }),
    post: (later: Readonly<Record<string, string>> = {}) =>
      cleanUpStep(folder, { env: { ...env, ...later }, os: 'linux' }),
  }
}

const before = {
  currentContext: 'far',
  auths: { 'ghcr.io': { auth: 'b2xkOm9sZA==' }, 'a.example': { auth: 'YTph' } },
  credsStore: 'desktop',
  credHelpers: { 'ghcr.io': 'gh', 'b.example': 'pass' },
}

describe('keepLogins()', () => {
  test('lasts until the post step, which restores the old state, whatever DOCKER_CONFIG is by then', async () => {
    const { keep, main, post, read, folder, path, root } = home({ '.docker/config.json': JSON.stringify(before) })
    chmodSync(path, 0o640)
    keep()
    expect(await main()).toEqual([])
    expect(readdirSync(folder)).toEqual(['clean-up.jsonl'])
    expect(read()).toEqual({
      ...before,
      auths: { ...before.auths, 'ghcr.io': entry('hunter2'), [hub]: entry('hunter3') },
      credHelpers: { ...before.credHelpers, 'ghcr.io': '', [hub]: '' },
    })
    expect(await post({ DOCKER_CONFIG: '/elsewhere' })).toEqual([])
    expect(read()).toEqual(before)
    expect(statSync(path).mode & 0o777).toBe(0o640)
    expect(existsSync(folder)).toBe(false)
    expect(readdirSync(join(root, '.docker'))).toEqual(['config.json'])
  })

  test('keeps changes of other steps', async () => {
    const { keep, main, post, read, path } = home({ '.docker/config.json': JSON.stringify(before) })
    keep()
    await main()
    const during = read()
    const auths = { ...during.auths, 'ghcr.io': { auth: 'bmV3Om5ldw==' }, 'new.example': { auth: 'bjpu' } }
    writeFileSync(path, JSON.stringify({ ...during, auths, currentContext: 'near' }))
    expect(await post()).toEqual([])
    const { [hub]: _, ...others } = auths
    expect(read()).toMatchObject({ currentContext: 'near', auths: others })
    expect(Object.keys(read().auths)).not.toContain(hub)
  })

  test('creates the file, for this user only, and removes it if it contains nothing else', async () => {
    const { keep, main, post, path, read } = home()
    keep()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(read()).toEqual({ auths: { 'ghcr.io': entry('hunter2'), [hub]: entry('hunter3') } })
    await main()
    expect(await post()).toEqual([])
    expect(existsSync(path)).toBe(false)
  })

  test.each([
    { name: 'formatted by hand, without auths', text: '{ "psFormat": "x",\r\n\r\n  "credHelpers": {} }' },
    { name: 'with empty auths', text: '{"auths":{},"credsStore":"desktop"}' },
    { name: 'with an entry of its own for the registry', text: `{\n  "auths": ${JSON.stringify(before.auths)} }\n\n` },
    { name: 'that is empty', text: '{}' },
  ])('leaves the bytes of a file $name', async ({ text }) => {
    const { keep, main, post, path } = home({ '.docker/config.json': text })
    keep()
    expect(readFileSync(path, 'utf8')).toContain(hub)
    await main()
    expect(await post()).toEqual([])
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  test('adds no auths to a file without auths that another step has changed', async () => {
    const { keep, main, post, read, path } = home({ '.docker/config.json': '{"psFormat":"x"}' })
    keep()
    await main()
    writeFileSync(path, JSON.stringify({ ...read(), currentContext: 'near' }))
    expect(await post()).toEqual([])
    expect(read()).toEqual({ psFormat: 'x', currentContext: 'near' })
  })

  test('formats a file of more than 64 KiB as the Docker CLI does', async () => {
    const large = { psFormat: 'x'.repeat(70_000) }
    const { keep, post, path } = home({ '.docker/config.json': JSON.stringify(large) })
    keep()
    expect(await post()).toEqual([])
    expect(readFileSync(path, 'utf8')).toBe(`${JSON.stringify(large, undefined, '\t')}\n`)
  })

  test('removes the remains of a process that was killed while writing', async () => {
    const { keep, post, path, root, folder } = home({ '.docker/config.json': '{}' })
    const left = join(root, '.docker/config.json.polyarch-ab12cd')
    const recorded = () => readFileSync(join(folder, 'clean-up.jsonl'), 'utf8')
    keep()
    expect(recorded().split('\n')[0]).toContain(JSON.stringify(left))
    writeFileSync(left, '{"auths": {"ghcr.io": {"auth": "aHVudGVy')
    expect(await post()).toEqual([])
    expect(readdirSync(join(root, '.docker'))).toEqual(['config.json'])
    expect(readFileSync(path, 'utf8')).toBe('{}')
  })

  test('follows a link, and keeps it', async () => {
    const { keep, post, path, root } = home({ '.docker/': '', 'dotfiles/docker.json': '{"psFormat":"x"}' })
    symlinkSync(join(root, 'dotfiles/docker.json'), path)
    keep()
    expect(readFileSync(join(root, 'dotfiles/docker.json'), 'utf8')).toContain('ghcr.io')
    expect(await post()).toEqual([])
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
    expect(readFileSync(path, 'utf8')).toBe('{"psFormat":"x"}')
  })

  test.each([
    { name: 'not JSON', text: '{"auths": hunter', is: 'it is not valid JSON' },
    { name: 'a list', text: '[]', is: 'it is not a JSON object' },
    { name: 'of a different format', text: '{"auths": ["hunter"]}', is: 'its auths is not an object' },
  ])('rejects a file that is $name, and keeps it unchanged', ({ text, is }) => {
    const { keep, path } = home({ '.docker/config.json': text })
    expect(() => keep()).toThrow(`Cannot keep the logins in ${path}: ${is}`)
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  test('rejects a dangling link', () => {
    const { keep, path } = home({ '.docker/': '' })
    symlinkSync('/nonexistent/config.json', path)
    expect(() => keep()).toThrow('it is a link to nowhere')
  })

  test('does not keep credentials with a scope', () => {
    const { keep, path, host } = home()
    keep(logins.slice(0, 1).map((login) => ({ ...login, scope: { repository: '', actions: ['push'] } })))
    expect(existsSync(path)).toBe(false)
    expect(host.told).toEqual([{ notice: expect.stringContaining('credentials with a scope are not kept') }])
  })

  test('reports if a file cannot be restored', async () => {
    const { keep, main, post, path } = home()
    keep()
    await main()
    writeFileSync(path, 'hunter')
    expect(await post()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Cannot remove the login .*config.json: it is not/)]),
    )
  })
})

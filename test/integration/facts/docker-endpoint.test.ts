import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { socketPath } from '../../../src/docker/server.ts'
import type { SocketProduct } from '../../../src/docker/sockets.ts'
import { findDockerEndpoint } from '../../../src/facts/docker-endpoint.ts'
import { serverOf } from '../../support/plan.ts'
import { tempFolder } from '../../support/temp.ts'

function contextFile(name: string, host: string): Readonly<Record<string, string>> {
  const id = createHash('sha256').update(name).digest('hex')
  const meta = { Name: name, Metadata: {}, Endpoints: { docker: { Host: host, SkipTLSVerify: false } } }
  return { [`contexts/meta/${id}/meta.json`]: JSON.stringify(meta) }
}

const contexts = { ...contextFile('far', 'ssh://far.example'), ...contextFile('desk', 'unix:///desk/docker.sock') }
const current = { 'config.json': '{"currentContext":"desk"}' }
const home = { HOME: '/home/user' }
const colima = '/home/user/.colima/default/docker.sock'

describe('findDockerEndpoint()', () => {
  test.each<{
    readonly name: string
    readonly env?: Readonly<Record<string, string>>
    readonly files?: Readonly<Record<string, string>>
    readonly sockets?: readonly string[]
    readonly os?: NodeJS.Platform
    readonly product?: SocketProduct
    readonly is: readonly [host: string, context: string]
  }>([
    {
      name: 'DOCKER_HOST before everything else',
      env: { DOCKER_HOST: 'tcp://d.example:2376', DOCKER_CONTEXT: 'far' },
      files: { ...contexts, ...current },
      is: ['tcp://d.example:2376', 'default'],
    },
    {
      name: 'DOCKER_CONTEXT before the current context',
      env: { DOCKER_CONTEXT: 'far' },
      files: { ...contexts, ...current },
      is: ['ssh://far.example', 'far'],
    },
    { name: 'the current context', files: { ...contexts, ...current }, is: ['unix:///desk/docker.sock', 'desk'] },
    {
      name: 'the default by name',
      env: { DOCKER_CONTEXT: 'default' },
      files: { ...contexts, ...current },
      is: ['unix:///var/run/docker.sock', 'default'],
    },
    {
      name: 'an empty DOCKER_HOST as not set',
      env: { DOCKER_HOST: '', DOCKER_CONTEXT: '' },
      is: ['unix:///var/run/docker.sock', 'default'],
    },
    { name: 'the default', is: ['unix:///var/run/docker.sock', 'default'] },
    {
      name: 'an invalid config.json as not set',
      files: { 'config.json': '{' },
      is: ['unix:///var/run/docker.sock', 'default'],
    },
    {
      name: "the default before Colima's",
      env: home,
      sockets: ['/var/run/docker.sock', colima],
      is: ['unix:///var/run/docker.sock', 'default'],
    },
    { name: "Colima's socket", env: home, sockets: [colima], is: [`unix://${colima}`, 'default'] },
    {
      name: "the socket of Colima's profile",
      env: { ...home, COLIMA_HOME: '/c', COLIMA_PROFILE: 'arm' },
      sockets: [colima, '/c/arm/docker.sock'],
      is: ['unix:///c/arm/docker.sock', 'default'],
    },
    {
      name: 'CONTAINER_HOST after DOCKER_HOST and before a context',
      env: { CONTAINER_HOST: 'unix:///p.sock', DOCKER_CONTEXT: 'far' },
      files: contexts,
      is: ['unix:///p.sock', 'default'],
    },
    {
      name: 'no SSH address of Podman, which ends in a socket',
      env: { CONTAINER_HOST: 'ssh://u@far/run/podman/podman.sock' },
      is: ['unix:///var/run/docker.sock', 'default'],
    },
    {
      name: "rootless Docker's socket before those of other products",
      env: { ...home, XDG_RUNTIME_DIR: '/run/user/7' },
      sockets: ['/run/user/7/podman/podman.sock', colima, '/run/user/7/docker.sock'],
      is: ['unix:///run/user/7/docker.sock', 'default'],
    },
    {
      name: "rootless Podman's socket before the others of Podman",
      env: { ...home, XDG_RUNTIME_DIR: '/run/user/7' },
      sockets: ['/run/podman/podman.sock', '/run/user/7/podman/podman.sock'],
      is: ['unix:///run/user/7/podman/podman.sock', 'default'],
    },
    {
      name: "the socket of Podman's machine before that of root",
      env: { ...home, XDG_RUNTIME_DIR: '' },
      sockets: ['/run/podman/podman.sock', '/home/user/.local/share/containers/podman/machine/podman.sock'],
      is: ['unix:///home/user/.local/share/containers/podman/machine/podman.sock', 'default'],
    },
    {
      name: "root's Podman",
      sockets: ['/run/podman/podman.sock'],
      is: ['unix:///run/podman/podman.sock', 'default'],
    },
    {
      name: "only Colima's sockets if Colima is named",
      env: home,
      product: 'colima',
      sockets: ['/var/run/docker.sock', colima],
      is: [`unix://${colima}`, 'default'],
    },
    {
      name: "Colima's default socket if Colima is named and has none",
      env: home,
      product: 'colima',
      sockets: ['/var/run/docker.sock'],
      is: [`unix://${colima}`, 'default'],
    },
    {
      name: 'DOCKER_HOST also if Colima is named',
      env: { ...home, DOCKER_HOST: 'unix:///d.sock' },
      product: 'colima',
      is: ['unix:///d.sock', 'default'],
    },
    { name: 'the default without Colima', env: home, is: ['unix:///var/run/docker.sock', 'default'] },
    { name: 'the pipe of Windows', os: 'win32', is: ['npipe:////./pipe/docker_engine', 'default'] },
  ])('uses $name', ({ env = {}, files = {}, sockets = [], os = 'linux', product, is }) => {
    const { host, context } = findDockerEndpoint({ env, os }, tempFolder(files), {
      product,
      exists: (path) => sockets.includes(path),
    })
    expect([host, context]).toEqual(is)
  })

  test("takes the socket of another of Colima's profiles, and none of Colima's own files", () => {
    const folder = tempFolder({ 'arm/': '', '_lima/': '', 'default/': '' })
    const sockets = [`${folder}/_lima/docker.sock`, `${folder}/arm/docker.sock`]
    const exists = (path: string): boolean => sockets.includes(path)
    const { host } = findDockerEndpoint({ env: { COLIMA_HOME: folder }, os: 'linux' }, tempFolder(), { exists })
    expect(host).toBe(`unix://${folder}/arm/docker.sock`)
  })

  test("passes Colima's socket to children, which would not search for it", () => {
    const { env } = findDockerEndpoint({ env: home, os: 'darwin' }, tempFolder(), { exists: (path) => path === colima })
    expect(env).toEqual({ DOCKER_HOST: `unix://${colima}` })
  })

  test.each([
    { name: 'does not exist', files: {} },
    {
      name: 'is invalid',
      files: { ...contextFile('gone', 'x'), [Object.keys(contextFile('gone', ''))[0] ?? '']: '{' },
    },
    { name: 'has no host', files: contextFile('gone', '') },
  ])('rejects a context that $name', ({ files }) => {
    const find = () => findDockerEndpoint({ env: { DOCKER_CONTEXT: 'gone' }, os: 'linux' }, tempFolder(files))
    expect(find).toThrow(expect.objectContaining({ code: 'input-invalid' }))
  })
})

describe('findDockerEndpoint() accepts only addresses that the Docker CLI connects to', () => {
  const find = (host: string, os: NodeJS.Platform = 'linux') =>
    findDockerEndpoint({ env: { DOCKER_HOST: host }, os }, tempFolder())

  test.each([
    ...['unix:///run/docker.sock', 'tcp://d.example:2376', 'tcp://[::1]:2375', 'tcp://d.example', 'd.example:2375'],
    ...['127.0.0.1:2375', 'ssh://d.example', 'ssh://user@d.example:22', 'ssh://user@d.example/run/docker.sock'],
  ])('%s', (host) => {
    expect(find(host).host).toBe(host)
  })

  test.each([
    { host: 'fd://', says: 'fd:// has the scheme fd, which is for a daemon that systemd starts, not for its clients' },
    { host: 'fd://3', says: 'fd://3 has the scheme fd' },
    {
      host: 'http://d.example:2375',
      says: "http://d.example:2375 has the scheme http, which Docker's client does not connect to: write tcp://, and set DOCKER_TLS_VERIFY=1",
    },
    { host: 'ftp://d.example', says: "ftp://d.example has the scheme ftp, which Docker's client does not connect to" },
    { host: 'https://user:secret@d.example', says: 'https://d.example has the scheme https' },
    { host: 'npipe:////./pipe/docker_engine', says: 'is a pipe, which only Windows has' },
    { host: 'unix://', says: 'is not an absolute path' },
    { host: 'unix://run/docker.sock', says: 'is not an absolute path' },
    { host: 'unix:/run/docker.sock', says: 'is not host:port' },
    { host: 'unix:///run/docker.sock\nx', says: 'it contains a line break' },
    { host: '/run/docker.sock', says: 'is not host:port' },
    { host: 'tcp://', says: 'is not host:port' },
    { host: 'tcp://d.example:2375:1', says: 'is not host:port' },
    { host: 'tcp://d.example:port', says: 'is not host:port' },
    { host: 'ssh://', says: 'has no host' },
    { host: 'ssh://-oProxyCommand=touch /tmp/x', says: 'has no host' },
    { host: 'ssh://user@-oProxyCommand=x', says: 'has no host' },
    { host: '--tlscacert=/x', says: 'is not host:port' },
    { host: 'what is this', says: 'is not host:port' },
  ])('not $host', ({ host, says }) => {
    expect(() => find(host)).toThrow(
      expect.objectContaining({
        code: 'input-invalid',
        message: expect.stringContaining(says),
        hint: expect.stringMatching(/unix:\/\/\/.*tcp:\/\/.*ssh:\/\//),
      }),
    )
    expect(() => find(host)).not.toThrow(/secret/)
  })

  test('contexts have the same rules', () => {
    const files = tempFolder(contextFile('odd', 'http://d.example'))
    expect(() => findDockerEndpoint({ env: { DOCKER_CONTEXT: 'odd' }, os: 'linux' }, files)).toThrow(
      /Cannot use the Docker context odd: http:\/\/d\.example has the scheme http/,
    )
    expect(find('npipe:////./pipe/docker_engine', 'win32').host).toBe('npipe:////./pipe/docker_engine')
  })
})

test.each([
  { host: 'unix:///var/run/docker.sock', path: '/var/run/docker.sock' },
  { host: 'npipe:////./pipe/docker_engine', path: '\\\\.\\pipe\\docker_engine' },
  { host: 'tcp://d.example:2375', path: undefined },
  { host: 'ssh://user@d.example', path: undefined },
])('socketPath() of $host is $path', ({ host, path }) => {
  expect(socketPath({ ...serverOf().endpoint, host })).toBe(path)
})

describe('findDockerEndpoint() finds the certificates', () => {
  const own = { 'certs/ca.pem': '', 'certs/cert.pem': '', 'certs/key.pem': '', 'cert.pem': '', 'key.pem': '' }
  const tlsOf = (env: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = own) => {
    const root = tempFolder(files)
    const given = { ...env, ...('DOCKER_CERT_PATH' in env ? { DOCKER_CERT_PATH: `${root}/certs` } : {}) }
    const { tls } = findDockerEndpoint({ env: given, os: 'linux' }, root)
    return JSON.parse(JSON.stringify(tls ?? null).replaceAll(`${root}/`, ''))
  }
  const certs = { DOCKER_CERT_PATH: 'certs' }
  const pair = { cert: 'certs/cert.pem', key: 'certs/key.pem' }

  test.each([
    { name: 'none without DOCKER_TLS_VERIFY', env: { DOCKER_HOST: 'tcp://d', ...certs }, is: null },
    { name: 'none if it is empty', env: { DOCKER_HOST: 'tcp://d', DOCKER_TLS_VERIFY: '', ...certs }, is: null },
    { name: 'none for a socket', env: { DOCKER_HOST: 'unix:///d', DOCKER_TLS_VERIFY: '1', ...certs }, is: null },
    {
      name: 'those of DOCKER_CERT_PATH',
      env: { DOCKER_HOST: 'tcp://d', DOCKER_TLS_VERIFY: '1', ...certs },
      is: { own: pair, ca: 'certs/ca.pem', verify: true },
    },
    {
      // Docker treats any text but the empty one as true.
      name: 'with DOCKER_TLS_VERIFY=0',
      env: { DOCKER_HOST: 'd:2376', DOCKER_TLS_VERIFY: '0', ...certs },
      is: { own: pair, ca: 'certs/ca.pem', verify: true },
    },
    {
      name: 'those of the configuration directory',
      env: { DOCKER_HOST: 'tcp://d', DOCKER_TLS: '1' },
      is: { own: { cert: 'cert.pem', key: 'key.pem' }, verify: false },
    },
  ])('$name', ({ env, is }) => {
    expect(tlsOf(env)).toEqual(is)
  })

  const id = createHash('sha256').update('far').digest('hex')
  const meta = (skip: boolean) => ({
    [`contexts/meta/${id}/meta.json`]: JSON.stringify({
      Endpoints: { docker: { Host: 'tcp://d', SkipTLSVerify: skip } },
    }),
  })
  const at = (name: string) => `contexts/tls/${id}/docker/${name}.pem`

  test.each([
    { name: 'of a context without them', files: meta(false), is: null },
    {
      name: 'of a context',
      files: { ...meta(false), [at('ca')]: '', [at('cert')]: '', [at('key')]: '' },
      is: { own: { cert: at('cert'), key: at('key') }, ca: at('ca'), verify: true },
    },
    { name: 'of a context without verification', files: meta(true), is: { verify: false } },
  ])('$name', ({ files, is }) => {
    expect(tlsOf({ DOCKER_CONTEXT: 'far' }, files)).toEqual(is)
  })
})

test.each([
  { asked: '1.44', is: '1.44' },
  { asked: 'v1.44', is: '1.44' },
  { asked: '', is: undefined },
])('DOCKER_API_VERSION "$asked" is $is', ({ asked, is }) => {
  expect(findDockerEndpoint({ env: { DOCKER_API_VERSION: asked }, os: 'linux' }, tempFolder()).api).toBe(is)
})

test.each(['1', 'latest', '1.44/../x'])('DOCKER_API_VERSION "%s" is rejected', (asked) => {
  const find = () => findDockerEndpoint({ env: { DOCKER_API_VERSION: asked }, os: 'linux' }, tempFolder())
  expect(find).toThrow(expect.objectContaining({ code: 'input-invalid', message: expect.stringContaining(asked) }))
})

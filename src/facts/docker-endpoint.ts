import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { member, parseJson } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import { readFileLimitedSync } from '../bounds/read-limited.ts'
import type { DockerEndpoint, TlsFiles } from '../docker/server.ts'
import { colimaHome, defaultSocket, type SocketProduct, socketsOf } from '../docker/sockets.ts'
import { ActionError } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'
import { readDockerConfig } from '../registry/auth/docker-config-file.ts'

/** How an endpoint is searched. */
export type EndpointSearch = {
  /** Only the sockets of this product are tried, after the environment and the contexts. */
  readonly product?: SocketProduct | undefined
  readonly exists?: (path: string) => boolean
}

/**
 * Returns the Docker endpoint by the rules of the Docker CLI: `DOCKER_HOST`, then `DOCKER_CONTEXT`, then the current
 * context of the configuration, then the default socket; after `DOCKER_HOST` also Podman's `CONTAINER_HOST`, and after the default socket those of
 * other products, which the CLI does not search for.
 * https://docs.docker.com/engine/manage-resources/contexts/
 *
 * @throws ActionError `input-invalid` for a context that does not exist, an address that Docker cannot use, or an invalid
 * `DOCKER_API_VERSION`
 */
export function findDockerEndpoint(
  { env, os }: Pick<Host, 'env' | 'os'>,
  configDir: string,
  search: EndpointSearch = {},
): DockerEndpoint {
  const api = readApiVersion(env)
  return { ...findEndpoint({ env, os }, configDir, search), ...(api === undefined ? {} : { api }) }
}

function findEndpoint(
  { env, os }: Pick<Host, 'env' | 'os'>,
  configDir: string,
  { product, exists = existsSync }: EndpointSearch,
): DockerEndpoint {
  const dockerHost = env['DOCKER_HOST']
  if (dockerHost) {
    const host = checkHost(dockerHost, os, 'DOCKER_HOST')
    const tls = isTcp(host) ? environmentTls(env, configDir) : undefined
    return { host, context: 'default', because: 'DOCKER_HOST', env: {}, ...(tls === undefined ? {} : { tls }) }
  }
  const containerHost = env['CONTAINER_HOST']
  // Podman's ssh:// addresses end in the path of a socket, which the Docker CLI on that machine does not connect to.
  if (containerHost && !containerHost.trim().startsWith('ssh://')) {
    const host = checkHost(containerHost, os, 'CONTAINER_HOST')
    return { host, context: 'default', because: 'CONTAINER_HOST', env: { DOCKER_HOST: host } }
  }

  const named = env['DOCKER_CONTEXT'] || readDockerConfig(configDir).config.currentContext
  if (named && named !== 'default') return contextEndpoint(named, configDir, os)

  const standard: DockerEndpoint = {
    host: os === 'win32' ? 'npipe:////./pipe/docker_engine' : `unix://${defaultSocket}`,
    context: 'default',
    because: 'the default socket',
    env: {},
  }
  const sockets = socketsOf({ env, os }, { product, profiles: profilesIn(colimaHome(env)) })
  const found = sockets.find(({ path }) => exists(path)) ?? (product === undefined ? undefined : sockets[0])
  if (found === undefined) return { ...standard, tried: sockets.map(({ path }) => path) }
  if (found.path === defaultSocket) return standard
  const host = `unix://${found.path}`
  return { host, context: 'default', because: found.because, env: { DOCKER_HOST: host } }
}

function profilesIn(folder: string | undefined): readonly string[] {
  if (folder === undefined) return []
  try {
    return readdirSync(folder).slice(0, mostProfiles)
  } catch {
    return []
  }
}

/** Number of entries of Colima's directory that are tried. */
const mostProfiles = 100

/**
 * Checks an address against the forms that the Docker CLI supports; without a scheme it is TCP. `fd://` is for daemons only.
 * https://docs.docker.com/reference/cli/dockerd/#daemon-socket-option
 */
function checkHost(text: string, os: NodeJS.Platform, from: string): string {
  const invalid = (found: string): ActionError =>
    new ActionError('input-invalid', `Cannot use ${from}: ${found}`, {
      // Without the user, because the log hides the part before @ of an address.
      hint: 'Set it to unix:///path/to/docker.sock, tcp://host:port, ssh://host or, on Windows, npipe:////./pipe/name.',
    })
  const trimmed = text.trim()
  // An address without a scheme may contain a password too.
  const shown = trimmed.replace(/^((?:\w+:\/\/)?)[^/@]*@/, '$1')
  if (/\p{Cc}/u.test(trimmed)) throw invalid('it contains a line break or another control character')
  const [, scheme, rest = ''] = /^([\w+.-]+):\/\/(.*)$/s.exec(trimmed) ?? [undefined, undefined, trimmed]
  switch (scheme) {
    case 'unix':
      if (rest.startsWith('/')) return trimmed
      throw invalid(`${shown} is not an absolute path to a socket`)
    case 'npipe':
      if (os === 'win32') return trimmed
      throw invalid(`${shown} is a pipe, which only Windows has`)
    case 'ssh':
      if (/^(?:[^@/\s-][^@/\s]*@)?[^@/\s-][^@/\s]*(?:\/\S*)?$/.test(rest)) return trimmed
      throw invalid(`${shown} has no host`)
    case 'tcp':
    case undefined:
      if (isAddress(rest)) return trimmed
      throw invalid(`${shown} is not host:port`)
    case 'fd':
      throw invalid(`${shown} has the scheme fd, which is for a daemon that systemd starts, not for its clients`)
    case 'http':
    case 'https':
      throw invalid(
        `${shown} has the scheme ${scheme}, which Docker's client does not connect to: write tcp://, and set DOCKER_TLS_VERIFY=1 for TLS`,
      )
    default:
      throw invalid(`${shown} has the scheme ${scheme}, which Docker's client does not connect to`)
  }
}

/** Whether a checked address is a TCP port. */
function isTcp(host: string): boolean {
  return host.startsWith('tcp://') || !host.includes('://')
}

/**
 * Reads the TLS settings from the environment like the Docker CLI: any non-empty `DOCKER_TLS_VERIFY` enables TLS with verification of the daemon,
 * `DOCKER_TLS` enables it without; the files are in `DOCKER_CERT_PATH`, else in Docker's configuration directory.
 * https://docs.docker.com/engine/security/protect-access/#secure-by-default
 */
function environmentTls(env: Host['env'], configDir: string): TlsFiles | undefined {
  const verify = Boolean(env['DOCKER_TLS_VERIFY'])
  if (!verify && !env['DOCKER_TLS']) return undefined
  const folder = env['DOCKER_CERT_PATH'] || configDir
  // The CLI requires the certificate authorities, but not a client certificate.
  return { ...ownFiles(folder), ca: verify ? join(folder, 'ca.pem') : undefined, verify }
}

/** Returns the client certificate of a directory, if it exists. */
function ownFiles(folder: string): Pick<TlsFiles, 'own'> {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  return { own: existsSync(cert) || existsSync(key) ? { cert, key } : undefined }
}

function contextTls(configDir: string, id: string, verify: boolean): TlsFiles | undefined {
  const folder = join(configDir, 'contexts', 'tls', id, 'docker')
  const { own } = ownFiles(folder)
  const ca = join(folder, 'ca.pem')
  const hasCa = existsSync(ca)
  return own === undefined && !hasCa && verify ? undefined : { own, ca: hasCa ? ca : undefined, verify }
}

function readApiVersion(env: Host['env']): string | undefined {
  const asked = env['DOCKER_API_VERSION']
  if (!asked) return undefined
  const [, version] = /^v?(\d{1,3}\.\d{1,4})$/.exec(asked.trim()) ?? []
  if (version !== undefined) return version
  throw new ActionError('input-invalid', `Cannot use DOCKER_API_VERSION: ${asked} is not a version such as 1.44`, {
    hint: 'Unset DOCKER_API_VERSION: the newest version that the daemon knows is used then.',
  })
}

/** `host:port`, `[::1]:port`, `:port` or only a host, with an optional path. */
function isAddress(text: string): boolean {
  return /^(?:(?:\[[\da-f:.]+\]|\w[\w.-]*)(?::\d{1,5})?|:\d{1,5})(?:\/\S*)?$/i.test(text)
}

/** Returns the user's Docker configuration directory: `DOCKER_CONFIG`, else `.docker` in the home directory. */
export function dockerConfigDirOf(env: Host['env']): string {
  return env['DOCKER_CONFIG'] || join(env['HOME'] || env['USERPROFILE'] || '', '.docker')
}

function contextEndpoint(name: string, configDir: string, os: NodeJS.Platform): DockerEndpoint {
  // The CLI stores a context under the SHA-256 of its name.
  const id = createHash('sha256').update(name).digest('hex')
  const meta = readJson(join(configDir, 'contexts', 'meta', id, 'meta.json'))
  const host = ['Endpoints', 'docker', 'Host'].reduce(member, meta)
  if (typeof host !== 'string' || host === '') {
    throw new ActionError(
      'input-invalid',
      `Cannot use the Docker context ${name}: it is not in ${configDir}/contexts`,
      {
        hint: 'Create it with `docker context create`, or unset DOCKER_CONTEXT.',
      },
    )
  }
  checkHost(host, os, `the Docker context ${name}`)
  const skips = ['Endpoints', 'docker', 'SkipTLSVerify'].reduce(member, meta) === true
  const tls = isTcp(host) ? contextTls(configDir, id, !skips) : undefined
  const because = `Docker context ${name}`
  return { host, context: name, because, env: {}, ...(tls === undefined ? {} : { tls }) }
}

function readJson(path: string): unknown {
  try {
    return parseJson(readFileLimitedSync(path, limits.configFile))
  } catch {
    return undefined
  }
}
